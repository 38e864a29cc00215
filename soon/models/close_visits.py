"""Visits to the closing page of the portal: one a customer's order within 30 days, from opening it to what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CloseVisit(models.Model):
    """Somebody opened the closing page; without a decision they left."""

    class Outcome(models.TextChoices):
        LEFT = "left", _("Left without deciding")
        ACCEPTED = "accepted", _("Accepted the offer")
        CLOSED = "closed", _("Closed")

    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="+", db_index=False)
    order = models.ForeignKey("Order", on_delete=models.PROTECT, related_name="close_visits")
    opened_at = models.DateTimeField(_("opened"))
    opened_on = models.DateField()
    offered_at = models.DateTimeField(_("offer shown"), null=True)
    offer = models.CharField(max_length=10, blank=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, default=Outcome.LEFT)
    decided_at = models.DateTimeField(null=True)
    closure = models.ForeignKey("Closure", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("visit to the closing page")
        verbose_name_plural = _("visits to the closing page")
        indexes = [models.Index(fields=["opened_on"], name="close_visit_by_day")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.opened_on}"
