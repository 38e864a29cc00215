"""What a report on revenue looks at: its months, its currency, and what it is narrowed to.

Every report reads its address with `Scope.read` and writes links with `scope.query`; the list of movements understands
`scope.list_query`, so that a figure and the rows behind it never differ.
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from soon.domain.money import UnknownCurrency, digits_of
from soon.queries.listing import Reader
from soon.queries.listing.dimensions import NONE, is_id, month_of
from soon.queries.listing.reach import month_after
from soon.queries.month_span import month_before, months_between, written_month

MOST_MONTHS = 60
USUAL = "last_12"
NARROWED_BY = ("plan", "product", "salesperson")

Months = tuple[datetime.date, datetime.date]

_PERIODS: Mapping[str, Callable[[datetime.date], Months]] = {
    "this_month": lambda month: (month, month),
    "last_month": lambda month: (month_before(month), month_before(month)),
    "this_quarter": lambda month: (month.replace(month=month.month - (month.month - 1) % 3), month),
    "last_quarter": lambda month: (
        month_before(month, (month.month - 1) % 3 + 3),
        month_before(month, (month.month - 1) % 3 + 1),
    ),
    USUAL: lambda month: (month_before(month, 11), month),
    "last_24": lambda month: (month_before(month, 23), month),
    "last_36": lambda month: (month_before(month, 35), month),
    "this_year": lambda month: (month.replace(month=1), month),
    "last_year": lambda month: (datetime.date(month.year - 1, 1, 1), datetime.date(month.year - 1, 12, 1)),
}
SHORT_PERIOD_NAMES: Mapping[str, Promise] = {
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
}
PERIOD_NAMES: Mapping[str, Promise] = {
    USUAL: _("Last 12 months"),
    "last_24": _("Last 24 months"),
    "last_36": _("Last 36 months"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
}


@dataclass(frozen=True)
class Scope:
    """Months `first` to `last` (their first days, never after that of `today`), narrowed to keys as addresses write them.

    `period`: the preset that the months come from, "" where they were named. `currency`: "" for all, added up in `reporting`,
    the company's currency. `own_of`: the key of a reader who sees only their own orders, else None.
    """

    first: datetime.date
    last: datetime.date
    today: datetime.date
    reporting: str
    period: str = ""
    currency: str = ""
    plan: str = ""
    product: str = ""
    salesperson: str = ""
    own_of: int | None = None

    @classmethod
    def read(cls, query: QueryDict, reader: Reader, reporting: str) -> "Scope":
        """Return what `query` asks for: ?period= or ?from=&to=, ?currency=, ?plan=, ?product=, ?salesperson=.

        What makes no sense is left out; without months the last 12 are meant, and at most the last 60 of those named.
        """
        period, (first, last) = _months(query, reader.today.replace(day=1))
        narrowed = {name: query.get(name, "") for name in NARROWED_BY}
        narrowed = {name: key for name, key in narrowed.items() if key == NONE or is_id(key)}
        own_of = None if reader.user.may("see_all_orders") else reader.user.pk
        if own_of is not None:
            narrowed.pop("salesperson", None)
        currency = _known(query.get("currency", ""))
        return cls(first, last, reader.today, reporting, period, currency, own_of=own_of, **narrowed)

    @property
    def shown_in(self) -> str:
        """The currency that amounts are shown in."""
        return self.currency or self.reporting

    @property
    def months(self) -> list[datetime.date]:
        """The first days of the months, the earliest first."""
        return months_between(self.first, self.last)

    @property
    def ends_on(self) -> datetime.date:
        """The last day that counts: the end of the last month, of the running one today."""
        return min(month_after(self.last) - datetime.timedelta(days=1), self.today)

    @property
    def is_whole(self) -> bool:
        """Whether nobody's movements are left out, but for those in other currencies: only then can customers be counted."""
        return self.own_of is None and not self.is_narrowed

    @property
    def is_narrowed(self) -> bool:
        """Whether the reader narrowed it by what is sold or by whom."""
        return any(getattr(self, name) for name in NARROWED_BY)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The scope as names and values of an address; what is usual is not said."""
        usual = [] if self.period == USUAL else [("period", self.period)]
        return [*(usual if self.period else self.edges), *self.narrowing]

    @property
    def edges(self) -> list[tuple[str, str]]:
        """The first and the last month as names and values of an address."""
        return [("from", written_month(self.first)), ("to", written_month(self.last))]

    @property
    def narrowing(self) -> list[tuple[str, str]]:
        """What it is narrowed to, without the months, as names and values of an address."""
        return [(name, getattr(self, name)) for name in (*NARROWED_BY, "currency") if getattr(self, name)]

    @property
    def query(self) -> str:
        """The scope as an address of a report writes it, without the question mark; it means the same next month."""
        return written(self.pairs)

    def list_query(self, *more: tuple[str, str]) -> str:
        """Return the address of the movements behind these months, narrowed by `more` names and values of that list.

        A month of `more` takes the place of all months.
        """
        named = {name for name, _value in more}
        kept = [pair for pair in [*([] if "month" in named else self.edges), *self.narrowing] if pair[0] not in named]
        return written([("filter", "counted"), *kept, *more])

    def standing_query(self, month: datetime.date, *more: tuple[str, str]) -> str:
        """Return the address of all movements up to the end of `month`: what there is then is their sum."""
        return written([("filter", "counted"), ("to", written_month(month)), *self.narrowing, *more])

    def without(self, *names: str) -> "Scope":
        """Return the scope no longer narrowed by `names`."""
        emptied: dict[str, Any] = dict.fromkeys(names, "")
        return replace(self, **emptied)

    def narrowed(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Return those of `rows` (of movements or their tally, in all currencies and months) that it is narrowed to."""
        condition = Q() if self.own_of is None else Q(salesperson=self.own_of)
        for name in NARROWED_BY:
            if key := getattr(self, name):
                condition &= Q(**{f"{name}__isnull": True}) if key == NONE else Q(**{f"{name}_id": int(key)})
        return rows.filter(condition).order_by()


def written(pairs: list[tuple[str, str]]) -> str:
    """Return names and values as an address writes them, without the question mark."""
    query = QueryDict(mutable=True)
    for name, value in pairs:
        query.appendlist(name, value)
    return query.urlencode()


def months_of_period(period: str, today: datetime.date) -> Months:
    """Return the first and the last month of a preset on a day."""
    return _PERIODS[period](today.replace(day=1))


def _months(query: QueryDict, running: datetime.date) -> tuple[str, Months]:
    asked = query.get("period", "")
    preset = asked if asked in _PERIODS else USUAL
    usual = _PERIODS[preset](running)
    since, until = month_of(query.get("from", "")), month_of(query.get("to", ""))
    # A form sends its months along with the preset that they were filled from.
    if (since, until) == (None, None) or (asked == preset and (since, until) == usual):
        return preset, usual
    until = min(until or running, running)
    since = min(since or month_before(until, 11), running)
    since, until = sorted((since, until))
    return "", (max(since, month_before(until, MOST_MONTHS - 1)), until)


def _known(currency: str) -> str:
    try:
        digits_of(currency)
    except UnknownCurrency:
        return ""
    return currency
