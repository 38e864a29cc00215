"""The list of visits to the closing page of the portal, a row for each: what the funnel of the churn report leads to."""

from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soon.models import CloseReason, CloseVisit, Order, OrderLine, Plan, Product, User

from .listing import ChoiceDimension, Column, Filter, ListSpec, MonthDimension, Reader, RecordDimension
from .listing.dimensions import NONE, is_id
from .listing.reach import SinceMonth, UntilMonth
from .orders import search_orders

# What a visit was about, as closures carry it (models/closure_facts.py).
_MAIN_PRODUCT = Subquery(
    OrderLine.objects.filter(order=OuterRef("order_id"), is_recurring=True)
    .order_by("-net_minor", "position", "pk")
    .values("product_id")[:1]
)


@dataclass(frozen=True)
class MainProduct(RecordDimension):
    """The main product of the visit's order, which no field holds."""

    def condition(self, key: str) -> Q | None:
        if key == NONE:
            return Q(main_product=None)
        return Q(main_product=int(key)) if is_id(key) else None


def close_visits_visible_to(user: User) -> QuerySet[CloseVisit]:
    """Return the visits to orders that staff member `user` may see."""
    visits = CloseVisit.objects.alias(main_product=_MAIN_PRODUCT)
    return visits if user.may("see_all_orders") else visits.filter(order__in=Order.objects.visible_to(user))


def search_visits(rows: QuerySet[CloseVisit], text: str) -> QuerySet[CloseVisit]:
    """Return those of the orders that the list of orders finds."""
    return rows.filter(order__in=search_orders(Order.objects.all(), text))


def _offer_of(row: CloseVisit, reader: Reader) -> str:
    return str(CloseReason.Offer(row.offer).label) if row.offer else ""


def _outcome_of(row: CloseVisit, reader: Reader) -> str:
    return str(CloseVisit.Outcome(row.outcome).label)


def _kept_of(row: CloseVisit, reader: Reader) -> str:
    return "" if row.is_kept is None else _now("Yes") if row.is_kept else _now("No")


COLUMNS = (
    Column("number", _("Number"), "order.number", sort=("order_id",), css="row-title"),
    Column("customer", _("Customer"), "customer.name", sort=("customer__search_key",), css="words"),
    Column("plan", _("Recurring plan"), "order.plan.name"),
    Column("salesperson", _("Salesperson"), "order.salesperson.name", css="words short-words phone-hide"),
    Column("opened", pgettext_lazy("closing page", "Opened"), "opened_at", kind="moment", sort=("opened_at",)),
    Column("offer", pgettext_lazy("closing page", "Offer"), _offer_of, css="words"),
    Column("outcome", _("Outcome"), _outcome_of, sort=("outcome",), css="words"),
    Column("decided", _("Decided"), "decided_at", kind="moment", sort=("decided_at",), is_shown=False),
    Column("kept", _("Still at the full price after 90 days"), _kept_of),
)

FILTERS = (
    Filter("offered", _("Saw an offer"), Q(offered_at__isnull=False), group="offer"),
    *(Filter(each.value, each.label, Q(outcome=each), group="outcome") for each in reversed(CloseVisit.Outcome)),
    Filter("kept", _("Still at the full price after 90 days"), Q(is_kept=True), group="kept"),
)

CLOSE_VISITS = ListSpec(
    page="close_visits",
    title=_("Visits to the closing page"),
    columns=COLUMNS,
    record=("order", "order.number"),
    filters=FILTERS,
    dimensions=(
        MonthDimension("month", pgettext_lazy("closing page", "Opened in"), "opened_on"),
        ChoiceDimension("outcome", _("Outcome"), "outcome", choices=CloseVisit.Outcome.choices),
        ChoiceDimension("offer", pgettext_lazy("closing page", "Offer"), "offer", choices=CloseReason.Offer.choices),
        RecordDimension("plan", _("Recurring plan"), "order__plan", model=Plan, names=("name_vi", "name_en")),
        RecordDimension("salesperson", _("Salesperson"), "order__salesperson", model=User),
    ),
    drills=(
        SinceMonth("from", pgettext_lazy("month", "From"), "opened_on"),
        UntilMonth("to", pgettext_lazy("month", "To"), "opened_on"),
        MainProduct("product", _("Product"), "main_product", model=Product, names=("name_vi", "name_en")),
        ChoiceDimension("currency", _("Currency"), "order__currency"),
    ),
    search=search_visits,
    search_hint=_("Number, customer, reference"),
    default_sort="-opened",
    related=("order__plan", "order__salesperson", "customer"),
    icon="document-text",
    empty_title=_("Nobody has opened the closing page yet"),
    empty_text=_("When a customer opens it in the portal, the visit stands here with what became of it."),
)
