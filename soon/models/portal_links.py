"""Links in letters that let a customer into the portal without an account."""

import datetime

from django.core import signing
from django.db import models

SIGNER = signing.Signer(salt="soon.portal-link")


class PortalLinkQuerySet(models.QuerySet["PortalLink"]):
    """Questions about portal links that chain."""

    def valid_at(self, at: datetime.datetime) -> "PortalLinkQuerySet":
        """Return those that are neither expired nor revoked at the moment `at`."""
        return self.filter(revoked_at=None, expires_at__gt=at)

    def with_token(self, token: str) -> "PortalLinkQuerySet":
        """Return the link whose address carries `token`; nothing for a forged one."""
        try:
            return self.filter(pk=int(SIGNER.unsign(token)))
        except (signing.BadSignature, ValueError):
            return self.none()


class PortalLink(models.Model):
    """Leave to enter the portal as `customer` until it expires or staff revoke it; the address carries its signature."""

    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="portal_links")
    order = models.ForeignKey("Order", on_delete=models.PROTECT, null=True, related_name="portal_links")
    # The letter that carries it; a letter that is sent again carries the same link.
    letter = models.OneToOneField("Letter", on_delete=models.PROTECT, null=True, related_name="portal_link")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = PortalLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.pk}"

    @property
    def token(self) -> str:
        """What the address of this link carries: its number with our signature."""
        return SIGNER.sign(str(self.pk))
