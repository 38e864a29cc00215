"""What every document on paper has: two parties, facts, lines, totals; words and figures, ready for print."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from soon.domain.pricing import DocumentTotals, document_totals
from soon.formatting import day, figure, money_text, percent, quantity
from soon.models import Company, Customer

from .positions import Position

Pairs = list[tuple[str, str]]

# The last lines stay on one page with the totals, unless they are so long that no page might hold them; a few stay all.
KEPT_LINES = 2
# In letters; one line of the page holds about sixty.
LONGEST_LINE = 600
LONGEST_TABLE = 900


def sheet(
    title: str,
    number: str,
    seller: Mapping[str, Any],
    buyer: Mapping[str, Any],
    facts: Pairs,
    positions: Sequence[Position],
    currency: str,
) -> dict[str, Any]:
    """Return what templates/print/document.typ prints, in the language being spoken, without what only some documents have."""
    totals = document_totals(positions)
    taxed = [position for position in positions if position.tax_percent]
    all_included = bool(taxed) and all(position.tax_is_included for position in taxed)
    lines = [_line(position, currency, tells_of_tax=not all_included) for position in positions]
    is_short = sum(map(_length, lines)) < LONGEST_TABLE
    can_be_kept = all(line["is_short"] for line in lines[-KEPT_LINES:])
    return {
        "language": (translation.get_language() or "vi")[:2],
        "title": title,
        "number": number,
        "currency": currency,
        "labels": _labels(),
        "seller": party(seller),
        "buyer": party(buyer),
        "facts": facts,
        "remarks": [],
        "has_discount": any(position.discount_percent for position in positions),
        "lines": lines,
        "is_short": is_short,
        "kept": KEPT_LINES if can_be_kept and not is_short else 0,
        "totals": _totals(totals, currency, has_zero_rate=any(row.tax_name and not row.tax_percent for row in positions)),
        "total": (_("Total"), money_text(totals.total, currency)),
        "words": None,
        "price_note": _("Unit prices include tax.") if all_included else "",
        "payment": None,
        "closing": [],
    }


def span(start: datetime.date, end: datetime.date) -> str:
    """Return the half-open period [start, end) as people say it, with its last day: "1 Nov 2026 – 30 Nov 2026"."""
    return f"{day(start)} – {day(end - datetime.timedelta(days=1))}"


def facts_of(party: Company | Customer) -> Mapping[str, str]:
    """Return what stands on a document about one of its sides, as an issued one has stored it."""
    fields = ("name", "street", "postcode", "city", "country", "tax_number", "email", "phone")
    return {field: str(getattr(party, field, "")) for field in fields}


def party(facts: Mapping[str, Any]) -> list[str]:
    """Return the lines of an address, the name first, without empty ones."""
    town = " ".join(str(facts.get(part, "")) for part in ("postcode", "city") if facts.get(part))
    tax = _("Tax number: %(number)s") % {"number": facts["tax_number"]} if facts.get("tax_number") else ""
    reach = " · ".join(str(facts[part]) for part in ("email", "phone") if facts.get(part))
    lines = [str(facts.get("name", "")) or "—", str(facts.get("street", "")), town, tax, reach]
    return [line for line in lines if line]


def _labels() -> dict[str, str]:
    return {
        "buyer": _("Customer"),
        "description": _("Description"),
        "quantity": _("Quantity"),
        "unit_price": _("Unit price"),
        "discount": _("Discount"),
        "tax": _("Tax"),
        "amount": _("Amount"),
        "page": _("Page"),
    }


def _line(position: Position, currency: str, *, tells_of_tax: bool) -> dict[str, Any]:
    notes = [position.note] if position.note else []
    if position.period_start and position.period_end:
        notes.append(span(position.period_start, position.period_end))
    if position.tax_is_included and tells_of_tax:
        notes.append(_("The unit price includes tax."))
    line = {
        "description": position.description,
        "notes": notes,
        "quantity": quantity(position.quantity),
        "unit_price": figure(position.unit_price_minor, currency),
        "discount": percent(position.discount_percent) if position.discount_percent else "",
        "tax": percent(position.tax_percent) if position.tax_name or position.tax_percent else "",
        "amount": figure(position.net_minor, currency),
    }
    return line | {"is_short": _length(line) < LONGEST_LINE}


def _length(line: Mapping[str, Any]) -> int:
    """Return how much of a page a line takes, in letters; what begins a new line counts for a whole one."""
    text = "\n".join([line["description"], *line["notes"], ""])
    return len(text) + 60 * text.count("\n")


def _totals(totals: DocumentTotals, currency: str, *, has_zero_rate: bool) -> Pairs:
    """Return the sum without tax, and of each rate its base and its tax; what is not taxed only beside what is."""
    rows = [(_("Untaxed amount"), money_text(totals.untaxed, currency))]
    for rate in totals.by_rate:
        words = {"percent": percent(rate.percent), "base": money_text(rate.net_minor, currency)}
        if rate.percent or has_zero_rate:
            rows.append((_("Tax %(percent)s on %(base)s") % words, money_text(rate.tax_minor, currency)))
        elif len(totals.by_rate) > 1:
            rows.append((_("No tax on %(base)s") % words, money_text(rate.tax_minor, currency)))
    return rows
