"""The sums by month from which reports on revenue are made are those of the movements."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Model, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext_lazy as _

from soon.models import CohortTally, Movement, RetentionTally, RevenueTally
from soon.queries.movements.month_sums import sums_of_all

from .checks import Check, Finding, Moment, Walk

# A month and whatever else tells sums apart, with the sums; those that come to nothing are left out.
Sums = Mapping[tuple[Any, ...], tuple[int, ...]]

SUMS = Check(
    "movements_are_summed",
    _("The sums by month that reports on revenue are made of are those of its movements."),
    _("Sums of {table} say {kept}, the movements {moved}."),
    "movements",
)


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


WALK = Walk((SUMS,), sums)
