"""Recurring plans alone: what a row says of one, which are there already, and making the others."""

import datetime
from collections.abc import Sequence
from typing import Any

from soon.domain.file_forms import FileForm
from soon.domain.headings import exact_period, yes_or_no
from soon.domain.periods import Interval

from ._catalogue import create_mapped_plan, find_plan
from ._reading import Cells, Reading
from ._records import ImportedPlan, plan_key
from ._wrong import Wrong, filled
from .mapping import MappedPlan, RecordMap

LONGEST_NAME = 200


class PlanReading(Reading[ImportedPlan]):
    """Reads rows of plans."""

    def __init__(self, mapping: RecordMap, form: FileForm, today: datetime.date) -> None:
        super().__init__(form)
        self._sources = mapping.sources

    def _made(self, cells: Cells) -> ImportedPlan:
        english = self._sources.get("en")
        plan = MappedPlan(
            name_vi=self._tried(filled, self._sources["vi"], cells, LONGEST_NAME),
            name_en=self._tried(filled, english, cells, LONGEST_NAME) if english and english.text_in(cells) else "",
            interval=self._tried(self._interval, cells),
            is_closable=self._tried(self._is_closable, cells),
        )
        return ImportedPlan(self._row, plan)

    def _key(self, cells: Cells) -> str:
        return plan_key(filled(self._sources["vi"], cells, LONGEST_NAME), self._interval(cells))

    def _interval(self, cells: Cells) -> Interval:
        source = self._sources["period"]
        period = exact_period(source.text_in(cells))
        if period is None:
            raise Wrong(source, "not_a_period", text=source.text_in(cells)[:50])
        return Interval(*period)

    def _is_closable(self, cells: Cells) -> bool:
        source = self._sources.get("closable")
        answer = yes_or_no(source.text_in(cells)) if source and source.text_in(cells) else False
        if source and answer is None:
            raise Wrong(source, "not_yes_or_no", text=source.text_in(cells)[:50])
        return bool(answer)


def new_plans(batch: Sequence[ImportedPlan]) -> list[ImportedPlan]:
    """Return those of `batch` of whose name and billing period there is no current plan."""
    return [each for each in batch if find_plan(each.plan) is None]


def store_plans(new: Sequence[ImportedPlan], **_rest: Any) -> int:
    """Make plans, in the caller's transaction."""
    for each in new:
        create_mapped_plan(each.plan)
    return 0
