"""Money received from a customer. Append-only: a wrong one is reversed, with its reason, and stays visible."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from soon.formatting import day, money_text

if TYPE_CHECKING:
    from .users import User


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Questions about payments that chain."""

    def visible_to(self, user: "User") -> "PaymentQuerySet":
        """Return the payments staff member `user` may see: all, those of their own orders and customers, or none.

        One on account, or for a document without an order, belongs to whoever its customer belongs to.
        """
        if not user.may("see_invoices"):
            return self.none()
        if user.may("see_all_orders"):
            return self
        return self.filter(Q(invoice__order__salesperson=user) | Q(invoice__order=None, customer__salesperson=user))

    def unused(self) -> "PaymentQuerySet":
        """Return those of which a part is still the customer's credit."""
        return self.filter(reversed_at=None, used_minor__lt=F("amount_minor"))


class Payment(models.Model):
    """An amount received on a day by a method."""

    class Method(models.TextChoices):
        BANK_TRANSFER = "bank_transfer", _("Bank transfer")
        CASH = "cash", _("Cash")
        CARD = "card", _("Card")
        E_WALLET = "e_wallet", _("E-wallet")
        OTHER = "other", _("Other")

    # The invoice it was registered for; null when it was paid on account. What it settled stands in its settlements.
    invoice = models.ForeignKey(
        "Invoice", on_delete=models.PROTECT, null=True, blank=True, related_name="payments", verbose_name=_("invoice")
    )
    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="payments", verbose_name=_("customer"))
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = models.BigIntegerField(_("amount"))
    # The part that settled invoices, the sum of its settlements; the rest is the customer's credit.
    used_minor = models.BigIntegerField(_("used"), default=0)
    paid_on = models.DateField(_("payment date"))
    method = models.CharField(_("method"), max_length=14, choices=Method, default=Method.BANK_TRANSFER)
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    registered_by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField(_("registered"))
    reversed_at = models.DateTimeField(_("reversed"), null=True, editable=False)
    reversed_by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+")
    reversal_reason = models.CharField(_("reason of the reversal"), max_length=200, blank=True)
    # Repeats of one form (a double click, a second tab) carry the same key and are one payment.
    form_key = models.CharField(max_length=40, null=True, unique=True, editable=False)  # noqa: DJ001 - unique where given

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-paid_on", "-pk"]
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(name="payment_is_positive", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(
                name="payment_used_within_amount", condition=Q(used_minor__gte=0, used_minor__lte=F("amount_minor"))
            ),
            models.CheckConstraint(
                name="payment_reversed_is_unused_and_explained",
                condition=Q(reversed_at=None, reversal_reason="")
                | (Q(reversed_at__isnull=False, used_minor=0) & ~Q(reversal_reason="")),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-paid_on"], name="payment_by_customer"),
            models.Index(
                fields=["customer", "id"],
                name="payment_unused",
                condition=Q(reversed_at__isnull=True, used_minor__lt=F("amount_minor")),
            ),
        ]

    def __str__(self) -> str:
        return f"{money_text(self.amount_minor, self.currency)}, {day(self.paid_on)}"

    @property
    def state(self) -> str:
        """Return "reversed", "used" or, where a part is still the customer's credit, "unused"."""
        if self.reversed_at:
            return "reversed"
        return "unused" if self.unused_minor else "used"

    @property
    def unused_minor(self) -> int:
        """The part that is still the customer's credit, in minor units."""
        return 0 if self.reversed_at else self.amount_minor - self.used_minor
