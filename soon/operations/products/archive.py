"""Archiving a product."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import Product
from soon.operations.refusal import Refusal


class CannotArchiveProduct(Refusal):
    """The product is archived already."""


@transaction.atomic
def archive(product: Product, *, at: datetime.datetime) -> Product:
    """Stop offering the product. Orders keep it; new lines cannot choose it. Raises CannotArchiveProduct."""
    if not Product.objects.filter(pk=product.pk, archived_at=None).update(archived_at=at):
        raise CannotArchiveProduct(_("This product is already archived."))
    product.refresh_from_db()
    return product
