"""Settlements: which money settled which invoice, or was paid back. Append-only; a reversal has the opposite amount."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Settlement(models.Model):
    """An amount of a payment or of a credit note that counts for an invoice or a payout of the same customer and currency."""

    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="+", db_index=False)
    invoice = models.ForeignKey(
        "Invoice", on_delete=models.PROTECT, null=True, related_name="settlements", verbose_name=_("invoice")
    )
    payout = models.ForeignKey("Payout", on_delete=models.PROTECT, null=True, related_name="settlements")
    payment = models.ForeignKey("Payment", on_delete=models.PROTECT, null=True, related_name="settlements")
    credit_note = models.ForeignKey("Invoice", on_delete=models.PROTECT, null=True, related_name="uses")
    # In minor units of the invoice's currency; negative when it is taken back.
    amount_minor = models.BigIntegerField(_("amount"))
    settled_on = models.DateField(_("settled"))
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="settlement_has_one_source",
                condition=Q(payment__isnull=False, credit_note=None) | Q(payment=None, credit_note__isnull=False),
            ),
            models.CheckConstraint(
                name="settlement_has_one_use",
                condition=Q(invoice__isnull=False, payout=None) | Q(invoice=None, payout__isnull=False, amount_minor__gt=0),
            ),
            models.CheckConstraint(name="settlement_is_not_nothing", condition=~Q(amount_minor=0)),
            models.CheckConstraint(
                name="settlement_not_by_itself", condition=Q(credit_note=None) | Q(invoice=None) | ~Q(credit_note=F("invoice"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id or self.payout_id} {self.amount_minor}"
