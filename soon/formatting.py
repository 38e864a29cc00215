"""Money, dates and numbers as the reader writes them, for pages, letters and PDFs.

Every function takes the reader's `language` ("vi" or "en"; None: the active one), and gives "" for None. Formats come from
Babel's tables; patterns are read once for each language.
"""

import copy
import datetime
import re
from decimal import Decimal
from fractions import Fraction
from functools import cache

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import NumberPattern, get_currency_symbol, get_decimal_symbol, get_group_symbol
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from soon.domain.money import NotAnAmount, digits_of, to_decimal_string, to_minor
from soon.domain.revenue import whole_mrr_minor

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

# Patterns of CLDR's date language; what Babel calls "short" drops the century in one language and not in the other.
DAY = {"vi": "dd/MM/y", "en": "d MMM y"}
DAY_SHORT = {"vi": "dd/MM/yy", "en": "d MMM yy"}
DAY_IN_WORDS = {"vi": "'ngày' d 'tháng' M 'năm' y", "en": "d MMMM y"}
MONTH = {"vi": "'Tháng' M/y", "en": "MMMM y"}
MONTH_SHORT = {"vi": "MM/yy", "en": "MMM yy"}
MOMENT = {"vi": "dd/MM/y HH:mm", "en": "d MMM y, HH:mm"}


def money_text(minor: int | None, currency: str, language: str | None = None) -> str:
    """Return minor units of `currency` as plain text: "1.250.000 ₫" or "₫1,250,000". Raises UnknownCurrency."""
    if minor is None:
        return ""
    spoken = _spoken(language)
    number, sign = _absolute(minor, currency, spoken), _sign(currency, spoken)
    gap = _gap(currency, spoken)
    text = f"{sign}{gap}{number}" if _sign_leads(spoken) else f"{number}{gap}{sign}"
    return f"-{text}" if minor < 0 else text


def money_html(minor: int | None, currency: str, language: str | None = None) -> SafeString:
    """Return the same for pages: sign and figure in spans `currency` and `figure`, both in a span `money`."""
    if minor is None:
        return SafeString("")
    spoken = _spoken(language)
    sign = format_html('<span class="currency">{}</span>', _sign(currency, spoken))
    number = format_html('<span class="figure">{}</span>', _absolute(minor, currency, spoken))
    first, second = (sign, number) if _sign_leads(spoken) else (number, sign)
    minus = "-" if minor < 0 else ""
    return format_html('<span class="money">{}{}{}{}</span>', minus, first, _gap(currency, spoken), second)


def figure(minor: int | None, currency: str, language: str | None = None) -> str:
    """Return minor units without the sign of the currency: for input fields and for columns that name it above."""
    if minor is None:
        return ""
    return ("-" if minor < 0 else "") + _absolute(minor, currency, _spoken(language))


def parse_amount(text: str, currency: str, language: str | None = None) -> int:
    """Return what a reader typed, such as "1.250.000 ₫" or "1,250.5", in minor units of `currency`.

    Grouping may be left out but not misplaced, and there are no more decimals than the currency has, so that "1.000"
    and "1,000" are never mistaken for each other. Raises NotAnAmount, UnknownCurrency.
    """
    spoken, digits = _spoken(language), digits_of(currency)
    # Signs may have a space of their own, as "F CFA".
    sign, bare = (re.sub(r"\s", "", words) for words in (_sign(currency, spoken), text))
    bare = bare.removeprefix(sign).removesuffix(sign)
    group, point = re.escape(get_group_symbol(spoken)), re.escape(get_decimal_symbol(spoken))
    decimals = rf"(?:{point}([0-9]{{1,{digits}}}))?" if digits else "()"
    found = re.fullmatch(rf"(-?)([0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+){decimals}", bare)
    if not found:
        raise NotAnAmount(f"not an amount: {text[:50]!r}")
    minus, whole, fraction = found.groups()
    return to_minor(minus + re.sub(group, "", whole) + (f".{fraction}" if fraction else ""), currency)


def parse_day(text: object) -> datetime.date | None:
    """Return the date that an address or a date field writes in ISO 8601; None for anything else."""
    try:
        return datetime.date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def mrr_text(micro: int | Fraction | None, currency: str, language: str | None = None) -> str:
    """Return millionths of the minor unit as money in whole minor units, plain text."""
    return money_text(None if micro is None else whole_mrr_minor(micro), currency, language)


