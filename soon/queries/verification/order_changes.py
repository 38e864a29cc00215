"""Changes of orders that wait for a period boundary: made when they were due, and nothing billed across them before."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from soon.domain import lifecycle
from soon.models import InvoiceLine, OrderChange

from .checks import Check, Finding, Moment, Naming, Rule, broken

AGREED = Check(
    "plan_is_agreed",
    _("Each order whose plan was changed has the plan to which it was changed last."),
    _("It was changed to another plan from {takes_effect_on} than the one it has."),
    "orders",
)
AHEAD = Check(
    "nothing_billed_ahead_of_change",
    _("No period that begins on or after the day of a change that waits has been billed."),
    _("A change waits for {takes_effect_on}, and a period from then on is billed already."),
    "orders",
)


def order_changes(moment: Moment) -> Iterator[Finding]:
    """Compare the changes that took effect with the plans of their orders, and those that wait with what was billed."""
    later = OrderChange.objects.filter(order=OuterRef("order"), kind=OrderChange.Kind.PLAN, applied_at__isnull=False)
    last = OrderChange.objects.filter(kind=OrderChange.Kind.PLAN, applied_at__isnull=False).filter(
        ~Exists(later.filter(takes_effect_on__gt=OuterRef("takes_effect_on")))
    )
    naming = Naming("order", "order", "order__number")
    yield from broken(last, (Rule(AGREED, ~Q(order__plan=F("new_plan")), ("takes_effect_on",)),), naming)
    # What a closing settled late is left out, and what was billed before a reopening.
    billed = InvoiceLine.objects.filter(
        order_line__order=OuterRef("order"), is_charge=True, period_start__gte=OuterRef("takes_effect_on")
    )
    waiting = OrderChange.objects.open().filter(order__state=lifecycle.IN_PROGRESS, order__times_reopened=0)
    yield from broken(waiting, (Rule(AHEAD, Q(Exists(billed)), ("takes_effect_on",)),), naming)
