"""Sending a person a new link to set their password."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.mail.queue import queue_letter_to_user
from soon.models import Letter, User
from soon.operations.refusal import Refusal


class CannotInviteAgain(Refusal):
    """The person cannot log in."""


@transaction.atomic
def invite_again(user: User, *, at: datetime.datetime) -> Letter:
    """Queue the letter that lets the person set a password. Raises CannotInviteAgain for a deactivated one."""
    if not user.is_active:
        raise CannotInviteAgain(_("This user is deactivated. Activate the user first."))
    return queue_letter_to_user("invitation", event_key=f"invitation:{user.pk}:{at.isoformat()}", user=user, at=at)
