"""Closing many subscriptions at once: what was asked for, and what became of each of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .closures import CreditPolicy


class BulkClosing(models.Model):
    """One reason and one day for many orders; the worker goes through its rows and may be stopped at any instant."""

    class Day(models.TextChoices):
        TODAY = "today", _("Today")
        END_OF_PERIOD = "end_of_period", _("End of the paid period")
        CHOSEN = "chosen", _("A chosen day")

    created_at = models.DateTimeField(_("started"))
    by_user = models.ForeignKey("User", on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.ForeignKey(
        "CloseReason", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("close reason")
    )
    own_words = models.CharField(_("reason in staff's own words"), max_length=200, blank=True)
    day = models.CharField(_("day"), max_length=13, choices=Day, default=Day.TODAY)
    # With `chosen`: the first local date no longer served.
    effective_on = models.DateField(null=True)
    credit_policy = models.CharField(max_length=11, choices=CreditPolicy, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("closing of many")
        verbose_name_plural = _("closings of many")

    def __str__(self) -> str:
        return f"{self.pk}"


class BulkClosingRow(models.Model):
    """One order of a closing of many."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CLOSED = "closed", _("Closed")
        REFUSED = "refused", _("Refused")

    closing = models.ForeignKey(BulkClosing, on_delete=models.CASCADE, related_name="rows", db_index=False)
    order = models.ForeignKey("Order", on_delete=models.PROTECT, related_name="+", db_index=False, verbose_name=_("order"))
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, default=Outcome.WAITING)
    closure = models.ForeignKey("Closure", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    # In the language of whoever asked.
    refusal = models.CharField(_("why not"), max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("row of a closing of many")
        verbose_name_plural = _("rows of a closing of many")
        constraints = [models.UniqueConstraint(name="one_row_of_an_order_in_a_bulk_closing", fields=["closing", "order"])]
        indexes = [models.Index(fields=["closing", "outcome", "id"], name="bulk_closing_row_waiting")]

    def __str__(self) -> str:
        return f"{self.closing_id}/{self.order_id}"
