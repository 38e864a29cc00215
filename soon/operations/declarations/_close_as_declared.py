"""Closing an order as it was declared on a public page: every day counts from the moment of the declaration."""

import datetime
from dataclasses import replace
from typing import Any

from soon.activity.actor import customer_on_public_page
from soon.domain.zones import local_date
from soon.models import CloseReason, Closure, CreditPolicy, Declaration, Invoice, Order
from soon.models.closures import NOT_SAID
from soon.operations.billing._read import Catalogue
from soon.operations.closing._day import earliest, possible_for_customer
from soon.operations.closing._facts import OrderFacts, facts_of
from soon.operations.subscriptions.close import close

WITHDRAWAL = "withdrawal"


def close_as_declared(declaration: Declaration, order: Order, *, at: datetime.datetime, today: datetime.date) -> Closure:
    """Close `order` on the day that `declaration` asks for, and keep what was shown with it. Raises CannotClose."""
    is_withdrawal = declaration.kind == Declaration.Kind.WITHDRAWAL
    return close(
        order,
        actor=customer_on_public_page(order.customer),
        at=at,
        today=today,
        reason=CloseReason.objects.filter(system_code=WITHDRAWAL if is_withdrawal else NOT_SAID).first(),
        comment=declaration.cause,
        closure_type=declaration.kind,
        effective_on=end_as_declared(declaration, order),
        credit_policy=CreditPolicy.UNUSED_DAYS if is_withdrawal else "",
        # The notice is counted below, from the day of the declaration.
        waives_notice=True,
        submitted_at=declaration.submitted_at,
        shown=_shown(declaration),
    )


def end_as_declared(declaration: Declaration, order: Order) -> datetime.date:
    """Return the first day without service: the wanted one, or the first after it allowed when it was declared.

    Raises CannotClose for a day whose period nobody can count.
    """
    declared_on = local_date(declaration.submitted_at, order.time_zone)
    facts = facts_of([order.pk], Catalogue(), after=declared_on)[order.pk]
    facts = _as_of(facts, declared_on)
    found = earliest(order, facts, declaration.kind, declared_on, for_customer=True)
    if declaration.wanted_on is None:
        return found.ends_on
    wanted = declaration.wanted_on + datetime.timedelta(days=1)
    return possible_for_customer(order, facts, declaration.kind, wanted, found)


def _as_of(facts: OrderFacts, day: datetime.date) -> OrderFacts:
    """Return the facts without what was billed after `day`: it must not move the end."""
    invoices = [line.invoice for line in facts.closing.charged]
    then = set(Invoice.objects.filter(pk__in=invoices, issued_on__lte=day).values_list("pk", flat=True))
    charged = tuple(line for line in facts.closing.charged if line.invoice in then)
    return replace(facts, closing=replace(facts.closing, charged=charged))


def _shown(declaration: Declaration) -> dict[str, Any]:
    wanted_on = declaration.wanted_on
    return {
        "page": declaration.shown,
        "language": declaration.language,
        "declared": {
            "kind": declaration.kind,
            "name": declaration.name,
            "email": declaration.email,
            "reference": declaration.reference,
            "cause": declaration.cause,
            "wanted_on": wanted_on.isoformat() if wanted_on else None,
            "submitted_at": declaration.submitted_at.isoformat(),
            "time_zone": declaration.time_zone,
        },
    }
