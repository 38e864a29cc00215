"""What the system sees of a customer when they leave, whatever reason they give: codes that a closure remembers."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence

from soon.domain.closing_signs import NO_LOG_IN, NO_LOG_IN_DAYS, PRICE_ROSE, PRICE_ROSE_DAYS, REMINDED, UNPAID
from soon.models import Invoice, Letter, Order, OrderChange, User
from soon.models.bulk import any_of


def signs_of(orders: Sequence[Order], *, at: datetime.datetime, today: datetime.date) -> Mapping[int, list[str]]:
    """Return the signs (domain/closing_signs.py) of each order by its key on the local date `today`: four queries."""
    keys = any_of([order.pk for order in orders])
    found: dict[int, list[str]] = defaultdict(list)
    # All of the order that are past due, by its own index; which are open is seen here.
    past = Invoice.objects.filter(order__in=keys, kind=Invoice.Kind.INVOICE, due_on__lt=today).order_by()
    overdue = [order for order, total, paid in past.values_list("order", "total_minor", "paid_minor") if paid < total]
    reminders = Letter.objects.filter(order__in=keys, kind="payment_reminder").order_by().values_list("order", flat=True)
    idle_since = at - datetime.timedelta(days=NO_LOG_IN_DAYS)
    customers = any_of(sorted({order.customer_id for order in orders}))
    accounts = User.objects.filter(customer__in=customers, is_active=True).values_list("customer", "last_login", "created_at")
    active = {customer: max(filter(None, seen)) > idle_since for customer, *seen in accounts}
    unpaid, reminded, dearer = set(overdue), set(reminders), _dearer([order.pk for order in orders], today)
    for order in orders:
        # Of customers who come in by a link nobody knows when they came.
        idle = active.get(order.customer_id) is False
        signs = {UNPAID: order.pk in unpaid, REMINDED: order.pk in reminded, NO_LOG_IN: idle, PRICE_ROSE: order.pk in dearer}
        found[order.pk] = [sign for sign, is_seen in signs.items() if is_seen]
    return found


def _dearer(orders: Sequence[int], today: datetime.date) -> set[int]:
    """Return the orders that came to cost more a month not long before, by a plan that was changed or a discount that ended."""
    since = today - datetime.timedelta(days=PRICE_ROSE_DAYS)
    changes = OrderChange.objects.filter(
        order__in=any_of(orders), applied_at__isnull=False, takes_effect_on__range=(since, today)
    )
    rows = changes.order_by().values_list("order", "mrr_before", "mrr_after")
    return {order for order, before, after in rows if sum((after or {}).values()) > sum((before or {}).values())}
