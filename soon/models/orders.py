"""Orders: a quotation first, after confirmation a subscription (an order with a plan **is** a subscription)."""

import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from soon.domain import lifecycle
from soon.domain.closing import end_of_service
from soon.formatting import day_in_words

from .billing import SetAside

if TYPE_CHECKING:
    from .customers import Customer
    from .users import User


class OrderQuerySet(models.QuerySet["Order"]):
    """Questions about orders that chain."""

    def visible_to(self, user: "User") -> "OrderQuerySet":
        """Return the orders staff member `user` may see: all, their own, or none."""
        if user.may("see_all_orders"):
            return self
        return self.filter(salesperson=user) if user.may("see_orders") else self.none()

    def of_customer(self, customer: "Customer") -> "OrderQuerySet":
        """Return what `customer` sees in the portal: their own orders that were ever offered to them."""
        return self.filter(customer=customer).exclude(state=lifecycle.QUOTATION).exclude(state=lifecycle.CANCELLED)

    def in_states(self, *states: str) -> "OrderQuerySet":
        """Return those in one of `states`."""
        return self.filter(state__in=states)

    def due_on(self, day: datetime.date) -> "OrderQuerySet":
        """Return those with a period to invoice on or before the local date `day`."""
        return self.filter(state=lifecycle.IN_PROGRESS, next_invoice_on__lte=day)

    def ending_on(self, day: datetime.date) -> "OrderQuerySet":
        """Return serving ones whose last day lies before the local date `day`: a fixed term is over, or a closing has come."""
        return self.filter(state__in=lifecycle.SERVING, ends_on__lte=day)

    def not_set_aside(self) -> "OrderQuerySet":
        """Return those that no failure keeps out of the billing run."""
        open_failures = SetAside.objects.open().filter(order=models.OuterRef("pk"))
        return self.filter(~models.Exists(open_failures))

    def make_move(self, move: str, **fields: Any) -> bool:
        """Make `move` of the lifecycle with `fields`, in one conditional UPDATE; return whether it was still allowed.

        Of several that try at the same moment exactly one is told True, on SQLite as on PostgreSQL.
        """
        return bool(self.make_moves(move, **fields))

    def make_moves(self, move: str, **fields: Any) -> int:
        """Make `move` with all that still may, in one conditional UPDATE; return how many."""
        return self.filter(state__in=lifecycle.sources(move)).update(state=lifecycle.target(move), **fields)


