"""Somebody must always be able to manage the users."""

from django.db.models import Q

from soon.domain import permissions
from soon.models import User


def lock_with_administrators(user: User) -> User:
    """Return `user` read anew and locked until this transaction ends, with all administrators; call it first.

    Two administrators who demote each other at once would both be told that the other one stays.
    """
    # All in one statement and in one order, so that the two wait for each other instead of for ever.
    everybody = User.objects.filter(Q(role=permissions.ADMINISTRATOR) | Q(pk=user.pk)).select_for_update(no_key=True)
    locked = {each.pk: each for each in everybody.order_by("pk")}
    return locked[user.pk]


def is_last_administrator(user: User) -> bool:
    """Return whether no active administrator would be left without `user`, who is locked by `lock_with_administrators`."""
    active = User.objects.filter(role=permissions.ADMINISTRATOR, is_active=True)
    return active.filter(pk=user.pk).exists() and not active.exclude(pk=user.pk).exists()
