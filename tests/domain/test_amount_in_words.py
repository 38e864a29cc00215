"""Amounts in words: as accountants write them, and readable back by somebody who does not know how they were made."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from soon.domain.amount_in_words import amount_in_words
from soon.domain.currencies import MINOR_DIGITS
from soon.domain.money import LARGEST_MINOR, NotAnAmount, UnknownCurrency, digits_of

VIETNAMESE = {
    0: "Không đồng",
    4: "Bốn đồng",
    5: "Năm đồng",
    10: "Mười đồng",
    11: "Mười một đồng",
    14: "Mười bốn đồng",
    15: "Mười lăm đồng",
    21: "Hai mươi mốt đồng",
    24: "Hai mươi tư đồng",
    25: "Hai mươi lăm đồng",
    30: "Ba mươi đồng",
    101: "Một trăm linh một đồng",
    104: "Một trăm linh bốn đồng",
    115: "Một trăm mười lăm đồng",
    1_005: "Một nghìn không trăm linh năm đồng",
    1_050: "Một nghìn không trăm năm mươi đồng",
    120_000: "Một trăm hai mươi nghìn đồng",
    1_250_000: "Một triệu hai trăm năm mươi nghìn đồng",
    1_000_005: "Một triệu không trăm linh năm đồng",
    21_005_000: "Hai mươi mốt triệu không trăm linh năm nghìn đồng",
    1_000_000_000: "Một tỷ đồng",
    2_000_000_015: "Hai tỷ không trăm mười lăm đồng",
    10**12: "Một nghìn tỷ đồng",
    10**18: "Một tỷ tỷ đồng",
    -1_250_000: "Âm một triệu hai trăm năm mươi nghìn đồng",
}
OTHERS = [
    (1_250_000, "VND", "en", "One million two hundred and fifty thousand Vietnamese dong"),
    (1_000_005, "VND", "en-gb", "One million and five Vietnamese dong"),
    (-21, "VND", "en", "Minus twenty-one Vietnamese dong"),
    (10**18, "VND", "en", "One quintillion Vietnamese dong"),
    (0, "USD", "en", "Zero US dollars"),
    (101, "USD", "en", "One US dollar and one cent"),
    (125050, "USD", "en", "One thousand two hundred and fifty US dollars and fifty cents"),
    (125050, "USD", "vi", "Một nghìn hai trăm năm mươi đô la Mỹ và năm mươi xu"),
    (250, "EUR", "en", "Two euros and fifty cents"),
    (5, "EUR", "vi", "Không euro và năm xu"),
    (10050, "KWD", "en", "Ten point zero five zero KWD"),
    (10050, "KWD", "vi", "Mười phẩy không năm không KWD"),
    (10000, "KWD", "en", "Ten KWD"),
    (-5, "CHF", "vi", "Âm không phẩy không năm CHF"),
    (105, "JPY", "vi", "Một trăm linh năm JPY"),
]


@pytest.mark.parametrize(("minor", "words"), VIETNAMESE.items())
def test_dong_in_vietnamese(minor: int, words: str) -> None:
    assert amount_in_words(minor, "VND", "vi") == words


@pytest.mark.parametrize(("minor", "currency", "language", "words"), OTHERS)
def test_other_languages_and_currencies(minor: int, currency: str, language: str, words: str) -> None:
    assert amount_in_words(minor, currency, language) == words


def test_what_no_column_holds_is_refused() -> None:
    with pytest.raises(NotAnAmount):
        amount_in_words(LARGEST_MINOR + 1, "VND", "vi")
    with pytest.raises(UnknownCurrency):
        amount_in_words(1, "XXX", "vi")


DIGITS = "không một hai ba bốn năm sáu bảy tám chín".split()
LAST = {word: value for value, word in enumerate(DIGITS)} | {"mốt": 1, "tư": 4, "lăm": 5}
WEIGHTS = {"nghìn": 1000, "triệu": 1000**2}


def read_vietnamese(text: str) -> int:
    """Return the number that `text` says: written from the ear, not from the code that made it."""
    before, billion, after = text.rpartition("tỷ")
    if billion:
        return read_vietnamese(before.strip()) * 1000**3 + read_vietnamese(after.strip())
    total, group = 0, 0
    for word in text.split():
        if word in WEIGHTS:
            total, group = total + group * WEIGHTS[word], 0
        elif word == "trăm":
            group *= 100
        elif word == "mươi":
            group += group % 10 * 9
        elif word == "mười":
            group += 10
        elif word != "linh":
            group += LAST[word]
    return total + group


def read_english(text: str) -> int:
    names = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen".split()
    values = {name: value for value, name in enumerate([*names, "eighteen", "nineteen"], start=1)} | {"zero": 0}
    values |= {
        name: value * 10 for value, name in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
    }
    weights = {
        name: 1000**power for power, name in enumerate("thousand million billion trillion quadrillion quintillion".split(), 1)
    }
    total, group = 0, 0
    for word in text.replace("-", " ").replace(" and ", " ").split():
        if word in weights:
            total, group = total + group * weights[word], 0
        else:
            group = group * 100 if word == "hundred" else group + values[word]
    return total + group


amounts = st.one_of(
    st.integers(-LARGEST_MINOR, LARGEST_MINOR),
    st.integers(0, 10**7),
    # Figures with many zeros are the ones that people read wrong.
    st.lists(st.sampled_from([0, 0, 1, 4, 5, 10, 15, 21, 24, 105, 110, 900]), min_size=1, max_size=6).map(
        lambda groups: sum(group * 1000**power for power, group in enumerate(groups))
    ),
)


@given(amounts)
@example(10**18)
@example(1_000_000_005 * 10**9)
def test_what_is_said_is_the_amount(minor: int) -> None:
    said = amount_in_words(minor, "VND", "vi").lower().removesuffix(" đồng")
    assert read_vietnamese(said.removeprefix("âm ")) * (-1 if said.startswith("âm ") else 1) == minor
    said = amount_in_words(minor, "VND", "en").lower().removesuffix(" vietnamese dong")
    assert read_english(said.removeprefix("minus ")) * (-1 if said.startswith("minus ") else 1) == minor


@given(amounts, st.sampled_from(sorted(set(MINOR_DIGITS) - {"VND", "USD", "EUR"})))
def test_a_currency_without_words_keeps_its_code_and_every_decimal(minor: int, currency: str) -> None:
    said = amount_in_words(minor, currency, "vi").removesuffix(f" {currency}").lower().removeprefix("âm ")
    whole, _mark, decimals = said.partition(" phẩy ")
    digits = digits_of(currency)
    part = "".join(str(DIGITS.index(word)) for word in decimals.split()).ljust(digits, "0")
    assert read_vietnamese(whole) * 10**digits + int(part or 0) == abs(minor)


@given(amounts)
def test_different_amounts_are_never_said_alike(minor: int) -> None:
    for currency in ("USD", "EUR"):
        said = amount_in_words(minor, currency, "vi").lower().removeprefix("âm ")
        whole, _mark, part = said.partition(" và ")
        name = "đô la mỹ" if currency == "USD" else "euro"
        assert whole.endswith(name)
        assert read_vietnamese(whole.removesuffix(name)) * 100 + (read_vietnamese(part[:-3]) if part else 0) == abs(minor)
