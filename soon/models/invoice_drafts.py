"""Invoices that are being prepared by hand. A draft has no number and is no document: issuing it makes one."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .users import User


class InvoiceDraftQuerySet(models.QuerySet["InvoiceDraft"]):
    """Questions about drafts that chain."""

    def visible_to(self, user: "User") -> "InvoiceDraftQuerySet":
        """Return the drafts staff member `user` may see: all, those of their own orders and customers, or none."""
        if not user.may("see_invoices"):
            return self.none()
        if user.may("see_all_orders"):
            return self
        return self.filter(Q(order__salesperson=user) | Q(order=None, customer__salesperson=user))


class InvoiceDraft(models.Model):
    """What will become an invoice for things outside the periods of subscriptions, so it never takes one from the run."""

    customer = models.ForeignKey(
        "Customer", on_delete=models.PROTECT, related_name="invoice_drafts", verbose_name=_("customer")
    )
    order = models.ForeignKey(
        "Order", on_delete=models.PROTECT, null=True, blank=True, related_name="invoice_drafts", verbose_name=_("order")
    )
    currency = models.CharField(_("currency"), max_length=3)
    note = models.CharField(_("internal note"), max_length=300, blank=True)
    created_by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("prepared by"))
    created_at = models.DateTimeField(_("created"), editable=False)
    untaxed_minor = models.BigIntegerField(_("untaxed amount"), default=0, editable=False)
    tax_minor = models.BigIntegerField(_("tax"), default=0, editable=False)
    total_minor = models.BigIntegerField(_("total"), default=0, editable=False)
    # Repeats of one form carry the same key and are one draft.
    form_key = models.CharField(max_length=40, null=True, unique=True, editable=False)  # noqa: DJ001 - unique where given

    objects = InvoiceDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("draft invoice")
        verbose_name_plural = _("draft invoices")

    def __str__(self) -> str:
        return f"{self.customer} {self.pk}"


class InvoiceDraftLine(models.Model):
    """One position of a draft; amounts as its invoice would have them."""

    draft = models.ForeignKey(InvoiceDraft, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField(_("position"), default=10)
    product = models.ForeignKey("Product", on_delete=models.PROTECT, related_name="+", verbose_name=_("product"))
    description = models.CharField(_("description"), max_length=500, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=1)
    unit_price_minor = models.BigIntegerField(_("unit price"))
    discount_percent = models.DecimalField(_("discount %"), max_digits=5, decimal_places=2, default=0)
    tax = models.ForeignKey("Tax", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("tax"))
    net_minor = models.BigIntegerField(_("amount"), default=0, editable=False)
    tax_minor = models.BigIntegerField(_("tax amount"), default=0, editable=False)

    class Meta:
        ordering = ["draft", "position", "pk"]
        constraints = [
            models.CheckConstraint(name="draft_line_quantity_is_positive", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="draft_line_price_is_not_negative", condition=Q(unit_price_minor__gte=0)),
            models.CheckConstraint(
                name="draft_line_discount_in_range", condition=Q(discount_percent__gte=0, discount_percent__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft_id}/{self.position}"
