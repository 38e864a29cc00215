"""Sending the letters that are due: each is claimed before it is sent, so that any number of workers send it once."""

import datetime
import logging

from django.db import connection, transaction
from django.db.models import F

from soon.models import Letter, LetterAttempt

from .render import render

log = logging.getLogger(__name__)

# How long to wait after the first, second, … attempt; after that always the last.
BACK_OFF = tuple(
    datetime.timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 12 * 60)
)  # A mail server may well be away for a night.
MOST_ATTEMPTS = 8
LONGEST_ERROR = 2000
NO_ANSWER = LetterAttempt.NO_ANSWER


def send_next(*, at: datetime.datetime) -> bool | None:
    """Send the oldest letter due at the moment `at`, which is now; return whether it was sent, None if none is left for us.

    A letter that fails keeps its error and waits for its next attempt; it never stops the others.
    """
    letter = _claim(at)
    return None if letter is None else _try(letter, at)


def _claim(at: datetime.datetime) -> Letter | None:
    """Take the next due letter: count the attempt and put off the next one, before anything is sent.

    Whoever dies while sending leaves a letter that comes up again by itself after its back-off.
    """
    with transaction.atomic():
        due = Letter.objects.due_at(at).order_by("next_attempt_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        found = due.first()
        if found is None:
            return None
        wait = BACK_OFF[min(found.attempts, len(BACK_OFF) - 1)]
        claimed = Letter.objects.due_at(at).filter(pk=found.pk, attempts=found.attempts)
        if not claimed.update(attempts=F("attempts") + 1, next_attempt_at=at + wait):
            # Another worker was faster; what is left is for the next round.
            return None
        # Written before anything is sent: the trace of a worker that dies while it sends says that nobody knows.
        LetterAttempt.objects.create(letter=found, number=found.attempts + 1, at=at, error=NO_ANSWER)
    related = ("customer", "order__customer", "order__plan", "order__salesperson", "invoice__order")
    return Letter.objects.select_related(*related).get(pk=found.pk)


def _try(letter: Letter, at: datetime.datetime) -> bool:
    """Send a claimed letter and remember how that went; return whether it was sent."""
    ours = Letter.objects.filter(pk=letter.pk)
    this_try = LetterAttempt.objects.filter(letter=letter, number=letter.attempts)
    try:
        message = render(letter)
        message.send()
    except Exception as error:  # whatever is wrong with one letter must not keep the others waiting
        log.warning("Letter %s was not sent (attempt %s)", letter.pk, letter.attempts, exc_info=True)
        given_up_at = at if letter.attempts >= MOST_ATTEMPTS else None
        words = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
        ours.update(last_error=words, given_up_at=given_up_at)
        this_try.update(error=words)
        return False
    this_try.update(error="")
    ours.update(sent_at=at, subject=str(message.subject)[:300], last_error="")
    return True
