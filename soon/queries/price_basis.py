"""Whether prices in a column contain tax, so that the column can say so."""

from collections.abc import Iterable

INCLUDED = "included"
BEFORE_TAX = "before_tax"
MIXED = "mixed"


def price_basis(includes_tax: Iterable[bool | None]) -> str:
    """Return INCLUDED, BEFORE_TAX or MIXED for lines of which each price includes its tax or not; "" where nothing is taxed.

    A line without a tax is None.
    """
    found = {included for included in includes_tax if included is not None}
    if not found:
        return ""
    if len(found) > 1:
        return MIXED
    return INCLUDED if found.pop() else BEFORE_TAX
