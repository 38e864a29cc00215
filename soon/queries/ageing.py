"""The ageing list: what is open, by how long it has been due."""

import datetime

from django.db.models import BigIntegerField, Case, Q, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from soon.models import Customer, Invoice, User

from .balances import OPEN_MINOR
from .invoices import search_invoices
from .listing import ChoiceDimension, Column, ListSpec, Reader, RecordDimension

# (key, heading, days overdue from, to); the first is not due yet.
BUCKETS: tuple[tuple[str, Promise | str, int | None, int | None], ...] = (
    ("not_due", _("Not due"), None, 0),
    ("to_30", _("1–30 days"), 1, 30),
    ("to_60", _("31–60 days"), 31, 60),
    ("to_90", _("61–90 days"), 61, 90),
    ("over_90", _("Over 90 days"), 91, None),
)


def _bucket(key: str, label: Promise | str, first: int | None, last: int | None, today: datetime.date) -> Column:
    """Return the column of what has been overdue from `first` to `last` days on the local date `today`."""

    def value(invoice: Invoice, reader: Reader) -> int | None:
        days = (today - invoice.due_on).days
        return invoice.open_minor if (first is None or days >= first) and (last is None or days <= last) else None

    within = Q()
    if first is not None:
        within &= Q(due_on__lte=today - datetime.timedelta(days=first))
    if last is not None:
        within &= Q(due_on__gte=today - datetime.timedelta(days=last))
    # Nothing rather than zero, so that only what there is stands in the line of a customer.
    total = Case(When(within, then=OPEN_MINOR), output_field=BigIntegerField())
    return Column(key, label, value, kind="money", total=total)


def ageing(today: datetime.date) -> ListSpec:
    """Return the list of open invoices with a column for each span of days overdue on the local date `today`.

    Grouped by customer, the sub-totals of a group are the customer's line of the ageing list, per currency.
    """
    return ListSpec(
        page="ageing",
        title=_("Ageing list"),
        columns=(
            Column("number", _("Number"), "number", sort=("number",), css="row-title"),
            # The list opens grouped by customer, where it would only repeat the name.
            Column("customer", _("Customer"), "customer.name", sort=("customer__search_key",), css="words", is_shown=False),
            Column("due", _("Due date"), "due_on", kind="day", sort=("due_on",)),
            *(_bucket(key, label, first, last, today) for key, label, first, last in BUCKETS),
            Column("open", _("Total"), "open_minor", kind="money", sort=(lambda: OPEN_MINOR,), total=OPEN_MINOR),
            Column("currency", _("Currency"), "currency", sort=("currency",), is_shown=False),
        ),
        record=("invoice", "pk"),
        dimensions=(
            RecordDimension("customer", _("Customer"), "customer", model=Customer),
            RecordDimension("salesperson", _("Salesperson"), "customer__salesperson", model=User),
            ChoiceDimension("currency", _("Currency"), "currency"),
        ),
        search=search_invoices,
        search_hint=_("Number, customer, order"),
        default_sort="due",
        related=("customer", "order"),
        currency="currency",
        icon="check-circle",
        empty_title=_("Nothing is open"),
        empty_text=_("Every invoice has been paid or credited."),
    )
