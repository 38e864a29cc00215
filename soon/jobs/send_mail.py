"""The door through which the worker sends letters."""

from django.utils import timezone

from soon.mail.send import send_due


def send_mail(limit: int = 100) -> int:
    """Send the letters that are due now; return how many were sent."""
    return send_due(at=timezone.now(), limit=limit)
