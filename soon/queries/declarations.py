"""Questions about declarations made without log-in."""

from django.db.models import Q, QuerySet

from soon.domain import lifecycle
from soon.models import Customer, Declaration, Order, User

# So many orders are suggested for a declaration; more are found by their number.
MOST_SUGGESTED = 5


def waiting_declarations() -> QuerySet[Declaration]:
    """Return those that staff still have to match, the longest waiting first."""
    return Declaration.objects.waiting().order_by("submitted_at", "pk")


def handled_declarations() -> QuerySet[Declaration]:
    """Return those that were matched or set aside, the latest first, with their order and who handled them."""
    return Declaration.objects.exclude(handled_at=None).select_related("order", "handled_by", "closure")


def orders_like(declaration: Declaration, user: User) -> list[Order]:
    """Return serving orders that `user` may see and that `declaration` may mean: by their number, or by their customer."""
    orders = Order.objects.visible_to(user).filter(state__in=lifecycle.SERVING).select_related("customer", "plan")
    customers = list(Customer.objects.matching(declaration.email).order_by().values_list("pk", flat=True)[:MOST_SUGGESTED])
    of_number = Q(number=declaration.reference.upper())
    return list(orders.filter(of_number | Q(customer__in=customers)).order_by("-pk")[:MOST_SUGGESTED])


def order_of_number(text: str, user: User) -> Order | None:
    """Return the order of this number that `user` may see, whatever its state."""
    orders = Order.objects.visible_to(user).select_related("customer", "plan", "closure")
    # No number holds a NUL, of which PostgreSQL would not even look for one.
    return orders.filter(number=text.replace("\0", "").strip().upper()).first()
