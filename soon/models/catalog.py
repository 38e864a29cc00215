"""What is sold: products, their prices per plan and currency, and taxes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from soon.domain.taxes import NO_TAX, TaxRule

from .bilingual import Bilingual
from .customers import search_key


class Tax(Bilingual):
    """A tax rate in percent, added to net prices, or already contained in the prices that name it."""

    percent = models.DecimalField(_("percent"), max_digits=6, decimal_places=3)
    is_included = models.BooleanField(_("included in the price"), default=False)
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)

    class Meta:
        ordering = ["percent", "pk"]
        verbose_name = _("tax")
        verbose_name_plural = _("taxes")
        constraints = [
            models.CheckConstraint(name="tax_percent_in_range", condition=Q(percent__gte=0, percent__lte=100)),
        ]

    @property
    def price_note(self) -> str:
        """What stands beside a price with this tax, in the reader's language: "VAT 8% included", "plus VAT 8%"."""
        words = gettext("%(tax)s included") if self.is_included else gettext("plus %(tax)s")
        return words % {"tax": self.name}

    @property
    def choice_label(self) -> str:
        """How it is called among others to choose from: its name, and whether prices include it."""
        return self.price_note if self.is_included else self.name


def tax_rule(tax: Tax | None, *, is_exempt: bool) -> TaxRule:
    """Return how a line with `tax` (None: none) is taxed for a buyer who is exempt or not."""
    return TaxRule(tax.percent, is_included=tax.is_included, is_exempt=is_exempt) if tax else NO_TAX


class ProductQuerySet(models.QuerySet["Product"]):
    """Questions about products that chain."""

    def current(self) -> "ProductQuerySet":
        """Return those still sold."""
        return self.filter(archived_at=None)

    def matching(self, text: str) -> "ProductQuerySet":
        """Return those whose code or name contains every word of `text`."""
        found = self
        for word in search_key(text).split():
            found = found.filter(search_key__contains=word)
        return found


class Product(Bilingual):
    """Something sold once or by subscription, depending on the prices it has."""

    class Kind(models.TextChoices):
        SERVICE = "service", _("Service")
        GOODS = "goods", _("Goods")

    code = models.CharField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("type"), max_length=10, choices=Kind, default=Kind.SERVICE)
    unit_name = models.CharField(_("unit of measure"), max_length=40, blank=True)
    description = models.TextField(_("description"), blank=True)
    tax = models.ForeignKey(Tax, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("tax"))
    search_key = models.CharField(max_length=500, editable=False, default="")
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        ordering = ["code", "pk"]
        verbose_name = _("product")
        verbose_name_plural = _("products")

    def refresh_search_key(self) -> None:
        """Set the text that `matching` looks in; verbs call it before they store a product."""
        self.search_key = search_key(self.code, self.name_vi, self.name_en)[:500]


class Price(models.Model):
    """What one unit of a product costs per billing period of a plan; without a plan, once.

    Net of tax, unless the product's tax is one that prices include.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices", verbose_name=_("product"))
    plan = models.ForeignKey(
        "Plan", on_delete=models.PROTECT, null=True, blank=True, related_name="prices", verbose_name=_("recurring plan")
    )
    currency = models.CharField(_("currency"), max_length=3, default="VND")
    amount_minor = models.BigIntegerField(_("price"))

    class Meta:
        ordering = ["product", "plan__position", "currency", "pk"]
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                name="one_recurring_price", fields=["product", "plan", "currency"], condition=Q(plan__isnull=False)
            ),
            models.UniqueConstraint(name="one_price_once", fields=["product", "currency"], condition=Q(plan__isnull=True)),
            models.CheckConstraint(name="price_is_not_negative", condition=Q(amount_minor__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.plan_id} {self.amount_minor} {self.currency}"
