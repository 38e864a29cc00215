"""Restoring an archived product."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import Product
from soon.operations.refusal import Refusal


class CannotRestoreProduct(Refusal):
    """The product is not archived."""


@transaction.atomic
def restore(product: Product) -> Product:
    """Offer the product again. Raises CannotRestoreProduct for one that is not archived."""
    if not Product.objects.filter(pk=product.pk, archived_at__isnull=False).update(archived_at=None):
        raise CannotRestoreProduct(_("This product is not archived."))
    product.refresh_from_db()
    return product
