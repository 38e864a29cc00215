"""Looking at every row of a table before anything is stored: what is wrong, what is double, what would come into being."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from django.utils.translation import gettext as _

from soon.domain.file_forms import FileForm
from soon.models import Customer, Plan

from ._catalogue import find_plan, find_product, find_reason
from ._cursors import cuts_a_period
from ._load import BATCH, known_ids
from ._understand import Understanding
from .mapping import MappedPlan, MappedProduct, SubscriptionMap
from .subscription import ImportedSubscription, Problem
from .table import CannotReadTable, Table

NAMES_TOLD = 20


class Check:
    """Goes through the rows of a table once; afterwards knows every problem, and counts of what would be created."""

    def __init__(self, mapping: SubscriptionMap, form: FileForm, today: datetime.date) -> None:
        self.problems: list[Problem] = []
        self.rows = 0
        self.bad = 0
        self._mapping = mapping
        self._today = today
        self._understanding = Understanding(mapping, form, today)
        self._first_rows: dict[str, int] = {}
        self._customers: dict[str, bool] = {}
        self._plans: dict[MappedPlan, Plan | None] = {}
        self._products: dict[MappedProduct, bool] = {}
        self._reasons: dict[str, bool] = {}
        self._states: Counter[str] = Counter()
        self._owed: Counter[str] = Counter()
        self._credit: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    def good_rows(self, table: Table) -> Iterator[list[ImportedSubscription]]:
        """Yield the good rows of `table` in batches; note what is wrong with the others. Raises CannotReadTable."""
        if missing := sorted(self._mapping.columns - set(table.columns)):
            raise CannotReadTable(_("The file has no column “%(name)s”, which the map speaks of.") % {"name": missing[0]})
        rows = iter(table.rows)
        while batch := list(islice(rows, BATCH)):
            good = []
            for row in batch:
                found = self._understanding.of(row)
                problems = found if isinstance(found, list) else self._double(found)
                self.problems += problems
                self.bad += bool(problems)
                if not problems and isinstance(found, ImportedSubscription):
                    good.append(found)
            self.rows += len(batch)
            self._count(good)
            yield good

    def look(self, table: Table, on_progress: Callable[[int], None] = lambda rows: None) -> None:
        """Go through `table`, saying after each batch how many rows were looked at."""
        for _good in self.good_rows(table):
            on_progress(self.rows)

    def _double(self, found: ImportedSubscription) -> list[Problem]:
        first = self._first_rows.setdefault(found.external_id, found.row)
        if first == found.row:
            return []
        facts = {"text": found.external_id[:50], "row": first}
        return [Problem(found.row, self._mapping.external_id.column, "double", facts)]

    def _count(self, good: Sequence[ImportedSubscription]) -> None:
        known = known_ids([each.external_id for each in good])
        new = [each for each in good if each.external_id not in known]
        self._counts["known"] += len(good) - len(new)
        unseen = {each.customer["external_id"] for each in new} - self._customers.keys()
        there = set(Customer.objects.filter(external_id__in=list(unseen)).values_list("external_id", flat=True))
        self._customers |= {each: each in there for each in unseen}
        for each in new:
            self._count_one(each)

    def _count_one(self, each: ImportedSubscription) -> None:
        self._states[each.state] += 1
        if each.plan not in self._plans:
            self._plans[each.plan] = find_plan(each.plan)
        if each.product not in self._products:
            self._products[each.product] = find_product(each.product) is not None
        if each.reason and each.reason not in self._reasons:
            self._reasons[each.reason] = find_reason(each.reason) is not None
        (self._owed if each.balance_minor > 0 else self._credit)[each.currency] += abs(each.balance_minor)
        if each.next_invoice_on:
            self._counts["due_at_once"] += each.next_invoice_on <= self._today
            self._counts["part_first"] += cuts_a_period(each, self._plan_of(each.plan))

    def _plan_of(self, wanted: MappedPlan) -> Plan:
        """Return the plan as it is, or as it would be created."""
        interval = wanted.interval
        return self._plans[wanted] or Plan(interval_unit=interval.unit, interval_count=interval.count)

    @property
    def counts(self) -> Mapping[str, object]:
        """What loading would do, as a DataImport keeps it: numbers, names, and sums in minor units by currency."""
        new_plans = [plan.name_vi for plan, found in self._plans.items() if found is None]
        new_products = [product.name_vi for product, is_there in self._products.items() if not is_there]
        new_reasons = [reason for reason, is_there in self._reasons.items() if not is_there]
        return {
            "states": dict(self._states),
            "subscriptions": self._states.total(),
            "known": self._counts["known"],
            "due_at_once": self._counts["due_at_once"],
            "part_first": self._counts["part_first"],
            "customers": sum(not is_there for is_there in self._customers.values()),
            "plans": len(new_plans),
            "products": len(new_products),
            "reasons": len(new_reasons),
            "plan_names": new_plans[:NAMES_TOLD],
            "product_names": new_products[:NAMES_TOLD],
            "reason_names": new_reasons[:NAMES_TOLD],
            "owed": dict(+self._owed),
            "credit": dict(+self._credit),
        }
