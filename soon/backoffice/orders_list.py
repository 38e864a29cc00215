"""The list of orders and its board."""

from django.http import HttpResponseBase

from soon.models import Order
from soon.queries.orders import ORDERS

from .access import StaffRequest, staff
from .board import board_page
from .listing import list_page


@staff("see_orders")
def orders(request: StaffRequest) -> HttpResponseBase:
    """Show quotations and subscriptions, as a list or (?view=board) in columns by state."""
    rows = Order.objects.visible_to(request.user)
    if request.method == "GET" and request.GET.get("view") == "board" and "format" not in request.GET:
        return board_page(request, ORDERS, rows)
    extra = {"may_close_many": request.user.may("close_many")}
    return list_page(request, ORDERS, rows, extra=extra)
