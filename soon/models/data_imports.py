"""Moving in: files that people brought, what was found in them, and how far the worker is with loading them."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soon.domain import file_contents

if TYPE_CHECKING:
    from .users import User


class DataImportQuerySet(models.QuerySet["DataImport"]):
    """Questions about imports that chain."""

    def visible_to(self, user: "User") -> "DataImportQuerySet":
        """Return the imports staff member `user` may see: all for those who configure, else none."""
        return self if user.may("configure") else self.none()

    def for_worker(self) -> "DataImportQuerySet":
        """Return those with work left that nobody needs to be asked about."""
        return self.filter(state__in=[DataImport.State.CHECKING, DataImport.State.LOADING])


class DataImport(models.Model):
    """One file: how it is read, which column is what, what its check found, and up to which row it is loaded."""

    class Kind(models.TextChoices):
        SUBSCRIPTIONS = file_contents.SUBSCRIPTIONS, _("Subscriptions, with customers, products and plans")
        CUSTOMERS = file_contents.CUSTOMERS, _("Customers")
        PRODUCTS = file_contents.PRODUCTS, _("Products")
        PLANS = file_contents.PLANS, _("Recurring plans")

    class State(models.TextChoices):
        UPLOADED = "uploaded", pgettext_lazy("import", "Columns to be assigned")
        CHECKING = "checking", pgettext_lazy("import", "Being checked")
        CHECKED = "checked", pgettext_lazy("import", "Checked")
        LOADING = "loading", pgettext_lazy("import", "Being loaded")
        FINISHED = "finished", pgettext_lazy("import", "Loaded")
        FAILED = "failed", pgettext_lazy("import", "Nothing was loaded")
        DISCARDED = "discarded", pgettext_lazy("import", "Discarded")

    class Mode(models.TextChoices):
        ALL_OR_NOTHING = "all_or_nothing", _("All rows or none")
        SKIP_BAD_ROWS = "skip_bad_rows", _("Skip bad rows")

    created_at = models.DateTimeField(_("uploaded"))
    by_user = models.ForeignKey("User", on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    file_name = models.CharField(_("file"), max_length=200)
    kind = models.CharField(_("contents"), max_length=13, choices=Kind, default=Kind.SUBSCRIPTIONS)
    size = models.PositiveBigIntegerField(_("size"))
    state = models.CharField(_("status"), max_length=9, choices=State, default=State.UPLOADED)
    mode = models.CharField(max_length=14, choices=Mode, blank=True)
    # How the file is read (domain/file_forms.py), its columns and its first rows.
    form = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    preview = models.JSONField(default=list)
    # A map as docs/examples/README.md tells; a later file with the same columns is offered it again.
    mapping = models.JSONField(default=dict)
    # The local date from which the check and the loading count.
    today_on = models.DateField(null=True)
    # What the check counted: see operations/imports/_check.py.
    counts = models.JSONField(default=dict)
    rows_total = models.PositiveIntegerField(_("rows"), default=0)
    rows_checked = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(_("bad rows"), default=0)
    # The number of the last row that is loaded or skipped, stored together with what it brought.
    loaded_until = models.PositiveIntegerField(default=0)
    rows_loaded = models.PositiveIntegerField(_("loaded"), default=0)
    rows_known = models.PositiveIntegerField(_("there before"), default=0)
    rows_skipped = models.PositiveIntegerField(_("skipped"), default=0)
    rows_closed = models.PositiveIntegerField(_("closed"), default=0)
    error = models.CharField(max_length=500, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    content_deleted_at = models.DateTimeField(null=True)

    objects = DataImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.UniqueConstraint(name="one_import_loads_at_a_time", fields=["state"], condition=Q(state="loading")),
            models.CheckConstraint(
                name="import_loads_in_a_mode", condition=~Q(state__in=["loading", "finished"]) | ~Q(mode="")
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class DataImportPiece(models.Model):
    """A part of the uploaded file, compressed: in the database, where web and worker both find it."""

    data_import = models.ForeignKey(DataImport, on_delete=models.CASCADE, related_name="pieces", db_index=False)
    position = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        ordering = ["data_import", "position"]
        constraints = [models.UniqueConstraint(name="one_piece_at_a_position", fields=["data_import", "position"])]

    def __str__(self) -> str:
        return f"{self.data_import_id}/{self.position}"


class DataImportProblem(models.Model):
    """What is wrong in one cell: a code with its facts (queries/import_words.py), told in the language of whoever reads it."""

    data_import = models.ForeignKey(DataImport, on_delete=models.CASCADE, related_name="problems", db_index=False)
    row = models.PositiveIntegerField(_("row"))
    column = models.CharField(_("column"), max_length=200, blank=True)
    code = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["data_import", "row", "pk"]
        indexes = [models.Index(fields=["data_import", "row", "id"], name="import_problem_by_row")]

    def __str__(self) -> str:
        return f"{self.data_import_id}/{self.row}"
