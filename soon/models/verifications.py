"""Results of `soon verify`: was everything still true, and what was not."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verification(models.Model):
    """One walk over the whole database. `checked` and `findings` are stored as facts, told in the reader's language."""

    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    started_by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("started by"))
    # {"invoices": 1234, …}: how many records each check looked at.
    checked = models.JSONField(default=dict)
    # [{"check": code, "record": "INV/2026/00042", "facts": {…}}, …], the first of each check; `found` counts them all.
    findings = models.JSONField(default=list)
    found = models.PositiveIntegerField(_("contradictions found"), default=0)

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} ({self.found})"
