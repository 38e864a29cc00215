"""Pauses: from when to when a subscription was neither served nor billed. Append-only but for how it ends."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from soon.domain.pausing import notice_due_on


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
    # The first local date that is to be served again; null while nobody has said when.
    resumes_on = models.DateField(null=True)
    # When, and on which local date, the customer was written that it ends on `resumes_on`.
    notice_sent_at = models.DateTimeField(null=True)
    notice_sent_on = models.DateField(null=True)

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
            models.CheckConstraint(
                name="pause_goes_on_after_its_start", condition=Q(resumes_on=None) | Q(resumes_on__gt=F("paused_on"))
            ),
            models.CheckConstraint(
                name="pause_notice_names_an_end",
                condition=Q(notice_sent_at=None, notice_sent_on=None)
                | Q(notice_sent_at__isnull=False, notice_sent_on__isnull=False, resumes_on__isnull=False),
            ),
        ]
        # The clock asks several times an hour which pauses are to end.
        indexes = [
            models.Index(
                fields=["resumes_on", "id"], name="pause_ending", condition=Q(resumed_on=None, resumes_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.paused_on}"

    @property
    def last_day_on(self) -> datetime.date:
        """The last local date of service before the pause."""
        return self.paused_on - datetime.timedelta(days=1)

    @property
    def last_paused_on(self) -> datetime.date | None:
        """The last local date of the pause; None while nobody has said when it ends."""
        return self.resumes_on - datetime.timedelta(days=1) if self.resumes_on else None

    @property
    def notice_on(self) -> datetime.date | None:
        """The local date on which the customer was, or is to be, told of its end; None while it has none."""
        return self.notice_sent_on or (notice_due_on(self.resumes_on) if self.resumes_on else None)