def mrr_html(micro: int | Fraction | None, currency: str, language: str | None = None) -> SafeString:
    """Return millionths of the minor unit as money in whole minor units, for pages."""
    return money_html(None if micro is None else whole_mrr_minor(micro), currency, language)


def day(value: datetime.date | None, language: str | None = None) -> str:
    """Return a local date: "23/11/2026" or "23 Nov 2026"."""
    return _date(value, DAY, language)


def day_short(value: datetime.date | None, language: str | None = None) -> str:
    """Return a local date for narrow columns: "23/11/26" or "23 Nov 26"."""
    return _date(value, DAY_SHORT, language)


def day_in_words(value: datetime.date | None, language: str | None = None) -> str:
    """Return a local date where something legal or financial happens: "ngày 31 tháng 12 năm 2026", "31 December 2026"."""
    return _date(value, DAY_IN_WORDS, language)


def month(value: datetime.date | None, language: str | None = None) -> str:
    """Return the month of a local date: "Tháng 11/2026" or "November 2026"."""
    return _date(value, MONTH, language)


def month_short(value: datetime.date | None, language: str | None = None) -> str:
    """Return the month of a local date for narrow places: "11/26" or "Nov 26"."""
    return _date(value, MONTH_SHORT, language)


def moment(value: datetime.datetime | None, language: str | None = None, zone: datetime.tzinfo | None = None) -> str:
    """Return an aware moment as the local time of `zone` (None: the active one): "23/11/2026 14:05", "23 Nov 2026, 14:05".

    Raises ValueError for a naive value: nobody knows when that is.
    """
    if value is None:
        return ""
    spoken = _spoken(language)
    # The wall clock is already right; Babel must not move it once more.
    wall_clock = timezone.localtime(value, zone).replace(tzinfo=None)
    return format_datetime(wall_clock, MOMENT[spoken], locale=_locale(spoken))


def percent(value: Decimal | int | None, language: str | None = None) -> str:
    """Return a number of percent without needless zeros: "8,5%" or "8.5%"."""
    return "" if value is None else f"{quantity(value, language)}%"


def quantity(value: Decimal | int | None, language: str | None = None, *, places: int = 6) -> str:
    """Return a number, grouped, with up to `places` decimals and without needless zeros: "1.234,5" or "1,234.5"."""
    if value is None:
        return ""
    spoken = _spoken(language)
    return str(_number_pattern(spoken, 0, places).apply(Decimal(value), _locale(spoken)))


def _spoken(language: str | None) -> str:
    return "en" if (language or get_language() or "vi").startswith("en") else "vi"


def _date(value: datetime.date | None, patterns: dict[str, str], language: str | None) -> str:
    if value is None:
        return ""
    spoken = _spoken(language)
    return format_date(value, patterns[spoken], locale=_locale(spoken))


def _absolute(minor: int, currency: str, spoken: str) -> str:
    # ISO 4217 says how many digits there are; Babel would leave out those that no coin is made for.
    digits = digits_of(currency)
    value = Decimal(to_decimal_string(abs(minor), currency))
    return str(_number_pattern(spoken, digits, digits).apply(value, _locale(spoken)))


def _gap(currency: str, spoken: str) -> str:
    """Return what stands between sign and figure: nothing after "₫" in English, a space after "CHF"."""
    return "" if _sign_leads(spoken) and not _sign(currency, spoken)[-1].isalpha() else NO_BREAK_SPACE


@cache
def _locale(spoken: str) -> Locale:
    return Locale(spoken)


@cache
def _sign(currency: str, spoken: str) -> str:
    return get_currency_symbol(currency, _locale(spoken))


@cache
def _sign_leads(spoken: str) -> bool:
    return "¤" in _locale(spoken).currency_formats["standard"].prefix[0]


@cache
def _number_pattern(spoken: str, least: int, most: int) -> NumberPattern:
    pattern: NumberPattern = copy.copy(_locale(spoken).decimal_formats[None])
    pattern.frac_prec = (least, most)
    return pattern
