"""The billing run: what each run did, and the orders it set aside for people to look at."""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .users import User

# A run that has written nothing for so long was killed.
SILENCE = datetime.timedelta(minutes=10)


class BillingRun(models.Model):
    """One run over everything due on or before `bills_until` (a local date). Its figures grow with each batch it commits."""

    bills_until = models.DateField(_("bills until"))
    channel = models.CharField(_("started through"), max_length=10)
    started_by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("started by"))
    started_at = models.DateTimeField(_("started"))
    progressed_at = models.DateTimeField(_("last progress"))
    # Null while it runs, and for ever if it was killed; what it had issued by then stays and the next run goes on.
    finished_at = models.DateTimeField(_("finished"), null=True)
    issued = models.PositiveIntegerField(_("invoices issued"), default=0)
    ended = models.PositiveIntegerField(_("subscriptions ended"), default=0)
    set_aside = models.PositiveIntegerField(_("set aside"), default=0)

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("billing run")
        verbose_name_plural = _("billing runs")
        indexes = [models.Index(fields=["-started_at", "-id"], name="billing_run_by_start")]

    def __str__(self) -> str:
        return f"{self.bills_until} ({self.pk})"

    def state_at(self, at: datetime.datetime) -> str:
        """Return "finished", "running" or, when nothing was heard of it for ten minutes, "interrupted"."""
        if self.finished_at is not None:
            return "finished"
        return "running" if at - self.progressed_at <= SILENCE else "interrupted"

    @property
    def seconds(self) -> float:
        """How long it has worked, to its last sign of life."""
        return ((self.finished_at or self.progressed_at) - self.started_at).total_seconds()


class BillingRunTotal(models.Model):
    """What a run issued in one currency, in minor units."""

    run = models.ForeignKey(BillingRun, on_delete=models.CASCADE, related_name="totals")
    currency = models.CharField(_("currency"), max_length=3)
    issued = models.PositiveIntegerField(default=0)
    total_minor = models.BigIntegerField(default=0)

    class Meta:
        ordering = ["currency"]
        constraints = [models.UniqueConstraint(name="one_total_of_a_run_and_currency", fields=["run", "currency"])]

    def __str__(self) -> str:
        return f"{self.run_id} {self.currency}"


class SetAsideQuerySet(models.QuerySet["SetAside"]):
    """Questions about set-aside orders that chain."""

    def open(self) -> "SetAsideQuerySet":
        """Return those that still keep their order out of the run."""
        return self.filter(resolved_at=None)

    def visible_to(self, user: "User") -> "SetAsideQuerySet":
        """Return those of orders that `user` may see: all, their own, or none."""
        if user.may("see_all_orders"):
            return self
        return self.filter(order__salesperson=user) if user.may("see_orders") else self.none()


class SetAside(models.Model):
    """An order that a run could not bill: it is left out, with its error, until somebody retries it."""

    order = models.ForeignKey("Order", on_delete=models.PROTECT, related_name="set_asides", verbose_name=_("order"))
    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="+", db_index=False)
    run = models.ForeignKey(BillingRun, on_delete=models.PROTECT, null=True, related_name="set_asides")
    due_on = models.DateField(_("due since"))
    error = models.TextField(_("error"))
    set_aside_at = models.DateTimeField(_("set aside"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    owner = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("owner"))
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    resolved_by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+")

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        ordering = ["set_aside_at", "pk"]
        verbose_name = _("set-aside subscription")
        verbose_name_plural = _("set-aside subscriptions")
        constraints = [
            models.UniqueConstraint(name="one_open_set_aside_of_an_order", fields=["order"], condition=Q(resolved_at=None)),
            models.CheckConstraint(name="set_aside_says_why", condition=~Q(error="")),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.error[:40]}"
