"""Deleting a kept view of a list."""

from django.db import transaction

from soon.models import SavedView, User


@transaction.atomic
def delete(user: User, *, page: str, view_id: int) -> None:
    """Delete a view that `user` keeps of the list `page`; one that is not theirs or already gone stays as it is."""
    SavedView.objects.filter(user=user, page=page, pk=view_id).delete()
