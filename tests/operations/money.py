"""What must be true of a customer's money whatever was done with it."""

from django.db.models import Sum

from soon.models import Customer, Invoice, Payment, Settlement


def sum_of(rows, field: str) -> int:
    """Return the sum of `field`."""
    return rows.aggregate(sum=Sum(field))["sum"] or 0


def balance_of(customer: Customer) -> int:
    """Return documents − payments: invoices less credit notes less payments that were not reversed, in minor units."""
    documents = Invoice.objects.filter(customer=customer)
    charged = sum_of(documents.filter(kind="invoice"), "total_minor")
    credited = sum_of(documents.filter(kind="credit_note"), "total_minor")
    return charged - credited - sum_of(Payment.objects.filter(customer=customer, reversed_at=None), "amount_minor")


def assert_books_agree(customer: Customer) -> None:
    """Fail unless every figure is the sum of what stands behind it and the balance is what is open less the credit."""
    documents = Invoice.objects.filter(customer=customer)
    for invoice in documents.filter(kind="invoice"):
        assert invoice.paid_minor == sum_of(Settlement.objects.filter(invoice=invoice), "amount_minor")
        assert invoice.credited_minor == sum_of(invoice.credit_notes, "total_minor")
        assert 0 <= invoice.paid_minor <= invoice.total_minor
        assert 0 <= invoice.credited_minor <= invoice.total_minor
    for note in documents.filter(kind="credit_note"):
        assert note.paid_minor == sum_of(note.uses, "amount_minor")
        assert 0 <= note.paid_minor <= note.total_minor
    for document in documents:
        lines = document.lines.aggregate(net=Sum("net_minor"), tax=Sum("tax_minor"))
        assert (lines["net"], lines["tax"]) == (document.untaxed_minor, document.tax_minor)
    for payment in Payment.objects.filter(customer=customer):
        assert payment.used_minor == sum_of(payment.settlements, "amount_minor")
        assert 0 <= payment.used_minor <= (0 if payment.reversed_at else payment.amount_minor)
    open_minor = sum(invoice.open_minor for invoice in documents.open())
    credit = sum(payment.unused_minor for payment in Payment.objects.unused().filter(customer=customer))
    credit += sum(note.open_minor for note in documents.unused_credit_notes())
    assert balance_of(customer) == open_minor - credit
