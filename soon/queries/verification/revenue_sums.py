"""The sums by month and by customer from which reports on revenue are made are those of the movements."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest, TruncMonth
from django.utils.translation import gettext_lazy as _

from soon.models import CohortTally, CustomerRevenue, Movement, RetentionTally, RevenueTally
from soon.queries.movements.month_sums import sums_of_all

from .checks import Check, Finding, Moment, Naming, Rule, Walk, broken

# A month and whatever else tells sums apart, with the sums; those that come to nothing are left out.
Sums = Mapping[tuple[Any, ...], tuple[int, ...]]

SUMS = Check(
    "movements_are_summed",
    _("The sums by month that reports on revenue are made of are those of its movements."),
    _("Sums of {table} say {kept}, the movements {moved}."),
    "movements",
)
OF_CUSTOMERS = Check(
    "revenue_of_customers_is_kept",
    _("What is kept of a customer, how much their monthly revenue ever rose and fell by, is what their movements come to."),
    _("Kept are +{gained_micro} and -{lost_micro} millionths in {currency}, movements come to +{up_micro} and -{down_micro}."),
    "customers",
)
UP_MICRO = Sum(Greatest("amount_micro", 0))
DOWN_MICRO = Sum(Greatest(-F("amount_micro"), 0))


def sums(moment: Moment) -> Iterator[Finding]:
    """Compare the three tallies with the movements."""
    moved = Movement.objects.annotate(month=TruncMonth("moved_on"), cohort=TruncMonth("cohort_on")).order_by()
    amounts = ("amount_micro", "customers", "orders")
    yield from _differences(RevenueTally, ("month_on", "currency", "kind", "cause"), amounts, _summed(
        moved, ("month", "currency", "kind", "cause"), amounts
    ))  # fmt: skip
    yield from _differences(CohortTally, ("month_on", "currency", "cohort_on"), amounts[:2], _summed(
        moved, ("month", "currency", "cohort"), amounts[:2]
    ))  # fmt: skip
    ends = {key: tuple(figures) for key, figures in sums_of_all().items() if any(figures)}
    yield from _differences(RetentionTally, ("month_on", "currency", "customer"), ("lost_micro", "gained_micro", "gone"), ends)
    moment.seen(Movement.objects.count())


def of_customers(moment: Moment) -> Iterator[Finding]:
    """Compare what is kept of each customer with their movements: where it is kept, and where it should be."""
    facts = ("gained_micro", "lost_micro", "currency", "up_micro", "down_micro")
    rule = Rule(OF_CUSTOMERS, ~Q(gained_micro=F("up_micro"), lost_micro=F("down_micro")), facts)
    naming = Naming("customer", "customer", "customer__name")
    theirs = {"customer": OuterRef("customer"), "currency": OuterRef("currency")}
    moved = Movement.objects.filter(**theirs).order_by().values("currency")
    up, down = (Coalesce(Subquery(moved.annotate(sum=each).values("sum")), 0) for each in (UP_MICRO, DOWN_MICRO))
    yield from broken(CustomerRevenue.objects.order_by().annotate(up_micro=up, down_micro=down), (rule,), naming)
    moved_alone = Movement.objects.exclude(Exists(CustomerRevenue.objects.filter(**theirs))).order_by()
    lone = moved_alone.values("customer", "customer__name", "currency").annotate(
        up_micro=UP_MICRO, down_micro=DOWN_MICRO, gained_micro=Value(0), lost_micro=Value(0)
    )
    yield from broken(lone, (rule,), naming)


def _differences(tally: type[Model], by: tuple[str, ...], figures: tuple[str, ...], moved: Sums) -> Iterator[Finding]:
    kept = _summed(tally._default_manager.order_by(), by, figures)
    nothing = (0,) * len(figures)
    for key in sorted({*kept, *moved}, key=str):
        told, true = kept.get(key, nothing), moved.get(key, nothing)
        if told != true:
            record = " ".join([f"{key[0]:%Y-%m}", *(str(part) for part in key[1:] if part is not None)])
            facts = {"table": tally._meta.db_table, "kept": _words(told), "moved": _words(true)}
            yield Finding(SUMS, record, facts=facts)


def _summed(rows: Any, by: tuple[str, ...], figures: tuple[str, ...]) -> Sums:
    found = rows.values_list(*by).annotate(*(Sum(name) for name in figures))
    return {row[: len(by)]: row[len(by) :] for row in found if any(row[len(by) :])}


def _words(figures: tuple[int, ...]) -> str:
    return ", ".join(str(figure) for figure in figures)


WALKS = (Walk((SUMS,), sums), Walk((OF_CUSTOMERS,), of_customers))
