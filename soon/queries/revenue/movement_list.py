"""The list of movements of MRR, a row for each: what every mark and cell of the reports on revenue leads to."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soon.domain import churn, earning
from soon.models import Closure, Customer, Movement, Order, Plan, Product, User
from soon.queries.listing import ChoiceDimension, Column, Filter, ListSpec, MonthDimension, Reader, RecordDimension
from soon.queries.listing.reach import SinceMonth, UntilMonth
from soon.queries.orders import search_orders

PAUSES = (earning.PAUSED, earning.RESUMED)
WITHDRAWAL = Closure.Type.WITHDRAWAL.value

CAUSES: dict[str, Promise | str] = {
    earning.BEGAN: pgettext_lazy("movement", "Began"),
    earning.CHANGED: pgettext_lazy("movement", "Changed"),
    earning.PAUSED: pgettext_lazy("movement", "Paused"),
    earning.RESUMED: pgettext_lazy("movement", "Resumed"),
    earning.REOPENED: pgettext_lazy("movement", "Reopened"),
    earning.RENEWED: pgettext_lazy("movement", "Renewed"),
    **{kind.value: _("Closed: %(type)s") for kind in Closure.Type},
}


def cause_text(cause: str) -> str:
    """Return why revenue moved, as readers see it."""
    type_of_closure = dict(Closure.Type.choices).get(cause)
    return str(CAUSES.get(cause, cause)) % {"type": type_of_closure} if type_of_closure else str(CAUSES.get(cause, cause))


def movements_visible_to(user: User) -> "QuerySet[Movement]":
    """Return the movements of orders that staff member `user` may see, those of future days included."""
    if user.may("see_all_orders"):
        return Movement.objects.all()
    return Movement.objects.filter(salesperson=user) if user.may("see_orders") else Movement.objects.none()


def search_movements(rows: "QuerySet[Movement]", text: str) -> "QuerySet[Movement]":
    """Return those of the orders that the list of orders finds."""
    return rows.filter(order__in=search_orders(Order.objects.all(), text))


class _CauseDimension(ChoiceDimension):
    """Why revenue moved."""

    def text_for(self, key: str) -> str:
        return cause_text(key)


def _kind_of(row: Movement, reader: Reader) -> str:
    return str(Movement.Kind(row.kind).label)


def _cause_of(row: Movement, reader: Reader) -> str:
    return cause_text(row.cause)


def _has_been_counted(reader: Reader) -> Q:
    return Q(moved_on__lte=reader.today)


def _lies_ahead(reader: Reader) -> Q:
    return Q(moved_on__gt=reader.today)


def _was_withdrawn(reader: Reader) -> Q:
    return Q(Exists(Movement.objects.filter(order=OuterRef("order"), cause=WITHDRAWAL)))


def _was_not_withdrawn(reader: Reader) -> Q:
    return ~_was_withdrawn(reader)


COLUMNS = (
    Column("number", _("Number"), "order.number", sort=("order_id",), css="row-title"),
    Column(
        "customer",
        _("Customer"),
        "customer.name",
        sort=("customer__search_key",),
        link=("customer", "customer_id"),
        css="words",
    ),
    Column("day", _("Day"), "moved_on", kind="day", sort=("moved_on",)),
    Column("kind", _("Movement"), _kind_of, sort=("kind",)),
    Column("cause", pgettext_lazy("movement", "Cause"), _cause_of, css="words short-words"),
    Column("plan", _("Recurring plan"), "plan.name", css="phone-hide"),
    Column("product", _("Product"), "product.name", css="words phone-hide"),
    Column("salesperson", _("Salesperson"), "salesperson.name", css="words short-words phone-hide"),
    Column("mrr", _("MRR"), "amount_micro", kind="mrr", sort=("amount_micro",), total="amount_micro"),
    Column("customers", _("Customers"), "customers", kind="number", is_shown=False),
    Column("since", _("Customer since"), "cohort_on", kind="day", sort=("cohort_on",), is_shown=False),
    Column("currency", _("Currency"), "currency", is_shown=False),
)

FILTERS = (
    *(Filter(kind, label, Q(kind=kind), group="kind") for kind, label in Movement.Kind.choices),
    Filter("counted", _("Until today"), _has_been_counted, group="day"),
    Filter("ahead", _("Ahead"), _lies_ahead, group="day"),
    Filter("pauses", _("Pauses and what went on after them"), Q(cause__in=PAUSES), group="cause"),
    Filter("withdrawals", pgettext_lazy("closings", "Withdrawals"), Q(cause=WITHDRAWAL), group="cause"),
    Filter("involuntary", _("Not voluntary"), Q(kind="churn", cause__in=churn.INVOLUNTARY), group="cause"),
    Filter("withdrawn", _("Of subscriptions withdrawn from"), _was_withdrawn, group="withdrawn"),
    Filter("not_withdrawn", _("Without those withdrawn from"), _was_not_withdrawn, group="withdrawn"),
)

PLAN = RecordDimension("plan", _("Recurring plan"), "plan", model=Plan, names=("name_vi", "name_en"))
PRODUCT = RecordDimension("product", _("Product"), "product", model=Product, names=("name_vi", "name_en"))
SALESPERSON = RecordDimension("salesperson", _("Salesperson"), "salesperson", model=User)
CUSTOMER = RecordDimension("customer", _("Customer"), "customer", model=Customer)

MOVEMENTS = ListSpec(
    page="movements",
    title=_("Movements of MRR"),
    columns=COLUMNS,
    record=("order", "order.number"),
    filters=FILTERS,
    dimensions=(
        MonthDimension("month", _("Month"), "moved_on"),
        ChoiceDimension("kind", _("Movement"), "kind", choices=Movement.Kind.choices),
        _CauseDimension("cause", pgettext_lazy("movement", "Cause"), "cause"),
        PLAN,
        PRODUCT,
        CUSTOMER,
        SALESPERSON,
        ChoiceDimension("currency", _("Currency"), "currency"),
    ),
    drills=(
        SinceMonth("from", pgettext_lazy("month", "From"), "moved_on"),
        UntilMonth("to", pgettext_lazy("month", "To"), "moved_on"),
        MonthDimension("cohort", _("Customer since"), "cohort_on"),
    ),
    search=search_movements,
    search_hint=_("Number, customer, reference"),
    default_sort="-day",
    related=("order", "customer", "plan", "product", "salesperson"),
    currency="currency",
    icon="document-text",
    empty_title=_("Revenue has not moved yet"),
    empty_text=_("As soon as a subscription is paid for, changed or closed, it stands here with what that means a month."),
)
