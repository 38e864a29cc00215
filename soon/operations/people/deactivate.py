"""Deactivating a person: they can no longer log in, and what they did stays."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import User
from soon.operations.administrators import is_last_administrator, lock_with_administrators
from soon.operations.refusal import Refusal


class CannotDeactivate(Refusal):
    """The person cannot be deactivated."""


@transaction.atomic
def deactivate(user: User, *, actor: Actor) -> User:
    """Shut the person out at once, also where logged in. Raises CannotDeactivate for oneself and the last administrator."""
    user = lock_with_administrators(user)
    if not user.is_active:
        raise CannotDeactivate(_("This user is already deactivated."))
    if is_last_administrator(user):
        raise CannotDeactivate(_("This is the last active administrator. Make somebody else an administrator first."))
    if actor.user is not None and actor.user.pk == user.pk:
        raise CannotDeactivate(_("You cannot deactivate yourself. Ask another administrator."))
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user
