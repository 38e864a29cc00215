"""The company that sells: one row."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Company(models.Model):
    """Who we are on letters and documents, and in which zone our days begin."""

    class Market(models.TextChoices):
        GENERIC = "generic", _("Generic")
        EU = "eu", _("European Union")
        DE = "de", _("Germany")
        FR = "fr", _("France")
        UK = "uk", _("United Kingdom")
        US_CA = "us_ca", _("United States (California)")
        VN = "vn", _("Vietnam")

    class ReasonPolicy(models.TextChoices):
        REQUIRED = "required", _("Customers choose a reason")
        OPTIONAL = "optional", _("Customers may choose a reason, or prefer not to say")
        AFTER = "after", _("Customers are asked for a reason after closing")

    name = models.CharField(_("name"), max_length=200)
    street = models.CharField(_("street"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, default="VN")
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    bank_account = models.CharField(_("bank account"), max_length=200, blank=True)
    # With these three an invoice in VND carries a QR code that a banking app can pay (domain/vietqr.py).
    bank_bin = models.CharField(_("bank"), max_length=6, blank=True)
    bank_account_number = models.CharField(_("account number"), max_length=19, blank=True)
    bank_account_name = models.CharField(_("account holder"), max_length=100, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="VND")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Ho_Chi_Minh")
    payment_days = models.PositiveSmallIntegerField(_("days to pay"), default=15)
    # Days after the due date on which the customer is reminded; null: not reminded.
    first_reminder_days = models.PositiveSmallIntegerField(_("first reminder"), null=True, blank=True, default=3)
    second_reminder_days = models.PositiveSmallIntegerField(_("second reminder"), null=True, blank=True, default=14)
    quotation_days = models.PositiveSmallIntegerField(_("days a quotation is valid"), default=30)
    # What customers meet when they leave; a market presets it (domain/markets.py).
    market = models.CharField(_("market"), max_length=7, choices=Market, default=Market.GENERIC)
    reason_policy = models.CharField(_("reason for closing"), max_length=8, choices=ReasonPolicy, default=ReasonPolicy.REQUIRED)
    has_public_closing = models.BooleanField(_("public page for closing"), default=False)
    has_public_withdrawal = models.BooleanField(_("public page for withdrawal"), default=False)
    # Whether customers who choose a reason see the offer that belongs to it; what may be given away as discounts in a calendar
    # month, in minor units of `currency` (null: no limit).
    makes_offers = models.BooleanField(_("offers beside closing"), default=False)
    offer_budget_minor = models.BigIntegerField(_("budget for discounts"), null=True, blank=True)
    has_demo_data = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("company")
        constraints = [
            models.CheckConstraint(name="company_is_one_row", condition=Q(pk=1)),
            models.CheckConstraint(
                name="company_offer_budget_is_not_negative",
                condition=Q(offer_budget_minor=None) | Q(offer_budget_minor__gte=0),
            ),
            models.CheckConstraint(
                name="company_bank_is_whole_or_absent",
                condition=Q(bank_bin="", bank_account_number="", bank_account_name="")
                | (~Q(bank_bin="") & ~Q(bank_account_number="") & ~Q(bank_account_name="")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def ours(cls) -> "Company":
        """Return the one row; before anybody filled it in, one with defaults that is not stored yet."""
        return cls.objects.filter(pk=1).first() or cls(pk=1, name="SoOn Subscriptions")
