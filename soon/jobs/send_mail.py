"""The door through which the worker sends letters."""

from django.utils import timezone

from soon.mail.send import send_next
from soon.operations.billing.run import Stop


def send_mail(limit: int = 100, stop: Stop | None = None) -> int:
    """Try at most `limit` letters that are due, oldest first, none more once `stop` is wanted; return how many were sent."""
    sent = 0
    for _ in range(limit):
        if stop and stop.is_wanted:
            break
        # The clock is read for each letter: a claim holds for a minute, and with a slow mail server a round takes longer.
        was_sent = send_next(at=timezone.now())
        if was_sent is None:
            break
        sent += was_sent
    return sent
