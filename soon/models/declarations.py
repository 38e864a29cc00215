"""Declarations made on the public pages, without log-in: received at the click, matched to an order at once or by staff."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DeclarationQuerySet(models.QuerySet["Declaration"]):
    """Questions about declarations that chain."""

    def waiting(self) -> "DeclarationQuerySet":
        """Return those that staff still have to match."""
        return self.filter(handled_at=None)


class Declaration(models.Model):
    """What somebody declared: who they say they are, of which contract, for which day. It counts from `submitted_at`."""

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("Ordinary")
        FOR_CAUSE = "for_cause", _("For cause")
        WITHDRAWAL = "withdrawal", _("Withdrawal")

    kind = models.CharField(_("type"), max_length=10, choices=Kind, default=Kind.ORDINARY)
    name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"))
    reference = models.CharField(_("contract reference"), max_length=100)
    cause = models.CharField(_("cause"), max_length=1000, blank=True)
    # The last day they want to be served; null: the earliest possible.
    wanted_on = models.DateField(_("wanted end"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"))
    time_zone = models.CharField(_("time zone"), max_length=64)
    language = models.CharField(max_length=5, default="vi")
    # The exact words and version of the page.
    shown = models.JSONField(default=dict)
    # Repeats of one form carry the same key and are one declaration; it also opens the receipt.
    form_key = models.CharField(max_length=40, unique=True, editable=False)
    order = models.ForeignKey(
        "Order", on_delete=models.PROTECT, null=True, related_name="declarations", verbose_name=_("order")
    )
    closure = models.OneToOneField("Closure", on_delete=models.PROTECT, null=True, related_name="declaration")
    handled_at = models.DateTimeField(_("handled"), null=True, editable=False)
    handled_by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+")
    # Why staff set it aside without closing anything.
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        verbose_name = _("declaration")
        verbose_name_plural = _("declarations")
        constraints = [
            models.CheckConstraint(
                name="declaration_handled_is_closed_or_answered",
                condition=Q(handled_at=None, closure=None) | Q(closure__isnull=False) | ~Q(answer=""),
            )
        ]
        indexes = [models.Index(fields=["submitted_at"], name="declaration_waiting", condition=Q(handled_at=None))]

    def __str__(self) -> str:
        return f"{self.name} {self.reference}"
