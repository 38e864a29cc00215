"""Visits to the closing page of the portal: one a customer's order within 30 days, from opening it to what became of it."""

from django.db import models
from django.db.models import Q
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
    # The kind of it, its terms as they were shown (domain/offers.py), and what an accepted discount gives away in all, in minor
    # units of the order's currency.
    offer = models.CharField(max_length=10, blank=True)
    offered = models.JSONField(null=True, editable=False)
    granted_minor = models.BigIntegerField(null=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, default=Outcome.LEFT)
    decided_at = models.DateTimeField(null=True)
    closure = models.ForeignKey("Closure", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    # What the order brought a month when the page was opened, and whether one that accepted an offer was still served for no
    # less 90 days later; null until that is measured (operations/closing/measure_saves.py).
    mrr_before_micro = models.BigIntegerField(null=True, editable=False)
    is_kept = models.BooleanField(null=True, editable=False)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        verbose_name = _("visit to the closing page")
        verbose_name_plural = _("visits to the closing page")
        constraints = [
            models.CheckConstraint(
                name="close_visit_accepts_what_was_offered",
                condition=~Q(outcome="accepted") | Q(offered_at__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="close_visit_grants_what_was_accepted", condition=Q(granted_minor=None) | Q(outcome="accepted")
            ),
        ]
        indexes = [
            models.Index(fields=["opened_on"], name="close_visit_by_day"),
            models.Index(fields=["customer", "-offered_at"], name="close_visit_offered", condition=Q(offered_at__isnull=False)),
            models.Index(fields=["decided_at"], name="close_visit_granted", condition=Q(granted_minor__isnull=False)),
            models.Index(
                fields=["decided_at"], name="close_visit_to_measure", condition=Q(outcome="accepted", is_kept__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.opened_on}"
