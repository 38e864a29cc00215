"""Changing a product."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import Product
from soon.operations.prices import PriceRow, store_prices
from soon.operations.refusal import Refusal, refused_by_database

from .details import ProductDetails


class CannotReviseProduct(Refusal):
    """The product cannot be changed so."""


@transaction.atomic
def revise(product: Product, *, details: ProductDetails) -> Product:
    """Give the product the values and prices of `details`; orders keep the prices they were made with.

    Raises CannotReviseProduct for a code in use, CannotPrice for a price given twice.
    """
    product = Product.objects.select_for_update().get(pk=product.pk)
    if Product.objects.exclude(pk=product.pk).filter(code__iexact=details.code).exists():
        raise CannotReviseProduct(_("Another product already has this code."))
    for name, value in vars(details).items():
        if name != "prices":
            setattr(product, name, value)
    product.refresh_search_key()
    with refused_by_database(CannotReviseProduct(_("Another product already has this code."))):
        product.save()
    rows = [PriceRow(product, price.currency, price.amount_minor, price.plan) for price in details.prices]
    store_prices(rows, instead_of=list(product.prices.select_for_update(of=("self",))))
    return product
