"""Creating a product."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import Product
from soon.operations.prices import PriceRow, store_prices
from soon.operations.refusal import Refusal, refused_by_database

from .details import ProductDetails


class CannotCreateProduct(Refusal):
    """The details make no product."""


@transaction.atomic
def create(details: ProductDetails) -> Product:
    """Store a new product with its prices. Raises CannotCreateProduct for a used code, CannotPrice for a double price."""
    if Product.objects.filter(code__iexact=details.code).exists():
        raise CannotCreateProduct(_("Another product already has this code."))
    values = {name: value for name, value in vars(details).items() if name != "prices"}
    product = Product(**values)
    product.refresh_search_key()
    with refused_by_database(CannotCreateProduct(_("Another product already has this code."))):
        product.save()
    rows = [PriceRow(product, price.currency, price.amount_minor, price.plan) for price in details.prices]
    store_prices(rows, instead_of=())
    return product
