"""Questions about orders: the list of quotations and subscriptions, and its board by state."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from soon import formatting
from soon.domain import lifecycle
from soon.models import CloseReason, Customer, Order, OrderTally, Plan, User

from .listing import (
    ChoiceDimension,
    Column,
    Dimension,
    Filter,
    ListSpec,
    ListState,
    MonthDimension,
    Reader,
    RecordDimension,
    Tally,
)
from .listing.dimensions import NONE, is_id
from .listing.rows import tally_of
from .revenue.cohort_orders import CohortDimension
from .words import narrowed, order_ways

# A quotation is about to expire when this many days or fewer are left.
EXPIRING_DAYS = 7
LATELY_DAYS = 90
OWN_WORDS = "words:"


@dataclass(frozen=True)
class ReasonDimension(Dimension):
    """The close reason: a listed one, or the very words that staff typed instead."""

    @property
    def fields(self) -> tuple[str, ...]:
        reason = f"{self.field}__reason"
        return (f"{reason}_id", f"{self.field}__own_words", f"{reason}__name_vi", f"{reason}__name_en")

    def key_of(self, values: Mapping[str, Any]) -> str:
        reason, words = values[self.fields[0]], values[self.fields[1]]
        if reason is not None:
            return str(reason)
        return OWN_WORDS + words if words else NONE

    def text_of(self, values: Mapping[str, Any]) -> str:
        names = [values[field] for field in self.fields[2:]]
        if (get_language() or "").startswith("en"):
            names.reverse()
        return values[self.fields[1]] or next((name for name in names if name), "") or gettext("None")

    def text_for(self, key: str) -> str:
        if key.startswith(OWN_WORDS):
            return key.removeprefix(OWN_WORDS)
        found = CloseReason.objects.filter(pk=key).first() if key != NONE else None
        return found.name if found else (gettext("None") if key == NONE else key)

    def condition(self, key: str) -> Q | None:
        if key == NONE:
            return Q(**{f"{self.field}__isnull": True})
        if key.startswith(OWN_WORDS):
            return Q(**{f"{self.field}__reason": None, f"{self.field}__own_words": key.removeprefix(OWN_WORDS)})
        return Q(**{f"{self.field}__reason_id": int(key)}) if is_id(key) else None


def search_orders(rows: QuerySet[Order], text: str) -> QuerySet[Order]:
    """Return those with every word of `text` in the customer, reference or external id, or at the start of the number."""
    return narrowed(rows, text, order_ways)


def state_pill_of(order: Order, reader: Reader | None = None) -> tuple[str, str, str]:
    """Return how the state is drawn; an order whose closing is scheduled says on which day."""
    if order.closes_on:
        return "order", "closing", gettext("Closes on %(day)s") % {"day": formatting.day(order.closes_on)}
    return "order", order.state, ""


def reason_text_of(order: Order, reader: Reader) -> str:
    """Return the close reason in the reader's language, or staff's own words."""
    return order.closure.reason_text if order.closure else ""


def last_day_of(order: Order, reader: Reader) -> datetime.date | None:
    """Return the last day of service; `ends_on` is the first day without."""
    return order.ends_on - datetime.timedelta(days=1) if order.ends_on else None


def _to_invoice(reader: Reader) -> Q:
    return Q(state=lifecycle.IN_PROGRESS, next_invoice_on__lte=reader.today)


def _expiring(reader: Reader) -> Q:
    last = reader.today + datetime.timedelta(days=EXPIRING_DAYS)
    return Q(state__in=lifecycle.OFFERED, expires_on__gte=reader.today, expires_on__lte=last)


def _expired(reader: Reader) -> Q:
    return Q(state__in=lifecycle.OFFERED, expires_on__lt=reader.today)


def _closed_lately(reader: Reader) -> Q:
    return Q(
        closure__requested_on__gt=reader.today - datetime.timedelta(days=LATELY_DAYS), closure__requested_on__lte=reader.today
    )


COLUMNS = (
    Column("number", _("Number"), "number", sort=("pk",), link=("order", "number"), css="row-title"),
    Column("customer", _("Customer"), "customer.name", sort=("customer__search_key",), css="words"),
    Column("plan", _("Recurring plan"), "plan.name", sort=("plan__position", "plan_id")),
    Column(
        "salesperson", _("Salesperson"), "salesperson.name", sort=("salesperson__name",), css="words short-words phone-hide"
    ),
    Column("start", _("Start date"), "start_on", kind="day", sort=("start_on",)),
    Column("next_invoice", _("Next invoice"), "next_invoice_on", kind="day", sort=("next_invoice_on",)),
    Column(
        "recurring", _("Recurring amount"), "recurring_minor", kind="money", sort=("recurring_minor",), total="recurring_minor",
        is_shown=False,
    ),
    Column("mrr", _("MRR"), "mrr_micro", kind="mrr", sort=("mrr_micro",), total="mrr_micro"),
    Column(
        "untaxed", _("Untaxed amount"), "untaxed_minor", kind="money", sort=("untaxed_minor",), total="untaxed_minor",
        is_shown=False,
    ),
    Column("total", _("Total"), "total_minor", kind="money", sort=("total_minor",), total="total_minor"),
    Column("state", _("Status"), state_pill_of, kind="pill", sort=("state",)),
    Column("reason", _("Close Reason"), reason_text_of, css="words"),
    Column("closed", _("Closed on"), "closure.requested_on", kind="day", sort=("closure__requested_on",), is_shown=False),
    Column("last_day", _("Last day of service"), last_day_of, kind="day", sort=("ends_on",), is_shown=False),
    Column("expires", _("Expires on"), "expires_on", kind="day", sort=("expires_on",), is_shown=False),
    Column("confirmed", _("Confirmed"), "confirmed_at", kind="moment", sort=("confirmed_at",), is_shown=False),
    Column("created", _("Created"), "created_at", kind="moment", sort=("created_at",), is_shown=False),
    Column("reference", _("Customer reference"), "customer_reference", is_shown=False),
    Column("external_id", _("External id"), "external_id", sort=("external_id",), is_shown=False),
    Column("currency", _("Currency"), "currency", sort=("currency",), is_shown=False),
)  # fmt: skip

FILTERS = (
    Filter("quotations", _("Quotations"), Q(state__in=lifecycle.OFFERED)),
    Filter("quotation_sent", _("Quotation Sent"), Q(state=lifecycle.QUOTATION_SENT)),
    Filter("in_progress", _("In Progress"), Q(state=lifecycle.IN_PROGRESS)),
    Filter("paused", _("Paused"), Q(state=lifecycle.PAUSED)),
    Filter("renewed", _("Renewed"), Q(state=lifecycle.RENEWED)),
    Filter("churned", _("Churned"), Q(state=lifecycle.CHURNED)),
    Filter("cancelled", _("Cancelled"), Q(state=lifecycle.CANCELLED)),
    Filter("to_invoice", _("To invoice today"), _to_invoice, group="due"),
    Filter("closing", _("Closing scheduled"), Q(state__in=lifecycle.SERVING, closure__isnull=False), group="closing"),
    Filter("expiring", _("Expiring soon"), _expiring, group="expiry"),
    Filter("expired", _("Expired"), _expired, group="expiry"),
    Filter("closed_lately", _("Closed in the last 90 days"), _closed_lately, group="closed"),
    Filter("mine", _("My orders"), lambda reader: Q(salesperson=reader.user), group="owner"),
    Filter("closable", _("Closable by the customer"), Q(plan__is_closable=True), group="plan"),
)

DIMENSIONS: tuple[Dimension, ...] = (
    ChoiceDimension("state", _("Status"), "state", choices=Order.State.choices),
    ReasonDimension("reason", _("Close Reason"), "closure"),
    RecordDimension("plan", _("Recurring plan"), "plan", model=Plan, names=("name_vi", "name_en")),
    RecordDimension("salesperson", _("Salesperson"), "salesperson", model=User),
    RecordDimension("customer", _("Customer"), "customer", model=Customer),
    ChoiceDimension("currency", _("Currency"), "currency"),
    MonthDimension("start_month", _("Start month"), "start_on"),
    MonthDimension("closing_month", _("Closing month"), "closure__requested_on"),
)

# What the home page and other pages link to; too special to be offered as groupings.
DRILLS: tuple[Dimension, ...] = (
    MonthDimension("effective_month", _("Closing takes effect in"), "closure__effective_on"),
    MonthDimension("confirmed_month", _("Confirmed in"), "confirmed_at", is_moment=True),
    MonthDimension("ends_month", _("Ends in"), "ends_on"),
    CohortDimension("cohort", _("Customers who began"), "pk"),
)

ORDERS = ListSpec(
    page="orders",
    title=pgettext_lazy("menu", "Subscriptions"),
    columns=COLUMNS,
    record=("order", "number"),
    filters=FILTERS,
    dimensions=DIMENSIONS,
    drills=DRILLS,
    search=search_orders,
    search_hint=_("Number, customer, reference"),
    default_sort="-number",
    related=("customer", "plan", "salesperson", "closure__reason"),
    currency="currency",
    new_page="order_new",
    new_right="edit_orders",
    icon="document-text",
    empty_title=_("No subscriptions yet"),
    empty_text=_("A subscription begins as a quotation. Make the first one."),
    views=("board",),
    tally=Tally(
        rows_for=lambda reader: OrderTally.objects.visible_to(reader.user),
        count="orders",
        keys=frozenset(
            "quotations quotation_sent in_progress paused renewed churned cancelled mine closable "
            "state plan salesperson currency".split()
        ),
    ),
)


def sums_by_state(rows: QuerySet[Order], state: ListState, reader: Reader) -> dict[str, tuple[int, dict[str, int]]]:
    """Return for each state that occurs how many of `rows` are in it, and their MRR in millionths by currency.

    `rows` are those that the list's `state` names; where the tally can answer, it does.
    """
    found: dict[str, tuple[int, dict[str, int]]] = {}
    tally = tally_of(ORDERS, state, reader)
    how_many = Count("pk") if tally is None else Sum("orders")
    counted = (
        (rows if tally is None else tally).order_by().values_list("state", "currency").annotate(how_many, Sum("mrr_micro"))
    )
    for name, currency, count, mrr in counted.order_by("state", "currency"):
        before, sums = found.get(name, (0, {}))
        if count:
            found[name] = (before + count, sums | {currency: mrr or 0})
    return found
