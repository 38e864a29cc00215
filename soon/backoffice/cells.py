"""The cells of lists: a column's value of a row, drawn for a page or plain for a file."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from soon import formatting
from soon.domain.money import to_decimal_string
from soon.domain.revenue import whole_mrr_minor
from soon.queries.csv_text import Plain
from soon.queries.listing import Column, Reader
from soon.templatetags.soon_ui import LOOKS, icon, state_pill

MRR_KINDS = {"mrr", "mrr_amounts"}


def attribute(row: Any, path: str) -> Any:
    """Return `row.a.b` for the path "a.b"; None where one of them is None."""
    for name in path.split("."):
        row = getattr(row, name, None)
        if row is None:
            return None
    return row


def value_of(column: Column, row: Any, reader: Reader) -> Any:
    """Return what `column` holds for `row`."""
    return attribute(row, column.value) if isinstance(column.value, str) else column.value(row, reader)


def address_of(row: Any, link: tuple[str, str]) -> str:
    """Return the address of the page that `link` names for `row`; "" where there is nothing to link to."""
    page, path = link
    argument = attribute(row, path)
    return "" if argument is None else reverse(f"backoffice:{page}", args=[argument])


def drawn(column: Column, row: Any, reader: Reader) -> str:
    """Return the inside of a cell, escaped, in the reader's language."""
    value = value_of(column, row, reader)
    if value is None or value == "":
        return ""
    if column.kind in DRAWN:
        return DRAWN[column.kind](value, row)
    return conditional_escape(value)


def amounts_html(amounts: Mapping[str, int], kind: str, *, sign: str = "") -> SafeString:
    """Return the sum of each currency, one a line, each after `sign`; of `kind` "mrr" in millionths."""
    return _lines(((_whole(amount, kind), currency) for currency, amount in amounts.items()), sign)


def amounts_text(amounts: Mapping[str, int], kind: str = "money") -> str:
    """Return the sum of each currency as plain text: "1.250.000 ₫ · 300 US$"."""
    return " · ".join(formatting.money_text(_whole(amount, kind), currency) for currency, amount in amounts.items())


def _whole(amount: int, kind: str) -> int:
    return whole_mrr_minor(amount) if kind in MRR_KINDS else amount


def plain(column: Column, row: Any, reader: Reader) -> Plain:
    """Return a cell as a file wants it: text, a number in major units, a day or a local moment."""
    value = value_of(column, row, reader)
    if value is None:
        return None
    if column.kind in PLAIN:
        return PLAIN[column.kind](value, row)
    return value if isinstance(value, int | Decimal | datetime.date) else str(value)


def _lines(amounts: Iterable[tuple[Any, ...]], sign: str = "") -> SafeString:
    parts = [format_html("{}{}", sign, _amount_html(*amount)) for amount in amounts]
    if len(parts) == 1:
        return parts[0]
    return format_html_join("", '<span class="amount-line">{}</span>', ((part,) for part in parts))


def _amount_html(minor: int, currency: str, words: str = "") -> SafeString:
    amount = formatting.money_html(minor, currency)
    return format_html("{} / {}", amount, words) if words else amount


def _amount_text(minor: int, currency: str, words: str = "") -> str:
    amount = formatting.money_text(minor, currency)
    return f"{amount} / {words}" if words else amount


def major(minor: int, currency: str) -> Decimal:
    """Return an amount in major units, with as many places as the currency has."""
    return Decimal(to_decimal_string(minor, currency))


def _pill_words(value: tuple[str, str, str], row: Any) -> str:
    kind, state, label = value
    look = LOOKS[kind].get(str(state))
    return label or str(look.label if look else state)


def _yes_no(value: Any, row: Any) -> str:
    return icon("check", 16, _("Yes")) if value else ""


DRAWN: Mapping[str, Callable[[Any, Any], str]] = {
    "money": lambda value, row: formatting.money_html(value, row.currency),
    "mrr": lambda value, row: formatting.mrr_html(value, row.currency),
    "amounts": lambda value, row: _lines(value),
    "mrr_amounts": lambda value, row: _lines((whole_mrr_minor(micro), currency) for micro, currency in value),
    "number": lambda value, row: formatting.quantity(value, places=10),
    "day": lambda value, row: formatting.day(value),
    "moment": lambda value, row: formatting.moment(value),
    "pill": lambda value, row: state_pill(*value),
    "yes_no": _yes_no,
}

PLAIN: Mapping[str, Callable[[Any, Any], Plain]] = {
    "money": lambda value, row: major(value, row.currency),
    "mrr": lambda value, row: major(whole_mrr_minor(value), row.currency),
    "amounts": lambda value, row: " · ".join(_amount_text(*amount) for amount in value),
    "mrr_amounts": lambda value, row: " · ".join(_amount_text(whole_mrr_minor(micro), code) for micro, code in value),
    "moment": lambda value, row: timezone.localtime(value).replace(tzinfo=None),
    "pill": _pill_words,
    "yes_no": lambda value, row: _("Yes") if value else _("No"),
}
