"""How money, dates and numbers look to the reader: the functions, and the template filters around them."""

import datetime
from datetime import UTC, date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from soon import formatting
from soon.domain.currencies import MINOR_DIGITS
from soon.domain.money import NotAnAmount, UnknownCurrency

NBSP = "\N{NO-BREAK SPACE}"
MOMENT = datetime.datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "vietnamese", "english"),
    [
        (1250000, "VND", f"1.250.000{NBSP}₫", "₫1,250,000"),
        (-1250000, "VND", f"-1.250.000{NBSP}₫", "-₫1,250,000"),
        (0, "VND", f"0{NBSP}₫", "₫0"),
        (125000, "USD", f"1.250,00{NBSP}US$", "$1,250.00"),
        (-5, "USD", f"-0,05{NBSP}US$", "-$0.05"),
        (1234, "KWD", f"1,234{NBSP}KWD", f"KWD{NBSP}1.234"),
        (2**63 - 1, "VND", f"9.223.372.036.854.775.807{NBSP}₫", "₫9,223,372,036,854,775,807"),
        (2**63 - 1, "EUR", f"92.233.720.368.547.758,07{NBSP}€", "€92,233,720,368,547,758.07"),
        (None, "VND", "", ""),
    ],
)
def test_money_as_plain_text(minor: int | None, currency: str, vietnamese: str, english: str) -> None:
    assert formatting.money_text(minor, currency, "vi") == vietnamese
    assert formatting.money_text(minor, currency, "en") == english


@given(st.integers(-(10**15), 10**15), st.sampled_from(sorted(MINOR_DIGITS)), st.sampled_from(["vi", "en"]))
def test_what_is_shown_can_be_typed_in_again(minor: int, currency: str, language: str) -> None:
    assert formatting.parse_amount(formatting.figure(minor, currency, language), currency, language) == minor
    assert formatting.parse_amount(formatting.money_text(abs(minor), currency, language), currency, language) == abs(minor)


@pytest.mark.parametrize(
    ("text", "currency", "language", "minor"),
    [
        ("1.250.000", "VND", "vi", 1250000),
        ("1250000", "VND", "vi", 1250000),
        (" 1 250 000 ₫ ", "VND", "vi", 1250000),
        ("1.000", "VND", "vi", 1000),
        ("1,000", "VND", "en", 1000),
        ("12,5", "USD", "vi", 1250),
        ("1,250.50", "USD", "en", 125050),
        ("$3", "USD", "en", 300),
        ("-3", "USD", "en", -300),
    ],
)
def test_amounts_are_read_as_the_reader_writes_them(text: str, currency: str, language: str, minor: int) -> None:
    assert formatting.parse_amount(text, currency, language) == minor


@pytest.mark.parametrize(
    ("text", "currency", "language"),
    [
        ("1,000", "VND", "vi"),
        ("1.000", "VND", "en"),
        ("1,5", "VND", "vi"),
        ("1.5", "USD", "vi"),
        ("1,005", "USD", "vi"),
        ("1.25.000", "VND", "vi"),
        ("12,34,567", "USD", "en"),
        ("1.000,", "USD", "vi"),
        ("", "VND", "vi"),
        ("abc", "VND", "vi"),
        ("1e5", "USD", "en"),
        ("--1", "USD", "en"),
        ("9" * 30, "VND", "vi"),
    ],
)
def test_what_could_be_mistaken_is_refused(text: str, currency: str, language: str) -> None:
    with pytest.raises(NotAnAmount):
        formatting.parse_amount(text, currency, language)


def test_dates_of_both_languages() -> None:
    last = date(2026, 12, 31)
    assert (formatting.day(last, "vi"), formatting.day(last, "en")) == ("31/12/2026", "31 Dec 2026")
    assert (formatting.day(date(2026, 1, 5), "vi"), formatting.day(date(2026, 1, 5), "en")) == ("05/01/2026", "5 Jan 2026")
    assert (formatting.day_short(last, "vi"), formatting.day_short(last, "en")) == ("31/12/26", "31 Dec 26")
    assert formatting.day_in_words(last, "vi") == "ngày 31 tháng 12 năm 2026"
    assert formatting.day_in_words(last, "en") == "31 December 2026"
    assert (formatting.month(last, "vi"), formatting.month(last, "en")) == ("Tháng 12/2026", "December 2026")


