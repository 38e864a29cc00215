"""The chatter: what happened to a record, as kind and facts. Append-only; the sentence is made when read."""

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q


class AppendOnly(RuntimeError):
    """Somebody tried to change what has been recorded."""


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Questions about recorded activities that chain."""

    def for_customers(self) -> "ActivityQuerySet":
        """Return what the customer may read."""
        return self.filter(audience=Activity.Audience.CUSTOMER)

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly("recorded activities are not changed")

    def delete(self) -> NoReturn:
        raise AppendOnly("recorded activities are not deleted")


class Activity(models.Model):
    """One thing that happened, who did it and through which channel."""

    class Audience(models.TextChoices):
        STAFF = "staff"
        CUSTOMER = "customer"

    class ActorKind(models.TextChoices):
        USER = "user"
        CUSTOMER = "customer"
        SYSTEM = "system"

    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="activities", db_index=False)
    order = models.ForeignKey("Order", on_delete=models.PROTECT, null=True, related_name="activities", db_index=False)
    invoice = models.ForeignKey("Invoice", on_delete=models.PROTECT, null=True, related_name="activities", db_index=False)
    kind = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.STAFF)
    actor_kind = models.CharField(max_length=8, choices=ActorKind)
    actor_user = models.ForeignKey("User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    actor_name = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=10)
    at = models.DateTimeField()

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "activities"
        constraints = [models.CheckConstraint(name="activity_has_a_kind", condition=~Q(kind=""))]
        indexes = [
            models.Index(fields=["order", "-at"], name="activity_by_order"),
            models.Index(fields=["invoice", "-at"], name="activity_by_invoice"),
            models.Index(fields=["customer", "-at"], name="activity_by_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
