"""Changing a person's name, e-mail or role."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.domain import permissions
from soon.models import User
from soon.operations.administrators import is_last_administrator, lock_with_administrators
from soon.operations.refusal import Refusal, refused_by_database


class CannotRevisePerson(Refusal):
    """The person cannot be changed so."""


@transaction.atomic
def revise(user: User, *, name: str, email: str, role: str, actor: Actor) -> User:
    """Give the person a name, e-mail and role.

    Raises CannotRevisePerson for an e-mail in use, one's own role, the last active administrator, and a move between staff and
    customers.
    """
    user = lock_with_administrators(user)
    if User.objects.exclude(pk=user.pk).filter(email__iexact=email).exists():
        raise CannotRevisePerson(_("Somebody already uses this e-mail."))
    if role != user.role:
        _refuse_role(user, role, actor)
    user.name, user.email, user.role = name, email.lower(), role
    with refused_by_database(CannotRevisePerson(_("Somebody already uses this e-mail."))):
        user.save(update_fields=["name", "email", "role"])
    return user


def _refuse_role(user: User, role: str, actor: Actor) -> None:
    if permissions.CUSTOMER in (role, user.role):
        raise CannotRevisePerson(_("A customer's account and a colleague's account cannot be turned into each other."))
    if actor.user is not None and actor.user.pk == user.pk:
        raise CannotRevisePerson(_("You cannot change your own role. Ask another administrator."))
    if is_last_administrator(user):
        raise CannotRevisePerson(_("This is the last active administrator. Make somebody else an administrator first."))