def test_a_moment_is_shown_in_the_zone_of_the_reader() -> None:
    assert formatting.moment(MOMENT, "vi", ZoneInfo("Asia/Ho_Chi_Minh")) == "23/11/2026 14:05"
    assert formatting.moment(MOMENT, "en", ZoneInfo("America/New_York")) == "23 Nov 2026, 02:05"
    with timezone.override("Asia/Tokyo"):
        assert formatting.moment(MOMENT, "vi") == "23/11/2026 16:05"
    with pytest.raises(ValueError, match="naive"):
        formatting.moment(MOMENT.replace(tzinfo=None), "vi")


@pytest.mark.parametrize(
    ("number", "vietnamese", "english"),
    [
        ("1.000", "1", "1"),
        ("1234.500", "1.234,5", "1,234.5"),
        ("0.125", "0,125", "0.125"),
        ("1E+3", "1.000", "1,000"),
        ("-2.50", "-2,5", "-2.5"),
    ],
)
def test_numbers_have_no_needless_zeros(number: str, vietnamese: str, english: str) -> None:
    assert formatting.quantity(Decimal(number), "vi") == vietnamese
    assert formatting.quantity(Decimal(number), "en") == english
    assert formatting.percent(Decimal(number), "en") == f"{english}%"


def test_without_language_the_active_one_counts() -> None:
    with translation.override("en-gb"):
        assert formatting.day(date(2026, 1, 5)) == "5 Jan 2026"
    with translation.override("fr"):
        assert formatting.day(date(2026, 1, 5)) == "05/01/2026"
    with translation.override(None):
        assert formatting.day(date(2026, 1, 5)) == "05/01/2026"


def render(source: str, language: str, **values: object) -> str:
    """Render a piece of a template in a language."""
    with translation.override(language), timezone.override("Asia/Ho_Chi_Minh"):
        return Template("{% load soon_format %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("source", "value", "vietnamese", "english"),
    [
        (
            "{{ value|money:'VND' }}",
            -1250,
            f'<span class="money">-<span class="figure">1.250</span>{NBSP}<span class="currency">₫</span></span>',
            '<span class="money">-<span class="currency">₫</span><span class="figure">1,250</span></span>',
        ),
        (
            "{{ value|mrr:'USD' }}",
            16666_666667,
            f'<span class="money"><span class="figure">166,67</span>{NBSP}<span class="currency">US$</span></span>',
            '<span class="money"><span class="currency">$</span><span class="figure">166.67</span></span>',
        ),
        ("{{ value|money_text:'VND' }}", 1250, f"1.250{NBSP}₫", "₫1,250"),
        ("{{ value|mrr_text:'VND' }}", 1_499_999, f"1{NBSP}₫", "₫1"),
        ("{{ value|figure:'USD' }}", -125000, "-1.250,00", "-1,250.00"),
        ("{{ value|day }}", date(2026, 11, 23), "23/11/2026", "23 Nov 2026"),
        ("{{ value|day_short }}", date(2026, 11, 23), "23/11/26", "23 Nov 26"),
        ("{{ value|day_in_words }}", date(2026, 11, 23), "ngày 23 tháng 11 năm 2026", "23 November 2026"),
        ("{{ value|month }}", date(2026, 11, 23), "Tháng 11/2026", "November 2026"),
        ("{{ value|moment }}", MOMENT, "23/11/2026 14:05", "23 Nov 2026, 14:05"),
        ("{{ value|percent }}", Decimal("8.500"), "8,5%", "8.5%"),
        ("{{ value|quantity }}", Decimal("1234.500"), "1.234,5", "1,234.5"),
    ],
)
def test_filters_speak_the_active_language(source: str, value: object, vietnamese: str, english: str) -> None:
    assert render(source, "vi", value=value) == vietnamese
    assert render(source, "en", value=value) == english
    assert render(source, "vi", value=None) == ""
    assert render(source, "en") == ""


def test_an_unknown_currency_is_an_error_and_not_a_wrong_figure() -> None:
    with pytest.raises(UnknownCurrency):
        render("{{ value|money:'???' }}", "vi", value=1)
