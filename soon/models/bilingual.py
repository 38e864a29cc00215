"""Names of business records in both languages."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Bilingual(models.Model):
    """A record whose name readers see in their own language."""

    name_vi = models.CharField(_("name in Vietnamese"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the language being spoken; the other one where it is missing."""
        return self.name_in(get_language() or "vi")

    def name_in(self, language: str) -> str:
        """Return the name in `language` ("vi" or "en"), or the other one where it is missing."""
        first, second = (self.name_en, self.name_vi) if language.startswith("en") else (self.name_vi, self.name_en)
        return first or second
