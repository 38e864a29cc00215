"""Questions of the home page. Every figure is that of a list in some state, so the link beside it shows just these rows."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from soon.domain.revenue import CHURN, CONTRACTION, EXPANSION, NEW, REACTIVATION
from soon.models import Customer, Invoice, Order, Plan, Product, SetAside

from .invoices import INVOICES
from .letters import LETTERS, letters_visible_to
from .listing import Column, ListSpec, ListState, Reader
from .listing.rows import Group, filtered, groups_of, totals, totals_at_once
from .orders import ORDERS
from .revenue.months import moved_rows
from .revenue.scope import Scope
from .set_aside import SET_ASIDE

LATEST = 6
# The movements of the month, in their order.
KINDS = (NEW, REACTIVATION, EXPANSION, CONTRACTION, CHURN)
TOP_REASONS = 6


@dataclass(frozen=True)
class Figure:
    """How many rows a list has in the state `query`, and the sums of one of its columns by currency."""

    spec: ListSpec
    query: str
    count: int
    sums: Mapping[str, int]
    kind: str = "money"


@dataclass(frozen=True)
class Attention:
    """Something that may need somebody today."""

    label: Promise | str
    icon: str
    tone: str
    figure: Figure


@dataclass(frozen=True)
class Moved:
    """What movements of a kind came to in a month by currency, signed millionths; `query` is the list of movements."""

    kind: str
    sums: Mapping[str, int]
    query: str


@dataclass(frozen=True)
class Month:
    """Monthly recurring revenue now by currency, of how many subscriptions, and what moved it in the running month."""

    sums: Mapping[str, int]
    subscriptions: int
    query: str
    moved: Sequence[Moved]


@dataclass(frozen=True)
class TopReason:
    """A close reason with its part of all closings looked at, in percent."""

    group: Group
    query: str
    percent: int


@dataclass(frozen=True)
class FirstStep:
    """One of the first things to do in a new installation."""

    label: Promise | str
    page: str
    right: str
    is_done: bool


# label, icon, tone, list, state of the list, column to sum
_ATTENTION: tuple[tuple[Promise | str, str, str, ListSpec, str, str], ...] = (
    (_("Overdue invoices"), "exclamation-triangle", "danger", INVOICES, "filter=overdue", "open"),
    (_("Invoices to issue"), "document-plus", "info", ORDERS, "filter=to_invoice", "recurring"),
    (_("Could not be billed"), "exclamation-circle", "danger", SET_ASIDE, "filter=open", "recurring"),
    (_("Quotations expiring or expired"), "clock", "warn", ORDERS, "filter=expiring&filter=expired", "total"),
    (_("Closings scheduled"), "calendar-days", "warn", ORDERS, "filter=closing", "mrr"),
    (_("Letters that could not be sent"), "envelope", "danger", LETTERS, "filter=failed&filter=retrying", ""),
)


def rows_for(spec: ListSpec, reader: Reader) -> QuerySet[Any]:
    """Return the rows of a list that the reader may see."""
    if spec is INVOICES:
        return Invoice.objects.visible_to(reader.user)
    if spec is SET_ASIDE:
        return SetAside.objects.visible_to(reader.user)
    return letters_visible_to(reader.user) if spec is LETTERS else Order.objects.visible_to(reader.user)


def figure(spec: ListSpec, query: str, reader: Reader, column: str = "") -> Figure:
    """Return count and sums of the list in the state that `query` names, in one query."""
    columns: Sequence[Column] = [spec.column_of[column]] if column else []
    state = ListState.read(QueryDict(query), spec)
    whole = totals_at_once(filtered(rows_for(spec, reader), spec, state, reader), spec, state, columns, reader)
    return Figure(spec, query, whole.count, whole.sums.get(column, {}), columns[0].kind if columns else "")


def attention(reader: Reader) -> list[Attention]:
    """Return what may need somebody on the reader's day, counted among what they may see."""
    return [
        Attention(label, icon, tone, figure(spec, query, reader, column))
        for label, icon, tone, spec, query, column in _ATTENTION
    ]


def month(reader: Reader) -> Month:
    """Return the MRR of the reader's day, and the movements of its month up to then: two queries."""
    running = reader.today.replace(day=1)
    own_of = None if reader.user.may("see_all_orders") else reader.user.pk
    scope = Scope(running, running, reader.today, reporting="", own_of=own_of)
    now, moved, held = Counter[str](), defaultdict[str, Counter[str]](Counter), Counter[str]()
    for row in moved_rows(scope):
        now[row.currency] += row.amount_micro
        held[row.currency] += row.orders
        if row.month_on == running:
            moved[row.kind][row.currency] += row.amount_micro
    # The currency of most subscriptions first.
    spoken = sorted(now, key=lambda currency: (-held[currency], currency))

    def told(sums: Mapping[str, int]) -> Mapping[str, int]:
        return {currency: sums[currency] for currency in spoken if sums[currency]}

    kinds = [Moved(kind, told(moved[kind]), scope.list_query(("filter", kind))) for kind in KINDS]
    return Month(told(now), held.total(), scope.standing_query(running), kinds)


def latest_closings(reader: Reader) -> Sequence[Order]:
    """Return the orders closed last, the newest first."""
    # Asked of the closure itself, so that its index leads; every closure has that moment.
    closed = rows_for(ORDERS, reader).filter(closure__submitted_at__isnull=False).select_related("customer", "closure__reason")
    return list(closed.order_by("-closure__submitted_at", "-closure_id")[:LATEST])


def top_reasons(reader: Reader) -> tuple[int, list[TopReason]]:
    """Return how many closings the last 90 days saw, and their most frequent reasons with their shares."""
    state = ListState(filters=("closed_lately",), group="reason")
    found = filtered(rows_for(ORDERS, reader), ORDERS, state, reader)
    whole = totals(found, ORDERS, [ORDERS.column_of["mrr"]])
    if not whole.count:
        return 0, []
    groups, _page = groups_of(found, ORDERS, state, [ORDERS.column_of["mrr"]], whole, reader)
    tops = [
        TopReason(group, state.with_drill("reason", group.key).query, round(100 * group.count / whole.count))
        for group in groups[:TOP_REASONS]
    ]
    return whole.count, tops


def first_steps(reader: Reader) -> list[FirstStep]:
    """Return what to do in a new installation; none once there is an order."""
    if Order.objects.exists():
        return []
    return [
        FirstStep(_("Add what you sell"), "product_new", "edit_products", Product.objects.exists()),
        FirstStep(_("Say how often you bill: a recurring plan"), "plan_new", "configure", Plan.objects.exists()),
        FirstStep(_("Add a customer"), "customer_new", "edit_customers", Customer.objects.exists()),
        FirstStep(_("Make the first quotation"), "order_new", "edit_orders", False),
    ]
