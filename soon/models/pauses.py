"""Pauses: from when to when a subscription was neither served nor billed. Append-only but for its end."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Pause(models.Model):
    """One pause of an order. Without an end the order is still paused, or was closed meanwhile."""

    order = models.ForeignKey("Order", on_delete=models.PROTECT, related_name="pauses", verbose_name=_("order"), db_index=False)
    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="+", db_index=False)
    # How often the order had been reopened or resumed before. Each pause ends so, thus no number comes twice.
    reopening = models.PositiveSmallIntegerField()
    # The first local date that is not served, and the first that is served again.
    paused_on = models.DateField()
    paused_at = models.DateTimeField()
    resumed_on = models.DateField(null=True)
    resumed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["order", "reopening"]
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.UniqueConstraint(name="one_pause_between_reopenings", fields=["order", "reopening"]),
            models.CheckConstraint(
                name="pause_ends_after_its_start",
                condition=Q(resumed_on=None, resumed_at=None) | Q(resumed_on__gte=F("paused_on"), resumed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.paused_on}"
