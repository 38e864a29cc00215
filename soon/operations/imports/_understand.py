"""Understanding a row of a file by its map."""

import datetime
from collections.abc import Mapping
from typing import TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from soon.domain.grids import MonthGrid
from soon.domain.money import NotAnAmount, UnknownCurrency, digits_of, to_minor
from soon.domain.zones import UnknownTimeZone, local_date
from soon.models import Customer

from .mapping import Source, SubscriptionMap
from .read_table import TableRow
from .subscription import ImportedSubscription, Problem

Chosen = TypeVar("Chosen")

# Longer than any subscription has run; keeps a slip of the keyboard from reaching year 1.
MOST_MONTHS = 1200
# Years beyond are slips as well, and periods could not be counted from them.
EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
# A month of it, in minor units; two years of it still fit a column, also in millionths.
LARGEST_PRICE = 10**11
# SQLite would store longer texts without a word.
LONGEST = {field.name: getattr(field, "max_length", None) or 0 for field in Customer._meta.fields}


class _Wrong(Exception):
    """A cell that cannot be understood; `sentence` has a place for its text."""

    def __init__(self, column: str, sentence: str, text: str = "") -> None:
        super().__init__(sentence % {"text": text[:50]})
        self.column = column


def understand(row: TableRow, *, mapping: SubscriptionMap, today: datetime.date) -> ImportedSubscription | Problem:
    """Return what `row` says, or what is wrong with it. Starts given in months are counted back from `today`."""
    cells = row.cells
    try:
        currency = _currency(mapping.currency, cells)
        plan = _chosen(mapping.plan.column, mapping.plan.by_text, cells)
        months = plan.interval.months if mapping.price_is_per_month else 1
        closing = mapping.closing
        is_closed = closing is not None and cells[closing.column].strip() in closing.texts
        return ImportedSubscription(
            row=row.number,
            customer=_customer(mapping.customer, cells),
            external_id=_filled(mapping.external_id, cells, 100),
            currency=currency,
            plan=plan,
            product=_chosen(mapping.product.column, mapping.product.by_text, cells),
            price_minor=_price(mapping.price, cells, currency) * months,
            start_on=_start(mapping, cells, today),
            is_closed=is_closed,
            reason=_filled(closing.reason, cells, 200) if closing and is_closed else "",
        )
    except _Wrong as wrong:
        return Problem(row.number, wrong.column, str(wrong))


def _filled(source: Source, cells: Mapping[str, str], longest: int) -> str:
    text = source.text_in(cells)
    if not text:
        raise _Wrong(source.column, _("the cell is empty"))
    if len(text) > longest:
        raise _Wrong(source.column, _("the text has more than %(count)d characters") % {"count": longest})
    return text


def _chosen(column: str, by_text: Mapping[str, Chosen], cells: Mapping[str, str]) -> Chosen:
    text = cells[column].strip() if column else ""
    if text not in by_text:
        raise _Wrong(column, _("the map does not say what “%(text)s” means"), text)
    return by_text[text]


def _currency(source: Source, cells: Mapping[str, str]) -> str:
    text = source.text_in(cells)
    try:
        digits_of(text)
    except UnknownCurrency:
        raise _Wrong(source.column, _("“%(text)s” is not a currency; write it like USD"), text) from None
    return text


def _price(source: Source, cells: Mapping[str, str], currency: str) -> int:
    text = source.text_in(cells)
    try:
        minor = to_minor(text, currency)
    except NotAnAmount:
        raise _Wrong(source.column, _("“%(text)s” is not an amount in this currency; write it like 1250.50"), text) from None
    if minor > LARGEST_PRICE:
        raise _Wrong(source.column, _("“%(text)s” is not an amount in this currency; write it like 1250.50"), text)
    if minor < 0:
        raise _Wrong(source.column, _("the price is negative"))
    return minor


def _start(mapping: SubscriptionMap, cells: Mapping[str, str], today: datetime.date) -> datetime.date:
    source, text = mapping.start, mapping.start.text_in(cells)
    if mapping.start_counts_months:
        if not (text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) <= MOST_MONTHS):
            raise _Wrong(source.column, _("“%(text)s” is not a number of months"), text)
        # Counted from today, so that the 31st goes back to 28 February and not to 3 March.
        return MonthGrid(MonthGrid.month_of(today), today.day, 1).boundary(-int(text))
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not EARLIEST <= day <= LATEST:
        raise _Wrong(source.column, _("“%(text)s” is not a day; write it like 2026-11-23"), text)
    return day


def _customer(sources: Mapping[str, Source], cells: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for name, source in sources.items():
        text = source.text_in(cells)
        if text or name in ("external_id", "name"):
            found[name] = _filled(source, cells, LONGEST[name])
            _check(name, source, text)
    return found


def _check(name: str, source: Source, text: str) -> None:
    """Raise _Wrong for a field of the customer that has a form and does not keep it."""
    if name == "email":
        keeps_form, sentence = _is_email(text), _("“%(text)s” is not an e-mail address")
    elif name == "country":
        keeps_form = len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()
        sentence = _("“%(text)s” is not a country; write two letters, as in VN")
    elif name == "language":
        keeps_form, sentence = text in dict(settings.LANGUAGES), _("“%(text)s” is not a language we speak; write vi or en")
    elif name == "time_zone":
        keeps_form, sentence = _is_zone(text), _("“%(text)s” is not a time zone; write it like Asia/Ho_Chi_Minh")
    else:
        return
    if not keeps_form:
        raise _Wrong(source.column, sentence, text)


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _is_zone(text: str) -> bool:
    try:
        local_date(datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC), text)
    except UnknownTimeZone:
        return False
    return True
