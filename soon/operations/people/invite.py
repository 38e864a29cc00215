"""Inviting a person to log in."""

import datetime
import secrets

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.domain import permissions
from soon.mail.queue import queue_letter_to_user
from soon.models import Customer, User
from soon.operations.refusal import Refusal, refused_by_database


class CannotInvite(Refusal):
    """The person cannot be invited."""


@transaction.atomic
def invite(
    email: str, *, name: str, role: str, at: datetime.datetime, language: str = "", customer: Customer | None = None
) -> User:
    """Create an active person whom nobody knows the password of, and queue the letter that lets them set one.

    The role customer takes a `customer`, every other role none. Raises CannotInvite for that and for an e-mail in use.
    """
    if (role == permissions.CUSTOMER) != (customer is not None):
        raise CannotInvite(_("An account of the portal belongs to a customer. Invite the person from the customer's page."))
    if User.objects.filter(email__iexact=email).exists():
        raise CannotInvite(_("Somebody already uses this e-mail."))
    fields = {"name": name, "role": role, "customer": customer, "language": language, "created_at": at}
    with refused_by_database(CannotInvite(_("Somebody already uses this e-mail."))):
        user = User.objects.create_user(email, secrets.token_urlsafe(32), **fields)
    queue_letter_to_user("invitation", event_key=f"invitation:{user.pk}:{at.isoformat()}", user=user, at=at)
    return user
