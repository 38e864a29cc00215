"""Changes of running subscriptions: another plan, a discount or its end, from a period boundary on; kept for good."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from soon.domain import lifecycle
from soon.formatting import day_in_words, percent


class OrderChangeQuerySet(models.QuerySet["OrderChange"]):
    """Questions about changes that chain."""

    def open(self) -> "OrderChangeQuerySet":
        """Return those that neither took effect nor were cancelled."""
        return self.filter(applied_at=None, cancelled_at=None)

    def due_on(self, day: datetime.date) -> "OrderChangeQuerySet":
        """Return open ones whose day has come on the local date `day`, of orders that are served beyond it, oldest first."""
        served = Q(order__state=lifecycle.IN_PROGRESS) & (Q(order__ends_on=None) | Q(order__ends_on__gt=F("takes_effect_on")))
        return self.open().filter(served, takes_effect_on__lte=day).order_by("takes_effect_on", "pk")


class OrderChange(models.Model):
    """One change of one order. It never divides a period: its day is the first of a period that nobody has billed."""

    class Kind(models.TextChoices):
        PLAN = "plan", _("Another recurring plan")
        DISCOUNT = "discount", _("Discount")
        DISCOUNT_ENDS = "discount_ends", _("End of a discount")

    order = models.ForeignKey("Order", on_delete=models.CASCADE, related_name="changes", verbose_name=_("order"))
    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("type"), max_length=13, choices=Kind)
    # The first local date that the new terms hold.
    takes_effect_on = models.DateField(_("from"))
    new_plan = models.ForeignKey(
        "Plan", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("new plan"), db_index=False
    )
    discount_percent = models.DecimalField(_("discount %"), max_digits=5, decimal_places=2, null=True)
    # What was agreed for each line when it was scheduled: {line id: {"unit_price_minor": …} or {"discount_percent": "20.00"}}.
    lines_after = models.JSONField(default=dict, editable=False)
    by_name = models.CharField(_("by"), max_length=200, blank=True)
    by_user = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("made"))
    applied_at = models.DateTimeField(_("took effect"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)
    cancelled_by_name = models.CharField(max_length=200, blank=True)
    # What the order earned a month before and after: {product id: millionths of the minor unit}; written when it takes effect.
    plan_before = models.ForeignKey("Plan", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    mrr_before = models.JSONField(null=True, editable=False)
    mrr_after = models.JSONField(null=True, editable=False)

    objects = OrderChangeQuerySet.as_manager()

    class Meta:
        ordering = ["order", "takes_effect_on", "pk"]
        verbose_name = _("change of an order")
        verbose_name_plural = _("changes of orders")
        constraints = [
            models.UniqueConstraint(
                name="one_open_change_of_a_kind", fields=["order", "kind"], condition=Q(applied_at=None, cancelled_at=None)
            ),
            models.CheckConstraint(
                name="order_change_took_effect_or_was_cancelled", condition=Q(applied_at=None) | Q(cancelled_at=None)
            ),
            models.CheckConstraint(
                name="order_change_says_what",
                condition=Q(kind="plan", new_plan__isnull=False, discount_percent=None)
                | Q(kind="discount", new_plan=None, discount_percent__gt=0, discount_percent__lte=100)
                | Q(kind="discount_ends", new_plan=None, discount_percent=None),
            ),
            models.CheckConstraint(
                name="order_change_in_effect_knows_before_and_after",
                condition=Q(applied_at=None) | Q(plan_before__isnull=False, mrr_before__isnull=False, mrr_after__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["takes_effect_on", "id"], name="order_change_due", condition=Q(applied_at=None, cancelled_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind} {self.takes_effect_on}"

    @property
    def is_open(self) -> bool:
        """Whether its day has not come, or it waits for it."""
        return self.applied_at is None and self.cancelled_at is None

    @property
    def in_words(self) -> str:
        """What changes and when, in the reader's language; with its new plan fetched."""
        words = {
            self.Kind.PLAN: gettext("From %(day)s the recurring plan is %(plan)s."),
            self.Kind.DISCOUNT: gettext("From %(day)s there is a discount of %(percent)s."),
            self.Kind.DISCOUNT_ENDS: gettext("From %(day)s the price is the full one again."),
        }
        told = {
            "day": day_in_words(self.takes_effect_on),
            "plan": self.new_plan.name if self.new_plan else "",
            "percent": percent(self.discount_percent),
        }
        return words[self.Kind(self.kind)] % told
