"""Closures: why, when and by whom a subscription ended. Append-only."""

import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from soon.domain import closing, offers

from .bilingual import Bilingual

LONGEST_COMMENT = 1000
# By what the churn report tells closings apart.
TOLD_APART_BY = ("type", "channel", "reason", "plan", "product", "salesperson", "tenure_months")
# The system's reason for those who would rather not say.
NOT_SAID = "not_said"


class CreditPolicy(models.TextChoices):
    """What becomes of days that were billed and are not served."""

    UNUSED_DAYS = "unused_days", _("Unused days are given back")
    NONE = "none", _("Nothing is given back")
    STAFF = "staff", _("Staff choose each time")


class ClosureQuerySet(models.QuerySet["Closure"]):
    """Questions about closures that chain."""

    def standing(self) -> "ClosureQuerySet":
        """Return those that were neither undone nor reopened: scheduled ones and those that took effect."""
        return self.filter(undone_at=None, reopened_at=None)

    def in_effect(self) -> "ClosureQuerySet":
        """Return those that took effect, those reopened since included: each was churn on its day."""
        return self.filter(took_effect_at__isnull=False)


class CloseReasonQuerySet(models.QuerySet["CloseReason"]):
    """Questions about close reasons that chain."""

    def current(self) -> "CloseReasonQuerySet":
        """Return those still offered to somebody."""
        return self.filter(archived_at=None)

    def for_customers(self) -> "CloseReasonQuerySet":
        """Return those a customer may pick in the portal."""
        return self.current().filter(audience=closing.EVERYONE)

    def not_said(self) -> "CloseReason":
        """Return the system's reason for those who would rather not say; every start sees to it that it is there."""
        return self.get(system_code=NOT_SAID)

    def for_staff(self) -> "CloseReasonQuerySet":
        """Return those staff may pick."""
        return self.current().exclude(audience=closing.SYSTEM_ONLY)


class CloseReason(Bilingual):
    """A reason to leave, kept by the business; a used one is archived, never deleted."""

    class Audience(models.TextChoices):
        EVERYONE = closing.EVERYONE, _("Customers and staff")
        STAFF = closing.STAFF_ONLY, _("Staff only")
        SYSTEM = closing.SYSTEM_ONLY, _("System only")

    class Category(models.TextChoices):
        PRICE = "price", _("Price")
        PRODUCT = "product", _("Product")
        SERVICE = "service", _("Service and support")
        USE = "use", _("Not used enough")
        SWITCHED = "switched", _("Went elsewhere")
        CIRCUMSTANCES = "circumstances", _("Changed circumstances")
        PAYMENT = "payment", _("Payment")
        END = "end", _("End of the contract")
        OTHER = "other", _("Other")

    class CommentPolicy(models.TextChoices):
        NONE = "none", _("No comment is asked for")
        OPTIONAL = "optional", _("A comment may be given")
        REQUIRED = "required", _("A comment is required")

    class Offer(models.TextChoices):
        PAUSE = offers.PAUSE, _("Pause for some months")
        PLAN = offers.PLAN, _("Another recurring plan")
        DISCOUNT = offers.DISCOUNT, _("Discount for some periods")
        CONTACT = offers.CONTACT, _("We get in touch")

    category = models.CharField(_("category"), max_length=13, choices=Category, default=Category.OTHER)
    comment_policy = models.CharField(_("comment"), max_length=8, choices=CommentPolicy, default=CommentPolicy.NONE)
    audience = models.CharField(_("who may choose it"), max_length=10, choices=Audience, default=Audience.EVERYONE)
    # The word by which the clock finds its own reasons; null for reasons people made.
    system_code = models.CharField(max_length=40, null=True, unique=True, editable=False)  # noqa: DJ001 - unique where given
    position = models.PositiveIntegerField(_("position"), default=10)
    # What customers who choose this reason are offered beside closing ("": nothing), and its figures.
    offer = models.CharField(_("offer"), max_length=8, choices=Offer, blank=True, default="")
    offer_months = models.PositiveSmallIntegerField(_("months of the pause"), null=True, blank=True)
    offer_plan = models.ForeignKey(
        "Plan",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("offered plan"),
        db_index=False,
    )
    offer_percent = models.DecimalField(_("offered discount (%)"), max_digits=5, decimal_places=2, null=True, blank=True)
    offer_periods = models.PositiveSmallIntegerField(_("periods of the discount"), null=True, blank=True)
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
            models.CheckConstraint(
                name="close_reason_offer_is_whole",
                condition=Q(offer__in=["", offers.CONTACT])
                | Q(offer=offers.PAUSE, offer_months__gte=1, offer_months__lte=offers.LONGEST_PAUSE)
                | Q(offer=offers.PLAN, offer_plan__isnull=False)
                | Q(
                    offer=offers.DISCOUNT,
                    offer_percent__gt=0,
                    offer_percent__lte=100,
                    offer_periods__gte=1,
                    offer_periods__lte=offers.MOST_PERIODS,
                ),
            ),
            models.UniqueConstraint(
                name="one_current_close_reason_of_a_name", fields=["name_vi"], condition=Q(archived_at=None)
            ),
        ]


