"""Money, dates and numbers in templates, in the reader's language and time zone: thin names for `soon.formatting`.

    {% load soon_format %} {{ invoice.total_minor|money:invoice.currency }} {{ invoice.due_on|day }}

A missing value (None, or a variable that is not there) gives nothing.
"""

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from django import template
from django.utils.safestring import SafeString

from soon import formatting

register = template.Library()

Value = TypeVar("Value")


def _given(value: Value | str | None) -> Value | None:
    """Return the value; None for what Django puts in the place of a missing variable."""
    return None if value is None or isinstance(value, str) else value


@register.filter
def money(minor: int | None, currency: str) -> SafeString:
    """Show minor units of `currency`, sign and figure in spans: `{{ minor|money:currency }}`."""
    return formatting.money_html(_given(minor), currency)


@register.filter
def money_text(minor: int | None, currency: str) -> str:
    """Show minor units of `currency` as plain text, for titles and letters."""
    return formatting.money_text(_given(minor), currency)


@register.filter
def figure(minor: int | None, currency: str) -> str:
    """Show minor units without the sign of the currency."""
    return formatting.figure(_given(minor), currency)


@register.filter
def mrr(micro: int | Fraction | str | None, currency: str) -> SafeString:
    """Show millionths of the minor unit as money in whole minor units."""
    return formatting.mrr_html(None if isinstance(micro, str) else micro, currency)


@register.filter
def mrr_text(micro: int | Fraction | str | None, currency: str) -> str:
    """Show millionths of the minor unit as money in plain text."""
    return formatting.mrr_text(None if isinstance(micro, str) else micro, currency)


@register.filter
def day(value: datetime.date | None) -> str:
    """Show a local date: 23/11/2026, 23 Nov 2026."""
    return formatting.day(_given(value))


@register.filter
def day_short(value: datetime.date | None) -> str:
    """Show a local date in a narrow column: 23/11/26, 23 Nov 26."""
    return formatting.day_short(_given(value))


@register.filter
def day_in_words(value: datetime.date | None) -> str:
    """Show a local date where something legal or financial happens: 31 December 2026."""
    return formatting.day_in_words(_given(value))


@register.filter
def month(value: datetime.date | None) -> str:
    """Show the month of a local date: Tháng 11/2026, November 2026."""
    return formatting.month(_given(value))


@register.filter(expects_localtime=False)
def moment(value: datetime.datetime | None) -> str:
    """Show an aware moment as the local time of the active time zone: 23/11/2026 14:05."""
    return formatting.moment(_given(value))


@register.filter
def percent(value: Decimal | None) -> str:
    """Show a number of percent without needless zeros: 8,5%."""
    return formatting.percent(_given(value))


@register.filter
def quantity(value: Decimal | None) -> str:
    """Show a number without needless zeros: 1.234,5."""
    return formatting.quantity(_given(value))
