"""Recurring plans: how often a subscription is billed and what the customer may do alone."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soon.domain.periods import Interval, Schedule

from .bilingual import Bilingual
from .closures import CreditPolicy

# More free days than this are a slip of the finger.
MOST_TRIAL_DAYS = 999

# How readers call a billing period of one unit, and of several.
EACH = {
    "day": pgettext_lazy("billing period", "day"),
    "week": pgettext_lazy("billing period", "week"),
    "month": pgettext_lazy("billing period", "month"),
    "year": pgettext_lazy("billing period", "year"),
}
SEVERAL = {
    "day": _("%(count)d days"),
    "week": _("%(count)d weeks"),
    "month": _("%(count)d months"),
    "year": _("%(count)d years"),
}


class PlanQuerySet(models.QuerySet["Plan"]):
    """Questions about plans that chain."""

    def current(self) -> "PlanQuerySet":
        """Return those still sold."""
        return self.filter(archived_at=None)


class Plan(Bilingual):
    """A billing period of `interval_count` × `interval_unit` and the Self-Service options."""

    class Unit(models.TextChoices):
        DAY = "day", _("Days")
        WEEK = "week", _("Weeks")
        MONTH = "month", _("Months")
        YEAR = "year", _("Years")

    class Alignment(models.TextChoices):
        ANNIVERSARY = "anniversary", _("From the start day of the subscription")
        CALENDAR = "calendar", _("From the start of the calendar period")

    class ClosableAt(models.TextChoices):
        ANY_TIME = "any_time", _("At any time")
        END_OF_PERIOD = "end_of_period", _("At the end of the paid period")

    class StaffClosingDay(models.TextChoices):
        TODAY = "today", _("Today")
        END_OF_PERIOD = "end_of_period", _("End of the paid period")

    interval_count = models.PositiveSmallIntegerField(_("billing period"), default=1)
    interval_unit = models.CharField(_("unit"), max_length=5, choices=Unit, default=Unit.MONTH)
    alignment = models.CharField(_("alignment"), max_length=11, choices=Alignment, default=Alignment.ANNIVERSARY)
    anchor_day = models.PositiveSmallIntegerField(_("anchor day"), null=True, blank=True)
    in_arrears = models.BooleanField(_("billed in arrears"), default=False)
    trial_days = models.PositiveSmallIntegerField(_("free trial (days)"), default=0)
    is_closable = models.BooleanField(_("Closable"), default=False)
    closable_at = models.CharField(_("customers may close"), max_length=13, choices=ClosableAt, default=ClosableAt.ANY_TIME)
    notice_days = models.PositiveSmallIntegerField(_("notice period (days)"), default=0)
    minimum_months = models.PositiveSmallIntegerField(_("minimum term (months)"), default=0)
    staff_closing_day = models.CharField(
        _("day that staff are offered first"), max_length=13, choices=StaffClosingDay, default=StaffClosingDay.TODAY
    )
    credit_policy = models.CharField(
        _("days paid for but not used"), max_length=11, choices=CreditPolicy, default=CreditPolicy.UNUSED_DAYS
    )
    withdrawal_days = models.PositiveSmallIntegerField(_("right of withdrawal (days)"), default=0)
    automatic_closing_days = models.PositiveSmallIntegerField(_("automatic closing"), null=True, blank=True)
    closing_day_is_served = models.BooleanField(_("the day of closing is still served"), default=True)
    position = models.PositiveIntegerField(_("position"), default=10)
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("recurring plan")
        verbose_name_plural = _("recurring plans")
        constraints = [
            models.CheckConstraint(
                name="plan_interval_is_positive", condition=Q(interval_count__gte=1, interval_count__lte=999)
            ),
            models.CheckConstraint(
                name="plan_anchor_day_is_a_day", condition=Q(anchor_day=None) | Q(anchor_day__gte=1, anchor_day__lte=31)
            ),
        ]

    @property
    def interval(self) -> Interval:
        """The billing period as the domain knows it."""
        return Interval(unit=self.interval_unit, count=self.interval_count)

    def schedule_from(self, start_on: datetime.date) -> Schedule:
        """Return the billing periods of a subscription that starts on the local date `start_on`."""
        return Schedule(self.interval, start_on, alignment=self.alignment, anchor_day=self.anchor_day)

    @property
    def period_in_words(self) -> str:
        """The billing period for readers: "month", "3 months", "2 weeks"."""
        if self.interval_count == 1:
            return str(EACH[self.interval_unit])
        return str(SEVERAL[self.interval_unit]) % {"count": self.interval_count}
