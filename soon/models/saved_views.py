"""A list or report as somebody likes to see it: the query of its address, under a name."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .users import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Questions about kept views that chain."""

    def of_page(self, page: str, user: "User") -> "SavedViewQuerySet":
        """Return the views of a page that `user` keeps, then those that colleagues share."""
        mine = models.Case(models.When(user=user, then=0), default=1)
        shown = self.filter(Q(user=user) | Q(is_shared=True), page=page)
        return shown.select_related("user").order_by(mine, "name", "pk")


class SavedView(models.Model):
    """A named address of a list or report, kept per user; one that `is_shared` is offered to all staff.

    It holds what to look at, not what is seen: everybody sees through it what they may see anyway.
    """

    user = models.ForeignKey("User", on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(blank=True)
    is_shared = models.BooleanField(_("for all colleagues"), default=False, db_default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(name="one_saved_view_of_a_name", fields=["user", "page", "name"])]

    def __str__(self) -> str:
        return self.name
