"""Queueing a letter: a row in the transaction of the event it tells about."""

import datetime
from collections.abc import Mapping
from typing import Any

from soon.models import Customer, Invoice, Letter, Order, PortalLink, User

# A link in a letter must outlive the longest billing period it may be needed for.
PORTAL_LINK_LIFE = datetime.timedelta(days=400)


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
    """Queue letter `kind` in the customer's language with their own portal link; None if they have no e-mail address.

    `event_key` names the event; the database refuses a second letter of the same event.
    """
    if not customer.email:
        return None
    link = PortalLink.objects.create(customer=customer, order=order, created_at=at, expires_at=at + PORTAL_LINK_LIFE)
    return Letter.objects.create(
        kind=kind,
        event_key=event_key,
        to_email=customer.email,
        to_name=customer.name,
        language=customer.language,
        customer=customer,
        order=order,
        invoice=invoice,
        facts={**(facts or {}), "portal_link": link.pk},
        created_at=at,
        next_attempt_at=at,
    )


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
