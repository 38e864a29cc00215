"""Products: a product's page and its form."""

from copy import copy
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from soon.domain import lifecycle
from soon.models import Order, Product
from soon.operations.products.archive import archive
from soon.operations.products.create import create
from soon.operations.products.restore import restore
from soon.operations.products.revise import revise

from .access import StaffRequest, staff
from .answers import press, status_of, store
from .price_forms import plan_price_rows, with_one_more_row
from .product_forms import ProductForm


@require_safe
@staff("see_products")
def product_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a product with its prices."""
    product = get_object_or_404(Product.objects.select_related("tax"), pk=pk)
    running = Order.objects.visible_to(request.user).in_states(*lifecycle.SERVING).filter(lines__product=product)
    context = {
        "product": product,
        "prices": product.prices.select_related("plan").order_by("plan__position", "plan", "currency"),
        "running": running.distinct().count(),
        "may_edit": request.user.may("edit_products"),
        "may_configure": request.user.may("configure"),
    }
    return render(request, "backoffice/products/product.html", context)


@staff("see_products", "edit_products")
def product_new(request: StaffRequest) -> HttpResponse:
    """Make a new product."""
    return _form(request, None)


@staff("see_products", "edit_products")
def product_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a product and its prices."""
    return _form(request, get_object_or_404(Product, pk=pk))


@require_POST
@staff("see_products", "edit_products")
def product_archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop selling the product."""
    product = get_object_or_404(Product, pk=pk)
    return press(
        request, partial(archive, product, at=timezone.now()), done=_("The product is archived."), to=_address(product)
    )


@require_POST
@staff("see_products", "edit_products")
def product_restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Sell the product again."""
    product = get_object_or_404(Product, pk=pk)
    return press(request, partial(restore, product), done=_("The product is offered again."), to=_address(product))


def _form(request: StaffRequest, product: Product | None) -> HttpResponse:
    adds_row = "add_line" in request.POST
    data = with_one_more_row(request.POST) if adds_row else request.POST or None
    form, prices = ProductForm(data, instance=copy(product)), plan_price_rows(data, product)
    if request.method == "POST" and not adds_row and form.is_valid() and prices.is_valid():
        details = form.details(prices)
        stored = store(form, partial(revise, product, details=details) if product else partial(create, details))
        if stored:
            messages.success(request, _("The product is saved."))
            return redirect("backoffice:product", stored.pk)
    context: dict[str, Any] = {"product": product, "form": form, "prices": prices, "shows_errors": not adds_row}
    return render(request, "backoffice/products/form.html", context, status=200 if adds_row else status_of(form, prices))


def _address(product: Product) -> str:
    return reverse("backoffice:product", args=[product.pk])
