"""Everything the page of one payment shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from soon.models import Payment, Settlement


@dataclass(frozen=True)
class PaymentSheet:
    """A payment with what it settled, taken back parts included, and the invoices for which a part of it counts now."""

    settlements: Sequence[Settlement]

    @property
    def settled_now(self) -> Sequence[tuple[str, int]]:
        """The numbers of the invoices that a reversal would open again, with the amounts, the last one first."""
        sums: dict[str, int] = {}
        for each in reversed(self.settlements):
            if each.invoice is None:
                continue
            sums[each.invoice.number] = sums.get(each.invoice.number, 0) + each.amount_minor
        return [(number, minor) for number, minor in sums.items() if minor]


def is_registered(form_key: str) -> bool:
    """Return whether the form with this key was registered before."""
    return bool(form_key) and Payment.objects.filter(form_key=form_key).exists()


def payment_sheet(payment: Payment) -> PaymentSheet:
    """Return what belongs to `payment`: one query."""
    return PaymentSheet(list(payment.settlements.select_related("invoice").order_by("pk")))
