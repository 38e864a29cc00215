"""Queueing a letter: a row in the transaction of the event it tells about."""

import datetime
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from soon.models import Customer, Invoice, Letter, Order, User
from soon.models.bulk import insert_rows


def queue_letter_to_customer(
    kind: str,
    *,
    event_key: str,
    customer: Customer,
    at: datetime.datetime,
    order: Order | None = None,
    invoice: Invoice | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Letter | None:
    """Queue letter `kind` in the customer's language; None if they have no e-mail address.

    `event_key` names the event; the database refuses a second letter of the same event. The customer's own portal link is made
    when the letter is sent (portal_link.py).
    """
    if not customer.email:
        return None
    return Letter.objects.create(
        kind=kind,
        event_key=event_key,
        to_email=customer.email,
        to_name=customer.name,
        language=customer.language,
        customer=customer,
        order=order,
        invoice=invoice,
        facts=dict(facts or {}),
        created_at=at,
        next_attempt_at=at,
    )


class CustomerLetter(NamedTuple):
    """What is particular to one of many letters of a kind; keys of the records it is about."""

    event_key: str
    customer_id: int
    to_email: str
    to_name: str
    language: str
    order_id: int | None
    invoice_id: int | None
    # Beside those that all letters have.
    facts: Mapping[str, Any] = MappingProxyType({})


_COLUMNS = (*CustomerLetter._fields, "kind", "created_at", "next_attempt_at", "attempts", "last_error", "subject")


def queue_letters_to_customers(
    kind: str, letters: Sequence[CustomerLetter], *, at: datetime.datetime, facts: Mapping[str, Any] | None = None
) -> None:
    """Queue letter `kind` to each of many customers in one statement, all with the same `facts` beside their own."""
    same = (kind, at, at, 0, "", "")
    shared = json.dumps(facts or {}, ensure_ascii=False)
    rows = (
        (*letter[:-1], json.dumps({**(facts or {}), **letter.facts}, ensure_ascii=False) if letter.facts else shared, *same)
        for letter in letters
    )
    insert_rows(Letter, _COLUMNS, rows)


def queue_letter_to_staff(
    kind: str, *, event_key: str, user: User, order: Order, at: datetime.datetime, facts: Mapping[str, Any] | None = None
) -> Letter:
    """Queue letter `kind` about `order` to staff member `user` in their language."""
    return Letter.objects.create(
        kind=kind,
        event_key=event_key,
        to_email=user.email,
        to_name=user.name,
        language=user.language or "vi",
        customer=order.customer,
        order=order,
        facts=dict(facts or {}),
        created_at=at,
        next_attempt_at=at,
    )


def queue_letter_to_user(
    kind: str, *, event_key: str, user: User, at: datetime.datetime, facts: Mapping[str, Any] | None = None
) -> Letter:
    """Queue letter `kind` about their own account to `user` in their language."""
    return Letter.objects.create(
        kind=kind,
        event_key=event_key,
        to_email=user.email,
        to_name=user.name,
        language=user.language or (user.customer.language if user.customer else "vi"),
        customer=user.customer,
        facts={**(facts or {}), "user": user.pk},
        created_at=at,
        next_attempt_at=at,
    )


def queue_letter_to_address(
    kind: str,
    *,
    event_key: str,
    email: str,
    name: str,
    language: str,
    at: datetime.datetime,
    facts: Mapping[str, Any] | None = None,
) -> Letter:
    """Queue letter `kind` to somebody of whom we know no more than what they told us of themselves."""
    return Letter.objects.create(
        kind=kind,
        event_key=event_key,
        to_email=email,
        to_name=name,
        language=language,
        facts=dict(facts or {}),
        created_at=at,
        next_attempt_at=at,
    )
