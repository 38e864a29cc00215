"""The list of closings, a row for each: what the churn report leads to, mark by mark."""

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soon.domain import churn
from soon.models import Closure, Order, Plan, User

from .closing_facets import CATEGORY, PRODUCT, REASON, SIGNS_SEEN, STAFF_CATEGORY, TENURE, VOLUNTARY
from .listing import ChoiceDimension, Column, Filter, ListSpec, MonthDimension, Reader, RecordDimension
from .listing.reach import SinceMonth, UntilMonth
from .orders import search_orders

IN_EFFECT = Q(took_effect_at__isnull=False)
# Booked for a later day; what took effect at once did so at the moment it was submitted.
SCHEDULED = Q(took_effect_at=None) | Q(took_effect_at__gt=F("submitted_at"))
# Whoever moves to another order stays a customer.
IS_NO_TRANSFER = ~Q(type=churn.TRANSFER)


def closings_visible_to(user: User) -> QuerySet[Closure]:
    """Return the closings of orders that staff member `user` may see, scheduled and undone ones included."""
    if user.may("see_all_orders"):
        return Closure.objects.all()
    return Closure.objects.filter(salesperson=user) if user.may("see_orders") else Closure.objects.none()


def search_closings(rows: QuerySet[Closure], text: str) -> QuerySet[Closure]:
    """Return those of the orders that the list of orders finds."""
    return rows.filter(order__in=search_orders(Order.objects.all(), text))


def _reason_of(row: Closure, reader: Reader) -> str:
    return row.reason_text


def _staff_reason_of(row: Closure, reader: Reader) -> str:
    return row.staff_reason.name if row.staff_reason else ""


def _type_of(row: Closure, reader: Reader) -> str:
    return str(Closure.Type(row.type).label)


def _channel_of(row: Closure, reader: Reader) -> str:
    return str(Closure.Channel(row.channel).label)


COLUMNS = (
    Column("number", _("Number"), "order.number", sort=("order_id",), css="row-title"),
    Column("customer", _("Customer"), "customer.name", sort=("customer__search_key",), css="words"),
    Column("plan", _("Recurring plan"), "plan.name"),
    Column("salesperson", _("Salesperson"), "salesperson.name", css="words short-words phone-hide"),
    Column("start", _("Start date"), "order.start_on", kind="day", sort=("order__start_on",)),
    Column("last_day", _("Last day of service"), "last_day_on", kind="day", sort=("effective_on",)),
    Column("reason", _("Close Reason"), _reason_of, css="words"),
    Column("staff_reason", _("Reason as staff see it"), _staff_reason_of, css="words", is_shown=False),
    Column("comment", _("Comment"), "comment", css="words", is_shown=False),
    Column("type", _("Type"), _type_of),
    Column("channel", _("Channel"), _channel_of, is_shown=False),
    Column("submitted", _("Submitted"), "submitted_at", kind="moment", sort=("submitted_at",), is_shown=False),
    Column("undone", _("Undone"), "undone_at", kind="moment", is_shown=False),
    Column("reopened", _("Reopened"), "reopened_on", kind="day", is_shown=False),
    Column("lost", _("Lost MRR"), "lost_mrr_micro", kind="mrr", sort=("lost_mrr_micro",), total="lost_mrr_micro"),
    Column("currency", _("Currency"), "currency", is_shown=False),
)

FILTERS = (
    Filter("in_effect", _("Took effect"), IN_EFFECT & IS_NO_TRANSFER),
    Filter("scheduled", _("Booked for a later day"), SCHEDULED & IS_NO_TRANSFER, group="booking"),
    Filter("undone", pgettext_lazy("closings", "Undone"), Q(undone_at__isnull=False) & IS_NO_TRANSFER, group="undoing"),
    Filter("reopened", pgettext_lazy("closings", "Reopened"), Q(reopened_on__isnull=False) & IS_NO_TRANSFER, group="reopening"),
)

PLAN = RecordDimension("plan", _("Recurring plan"), "plan", model=Plan, names=("name_vi", "name_en"))
SALESPERSON = RecordDimension("salesperson", _("Salesperson"), "salesperson", model=User)
CHANNEL = ChoiceDimension("channel", _("Channel"), "channel", choices=Closure.Channel.choices)
TYPE = ChoiceDimension("type", _("Type"), "type", choices=Closure.Type.choices)
CURRENCY = ChoiceDimension("currency", _("Currency"), "currency")
MONTH = MonthDimension("month", _("Closed in"), "effective_on")

CLOSINGS = ListSpec(
    page="closings",
    title=_("Closings"),
    columns=COLUMNS,
    record=("order", "order.number"),
    filters=FILTERS,
    dimensions=(MONTH, PLAN, SALESPERSON, CHANNEL, TYPE, CURRENCY),
    drills=(
        SinceMonth("from", pgettext_lazy("month", "From"), "effective_on"),
        UntilMonth("to", pgettext_lazy("month", "To"), "effective_on"),
        SinceMonth("reopened_from", _("Reopened from"), "reopened_on"),
        UntilMonth("reopened_to", _("Reopened to"), "reopened_on"),
        REASON,
        CATEGORY,
        STAFF_CATEGORY,
        SIGNS_SEEN,
        PRODUCT,
        TENURE,
        VOLUNTARY,
    ),
    search=search_closings,
    search_hint=_("Number, customer, reference"),
    default_sort="-last_day",
    related=("order", "plan", "salesperson", "customer", "reason", "staff_reason"),
    currency="currency",
    icon="document-text",
    empty_title=_("No subscription has been closed yet"),
    empty_text=_("When one is closed, it stands here with its reason and what was lost."),
)
