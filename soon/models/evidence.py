"""Evidence of closings: what was declared, shown and done, each entry with the hash of the one before. Append-only."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Evidence(models.Model):
    """One entry of a customer's chain; `content` is the exact text that was hashed (domain/evidence.py)."""

    class Kind(models.TextChoices):
        CLOSING_REQUESTED = "closing_requested", _("Closing requested")
        CLOSING_UNDONE = "closing_undone", _("Closing undone")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Reopened")
        REASON_GIVEN = "reason_given", _("Reason given")

    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="+", db_index=False)
    closure = models.ForeignKey("Closure", on_delete=models.PROTECT, related_name="evidence")
    # Counted from 1 within the customer's chain.
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=17, choices=Kind)
    at = models.DateTimeField()
    content = models.TextField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["customer", "position"]
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        constraints = [models.UniqueConstraint(name="one_evidence_at_a_place", fields=["customer", "position"])]

    def __str__(self) -> str:
        return f"{self.customer_id}/{self.position}"
