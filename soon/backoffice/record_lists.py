"""The lists of customers, products, invoices and their drafts, payments and letters; the ageing list."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from soon.models import Customer, Invoice, InvoiceDraft, Payment, Product
from soon.queries.ageing import ageing
from soon.queries.customers import CUSTOMERS
from soon.queries.invoice_drafts import DRAFTS
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
def invoice_drafts(request: StaffRequest) -> HttpResponseBase:
    """List the invoices that are being prepared."""
    return list_page(request, DRAFTS, InvoiceDraft.objects.visible_to(request.user))


@staff("see_invoices")
def ageing_list(request: StaffRequest) -> HttpResponseBase:
    """List what is open, by how long it has been due; the customers come first with their sums."""
    if request.method == "GET" and not request.GET:
        return redirect(f"{request.path}?group=customer")
    return list_page(request, ageing(timezone.localdate()), Invoice.objects.visible_to(request.user).open())


@staff("see_invoices")
def payments(request: StaffRequest) -> HttpResponseBase:
    """List payments."""
    return list_page(request, PAYMENTS, Payment.objects.visible_to(request.user))


@staff("see_orders")
def letters(request: StaffRequest) -> HttpResponseBase:
    """List letters, above all those that could not be sent."""
    return list_page(request, LETTERS, letters_visible_to(request.user))
