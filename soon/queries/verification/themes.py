"""Everything that is checked, by theme."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from soon.models import (
    Activity,
    BillingRun,
    Closure,
    Customer,
    Invoice,
    InvoiceLine,
    Letter,
    NumberSeries,
    Order,
    OrderLine,
    Payment,
    Settlement,
)

from .checks import Check, Text, Theme
from .documents import DOCUMENTS
from .money import MONEY
from .numbers import NUMBERS
from .orders import ORDERS
from .periods import PERIODS
from .structure import STRUCTURE, wanted, wanted_triggers
from .traces import TRACES

THEMES: Sequence[Theme] = (PERIODS, ORDERS, DOCUMENTS, NUMBERS, MONEY, TRACES, STRUCTURE)
CHECKS: Mapping[str, Check] = {check.code: check for theme in THEMES for check in theme.checks}


class LookedAt(NamedTuple):
    """What readers call the records of a noun, and how many there are."""

    label: Text
    how_many: Callable[[], int]


LOOKED_AT: Mapping[str, LookedAt] = {
    "documents": LookedAt(_("documents"), Invoice.objects.count),
    "lines": LookedAt(_("lines of documents"), InvoiceLine.objects.count),
    "series": LookedAt(_("number series"), NumberSeries.objects.count),
    "orders": LookedAt(_("orders"), Order.objects.count),
    "order_lines": LookedAt(_("order lines"), OrderLine.objects.count),
    "closures": LookedAt(_("closures"), Closure.objects.count),
    "payments": LookedAt(_("payments"), Payment.objects.count),
    "settlements": LookedAt(_("settlements"), Settlement.objects.count),
    "customers": LookedAt(_("customers"), Customer.objects.count),
    "runs": LookedAt(_("billing runs"), BillingRun.objects.count),
    "activities": LookedAt(_("chatter entries and letters"), lambda: Activity.objects.count() + Letter.objects.count()),
    "letters": LookedAt(_("letters"), Letter.objects.count),
    "constraints": LookedAt(_("constraints"), lambda: len(wanted())),
    "guards": LookedAt(_("guards"), lambda: len(list(wanted_triggers()))),
}
