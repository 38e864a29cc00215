"""Amounts and days as other programs write them, read by a decimal sign and an order of day and month that were agreed on.

What is not certain is not guessed: "1.5" is no amount where the comma is the decimal sign, "31/02/2026" is no day anywhere.
"""

import datetime
import re
from collections.abc import Iterable

# Years beyond are slips of the keyboard, and periods could not be counted from them.
EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
# Spreadsheets count days from here; 5 digits of it are the years 1954 to 2173.
_DAY_ZERO = datetime.date(1899, 12, 30)
_COUNTED = re.compile(r"[2-9][0-9]{4}")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ][0-9:.]{4,20}Z?)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})(?: [0-9:.]{4,20})?")

_CURRENCY_SIGNS = "₫đĐ$€£¥ \u00a0\u202f"
_GROUPS = {".": ",'’ \u00a0\u202f", ",": ".'’ \u00a0\u202f"}
_SHAPES = {
    sign: re.compile(
        rf"(?P<sign>[+-]?)(?P<whole>[0-9]{{1,30}}|[0-9]{{1,3}}(?P<group>[{groups}])[0-9]{{3}}(?:(?P=group)[0-9]{{3}}){{0,8}})"
        rf"(?:{re.escape(sign)}(?P<part>[0-9]{{1,20}}))?"
    )
    for sign, groups in _GROUPS.items()
}
# Texts that only one of both signs explains.
_WITH_COMMA = re.compile(r"[+-]?([0-9]{1,3}(\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(\.[0-9]{3}){2,}|[0-9]+,[0-9]{1,2})")
_WITH_POINT = re.compile(r"[+-]?([0-9]{1,3}(,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(,[0-9]{3}){2,}|[0-9]+\.[0-9]{1,2})")


def plain_number(text: str, decimal_sign: str) -> str | None:
    """Return the number that `text` writes as digits with a point, "1.250.000,50" as "1250000.50"; None if it writes none.

    `decimal_sign` is "." or ","; the other sign, blanks and apostrophes group digits by three.
    """
    found = _SHAPES[decimal_sign].fullmatch(text.strip(_CURRENCY_SIGNS))
    if not found:
        return None
    whole = found["whole"].replace(found["group"], "") if found["group"] else found["whole"]
    part = f".{found['part']}" if found["part"] else ""
    return f"{'-' if found['sign'] == '-' else ''}{whole}{part}"


def written_day(text: str, *, day_first: bool) -> datetime.date | None:
    """Return the day that `text` writes: 2026-11-23, 23/11/2026 (or 11/23/2026 without `day_first`), or a spreadsheet's count.

    A time behind it is left out. None for anything that is no day between EARLIEST and LATEST.
    """
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found[1], found[3], found[4]
    elif found := _YEAR_LAST.fullmatch(text):
        year, (day, month) = found[4], (found[1], found[3]) if day_first else (found[3], found[1])
    elif _COUNTED.fullmatch(text):
        return _DAY_ZERO + datetime.timedelta(days=int(text))
    else:
        return None
    try:
        made = datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None
    return made if EARLIEST <= made <= LATEST else None


def decimal_sign_of(texts: Iterable[str], otherwise: str) -> str:
    """Return the decimal sign, "." or ",", that explains more of `texts`; `otherwise` where they leave it open."""
    commas = points = 0
    for text in texts:
        bare = text.strip(_CURRENCY_SIGNS)
        commas += bool(_WITH_COMMA.fullmatch(bare))
        points += bool(_WITH_POINT.fullmatch(bare))
    return otherwise if commas == points else "," if commas > points else "."


def is_day_first(texts: Iterable[str]) -> bool:
    """Return whether days among `texts` are written before their months, as they are unless one could not be so."""
    order = 0
    for text in texts:
        if found := _YEAR_LAST.fullmatch(text.strip()):
            order += (int(found[1]) > 12) - (int(found[3]) > 12)
    return order >= 0
