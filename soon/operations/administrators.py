"""Somebody must always be able to manage the users."""

from soon.domain import permissions
from soon.models import User


def is_last_administrator(user: User) -> bool:
    """Return whether no active administrator would be left without `user`; call it inside the transaction of the change."""
    # Locked, so that two administrators who demote each other at once do not both succeed.
    active = User.objects.select_for_update().filter(role=permissions.ADMINISTRATOR, is_active=True).order_by("pk")
    return [administrator.pk for administrator in active] == [user.pk]
