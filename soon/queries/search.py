"""One search over everything: orders, customers, invoices and products that the reader may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from soon.models import Customer, Invoice, Order, Product, User

from .customers import CUSTOMERS, search_customers
from .invoices import INVOICES, search_invoices
from .listing import ListSpec
from .orders import ORDERS, search_orders
from .products import PRODUCTS, search_products

SHOWN = 8


@dataclass(frozen=True)
class Found:
    """What was found of one noun, the newest or first few; `has_more` if its list would show more."""

    spec: ListSpec
    title: Promise | str
    rows: Sequence[Any]
    has_more: bool


def exact(user: User, text: str) -> tuple[str, Any] | None:
    """Return the page and record whose number is exactly `text`, in any case; None if there is none to see."""
    number = text.strip().upper()
    if not number:
        return None
    if order := Order.objects.visible_to(user).filter(number=number).first():
        return "order", order.number
    if invoice := Invoice.objects.visible_to(user).filter(number=number).first():
        return "invoice", invoice.pk
    return None


def everything(user: User, text: str) -> list[Found]:
    """Return what matches `text`, one query for each noun; nouns without a match are left out."""
    orders = search_orders(Order.objects.visible_to(user), text).select_related("customer", "plan", "closure__reason")
    customers = search_customers(Customer.objects.visible_to(user), text)
    invoices = search_invoices(Invoice.objects.visible_to(user), text).select_related("customer")
    products = search_products(Product.objects.all(), text) if user.may("see_products") else Product.objects.none()
    answers = [
        (ORDERS, orders.order_by("-pk")),
        (CUSTOMERS, customers.order_by("search_key", "pk")),
        (INVOICES, invoices.order_by("-issued_on", "-pk")),
        (PRODUCTS, products.order_by("code")),
    ]
    found = [(spec, list(rows[: SHOWN + 1])) for spec, rows in answers]
    return [Found(spec, spec.title, rows[:SHOWN], len(rows) > SHOWN) for spec, rows in found if rows]
