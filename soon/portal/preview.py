"""What the customer sees, for staff: the same page by the same questions, with nothing on it that does anything."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from soon.domain.zones import local_date
from soon.models import Order
from soon.queries.portal import order_page

from .orders import context_of


@require_safe
def preview(request: HttpRequest, number: str) -> HttpResponse:
    """Show staff who may see the order its page in the portal, read-only; `?language=customer` in the customer's language."""
    user: Any = request.user
    if not user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not user.is_staff_member or not user.may("see_orders"):
        raise PermissionDenied
    related = ("customer", "plan", "salesperson", "closure__reason")
    order = get_object_or_404(Order.objects.visible_to(user).select_related(*related), number=number)
    in_customers_language = request.GET.get("language") == "customer"
    language = order.customer.language if in_customers_language else translation.get_language()
    with translation.override(language):
        today = local_date(timezone.now(), order.time_zone)
        context = context_of(order_page(order, today), today) | {
            "preview": True,
            "section": "orders",
            "in_customers_language": in_customers_language,
            "speaks_another": not (translation.get_language() or "vi").startswith(order.customer.language)
            or in_customers_language,
        }
        return render(request, "portal/order.html", context)
