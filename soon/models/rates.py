"""Rates of exchange: what other currencies are worth in the company's, by date."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Rate(models.Model):
    """From a day on, one unit of `currency` is worth so many units of the company's currency, until the next row."""

    currency = models.CharField(_("currency"), max_length=3)
    valid_from_on = models.DateField(_("valid from"))
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=10)

    class Meta:
        ordering = ["currency", "-valid_from_on"]
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(name="one_rate_of_a_currency_and_day", fields=["currency", "valid_from_on"]),
            models.CheckConstraint(name="rate_is_positive", condition=Q(rate__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.rate} ({self.valid_from_on})"
