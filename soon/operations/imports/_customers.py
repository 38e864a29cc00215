"""Customers alone: what a row says of one, who is there already, and storing the others with what they owe."""

import datetime
from collections.abc import Sequence
from typing import Any

from soon.activity.actor import Actor
from soon.activity.record import record_many
from soon.domain.file_forms import FileForm
from soon.models import Company, Customer
from soon.models.bulk import insert_records

from ._balances import Opening, store_balances
from ._customer_fields import customer_of
from ._reading import Cells, Reading, currency_in
from ._records import ImportedCustomer, customer_key
from .mapping import RecordMap, Source


class CustomerReading(Reading[ImportedCustomer]):
    """Reads rows of customers; without a currency they have the company's, but money is always in one that the file names."""

    def __init__(self, mapping: RecordMap, form: FileForm, today: datetime.date) -> None:
        super().__init__(form)
        self._sources = {name: source for name, source in mapping.sources.items() if name != "currency"}
        self._usual = Source(value=Company.ours().currency)
        self._currency = mapping.sources.get("currency") or self._usual
        self._balance = mapping.balance

    def _made(self, cells: Cells) -> ImportedCustomer:
        fields = self._tried(customer_of, self._sources, cells, ("name",), otherwise={})
        if fields and not fields.get("external_id") and not fields.get("email"):
            self._note(self._sources.get("external_id") or self._sources["name"], "no_identity")
        has_money = any(source.text_in(cells) for source in (self._balance.sources if self._balance else ()))
        source = self._currency if has_money or self._currency.text_in(cells) else self._usual
        currency = self._tried(currency_in, source, cells)
        return ImportedCustomer(
            row=self._row,
            fields=fields,
            currency=currency,
            balance_minor=self._tried(self._balance_of, self._balance, cells, currency or "USD", otherwise=0),
            due_on=self._tried(self._day_or_none, self._balance.due_on if self._balance else None, cells),
        )

    def _key(self, cells: Cells) -> str:
        return customer_key({name: source.text_in(cells) for name, source in self._sources.items()})


def new_customers(batch: Sequence[ImportedCustomer]) -> list[ImportedCustomer]:
    """Return those of `batch` who are not there: neither their number nor, without one, their e-mail address and name."""
    numbers = [each.fields["external_id"] for each in batch if each.fields.get("external_id")]
    names = [each.fields["name"] for each in batch if not each.fields.get("external_id")]
    known = set(Customer.objects.filter(external_id__in=numbers).order_by().values_list("external_id", flat=True))
    written = Customer.objects.filter(name__in=names).order_by().values_list("email", "name")
    known |= {f"{email.casefold()} {name}" for email, name in written}
    return [each for each in batch if each.key not in known]


def store_customers(
    new: Sequence[ImportedCustomer], *, actor: Actor, at: datetime.datetime, today: datetime.date, **_rest: Any
) -> int:
    """Store `new` ones with what they owe or have on the date `today`, in the caller's transaction."""
    customers = [Customer(**each.fields, currency=each.currency, created_at=at) for each in new]
    for customer in customers:
        customer.refresh_search_key()
    insert_records(customers)
    record_many("customer_created", (((customer.pk, None, None), {}) for customer in customers), actor=actor, at=at)
    opened = [
        Opening(customer, each.currency, each.balance_minor, each.due_on)
        for each, customer in zip(new, customers, strict=True)
        if each.balance_minor
    ]
    store_balances(opened, actor=actor, at=at, today=today)
    return 0