class Order(models.Model):
    """An order of one customer. The totals are written by the verbs that change its lines."""

    class State(models.TextChoices):
        QUOTATION = lifecycle.QUOTATION, _("Quotation")
        QUOTATION_SENT = lifecycle.QUOTATION_SENT, _("Quotation Sent")
        IN_PROGRESS = lifecycle.IN_PROGRESS, _("In Progress")
        PAUSED = lifecycle.PAUSED, _("Paused")
        CHURNED = lifecycle.CHURNED, _("Churned")
        RENEWED = lifecycle.RENEWED, _("Renewed")
        CANCELLED = lifecycle.CANCELLED, _("Cancelled")

    number = models.CharField(_("number"), max_length=20)
    customer = models.ForeignKey(
        "Customer", on_delete=models.PROTECT, related_name="orders", verbose_name=_("customer"), db_index=False
    )
    plan = models.ForeignKey(
        "Plan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("recurring plan"),
        db_index=False,
    )
    currency = models.CharField(_("currency"), max_length=3)
    salesperson = models.ForeignKey(
        "User",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        verbose_name=_("salesperson"),
        db_index=False,
    )
    state = models.CharField(_("status"), max_length=14, choices=State, default=State.QUOTATION)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Ho_Chi_Minh")
    note = models.TextField(_("terms and notes"), blank=True)
    customer_reference = models.CharField(_("customer reference"), max_length=100, blank=True)
    external_id = models.CharField(_("external id"), max_length=100, null=True, blank=True)  # noqa: DJ001 - unique where given

    created_at = models.DateTimeField(_("created"), editable=False)
    expires_on = models.DateField(_("quotation expires on"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    start_on = models.DateField(_("start date"), null=True, blank=True)
    # Days served for nothing at the beginning; billing periods are counted from the day after them.
    trial_days = models.PositiveSmallIntegerField(_("free trial (days)"), default=0)
    # First local date no longer served, exclusive; set by a fixed term or by closing.
    ends_on = models.DateField(_("end date"), null=True, blank=True)
    # The day the next invoice is due; null when nothing is left to invoice.
    next_invoice_on = models.DateField(_("next invoice"), null=True, editable=False)
    closure = models.OneToOneField(
        "Closure", on_delete=models.PROTECT, null=True, editable=False, related_name="closed_order", verbose_name=_("closure")
    )

    times_reopened = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)

    recurring_minor = models.BigIntegerField(_("recurring amount"), default=0, editable=False)
    mrr_micro = models.BigIntegerField(_("MRR"), default=0, editable=False)
    untaxed_minor = models.BigIntegerField(_("untaxed amount"), default=0, editable=False)
    tax_minor = models.BigIntegerField(_("tax"), default=0, editable=False)
    total_minor = models.BigIntegerField(_("total"), default=0, editable=False)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            # Named here instead of `unique=True`, which adds a second index for prefixes that nobody searches; each index is
            # paid for whenever the billing run moves an order on.
            models.UniqueConstraint(name="one_order_of_a_number", fields=["number"]),
            models.UniqueConstraint(
                name="one_order_of_an_external_id", fields=["external_id"], condition=Q(external_id__isnull=False)
            ),
            models.CheckConstraint(name="order_state_is_known", condition=Q(state__in=lifecycle.STATES)),
            models.CheckConstraint(
                name="order_churned_has_closure_and_end",
                condition=~Q(state="churned") | Q(closure__isnull=False, ends_on__isnull=False),
            ),
            models.CheckConstraint(
                name="order_serving_has_start_and_confirmation",
                condition=~Q(state__in=["in_progress", "paused", "churned", "renewed"])
                | Q(start_on__isnull=False, confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="order_ended_has_no_next_invoice",
                condition=~Q(state__in=["quotation", "quotation_sent", "cancelled", "churned", "renewed"])
                | Q(next_invoice_on__isnull=True),
            ),
            models.CheckConstraint(
                name="order_ends_after_start", condition=Q(ends_on=None) | Q(start_on=None) | Q(ends_on__gte=F("start_on"))
            ),
            models.CheckConstraint(name="order_total_adds_up", condition=Q(total_minor=F("untaxed_minor") + F("tax_minor"))),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="order_by_state"),
            models.Index(fields=["customer", "-id"], name="order_by_customer"),
            models.Index(fields=["plan", "state"], name="order_by_plan"),
            models.Index(fields=["salesperson", "state"], name="order_by_salesperson"),
            models.Index(fields=["next_invoice_on", "id"], name="order_due", condition=Q(state="in_progress")),
            models.Index(
                fields=["ends_on", "id"],
                name="order_ending",
                condition=Q(state__in=["in_progress", "paused"], ends_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_offered(self) -> bool:
        """Whether it is still a quotation, sent or not."""
        return self.state in lifecycle.OFFERED

    @property
    def is_serving(self) -> bool:
        """Whether it is a running subscription, so that it can be closed."""
        return self.state in lifecycle.SERVING

    @property
    def first_paid_on(self) -> datetime.date | None:
        """The first local date that is paid for, after a free trial; billing periods are counted from it."""
        return self.start_on + datetime.timedelta(days=self.trial_days) if self.start_on else None

    @property
    def last_free_on(self) -> datetime.date | None:
        """The last local date of the free trial; None without one, or while nobody knows when the order starts."""
        return self.first_paid_on - datetime.timedelta(days=1) if self.first_paid_on and self.trial_days else None

    @property
    def trial_in_words(self) -> str:
        """What readers are told of the free trial: until which day, or how long while the start is open; "" without one."""
        if self.last_free_on:
            return gettext("Free until %(day)s") % {"day": day_in_words(self.last_free_on)}
        if not self.trial_days:
            return ""
        words = ngettext("The first day is free", "The first %(count)d days are free", self.trial_days)
        return words % {"count": self.trial_days}

    @property
    def last_day_on(self) -> datetime.date | None:
        """The last local date of service, as people say it; None for an order without an end."""
        return self.ends_on - datetime.timedelta(days=1) if self.ends_on else None

    @property
    def serves_its_last_day(self) -> bool:
        """Whether the day on which it is closed is still served."""
        return self.plan.closing_day_is_served if self.plan else True

    def end_if_stopped(self, today: datetime.date) -> datetime.date:
        """Return the first local date no longer served if it is closed or paused `today`; never before it starts."""
        return end_of_service(today, today_is_served=self.serves_its_last_day, start_on=self.start_on)

    @property
    def closes_on(self) -> datetime.date | None:
        """The day an open closure will take effect; None unless closing is scheduled."""
        return self.ends_on if self.is_serving and self.closure_id else None


class OrderLine(models.Model):
    """One position of an order: recurring at the order's plan, or charged once."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", verbose_name=_("order"))
    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="+", db_index=False)
    position = models.PositiveIntegerField(_("position"), default=10)
    product = models.ForeignKey("Product", on_delete=models.PROTECT, related_name="order_lines", verbose_name=_("product"))
    description = models.CharField(_("description"), max_length=500, blank=True)
    is_recurring = models.BooleanField(_("recurring"), default=True)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=1)
    unit_price_minor = models.BigIntegerField(_("unit price"))
    discount_percent = models.DecimalField(_("discount %"), max_digits=5, decimal_places=2, default=0)
    tax = models.ForeignKey("Tax", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("tax"))
    net_minor = models.BigIntegerField(_("amount"), default=0, editable=False)
    tax_minor = models.BigIntegerField(_("tax amount"), default=0, editable=False)
    # Recurring: first local date not invoiced yet. Once: the day it was invoiced. Null: never invoiced.
    billed_until = models.DateField(null=True, editable=False)

    class Meta:
        ordering = ["order", "position", "pk"]
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            models.CheckConstraint(name="order_line_quantity_is_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="order_line_price_is_not_negative", condition=Q(unit_price_minor__gte=0)),
            models.CheckConstraint(
                name="order_line_discount_in_range", condition=Q(discount_percent__gte=0, discount_percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"
