"""What can still be credited of an invoice."""

from django.db.models import Sum

from soon.domain.crediting import Creditable
from soon.models import Invoice, InvoiceLine


def creditable_lines(invoice: Invoice) -> list[tuple[InvoiceLine, Creditable]]:
    """Return every line of `invoice` with what credit notes took back of it: two queries."""
    lines = list(invoice.lines.all())
    rows = InvoiceLine.objects.filter(credits_line__in=[line.pk for line in lines]).order_by().values_list("credits_line")
    taken = {line: (net, tax) for line, net, tax in rows.annotate(Sum("net_minor"), Sum("tax_minor"))}
    return [(line, Creditable(line.net_minor, line.tax_minor, *taken.get(line.pk, (0, 0)))) for line in lines]
