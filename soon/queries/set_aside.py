"""Questions about set-aside orders: the work list, and what their errors mean in words."""

import datetime

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, override, pgettext, pgettext_lazy

from soon import formatting
from soon.models import BillingRun, Customer, Order, Plan, SetAside, User, search_key

from .listing import Column, Filter, ListSpec, Reader, RecordDimension
from .listing.dimensions import NONE

_BY_KIND: dict[str, Promise | str] = {
    "TooManyDocuments": _("Too many periods are due at once. Check the start date."),
    "DateOutOfRange": _("A date lies outside the calendar. Check the start date and the recurring plan."),
    "InvalidSchedule": _("The recurring plan cannot be billed as it stands. Check its billing period."),
    "InvalidPrice": _("A price, a quantity or a discount makes no sense. Check the order lines."),
    "NotAnAmount": _("An amount makes no sense. Check the prices of the order lines."),
    "UnknownCurrency": _("The currency of the order is unknown."),
    "CurrencyMismatch": _("Two currencies meet on one document. Check the order lines."),
    "IntegrityError": _("A period was charged before, or the stored data contradict each other. Check the invoices."),
    "DataError": _("An amount is too large to be stored. Check quantities and prices."),
    "OverflowError": _("An amount is too large to be stored. Check quantities and prices."),
}
_ELSE = _("Unexpected: %(error)s")


def words_of(error: str) -> str:
    """Return what to look at, for an error as it is stored: "TooManyDocuments: more than …"."""
    known = _BY_KIND.get(error.partition(":")[0])
    return str(known) if known else _ELSE % {"error": error}


def fact_of(error: str) -> dict[str, str]:
    """Return the same as a fact of the chatter, in every language."""
    told = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            told[language] = words_of(error)
    return told


def with_set_aside_mark(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Return `orders`, each knowing whether it is set aside, so that for those that are not nothing more is asked."""
    return orders.annotate(is_set_aside=Exists(SetAside.objects.open().filter(order=OuterRef("pk"))))


def open_set_aside(order: Order) -> SetAside | None:
    """Return what keeps `order`, read by `with_set_aside_mark`, out of billing, if anything does."""
    if not order.is_set_aside:  # type: ignore[attr-defined]
        return None
    return SetAside.objects.open().filter(order=order).select_related("owner").first()


def age_of(found: SetAside, reader: Reader) -> str:
    """Return how many days ago the order was set aside, in the active time zone."""
    days = (reader.today - _local_day(found.set_aside_at)).days
    if days < 1:
        return pgettext("age", "today")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def search_set_aside(rows: QuerySet[SetAside], text: str) -> QuerySet[SetAside]:
    """Return those with every word of `text` in the order's number, the customer or the error."""
    for word in text.split():
        found = Q(order__number__icontains=word) | Q(error__icontains=word)
        rows = rows.filter(found | Q(customer__search_key__contains=search_key(word)))
    return rows


class RunDimension(RecordDimension):
    """The run that set the order aside, called by the moment of its start."""

    def text_for(self, key: str) -> str:
        run = BillingRun.objects.filter(pk=key).first() if key != NONE else None
        return formatting.moment(run.started_at) if run else super().text_for(NONE)


SET_ASIDE = ListSpec(
    page="set_aside",
    title=pgettext_lazy("menu", "Set aside"),
    columns=(
        Column("order", _("Order"), "order.number", sort=("order_id",), link=("order", "order.number"), css="row-title"),
        Column("customer", _("Customer"), "customer.name", sort=("customer__search_key",), css="words"),
        Column("error", _("What is wrong"), lambda row, reader: words_of(row.error), css="words wrapped"),
        Column("technical", _("Technical message"), "error", sort=("error",), css="words", is_shown=False),
        Column("due", _("Due since"), "due_on", kind="day", sort=("due_on",)),
        Column("since", pgettext_lazy("billing", "Set aside"), "set_aside_at", kind="moment", sort=("set_aside_at",),
               is_shown=False),
        Column("age", pgettext_lazy("billing", "Waiting"), age_of, sort=("set_aside_at",)),
        Column("attempts", _("Attempts"), "attempts", kind="number", sort=("attempts",)),
        Column("recurring", _("Recurring amount"), lambda row, reader: [(row.order.recurring_minor, row.order.currency)],
               kind="amounts", total="order__recurring_minor", css="phone-hide"),
        Column("owner", _("Owner"), "owner.name", sort=("owner__name",), css="words short-words"),
        Column("resolved", _("Resolved"), "resolved_at", kind="moment", sort=("resolved_at",), is_shown=False),
        Column("resolved_by", _("Resolved by"), "resolved_by.name", sort=("resolved_by__name",), is_shown=False),
    ),
    record=("order", "order.number"),
    filters=(
        Filter("open", pgettext_lazy("set aside", "Open"), Q(resolved_at=None)),
        Filter("resolved", pgettext_lazy("set aside", "Resolved"), Q(resolved_at__isnull=False)),
        Filter("mine", pgettext_lazy("set aside", "Mine"), lambda reader: Q(owner=reader.user), group="owner"),
        Filter("nobodys", _("Nobody's"), Q(owner=None), group="owner"),
    ),
    dimensions=(
        RecordDimension("owner", _("Owner"), "owner", model=User),
        RecordDimension("customer", _("Customer"), "customer", model=Customer),
        RecordDimension("plan", _("Recurring plan"), "order__plan", model=Plan, names=("name_vi", "name_en")),
    ),
    drills=(RunDimension("run", _("Billing run"), "run", model=BillingRun),),
    search=search_set_aside,
    search_hint=_("Order, customer, message"),
    default_sort="since",
    related=("order", "customer", "owner", "resolved_by"),
    currency="order__currency",
    icon="check-circle",
    empty_title=_("Nothing is set aside"),
    empty_text=_("A subscription that a billing run cannot bill waits here with its error, until somebody retries it."),
)  # fmt: skip


def _local_day(moment: datetime.datetime) -> datetime.date:
    return timezone.localtime(moment).date()
