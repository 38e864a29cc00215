"""Results of `soon verify`: was everything still true, and what was not."""

import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

# One that has not ended after so long was stopped: a million orders take a minute or two.
LONGEST = datetime.timedelta(hours=1)


class Verification(models.Model):
    """One walk over the whole database. `checked` and `findings` are stored as facts, told in the reader's language."""

    started_at = models.DateTimeField(_("started"))
    # Null while it runs, and for ever if it was stopped.
    finished_at = models.DateTimeField(_("finished"), null=True)
    started_by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("started by"))
    # {code of a check: {"looked_at": records, "found": how many of them contradict it}, …}
    checked = models.JSONField(default=dict)
    # [{"check": code, "record": "INV/2026/00042", "noun": "invoice", "key": 42, "facts": {…}}, …], the first of each check.
    findings = models.JSONField(default=list)
    # Contradictions in all; what is only worth knowing is none.
    found = models.PositiveIntegerField(_("contradictions found"), default=0)

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} ({self.found})"

    def state_at(self, at: datetime.datetime) -> str:
        """Return "true", "contradicted", "running" or, when it has not ended for too long, "interrupted"."""
        if self.finished_at is not None:
            return "contradicted" if self.found else "true"
        return "running" if at - self.started_at <= LONGEST else "interrupted"

    @property
    def seconds(self) -> float:
        """How long it took; 0 while it has no end."""
        return (self.finished_at - self.started_at).total_seconds() if self.finished_at else 0
