"""How a document is paid by bank transfer: what the payer types, and the code that types it for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from soon.domain.banks import bank_name
from soon.domain.vietqr import DoesNotFit, transfer_payload, transfer_reference
from soon.formatting import money_text
from soon.models import Company, Invoice

from .qr import QrDrawing, qr_drawing

# Only transfers in đồng between banks of Vietnam have such a code.
CURRENCY = "VND"

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class BankTransfer:
    """A transfer that a banking app reads from `payload`; the amount in đồng, None for one that the payer chooses."""

    bank: str
    account: str
    holder: str
    amount_minor: int | None
    reference: str
    payload: str

    @property
    def code(self) -> QrDrawing:
        """The payload as a drawing."""
        return qr_drawing(self.payload)


def transfer_for(invoice: Invoice, amount_minor: int) -> BankTransfer | None:
    """Return the transfer of `amount_minor` for `invoice` to the account that its seller had on the day of issue.

    None for credit notes, other currencies than VND, nothing to pay, a seller without bank, and whatever no code can carry:
    such a document is paid as people agree.
    """
    if invoice.kind != Invoice.Kind.INVOICE or invoice.currency != CURRENCY or amount_minor <= 0:
        return None
    return _transfer(invoice.seller, amount_minor, payment_reference(invoice))


def transfer_to(company: Company) -> BankTransfer | None:
    """Return a transfer to `company` of whatever the payer likes; None for a company without bank."""
    return _transfer(vars(company), None, "")


def payment_reference(invoice: Invoice) -> str:
    """Return what a payer writes into a transfer: the invoice's number as banks can carry it ("INV202600031")."""
    return transfer_reference(invoice.number)


def where_to_pay(invoice: Invoice) -> Pairs:
    """Return names and values of the seller's account and of the reference, in the language spoken; [] without account.

    In đồng it is the account of the code; in other currencies what the seller wrote for them, where they did.
    """
    seller = invoice.seller
    in_words, is_whole = str(seller.get("bank_account", "")), bool(seller.get("bank_bin"))
    if is_whole and (invoice.currency == CURRENCY or not in_words):
        account = [
            (_("Bank"), bank_name(seller["bank_bin"])),
            (_("Account number"), str(seller["bank_account_number"])),
            (_("Account holder"), str(seller["bank_account_name"])),
        ]
    else:
        account = [(_("Bank account"), in_words)] if in_words else []
    return [*account, (_("Payment reference"), payment_reference(invoice))] if account else []


def how_to_pay(invoice: Invoice, amount_minor: int) -> Pairs:
    """Return the same with the amount, in minor units of the invoice's currency; [] when there is nothing to pay."""
    rows = where_to_pay(invoice) if invoice.kind == Invoice.Kind.INVOICE and amount_minor > 0 else []
    return [*rows[:-1], (_("Amount to pay"), money_text(amount_minor, invoice.currency)), *rows[-1:]] if rows else []


def _transfer(seller: Mapping[str, Any], amount_minor: int | None, reference: str) -> BankTransfer | None:
    bin_, account, holder = (str(seller.get(f"bank_{part}", "")) for part in ("bin", "account_number", "account_name"))
    if not bin_:
        return None
    try:
        payload = transfer_payload(bin_, account, amount_minor, reference)
    except DoesNotFit:
        return None
    return BankTransfer(bank_name(bin_), account, holder, amount_minor, reference, payload)
