"""Questions that the page of one customer asks."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum
from django.db.models.expressions import Combinable

from soon.domain import lifecycle
from soon.models import Activity, Customer, Invoice, InvoiceDraft, Order, PortalLink, User

from .balances import Balance, balances_of

LATEST = 20


@dataclass(frozen=True)
class Business:
    """What a reader may see of a customer's orders and invoices: the latest, how many there are, and the sums.

    `mrr` and `owed` are (amount, currency), in millionths of the minor unit and in minor units; `overdue` counts invoices.
    """

    orders: Sequence[Order]
    order_count: int
    running: int
    mrr: Sequence[tuple[int, str]]
    invoices: Sequence[tuple[Invoice, str]]
    invoice_count: int
    owed: Sequence[tuple[int, str]]
    overdue: int
    # Of everything, whoever sold it; only for those who see all orders.
    balances: Sequence[Balance] = ()
    draft_count: int = 0

    @property
    def credits(self) -> Sequence[Balance]:
        """The currencies in which something stands to the customer's credit."""
        return [each for each in self.balances if each.credit_minor]


def business_of(customer: Customer, user: User, today: datetime.date) -> Business:
    """Return what `user` may see of the customer's orders and invoices, with payment states as of the local date `today`."""
    orders = Order.objects.visible_to(user).filter(customer=customer)
    running = orders.in_states(*lifecycle.SERVING)
    invoices = Invoice.objects.visible_to(user).filter(customer=customer)
    return Business(
        orders=list(orders.select_related("plan", "closure").order_by("-pk")[:LATEST]),
        order_count=orders.count(),
        running=running.count(),
        mrr=_sums(running, Sum("mrr_micro")),
        invoices=[(invoice, invoice.payment_state(today)) for invoice in invoices.order_by("-issued_on", "-pk")[:LATEST]],
        invoice_count=invoices.count(),
        owed=_sums(invoices.open(), Sum("total_minor") - Sum("paid_minor")),
        overdue=invoices.overdue_on(today).count(),
        balances=balances_of(customer) if user.may("see_invoices") and user.may("see_all_orders") else (),
        draft_count=InvoiceDraft.objects.visible_to(user).filter(customer=customer).count(),
    )


def entries_of(customer: Customer, user: User) -> QuerySet[Activity]:
    """Return what happened to the customer and to the orders of theirs that `user` may see, newest first."""
    seen = Order.objects.visible_to(user).filter(customer=customer)
    return Activity.objects.filter(Q(customer=customer) & (Q(order=None) | Q(order__in=seen))).order_by("-at", "-pk")


def possible_duplicates(customer: Customer) -> QuerySet[Customer]:
    """Return other customers with the same e-mail or tax number, who may be the same person entered twice."""
    same = Q(pk=None)
    if customer.email:
        same |= Q(email__iexact=customer.email)
    if customer.tax_number:
        same |= Q(tax_number=customer.tax_number)
    return Customer.objects.exclude(pk=customer.pk).filter(same).order_by("name", "pk")


def valid_links(customer: Customer, at: datetime.datetime) -> QuerySet[PortalLink]:
    """Return the portal links that still let the customer in."""
    return PortalLink.objects.filter(customer=customer).valid_at(at)


def _sums(rows: QuerySet[Order] | QuerySet[Invoice], total: Combinable) -> list[tuple[int, str]]:
    sums = rows.order_by().values_list("currency").annotate(sum=total).order_by("currency")
    return [(amount, currency) for currency, amount in sums]
