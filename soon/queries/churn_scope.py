"""What the churn report looks at: the months, and what they are narrowed to. It is a state of the list of closings."""

import datetime
from dataclasses import replace

from django.http import QueryDict

from soon.domain.money import UnknownCurrency, digits_of
from soon.models import OrderTally

from .closings import CLOSINGS
from .listing import ListState, Reader
from .listing.dimensions import month_of
from .month_span import month_before, months_between, written_month

USUAL_MONTHS = 12
MOST_MONTHS = 36
NARROWED_BY = ("plan", "product", "salesperson", "channel", "voluntary")


def scope(query: QueryDict, reader: Reader, currency: str) -> ListState:
    """Return what `query` asks for: from and to a month, at most MOST_MONTHS, in one currency, `currency` if none is named.

    Without months those up to that of the reader's day.
    """
    asked = dict(ListState.read(query, CLOSINGS).drills)
    first, last = _months(asked.get("from", ""), asked.get("to", ""), reader.today)
    narrowed = [(key, asked[key]) for key in NARROWED_BY if key in asked]
    edges = [
        ("from", written_month(first)),
        ("to", written_month(last)),
        ("currency", _known(asked.get("currency", ""), currency)),
    ]
    return ListState(filters=("in_effect",), drills=tuple(edges + narrowed))


def months_of(state: ListState) -> list[datetime.date]:
    """Return the first days of the months that `state` is about, the earliest first."""
    asked = dict(state.drills)
    first, last = month_of(asked["from"]), month_of(asked["to"])
    return months_between(first, last) if first and last else []


def currency_of(state: ListState) -> str:
    """Return the currency that `state` is about."""
    return dict(state.drills)["currency"]


def in_month(state: ListState, begins: datetime.date) -> ListState:
    """Return `state` for a single month."""
    drills = [pair for pair in state.drills if pair[0] not in ("from", "to")]
    return replace(state, drills=(("month", written_month(begins)), *drills))


def reopened_in(state: ListState, first: datetime.date, last: datetime.date) -> ListState:
    """Return the closings that were reopened from one month to another, whenever they had taken effect."""
    drills = [pair for pair in state.drills if pair[0] not in ("from", "to")]
    edges = (("reopened_from", written_month(first)), ("reopened_to", written_month(last)))
    return replace(state, drills=(*edges, *drills))


def currencies(reader: Reader) -> list[str]:
    """Return the currencies of the orders that the reader may see."""
    found = OrderTally.objects.visible_to(reader.user).order_by("currency").values_list("currency", flat=True)
    return list(found.distinct())


def _known(asked: str, usual: str) -> str:
    try:
        digits_of(asked)
    except UnknownCurrency:
        return usual
    return asked


def _months(first: str, last: str, today: datetime.date) -> tuple[datetime.date, datetime.date]:
    until = month_of(last) or today.replace(day=1)
    since = month_of(first) or month_before(until, USUAL_MONTHS - 1)
    since, until = sorted((since, until))
    return max(since, month_before(until, MOST_MONTHS - 1)), until
