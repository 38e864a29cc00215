"""Money paid back to a customer: their credit, paid out. Append-only, like payments."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .payments import Payment


class Payout(models.Model):
    """An amount of a customer's credit that was paid back on a day; which credit it was stands in its settlements."""

    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="payouts", verbose_name=_("customer"))
    currency = models.CharField(_("currency"), max_length=3)
    amount_minor = models.BigIntegerField(_("amount"))
    paid_on = models.DateField(_("payment date"))
    method = models.CharField(_("method"), max_length=14, choices=Payment.Method, default=Payment.Method.BANK_TRANSFER)
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    registered_by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField(_("registered"))
    # Repeats of one form carry the same key and are one payout.
    form_key = models.CharField(max_length=40, null=True, unique=True, editable=False)  # noqa: DJ001 - unique where given

    class Meta:
        ordering = ["-paid_on", "-pk"]
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = [models.CheckConstraint(name="payout_is_positive", condition=Q(amount_minor__gt=0))]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.paid_on}"
