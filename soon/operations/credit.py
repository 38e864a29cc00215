"""The customer's credit: what they paid too much, and credit notes of invoices already paid; it pays their next invoices."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from soon.activity.actor import Actor
from soon.activity.facts import money_fact
from soon.activity.record import record_many
from soon.models import Invoice, Payment, Settlement
from soon.models.bulk import any_of, insert_rows, update_rows
from soon.operations.documents import Document


@dataclass(slots=True)
class Credit:
    """A payment or a credit note of which `open_minor` is not used yet."""

    is_payment: bool
    pk: int
    used_minor: int
    open_minor: int

    def take(self, wanted: int) -> int:
        """Use up to `wanted` minor units; return how many."""
        taken = min(wanted, self.open_minor)
        self.open_minor -= taken
        self.used_minor += taken
        return taken


# By customer and currency, the oldest first.
Credits = dict[tuple[int, str], list[Credit]]
# Which credit pays which document, and how much of it.
Use = tuple[Credit, Document, int]


def open_credits(customers: Collection[int]) -> Credits:
    """Return the unused credit of the customers with these keys, and keep it locked until the transaction ends."""
    found: Credits = defaultdict(list)
    wanted = {"customer_id__in": any_of(sorted(customers))}
    # Locked in the order of their keys, so that two who need the same never wait for each other in a circle.
    payments = Payment.objects.select_for_update(no_key=True).unused().filter(**wanted).order_by("pk")
    for pk, customer, currency, amount, used in payments.values_list(
        "pk", "customer_id", "currency", "amount_minor", "used_minor"
    ):
        found[customer, currency].append(Credit(True, pk, used, amount - used))
    notes = Invoice.objects.select_for_update(no_key=True).unused_credit_notes().filter(**wanted).order_by("pk")
    for pk, customer, currency, total, used in notes.values_list("pk", "customer_id", "currency", "total_minor", "paid_minor"):
        found[customer, currency].append(Credit(False, pk, used, total - used))
    return found


def use_credit(documents: Iterable[Document], credits: Credits) -> list[Use]:
    """Let open credit pay for new invoices, in their order; only figures change until `store_uses`."""
    uses: list[Use] = []
    if not credits:
        return uses
    for document in documents:
        for credit in credits.get((document.buyer.customer_id, document.currency), ()):
            taken = credit.take(document.total_minor - document.settled_minor)
            if taken:
                document.settled_minor += taken
                uses.append((credit, document, taken))
    return uses


def store_uses(uses: Sequence[Use], *, actor: Actor, at: datetime.datetime, today: datetime.date) -> None:
    """Store what `use_credit` found, after the documents themselves, and tell of it in the chatter."""
    if not uses:
        return
    touched = {(credit.is_payment, credit.pk): credit.used_minor for credit, _, _ in uses}
    update_rows(Payment, "used_minor", "bigint", {pk: used for (is_payment, pk), used in touched.items() if is_payment})
    update_rows(Invoice, "paid_minor", "bigint", {pk: used for (is_payment, pk), used in touched.items() if not is_payment})
    insert_rows(Settlement, _COLUMNS, (_row(*use, at, today) for use in uses))
    places = ((document.buyer.customer_id, document.order_id, document.pk) for _, document, _ in uses)
    facts = ({"amount": money_fact(taken, document.currency), "invoice": document.number} for _, document, taken in uses)
    record_many("credit_used", zip(places, facts, strict=True), actor=actor, at=at)


_COLUMNS = "customer_id invoice_id payment_id credit_note_id amount_minor settled_on at".split()


def _row(credit: Credit, document: Document, taken: int, at: datetime.datetime, today: datetime.date) -> tuple[object, ...]:
    payment, note = (credit.pk, None) if credit.is_payment else (None, credit.pk)
    return (document.buyer.customer_id, document.pk, payment, note, taken, today, at)
