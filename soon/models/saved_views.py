"""A list as somebody likes to see it: the query of its address, under a name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A named address of a list, kept per user."""

    user = models.ForeignKey("User", on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(name="one_saved_view_of_a_name", fields=["user", "page", "name"])]

    def __str__(self) -> str:
        return self.name
