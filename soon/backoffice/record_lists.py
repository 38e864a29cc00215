"""The lists of customers, products, invoices, payments and letters."""

from django.http import HttpResponseBase

from soon.models import Customer, Invoice, Payment, Product
from soon.queries.customers import CUSTOMERS
from soon.queries.invoices import INVOICES
from soon.queries.letters import LETTERS, letters_visible_to
from soon.queries.payments import PAYMENTS
from soon.queries.products import PRODUCTS

from .access import StaffRequest, staff
from .listing import list_page


@staff("see_customers")
def customers(request: StaffRequest) -> HttpResponseBase:
    """List customers."""
    return list_page(request, CUSTOMERS, Customer.objects.visible_to(request.user))


@staff("see_products")
def products(request: StaffRequest) -> HttpResponseBase:
    """List products."""
    return list_page(request, PRODUCTS, Product.objects.all())


@staff("see_invoices")
def invoices(request: StaffRequest) -> HttpResponseBase:
    """List invoices and credit notes."""
    return list_page(request, INVOICES, Invoice.objects.visible_to(request.user))


@staff("see_invoices")
def payments(request: StaffRequest) -> HttpResponseBase:
    """List payments."""
    return list_page(request, PAYMENTS, Payment.objects.visible_to(request.user))


@staff("see_orders")
def letters(request: StaffRequest) -> HttpResponseBase:
    """List letters, above all those that could not be sent."""
    return list_page(request, LETTERS, letters_visible_to(request.user))
