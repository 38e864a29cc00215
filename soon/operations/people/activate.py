"""Activating a person again."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import User
from soon.operations.refusal import Refusal


class CannotActivate(Refusal):
    """The person is active."""


@transaction.atomic
def activate(user: User) -> User:
    """Let the person log in again with the password they had. Raises CannotActivate for an active one."""
    if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
        raise CannotActivate(_("This user is already active."))
    user.refresh_from_db()
    return user
