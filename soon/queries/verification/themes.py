"""Everything that is checked, by theme."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from django.utils.translation import pgettext_lazy

from soon.models import (
    Activity,
    BillingRun,
    Closure,
    Customer,
    Evidence,
    Invoice,
    InvoiceLine,
    Letter,
    Movement,
    NumberSeries,
    Order,
    OrderLine,
    Payment,
    Payout,
    Settlement,
)

from .checks import Check, Text, Theme
from .documents import DOCUMENTS
from .evidence import EVIDENCE
from .money import MONEY
from .numbers import NUMBERS
from .orders import ORDERS
from .periods import PERIODS
from .revenue import REBUILT, REVENUE
from .structure import STRUCTURE, wanted, wanted_triggers
from .traces import TRACES

THEMES: Sequence[Theme] = (PERIODS, ORDERS, REVENUE, DOCUMENTS, NUMBERS, MONEY, TRACES, EVIDENCE, STRUCTURE)
# With what is only checked when somebody asks for it.
ALL_THEMES: Sequence[Theme] = (*THEMES, REBUILT)
CHECKS: Mapping[str, Check] = {check.code: check for theme in ALL_THEMES for check in theme.checks}


class LookedAt(NamedTuple):
    """What readers call the records of a noun, and how many there are."""

    label: Text
    how_many: Callable[[], int]


LOOKED_AT: Mapping[str, LookedAt] = {
    "documents": LookedAt(pgettext_lazy("looked at", "documents"), Invoice.objects.count),
    "lines": LookedAt(pgettext_lazy("looked at", "lines of documents"), InvoiceLine.objects.count),
    "series": LookedAt(pgettext_lazy("looked at", "number series"), NumberSeries.objects.count),
    "orders": LookedAt(pgettext_lazy("looked at", "orders"), Order.objects.count),
    "order_lines": LookedAt(pgettext_lazy("looked at", "order lines"), OrderLine.objects.count),
    "closures": LookedAt(pgettext_lazy("looked at", "closures"), Closure.objects.count),
    "evidence": LookedAt(pgettext_lazy("looked at", "entries of evidence"), Evidence.objects.count),
    "payments": LookedAt(pgettext_lazy("looked at", "payments"), Payment.objects.count),
    "payouts": LookedAt(pgettext_lazy("looked at", "payouts"), Payout.objects.count),
    "settlements": LookedAt(pgettext_lazy("looked at", "settlements"), Settlement.objects.count),
    "movements": LookedAt(pgettext_lazy("looked at", "movements of revenue"), Movement.objects.count),
    "customers": LookedAt(pgettext_lazy("looked at", "customers"), Customer.objects.count),
    "runs": LookedAt(pgettext_lazy("looked at", "billing runs"), BillingRun.objects.count),
    "activities": LookedAt(
        pgettext_lazy("looked at", "chatter entries and letters"),
        lambda: Activity.objects.count() + Letter.objects.count(),
    ),
    "letters": LookedAt(pgettext_lazy("looked at", "letters"), Letter.objects.count),
    "constraints": LookedAt(pgettext_lazy("looked at", "constraints"), lambda: len(wanted())),
    "guards": LookedAt(pgettext_lazy("looked at", "guards"), lambda: len(list(wanted_triggers()))),
    "checks": LookedAt(pgettext_lazy("looked at", "checks"), lambda: len(CHECKS)),
}
