"""Which movements customers should have: by what orders earn, and by what is stored of orders that nobody asks about."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from soon.domain.earning import Change, changes_of
from soon.domain.movements import OrderChange, movements_of
from soon.models import Movement
from soon.models.bulk import any_of

from .earnings import Earning

# A row as it is stored, without its key.
COLUMNS = (
    *("customer_id", "order_id", "plan_id", "product_id", "salesperson_id", "currency", "moved_on", "kind", "cause"),
    *("amount_micro", "customers", "orders", "cohort_on"),
)
Row = tuple[Any, ...]
# The rows of each customer, equal ones together, with their keys.
Stored = Mapping[int, Mapping[Row, Sequence[int]]]


def stored_of(customers: Collection[int]) -> Stored:
    """Return the movements of these customers that are stored."""
    found: dict[int, dict[Row, list[int]]] = defaultdict(lambda: defaultdict(list))
    for key, *row in Movement.objects.filter(customer__in=any_of(sorted(customers))).order_by().values_list("pk", *COLUMNS):
        found[row[0]][tuple(row)].append(key)
    return found


def due_of(earnings: Sequence[Earning], stored: Stored) -> Counter[Row]:
    """Return the movements that the customers of `earnings` should have; of their other orders by what is `stored`."""
    told = {each.order for each in earnings}
    changes: dict[int, list[OrderChange]] = defaultdict(list)
    sellers = {each.order: each.salesperson for each in earnings}
    for customer, rows in stored.items():
        others = Counter({row: len(keys) for row, keys in rows.items() if row[1] not in told})
        sellers |= {row[1]: row[4] for row in others}
        changes[customer] += _as_changes(others.elements())
    for each in earnings:
        if each.story:
            changes[each.customer] += [OrderChange(each.order, each.currency, change) for change in changes_of(each.story)]
    return Counter(row for customer, all_of in changes.items() for row in _as_rows(customer, all_of, sellers))


def _as_rows(customer: int, changes: Sequence[OrderChange], sellers: Mapping[int, int | None]) -> Iterator[Row]:
    for each in movements_of(changes):
        moved = each.change
        what = (each.order, moved.plan, moved.product, sellers[each.order], each.currency, moved.on, each.kind, moved.cause)
        yield (customer, *what, moved.amount_micro, each.customers, moved.held, each.cohort_on)


def _as_changes(rows: Iterable[Row]) -> list[OrderChange]:
    """Return the changes that stored rows tell of; one that was partly a transfer stands in two rows."""
    sums: dict[Row, list[int]] = defaultdict(lambda: [0, 0])
    for _customer, order, plan, product, _seller, currency, on, _kind, cause, amount, _customers, held, _cohort in rows:
        found = sums[order, currency, on, plan, product, cause]
        found[0] += amount
        found[1] += held
    return [
        OrderChange(order, currency, Change(on, plan, product, cause, amount, held))
        for (order, currency, on, plan, product, cause), (amount, held) in sums.items()
    ]
