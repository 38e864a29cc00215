"""Documents and their lines: what they come to, and that every amount can be computed again from its derivation."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, DateField, F, Max, Min, Q, Sum, TextField, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext_lazy as _

from soon.domain.billing import amount_from
from soon.domain.errors import DomainError
from soon.models import Invoice, InvoiceLine

from .checks import CHUNK, Check, Finding, Moment, Naming, Rule, Theme, Walk, broken, fact

ADDS_UP = Check(
    "document_adds_up",
    _("Each document comes to what its lines come to: amount, tax and total."),
    _("The lines come to {lines_net_minor} and {lines_tax_minor} tax, the document says {untaxed_minor} and {tax_minor}."),
    "documents",
)
SPAN = Check(
    "document_period_spans_lines",
    _("The period of each invoice is that of its lines."),
    _("The lines are for {lines_from_on} to {lines_until_on}, the invoice says {says_from_on} to {says_until_on}."),
    "documents",
)
DERIVED = Check(
    "line_follows_derivation",
    _("Each line of a document costs what its derivation gives: price, quantity, days, tax and rounding."),
    _(
        "Line {position}: the derivation gives {derived_net_minor} and {derived_tax_minor} tax, "
        "the line says {net_minor} and {tax_minor}."
    ),
    "lines",
)
TELLS = Check(
    "derivation_fits_line",
    _("Each derivation speaks of its line: the same price, quantity, discount, tax rate and period."),
    _("Line {position}: its derivation speaks of another price, quantity, discount, tax rate or period."),
    "lines",
)

_NEVER = Value("0001-01-01", output_field=DateField())


def sums(moment: Moment) -> Iterator[Finding]:
    """Add up the lines of each document."""
    says = ("number", "kind", "currency", "untaxed_minor", "tax_minor", "total_minor", "period_start", "period_end")
    charged = Q(lines__is_charge=True)
    documents = Invoice.objects.order_by().values("pk", *says).annotate(
        line_count=Count("lines"),
        lines_net_minor=Coalesce(Sum("lines__net_minor"), 0),
        lines_tax_minor=Coalesce(Sum("lines__tax_minor"), 0),
        lines_from_on=Min("lines__period_start", filter=charged),
        lines_until_on=Max("lines__period_end", filter=charged),
        says_from_on=F("period_start"),
        says_until_on=F("period_end"),
    )  # fmt: skip
    same_sums = Q(
        lines_net_minor=F("untaxed_minor"),
        lines_tax_minor=F("tax_minor"),
        total_minor=F("untaxed_minor") + F("tax_minor"),
        line_count__gt=0,
    )
    same_days = Q(first=F("says_first"), last=F("says_last"))
    compared = documents.annotate(
        first=Coalesce("lines_from_on", _NEVER),
        last=Coalesce("lines_until_on", _NEVER),
        says_first=Coalesce("period_start", _NEVER),
        says_last=Coalesce("period_end", _NEVER),
    )
    rules = (
        Rule(ADDS_UP, ~same_sums, ("lines_net_minor", "lines_tax_minor", "untaxed_minor", "tax_minor")),
        Rule(
            SPAN,
            Q(kind=Invoice.Kind.INVOICE) & ~same_days,
            ("lines_from_on", "lines_until_on", "says_from_on", "says_until_on"),
        ),
    )
    yield from broken(compared, rules, Naming("invoice", currency="currency"))


class Told(NamedTuple):
    """What a derivation says, as far as it says it: the amounts it gives, and what it tells of the line."""

    net_minor: int
    tax_minor: int
    line: Mapping[str, Any]


def derivations(moment: Moment) -> Iterator[Finding]:
    """Compute every line again from its stored derivation. Equal lines come as one row, computed once."""
    lines = (
        InvoiceLine.objects.order_by()
        .annotate(text=Cast("derivation", TextField()))
        .values_list("text", *_COMPARED, "is_charge", "invoice__kind")
        .annotate(first=Min("pk"), times=Count("pk"))
    )
    for text, *values, is_charge, kind, first, times in lines.iterator(CHUNK):
        moment.seen(times)
        line = dict(zip(_COMPARED, values, strict=True))
        # What is given back on an invoice is a negative line.
        sign = -1 if not is_charge and kind == Invoice.Kind.INVOICE else 1
        yield from _compared(moment, _told(text), line, sign, first, times)


_COMPARED = (
    *("net_minor", "tax_minor", "unit_price_minor", "quantity", "discount_percent", "tax_percent"),
    *("period_start", "period_end"),
)


def _compared(moment: Moment, told: Told | None, line: dict[str, Any], sign: int, key: int, times: int) -> Iterator[Finding]:
    if told is None or (sign * told.net_minor, sign * told.tax_minor) != (line["net_minor"], line["tax_minor"]):
        yield _finding(moment, DERIVED, key, times, line, told, sign)
        return
    start, end = line["period_start"], line["period_end"]
    says = line | {"period": [start.isoformat(), end.isoformat()] if start and end else None}
    if start and end:
        says["fraction"] = (end - start).days
    if any(says[name] != value for name, value in told.line.items() if name in says):
        yield _finding(moment, TELLS, key, times, line, told, sign)


def _finding(moment: Moment, check: Check, key: int, times: int, line: dict[str, Any], told: Told | None, sign: int) -> Finding:
    if not moment.wants(check):
        return Finding(check, "", count=times)
    found = InvoiceLine.objects.values_list("invoice_id", "invoice__number", "invoice__currency", "position").filter(pk=key)
    invoice, number, currency, position = found[0]
    amounts = {"net_minor": line["net_minor"], "tax_minor": line["tax_minor"]}
    amounts["derived_net_minor"] = sign * told.net_minor if told else None
    amounts["derived_tax_minor"] = sign * told.tax_minor if told else None
    facts = {name: fact(name, amount, currency) for name, amount in amounts.items()} | {"position": position}
    return Finding(check, number, "invoice", invoice, facts, count=times)


def _told(text: str) -> Told | None:
    """Return what the derivation `text` gives; None if nothing can be computed from it."""
    try:
        facts = json.loads(text)
        net, tax = amount_from(facts)
        return Told(net, tax, _of_line(facts) if "unit_price_minor" in facts else {})
    except (DomainError, KeyError, ValueError, TypeError, ArithmeticError, AttributeError):
        return None


def _of_line(facts: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: Decimal(facts[name]) for name in ("quantity", "discount_percent", "tax_percent")}
    told = {"unit_price_minor": facts["unit_price_minor"], **numbers, "period": facts["period"]}
    if facts["period"]:
        told["fraction"] = int(facts["fraction"].split("/")[0])
    return told


DOCUMENTS = Theme(_("Invoices and credit notes"), (Walk((ADDS_UP, SPAN), sums), Walk((DERIVED, TELLS), derivations)))
