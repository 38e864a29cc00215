"""Keeping a list or report as it is, under a name."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import SavedView, User
from soon.operations.refusal import Refusal

LONGEST_NAME = 80
LONGEST_QUERY = 4000
MOST_VIEWS = 50


class CannotKeepView(Refusal):
    """The view has no usable name, or there are too many."""


@transaction.atomic
def keep(user: User, *, page: str, name: str, query: str, is_shared: bool = False) -> SavedView:
    """Keep `query` of the list or report `page` for `user`, or for all staff; the same name again is changed.

    Raises CannotKeepView.
    """
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > LONGEST_NAME:
        raise CannotKeepView(_("Give the view a name of at most 80 letters."))
    if len(query) > LONGEST_QUERY:
        raise CannotKeepView(_("This view is too long to be kept. Use fewer filters."))
    others = SavedView.objects.filter(user=user, page=page).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise CannotKeepView(_("You keep 50 views of this list already. Delete one first."))
    values = {"query": query, "is_shared": is_shared}
    view, _is_new = SavedView.objects.update_or_create(user=user, page=page, name=name, defaults=values)
    return view
