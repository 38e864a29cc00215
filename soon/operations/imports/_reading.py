"""Reading the cells of a row, whatever the row is of: every problem is noted, and none keeps the others from being seen."""

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Generic, TypeVar

from soon.domain.file_forms import FileForm
from soon.domain.money import NotAnAmount, UnknownCurrency, digits_of, to_minor
from soon.domain.written import plain_number, written_day
from soon.models import Tax

from ._wrong import Wrong
from .mapping import MappedBalance, Source
from .subscription import Problem
from .table import TableRow

T = TypeVar("T")
Found = TypeVar("Found")
Cells = Mapping[str, str]

# Of a month, a quantity included, in minor units; two years of it still fit a column, also in millionths.
LARGEST_PRICE = 10**11
LARGEST_BALANCE = 10**15


class Reading(Generic[Found]):
    """Reads rows of one form of the file; what a row is of say `_made` and `_key`."""

    def __init__(self, form: FileForm) -> None:
        self._form = form
        self._day_example = "23/11/2026" if form.day_first else "11/23/2026"
        self._problems: list[Problem] = []
        self._row = 0
        self._taxes: list[Tax] | None = None

    def of(self, row: TableRow) -> Found | list[Problem]:
        """Return what `row` says, or everything that is wrong with it."""
        self._problems, self._row = [], row.number
        if row.cells_found:
            code = "cells"
            return [Problem(row.number, "", code, {"found": row.cells_found})]
        made = self._made(row.cells)
        return self._problems or made

    def _made(self, cells: Cells) -> Found:
        raise NotImplementedError

    def key_of(self, row: TableRow) -> str:
        """Return the key that `row` would have if it could be understood; "" where it does not say enough for one."""
        try:
            return self._key(row.cells) if row.cells else ""
        except Wrong:
            return ""

    def _key(self, cells: Cells) -> str:
        """Return the key that a row of `cells` has, whatever else it says. Raises Wrong."""
        raise NotImplementedError

    def _tried(self, read: Callable[..., T], *what: Any, otherwise: Any = None) -> T:
        """Return what `read` makes of the row; note what is wrong with it, and go on as if it said `otherwise`."""
        try:
            return read(*what)
        except Wrong as wrong:
            problem = Problem(self._row, wrong.column, wrong.code, wrong.facts)
            # One cell may be more than one field.
            if problem not in self._problems:
                self._problems.append(problem)
            return otherwise  # type: ignore[no-any-return]

    def _note(self, source: Source, code: str, **facts: Any) -> None:
        self._problems.append(Problem(self._row, source.column, code, facts))

    def _amount(self, source: Source, cells: Cells, currency: str) -> int:
        text = source.text_in(cells)
        plain = plain_number(text, self._form.decimal)
        try:
            # "900.000" with three digits more than the currency has is nine hundred thousand to somebody.
            if plain is None or (len(plain.partition(".")[2]) == 3 and digits_of(currency) < 3):
                raise NotAnAmount
            return to_minor(plain, currency)
        except NotAnAmount:
            part = self._form.decimal + "50".ljust(digits_of(currency), "0") if digits_of(currency) else ""
            raise Wrong(source, "not_an_amount", text=text[:50], example=f"1250{part}") from None

    def _price_of(self, source: Source, cells: Cells, currency: str) -> int:
        minor = self._amount(source, cells, currency)
        if minor > LARGEST_PRICE:
            raise Wrong(source, "too_large")
        if minor < 0:
            raise Wrong(source, "negative")
        return minor

    def _balance_of(self, balance: MappedBalance | None, cells: Cells, currency: str) -> int:
        total = 0
        for source, sign in ((balance.owed, 1), (balance.credit, -1)) if balance else ():
            if source and source.text_in(cells):
                total += sign * self._amount(source, cells, currency)
                if abs(total) > LARGEST_BALANCE:
                    raise Wrong(source, "too_large")
        return total

    def _day(self, source: Source, cells: Cells) -> datetime.date:
        text = source.text_in(cells)
        if not text:
            raise Wrong(source, "empty")
        day = written_day(text, day_first=self._form.day_first)
        if day is None:
            raise Wrong(source, "not_a_day", text=text[:50], example=self._day_example)
        return day

    def _day_or_none(self, source: Source | None, cells: Cells) -> datetime.date | None:
        return self._day(source, cells) if source and source.text_in(cells) else None

    def _tax(self, source: Source | None, cells: Cells) -> Tax | None:
        """Return the current tax of that name in either language or, if no other has it, of that percent."""
        text = source.text_in(cells) if source else ""
        if source is None or not text:
            return None
        if self._taxes is None:
            self._taxes = list(Tax.objects.filter(archived_at=None))
        found = [tax for tax in self._taxes if text.casefold() in (tax.name_vi.casefold(), tax.name_en.casefold())]
        if not found and (plain := plain_number(text.rstrip("% "), self._form.decimal)):
            found = [tax for tax in self._taxes if tax.percent == Decimal(plain)]
        if len(found) != 1:
            raise Wrong(source, "several_taxes" if found else "not_a_tax", text=text[:50])
        return found[0]


def currency_in(source: Source, cells: Cells) -> str:
    """Return the currency that the row names. Raises Wrong."""
    text = source.text_in(cells).upper()
    try:
        digits_of(text)
    except UnknownCurrency:
        raise Wrong(source, "not_a_currency", text=text[:50]) from None
    return text