def _copied_from_the_order(model: str, name: Any) -> Any:
    # The order itself holds on to what it names; another key and index would only cost time at each closing.
    return models.ForeignKey(
        model,
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        verbose_name=name,
        db_index=False,
        db_constraint=False,
        editable=False,
    )


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
    # What the customer said, or staff for them. Where the market lets them say nothing, the system's reason NOT_SAID.
    reason = models.ForeignKey(
        CloseReason, on_delete=models.PROTECT, null=True, related_name="closures", verbose_name=_("close reason")
    )
    own_words = models.CharField(_("reason in staff's own words"), max_length=200, blank=True)
    comment = models.CharField(_("comment"), max_length=LONGEST_COMMENT, blank=True, db_default="")
    # What staff think the true reason is, and what the system saw (codes of domain/closing_signs.py).
    staff_reason = models.ForeignKey(
        CloseReason,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("reason as staff see it"),
        db_index=False,
    )
    signs = models.JSONField(default=list, editable=False)
    requested_on = models.DateField(_("requested for"))
    # First local date no longer served, exclusive.
    effective_on = models.DateField(_("effective on"))
    # The end that the order had before, and the moment at which it was closed; null while it is scheduled.
    ended_before_on = models.DateField(null=True, editable=False)
    took_effect_at = models.DateTimeField(_("took effect"), null=True, editable=False)
    lost_mrr_micro = models.BigIntegerField(_("lost MRR"), default=0)
    # What reports tell closings apart by, written by the database alone (closure_facts.py): what the order was when it was
    # closed (its main product and the full months since its start among it), and whose it is today.
    currency = models.CharField(max_length=3, default="", db_default="", editable=False)
    plan = _copied_from_the_order("Plan", _("recurring plan"))
    product = _copied_from_the_order("Product", _("product"))
    salesperson = _copied_from_the_order("User", _("salesperson"))
    tenure_months = models.SmallIntegerField(default=0, db_default=0, editable=False)
    # How unused days were to be treated, and what the closing came to, in minor units of the order's currency.
    credit_policy = models.CharField(max_length=11, choices=CreditPolicy, default=CreditPolicy.UNUSED_DAYS, editable=False)
    charged_minor = models.BigIntegerField(_("last invoice"), default=0, db_default=0, editable=False)
    credited_minor = models.BigIntegerField(_("credited"), default=0, db_default=0, editable=False)
    undone_at = models.DateTimeField(_("undone"), null=True, editable=False)
    undone_by_name = models.CharField(max_length=200, blank=True, db_default="", editable=False)
    reopened_at = models.DateTimeField(_("reopened"), null=True, editable=False)
    reopened_on = models.DateField(null=True, editable=False)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        constraints = [
            models.UniqueConstraint(
                name="one_open_closure_of_an_order", fields=["order"], condition=Q(undone_at=None, reopened_at=None)
            ),
            models.CheckConstraint(
                name="closure_is_undone_before_its_day_reopened_after",
                condition=(Q(undone_at=None) | Q(took_effect_at=None))
                & (Q(reopened_at=None) | Q(took_effect_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="closure_reopened_on_a_day",
                condition=Q(reopened_at=None, reopened_on=None) | Q(reopened_at__isnull=False, reopened_on__isnull=False),
            ),
            models.CheckConstraint(name="closure_has_a_reason", condition=Q(reason__isnull=False) | ~Q(own_words="")),
            models.CheckConstraint(
                name="closure_by_customer_has_a_listed_reason",
                condition=~Q(channel__in=["portal", "public"]) | Q(reason__isnull=False, own_words=""),
            ),
        ]
        indexes = [
            models.Index(fields=["reason", "effective_on"], name="closure_by_reason"),
            models.Index(fields=["-submitted_at", "-id"], name="closure_by_submission"),
            models.Index(fields=["effective_on"], name="closure_by_day"),
            models.Index(fields=["reopened_on"], name="closure_reopened", condition=Q(reopened_on__isnull=False)),
            models.Index(
                fields=["effective_on"],
                name="closure_scheduled",
                condition=Q(took_effect_at=None) | Q(took_effect_at__gt=F("submitted_at")),
            ),
            # All that the churn report reads, so that it reads nothing else, however many closings there are.
            models.Index(
                fields=["currency", "effective_on", *TOLD_APART_BY, "staff_reason", "signs", "lost_mrr_micro"],
                name="closure_for_churn",
                condition=Q(took_effect_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.effective_on}"

    @property
    def is_scheduled(self) -> bool:
        """Whether its day has not come yet, so that it can still be undone."""
        return self.took_effect_at is None and self.undone_at is None

    @property
    def last_day_on(self) -> datetime.date:
        """The last local date of service, as people say it."""
        return self.effective_on - datetime.timedelta(days=1)

    @property
    def reason_text(self) -> str:
        """What staff see as Close Reason: their own words, else the listed reason in the reader's language."""
        return self.own_words or (self.reason.name if self.reason else "")

    @property
    def reason_told_to_customer(self) -> CloseReason | None:
        """The reason the customer hears again: the one they gave, or the system's; what staff noted stays with staff."""
        is_theirs = self.channel in (self.Channel.PORTAL, self.Channel.PUBLIC)
        return self.reason if self.reason and (is_theirs or self.reason.system_code) else None
