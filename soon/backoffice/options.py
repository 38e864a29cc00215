"""What search fields of forms offer while somebody types: JSON lists of value, label and hint."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from soon.models import Customer, Product

from .access import StaffRequest, staff
from .order_form import email_or_city

MOST_FOUND = 20
LONGEST_SEARCH = 200


@require_safe
@staff("see_customers")
def customer_options(request: StaffRequest) -> HttpResponse:
    """Offer customers whose name, e-mail, phone or tax number contains every word of `q`."""
    customers = Customer.objects.visible_to(request.user).current().matching(_words(request))[:MOST_FOUND]
    found = [{"value": str(each.pk), "label": each.name, "hint": email_or_city(each)} for each in customers]
    return JsonResponse(found, safe=False)


@require_safe
@staff("see_products")
def product_options(request: StaffRequest) -> HttpResponse:
    """Offer products whose code or name contains every word of `q`."""
    products = Product.objects.current().matching(_words(request))[:MOST_FOUND]
    found = [{"value": str(each.pk), "label": f"{each.code} · {each.name}", "hint": each.unit_name} for each in products]
    return JsonResponse(found, safe=False)


def _words(request: StaffRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").replace("·", " ")[:LONGEST_SEARCH]
