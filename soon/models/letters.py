"""Letters: rows first, sent later by a job that reads them."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class LetterQuerySet(models.QuerySet["Letter"]):
    """Questions about letters that chain."""

    def due_at(self, at: datetime.datetime) -> "LetterQuerySet":
        """Return those neither sent nor given up whose next attempt lies at or before `at`."""
        return self.filter(sent_at=None, given_up_at=None, next_attempt_at__lte=at)


class Letter(models.Model):
    """An e-mail to be sent once; its text is made from `kind` and `facts` in `language` when it is sent."""

    kind = models.CharField(_("letter"), max_length=40)
    # The same event never writes a second letter.
    event_key = models.CharField(max_length=120)
    to_email = models.EmailField(_("to"))
    to_name = models.CharField(max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=5)
    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, null=True, related_name="letters")
    order = models.ForeignKey("Order", on_delete=models.PROTECT, null=True, related_name="letters", db_index=False)
    invoice = models.ForeignKey("Invoice", on_delete=models.PROTECT, null=True, related_name="letters")
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("written"))
    next_attempt_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.TextField(_("last error"), blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    given_up_at = models.DateTimeField(_("given up"), null=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(name="one_letter_of_an_event", fields=["event_key"]),
            models.CheckConstraint(name="letter_sent_was_attempted", condition=Q(sent_at=None) | Q(attempts__gte=1)),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="letter_to_send",
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
            ),
            models.Index(fields=["order", "-created_at"], name="letter_by_order"),
        ]

    def __str__(self) -> str:
        return self.subject or self.to_email


class LetterAttempt(models.Model):
    """One try to send a letter: when, and what the mail server answered; no error means it was sent."""

    # Until the mail server has answered, and for ever if the worker died before.
    NO_ANSWER = "no answer"

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["letter", "number"]
        constraints = [models.UniqueConstraint(name="one_attempt_of_a_number", fields=["letter", "number"])]

    def __str__(self) -> str:
        return f"{self.letter_id}/{self.number}"
