"""Closures: why, when and by whom a subscription ended. Append-only."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from soon.domain import closing

from .bilingual import Bilingual


class CloseReasonQuerySet(models.QuerySet["CloseReason"]):
    """Questions about close reasons that chain."""

    def current(self) -> "CloseReasonQuerySet":
        """Return those still offered to somebody."""
        return self.filter(archived_at=None)

    def for_customers(self) -> "CloseReasonQuerySet":
        """Return those a customer may pick in the portal."""
        return self.current().filter(audience=closing.EVERYONE)

    def for_staff(self) -> "CloseReasonQuerySet":
        """Return those staff may pick."""
        return self.current().exclude(audience=closing.SYSTEM_ONLY)


class CloseReason(Bilingual):
    """A reason to leave, kept by the business; a used one is archived, never deleted."""

    class Audience(models.TextChoices):
        EVERYONE = closing.EVERYONE, _("Customers and staff")
        STAFF = closing.STAFF_ONLY, _("Staff only")
        SYSTEM = closing.SYSTEM_ONLY, _("System only")

    audience = models.CharField(_("who may choose it"), max_length=10, choices=Audience, default=Audience.EVERYONE)
    # The word by which the clock finds its own reasons; null for reasons people made.
    system_code = models.CharField(max_length=40, null=True, unique=True, editable=False)  # noqa: DJ001 - unique where given
    position = models.PositiveIntegerField(_("position"), default=10)
    archived_at = models.DateTimeField(_("archived"), null=True, editable=False)

    objects = CloseReasonQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("close reason")
        verbose_name_plural = _("close reasons")
        constraints = [
            models.CheckConstraint(
                name="close_reason_of_the_system_is_not_for_people",
                condition=Q(system_code=None) | Q(audience=closing.SYSTEM_ONLY),
            ),
            models.UniqueConstraint(
                name="one_current_close_reason_of_a_name", fields=["name_vi"], condition=Q(archived_at=None)
            ),
        ]


class Closure(models.Model):
    """One ending of one order: both dates, the reason, and what was shown and settled."""

    class Type(models.TextChoices):
        ORDINARY = "ordinary", _("Ordinary")
        FOR_CAUSE = "for_cause", _("For cause")
        WITHDRAWAL = "withdrawal", _("Withdrawal")
        NON_PAYMENT = "non_payment", _("Non-payment")
        EXPIRED = "expired", _("Expired")
        PROVIDER = "provider", _("By the provider")
        TRANSFER = "transfer", _("Transfer")

    class Channel(models.TextChoices):
        BACKOFFICE = "backoffice", _("Back office")
        PORTAL = "portal", _("Customer portal")
        PUBLIC = "public", _("Public page")
        API = "api", _("API")
        SYSTEM = "system", _("System")

    order = models.ForeignKey("Order", on_delete=models.PROTECT, related_name="closures", verbose_name=_("order"))
    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="+", verbose_name=_("customer"))
    type = models.CharField(_("type"), max_length=12, choices=Type, default=Type.ORDINARY)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    by_user = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("closed by"))
    by_name = models.CharField(_("closed by"), max_length=200, blank=True)
    submitted_at = models.DateTimeField(_("submitted"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    reason = models.ForeignKey(
        CloseReason, on_delete=models.PROTECT, null=True, related_name="closures", verbose_name=_("close reason")
    )
    own_words = models.CharField(_("reason in staff's own words"), max_length=200, blank=True)
    requested_on = models.DateField(_("requested for"))
    # First local date no longer served, exclusive.
    effective_on = models.DateField(_("effective on"))
    lost_mrr_micro = models.BigIntegerField(_("lost MRR"), default=0)
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [
            models.UniqueConstraint(name="one_open_closure_of_an_order", fields=["order"], condition=Q(undone_at=None)),
            models.CheckConstraint(name="closure_has_a_reason", condition=Q(reason__isnull=False) | ~Q(own_words="")),
            models.CheckConstraint(
                name="closure_by_customer_has_a_listed_reason",
                condition=~Q(channel__in=["portal", "public"]) | Q(reason__isnull=False, own_words=""),
            ),
        ]
        indexes = [
            models.Index(fields=["reason", "effective_on"], name="closure_by_reason"),
            models.Index(fields=["-submitted_at", "-id"], name="closure_by_submission"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.effective_on}"

    @property
    def reason_text(self) -> str:
        """What staff see as Close Reason: their own words, else the listed reason in the reader's language."""
        return self.own_words or (self.reason.name if self.reason else "")

    @property
    def reason_told_to_customer(self) -> CloseReason | None:
        """The reason the customer hears again: the one they gave, or the system's; what staff noted stays with staff."""
        is_theirs = self.channel in (self.Channel.PORTAL, self.Channel.PUBLIC)
        return self.reason if self.reason and (is_theirs or self.reason.system_code) else None
