"""Monthly revenue: the movements of each order and customer add up to what holds, and follow from what happened."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import BigIntegerField, Case, F, Q, Sum, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from soon.domain import lifecycle
from soon.models import Customer, Movement, Order
from soon.queries.movements.due import due_of, stored_of
from soon.queries.movements.earnings import earnings_of

from . import revenue_sums
from .checks import Check, Finding, Moment, Naming, Rule, Theme, Walk, broken

# Customers whose history is told again at a time.
CUSTOMERS = 2_000

ORDERS = Check(
    "movements_add_up",
    _("The movements of revenue of an order add up to what it earns a month; to nothing if it is paused or closed."),
    _("Its movements come to {moved_micro} millionths, it earns {earned_micro}; it is held {held} times."),
    "orders",
)
CUSTOMER = Check(
    "movements_count_customers",
    _("Whoever holds a subscription that earns is counted as a customer once, and nobody else."),
    _("The movements count the customer {counted} times, with {held} subscriptions."),
    "customers",
)
HISTORY = Check(
    "movements_follow_from_history",
    _("Made anew from what happened, the movements of revenue are the same."),
    _("{missing} are missing and {surplus} are too many."),
    "customers",
)


def orders(moment: Moment) -> Iterator[Finding]:
    """Add up the movements of each order, those of days to come included."""
    earned = Case(When(state=lifecycle.IN_PROGRESS, plan__isnull=False, then=F("mrr_micro")), default=0)
    rows = (
        Order.objects.order_by()
        .values("pk", "number", "state")
        .annotate(
            earned_micro=earned,
            moved_micro=Coalesce(Sum("movements__amount_micro"), 0, output_field=BigIntegerField()),
            held=Coalesce(Sum("movements__orders"), 0, output_field=BigIntegerField()),
        )
    )
    is_held = Q(held=1, earned_micro__gt=0) | Q(held=0, earned_micro=0) | Q(held__in=[0, 1], state=lifecycle.PAUSED)
    wrong = ~Q(moved_micro=F("earned_micro")) | ~is_held
    yield from broken(rows, (Rule(ORDERS, wrong, ("moved_micro", "earned_micro", "held")),), Naming("order"))


def customers(moment: Moment) -> Iterator[Finding]:
    """Compare what is counted of each customer with what they hold."""
    rows = (
        Movement.objects.order_by().values("customer", "customer__name").annotate(counted=Sum("customers"), held=Sum("orders"))
    )
    is_true = Q(counted=1, held__gt=0) | Q(counted=0, held=0)
    yield from broken(rows, (Rule(CUSTOMER, ~is_true, ("counted", "held")),), Naming("customer", "customer", "customer__name"))


def history(moment: Moment) -> Iterator[Finding]:
    """Tell every customer's history again and compare."""
    after = 0
    while keys := list(Customer.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:CUSTOMERS]):
        stored = stored_of(keys)
        earnings = earnings_of(list(Order.objects.filter(customer__in=keys).values_list("pk", flat=True)))
        due = due_of(earnings, stored)
        there = Counter({row: len(found) for rows in stored.values() for row, found in rows.items()})
        yield from _differences(due - there, there - due)
        moment.seen(len(keys))
        after = keys[-1]


def _differences(missing: Counter[Any], surplus: Counter[Any]) -> Iterator[Finding]:
    wrong = {row[0] for row in (*missing, *surplus)}
    names = dict(Customer.objects.filter(pk__in=wrong).values_list("pk", "name"))
    for customer in sorted(wrong):
        facts = {
            name: sum(count for row, count in rows.items() if row[0] == customer)
            for name, rows in (("missing", missing), ("surplus", surplus))
        }
        yield Finding(HISTORY, names.get(customer, str(customer)), "customer", customer, facts)


REVENUE = Theme(_("Monthly revenue"), (Walk((ORDERS,), orders), Walk((CUSTOMER,), customers), *revenue_sums.WALKS))
# Takes as long as all others together; made when asked for.
REBUILT = Theme(_("Monthly revenue made anew"), (Walk((HISTORY,), history),))
