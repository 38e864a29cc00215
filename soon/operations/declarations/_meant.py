"""Which order a declaration means: found only where it can be no other."""

import datetime

from soon.domain import lifecycle
from soon.domain.zones import local_date
from soon.models import Customer, Declaration, Order
from soon.operations.closing._kinds import grants_withdrawal


def order_meant(declaration: Declaration) -> Order | None:
    """Return the one serving order whose number or reference and whose customer's e-mail are those declared; None if unsure.

    Upper and lower case count as the same. A withdrawal means only an order that can still be withdrawn from.
    """
    email, reference = _plain(declaration.email), _plain(declaration.reference)
    # Compared here and not by the databases, which do not agree on what is upper case.
    found = Customer.objects.matching(email).order_by().values_list("pk", "email")
    customers = [key for key, theirs in found if _plain(theirs) == email]
    names = ("pk", "number", "customer_reference", "external_id")
    serving = Order.objects.filter(customer__in=customers, state__in=lifecycle.SERVING).order_by().values_list(*names)
    meant = [key for key, *references in serving if reference in map(_plain, references)]
    if len(meant) != 1:
        return None
    order = Order.objects.select_related("customer", "plan").get(pk=meant[0])
    is_withdrawal = declaration.kind == Declaration.Kind.WITHDRAWAL
    return None if is_withdrawal and not can_be_withdrawn_from(order, declaration.submitted_at) else order


def can_be_withdrawn_from(order: Order, submitted_at: datetime.datetime) -> bool:
    """Return whether the plan of `order` grants a right of withdrawal that still stood at that moment."""
    return grants_withdrawal(order, local_date(submitted_at, order.time_zone))


def _plain(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()
