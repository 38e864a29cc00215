"""What people type into fields for money and numbers is read exactly or refused in words, never guessed."""

from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from soon.backoffice.fields import LARGEST_AMOUNT_MINOR, MoneyField, NumberField, amount_for_input, clean_amount, read_amount


@pytest.mark.parametrize(
    ("language", "text", "currency", "minor"),
    [
        ("vi", "1250000", "VND", 1_250_000),
        ("vi", "1.250.000", "VND", 1_250_000),
        ("vi", "1,250,000", "VND", 1_250_000),
        ("en", "1.250", "VND", 1250),
        ("vi", "1.250,00", "VND", 1250),
        ("vi", " 1 250 000 ₫ ", "VND", 1_250_000),
        ("vi", "1.250.000 đ", "VND", 1_250_000),
        ("vi", "1\u00a0250\u202f000 VND", "VND", 1_250_000),
        ("en", "1,250,000.50", "USD", 125_000_050),
        ("vi", "1.250.000,50", "USD", 125_000_050),
        ("vi", "1,250,000.50", "USD", 125_000_050),
        ("en", "$1,250", "USD", 125_000),
        ("vi", "1.250", "USD", 125_000),
        ("vi", "12,5", "USD", 1250),
        ("vi", "12.5", "USD", 1250),
        ("en", "0.250", "USD", 25),
        ("en", "12.", "USD", 1200),
        ("en", "1'250.05", "CHF", 125_005),
        ("en", "1.250", "KWD", 1250),
        ("vi", "1,250", "KWD", 1250),
        ("vi", "1.250,500", "KWD", 1_250_500),
        ("en", "0", "VND", 0),
    ],
)
def test_amounts_as_people_write_them(language, text, currency, minor):
    with translation.override(language):
        assert read_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("language", "text", "currency", "words"),
    [
        ("en", "1.250", "USD", "two amounts. Write 1250 or 1.25"),
        ("vi", "1.250", "KWD", "1250"),
        ("en", "1.5", "VND", "no decimals"),
        ("en", "12.345,678", "USD", "2 decimals"),
        ("en", "1.2345", "USD", "2 decimals"),
        ("en", "1.25.00", "VND", "separators"),
        ("en", "1,25,000", "VND", "separators"),
        ("en", "1,250.000,5", "USD", "separators"),
        ("en", "12,50,3.5", "USD", "separators"),
        ("en", "abc", "VND", "with digits"),
        ("en", "", "VND", "with digits"),
        ("en", "1e5", "VND", "with digits"),
        ("en", "NaN", "VND", "with digits"),
        ("en", "١٢٣", "VND", "with digits"),
        ("en", "--5", "VND", "with digits"),
        ("en", "5-", "VND", "with digits"),
        ("en", ".5", "USD", "with digits"),
        ("en", "9" * 50, "VND", "too large"),
    ],
)
def test_amounts_that_are_refused_with_what_to_do(language, text, currency, words):
    with translation.override(language), pytest.raises(ValidationError) as refusal:
        read_amount(text, currency)
    assert words in refusal.value.messages[0]


@given(
    minor=st.integers(0, LARGEST_AMOUNT_MINOR),
    currency=st.sampled_from(["VND", "USD", "KWD", "CLF", "JPY"]),
    language=st.sampled_from(["vi", "en"]),
)
def test_what_an_input_shows_is_read_back_unchanged(minor, currency, language):
    with translation.override(language):
        assert read_amount(amount_for_input(minor, currency), currency) == minor


@given(text=st.text(max_size=80), currency=st.sampled_from(["VND", "USD", "KWD"]))
def test_no_text_is_a_fault(text, currency):
    try:
        assert isinstance(read_amount(text, currency), int)
    except ValidationError as error:
        assert error.messages


class PriceForm(forms.Form):
    currency = forms.CharField()
    amount = MoneyField(smallest=1)

    def clean(self):
        clean_amount(self, "amount", self.cleaned_data["currency"], smallest=1)


def test_the_currency_may_stand_beside_the_amount():
    with translation.override("en"):
        form = PriceForm({"currency": "USD", "amount": "1,250.5"})
        assert form.is_valid()
        assert form.cleaned_data["amount"] == 125_050
        refused = PriceForm({"currency": "VND", "amount": "1.5"})
        assert refused.errors == {"amount": ["VND has no decimals. Write a whole number."]}


@pytest.mark.parametrize(("text", "words"), [("0", "at least 1 VND"), ("1000000000000001", "too large"), ("-5", "at least")])
def test_amounts_out_of_bounds(text, words):
    with translation.override("en"), pytest.raises(ValidationError, match=words):
        MoneyField(currency="VND", smallest=1).clean(text)


def test_a_field_with_its_currency_cleans_to_minor_units_and_shows_them_in_the_readers_notation():
    field = MoneyField(currency="USD", required=False)
    with translation.override("vi"):
        assert field.clean("1.250,50") == 125_050
        assert field.prepare_value(125_050) == "1.250,50"
        assert not field.has_changed(125_050, "1250,50")
        assert field.clean("") is None


@pytest.mark.parametrize(("text", "number"), [("1,5", "1.5"), ("1.5", "1.5"), (" 12 ", "12"), ("1 000", "1000")])
def test_numbers_take_a_comma_or_a_point(text, number):
    assert NumberField().clean(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1.000,5", "1e9", "NaN", "abc", "Infinity", "9" * 40, "१"])
def test_numbers_are_not_guessed(text):
    with pytest.raises(ValidationError):
        NumberField(max_digits=12, decimal_places=3).clean(text)


def test_numbers_are_shown_without_empty_decimals():
    with translation.override("vi"):
        assert NumberField().prepare_value(Decimal("1.500")) == "1,5"
        assert NumberField().prepare_value(Decimal("10")) == "10"
