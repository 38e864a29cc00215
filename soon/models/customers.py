"""People and companies who buy."""

import unicodedata
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .users import User


def search_key(*texts: str) -> str:
    """Return `texts` in lower case without diacritics, so that "nguyen" finds "Nguyễn"."""
    joined = " ".join(text for text in texts if text).lower().replace("đ", "d")
    return "".join(letter for letter in unicodedata.normalize("NFD", joined) if not unicodedata.combining(letter))


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Questions about customers that chain."""

    def visible_to(self, user: "User") -> "CustomerQuerySet":
        """Return the customers `user` may see: all for staff with the right, none otherwise."""
        return self if user.may("see_customers") else self.none()

    def matching(self, text: str) -> "CustomerQuerySet":
        """Return those whose name, e-mail, phone or tax number contains every word of `text`."""
        found = self
        for word in search_key(text).split():
            found = found.filter(search_key__contains=word)
        return found

    def current(self) -> "CustomerQuerySet":
        """Return those not archived."""
        return self.filter(archived_at=None)


class Customer(models.Model):
    """A buyer: their documents speak `language`, their days begin in `time_zone`."""

    name = models.CharField(_("name"), max_length=200)
    is_company = models.BooleanField(_("is a company"), default=False)
    contact_name = models.CharField(_("contact person"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    street = models.CharField(_("street"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2, default="VN")
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    is_tax_exempt = models.BooleanField(_("exempt from tax"), default=False)
    language = models.CharField(_("language"), max_length=5, default="vi")
    currency = models.CharField(_("currency"), max_length=3, default="VND")
    time_zone = models.CharField(_("time zone"), max_length=64, default="Asia/Ho_Chi_Minh")
    salesperson = models.ForeignKey(
        "User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("salesperson")
    )
    note = models.TextField(_("note"), blank=True)
    external_id = models.CharField(_("external id"), max_length=100, null=True, blank=True, unique=True)
    search_key = models.CharField(max_length=600, editable=False, default="")
    created_at = models.DateTimeField(_("created"), editable=False)
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [models.CheckConstraint(name="customer_has_a_name", condition=~Q(name=""))]
        indexes = [
            models.Index(fields=["name", "id"], name="customer_by_name"),
            models.Index(fields=["search_key", "id"], name="customer_current", condition=Q(archived_at=None)),
        ]

    def __str__(self) -> str:
        return self.name

    def refresh_search_key(self) -> None:
        """Set the text that `matching` looks in; verbs call it before they store a customer."""
        self.search_key = search_key(self.name, self.contact_name, self.email, self.phone, self.tax_number)[:600]
