"""What a customer owes and what stands to their credit, per currency."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum
from django.db.models.expressions import Combinable

from soon.models import Customer, Invoice, Payment

OPEN_MINOR = F("total_minor") - F("paid_minor")
UNUSED_MINOR = F("amount_minor") - F("used_minor")


@dataclass(frozen=True)
class Balance:
    """Money of one customer in one currency, in minor units: open invoices, and what may still pay for invoices."""

    currency: str
    open_minor: int
    credit_minor: int

    @property
    def balance_minor(self) -> int:
        """Documents less payments: what the customer owes, negative if we owe them."""
        return self.open_minor - self.credit_minor


def balances_of(customer: Customer) -> list[Balance]:
    """Return the balance of every currency in which something is open or unused: three queries."""
    documents = Invoice.objects.filter(customer=customer)
    owed = _sums(documents.open(), OPEN_MINOR)
    credit = _sums(documents.unused_credit_notes(), OPEN_MINOR)
    for currency, minor in _sums(Payment.objects.unused().filter(customer=customer), UNUSED_MINOR).items():
        credit[currency] = credit.get(currency, 0) + minor
    return [Balance(each, owed.get(each, 0), credit.get(each, 0)) for each in sorted({*owed, *credit})]


def credit_of(customer_id: int, currency: str) -> int:
    """Return the customer's unused credit in `currency`, in minor units: two queries."""
    about = {"customer_id": customer_id, "currency": currency}
    payments = Payment.objects.unused().filter(**about).aggregate(sum=Sum(UNUSED_MINOR))["sum"]
    notes = Invoice.objects.unused_credit_notes().filter(**about).aggregate(sum=Sum(OPEN_MINOR))["sum"]
    return (payments or 0) + (notes or 0)


def currencies_of(customer: Customer) -> Sequence[str]:
    """Return the currencies in which the customer has documents or payments, their own first: two queries."""
    found = {*Invoice.objects.filter(customer=customer).order_by().values_list("currency", flat=True).distinct()}
    found |= {*Payment.objects.filter(customer=customer).order_by().values_list("currency", flat=True).distinct()}
    return [customer.currency, *sorted(found - {customer.currency})]


def _sums(rows: QuerySet[Invoice] | QuerySet[Payment], what: Combinable) -> dict[str, int]:
    return dict(rows.order_by().values_list("currency").annotate(sum=Sum(what)))
