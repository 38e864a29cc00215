"""Choosing the language in which a person reads."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import User
from soon.operations.refusal import Refusal


class CannotChooseLanguage(Refusal):
    """Nobody speaks this language here."""


@transaction.atomic
def choose_language(user: User, *, language: str) -> None:
    """Speak `language` with the person from now on. Raises CannotChooseLanguage for one that we do not have."""
    if language not in dict(settings.LANGUAGES):
        raise CannotChooseLanguage(_("This language is not available."))
    User.objects.filter(pk=user.pk).update(language=language)
