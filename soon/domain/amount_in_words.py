"""Amounts written out, as invoices carry them, so that nobody adds a digit: in Vietnamese and in English.

Vietnamese as Vietnam's accountants write it: "mốt" for a 1 and "tư" for a 4 after tens, "lăm" for a 5 after ten or tens,
"linh" for tens that are missing, "không trăm" for hundreds that are missing inside a number; groups of nine digits are
counted in "tỷ", so that 10¹⁸ is "một tỷ tỷ".
"""

from collections.abc import Callable
from dataclasses import dataclass

from .money import LARGEST_MINOR, NotAnAmount, digits_of

_VI_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_VI_LAST_AFTER_TENS = ("không", "mốt", "hai", "ba", "tư", "lăm", "sáu", "bảy", "tám", "chín")
_VI_GROUPS = ("", "nghìn", "triệu")

_EN_BELOW_20 = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen"
).split()
_EN_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_EN_GROUPS = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")


@dataclass(frozen=True)
class _Unit:
    """How a language names a currency: one of it, several, and the same for its hundredth part."""

    one: str
    many: str
    one_part: str = ""
    many_parts: str = ""


@dataclass(frozen=True)
class _Speech:
    """How a language says an amount."""

    number: Callable[[int], str]
    minus: str
    point: str
    conjunction: str
    digits: tuple[str, ...]
    units: dict[str, _Unit]


def amount_in_words(minor: int, currency: str, language: str) -> str:
    """Return `minor` units of `currency` written out in `language` ("en…": English, otherwise Vietnamese), to begin a line.

    1250000 VND → "Một triệu hai trăm năm mươi nghìn đồng"; 150 USD → "One US dollar and fifty cents". A currency whose
    parts have no name here keeps its code, and decimals are read digit by digit: "Ten point zero five zero KWD".
    Raises UnknownCurrency, and NotAnAmount beyond 64 bits.
    """
    digits = digits_of(currency)
    if abs(minor) > LARGEST_MINOR:
        raise NotAnAmount(f"too large: {minor}")
    speech = _SPEECHES["en" if language.startswith("en") else "vi"]
    whole, part = divmod(abs(minor), 10**digits)
    unit = speech.units.get(currency)
    words = _with_names(speech, unit, whole, part) if unit else _with_code(speech, currency, digits, whole, part)
    text = f"{speech.minus} {words}" if minor < 0 else words
    return text[0].upper() + text[1:]


def _with_names(speech: _Speech, unit: _Unit, whole: int, part: int) -> str:
    # The whole units are said even when there are none: cents alone would not tell of which currency.
    said = f"{speech.number(whole)} {unit.one if whole == 1 else unit.many}"
    if not part:
        return said
    return f"{said} {speech.conjunction} {speech.number(part)} {unit.one_part if part == 1 else unit.many_parts}"


def _with_code(speech: _Speech, currency: str, digits: int, whole: int, part: int) -> str:
    decimals = " ".join(speech.digits[int(digit)] for digit in f"{part:0{digits}d}") if part else ""
    return f"{speech.number(whole)} {f'{speech.point} {decimals} ' if decimals else ''}{currency}"


def _vietnamese(number: int) -> str:
    """Return a number from 0 on in Vietnamese."""
    if number < 10**9:
        return _vi_below_a_billion(number, is_inside=False) or _VI_DIGITS[0]
    billions, rest = divmod(number, 10**9)
    return " ".join(filter(None, [_vietnamese(billions), "tỷ", _vi_below_a_billion(rest, is_inside=True)]))


def _vi_below_a_billion(number: int, *, is_inside: bool) -> str:
    """Return up to nine digits, "" for 0; `is_inside` tells that larger groups were said before."""
    said: list[str] = []
    for power in (2, 1, 0):
        group = number // 1000**power % 1000
        if group:
            said += [_vi_group(group, is_inside=is_inside or bool(said)), _VI_GROUPS[power]]
    return " ".join(filter(None, said))


def _vi_group(group: int, *, is_inside: bool) -> str:
    """Return three digits (1 to 999); inside a number also the hundreds and tens that are missing are said."""
    hundreds, tens, last = group // 100, group // 10 % 10, group % 10
    said = [_VI_DIGITS[hundreds], "trăm"] if hundreds or is_inside else []
    if tens > 1:
        said += [_VI_DIGITS[tens], "mươi"]
    elif tens == 1:
        said.append("mười")
    elif last and said:
        said.append("linh")
    if last:
        said.append(_VI_LAST_AFTER_TENS[last] if tens > 1 or (tens == 1 and last == 5) else _VI_DIGITS[last])
    return " ".join(said)


def _english(number: int) -> str:
    """Return a number from 0 on in English."""
    said: list[str] = []
    for power in range(len(_EN_GROUPS) - 1, -1, -1):
        group = number // 1000**power % 1000
        if group:
            joint = "and " if said and not power and group < 100 else ""
            said += [joint + _en_group(group), _EN_GROUPS[power]]
    return " ".join(filter(None, said)) or _EN_BELOW_20[0]


def _en_group(group: int) -> str:
    """Return three digits (1 to 999)."""
    hundreds, rest = divmod(group, 100)
    said = [f"{_EN_BELOW_20[hundreds]} hundred"] if hundreds else []
    if rest:
        tens = _EN_TENS[rest // 10] + (f"-{_EN_BELOW_20[rest % 10]}" if rest % 10 else "")
        said.append(_EN_BELOW_20[rest] if rest < 20 else tens)
    return " and ".join(said)


_SPEECHES = {
    "vi": _Speech(
        number=_vietnamese,
        minus="âm",
        point="phẩy",
        conjunction="và",
        digits=_VI_DIGITS,
        units={
            "VND": _Unit("đồng", "đồng"),
            "USD": _Unit("đô la Mỹ", "đô la Mỹ", "xu", "xu"),
            "EUR": _Unit("euro", "euro", "xu", "xu"),
        },
    ),
    "en": _Speech(
        number=_english,
        minus="minus",
        point="point",
        conjunction="and",
        digits=tuple(_EN_BELOW_20[:10]),
        units={
            "VND": _Unit("Vietnamese dong", "Vietnamese dong"),
            "USD": _Unit("US dollar", "US dollars", "cent", "cents"),
            "EUR": _Unit("euro", "euros", "cent", "cents"),
        },
    ),
}
