"""Questions about files that people move in with: their list, and what is wrong with the rows of one."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soon.models import DataImport, DataImportProblem, Order, User

from .import_words import problem_words
from .listing import Column, ListSpec, Reader


def imports_visible_to(user: User) -> QuerySet[DataImport]:
    """Return the imports staff member `user` may see, without what their files hold."""
    return DataImport.objects.visible_to(user).select_related("by_user")


def state_of(data_import: DataImport, reader: Reader | None = None) -> tuple[str, str, str]:
    """Return how the state is drawn."""
    return "import", data_import.state, ""


def states_told(counts: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return how many subscriptions a check found in each status, by its name, in the order of an order's life."""
    found = counts.get("states", {})
    return [(str(state.label), found[state.value]) for state in Order.State if found.get(state.value)]


def _words(problem: DataImportProblem, reader: Reader) -> str:
    return problem_words(problem.code, problem.facts)


IMPORTS = ListSpec(
    page="imports",
    title=_("Import"),
    columns=(
        Column("uploaded", _("Uploaded"), "created_at", kind="moment", sort=("pk",), css="row-title"),
        Column("file", _("File"), "file_name", sort=("file_name",), css="words"),
        Column("kind", _("Contents"), lambda found, reader: found.get_kind_display(), css="words short-words", is_shown=False),
        Column("by", pgettext_lazy("import", "By"), "by_user.name", sort=("by_user__name",), css="words short-words"),
        Column("rows", _("Rows"), "rows_total", kind="number", sort=("rows_total",)),
        Column("loaded", pgettext_lazy("import", "Loaded"), "rows_loaded", kind="number", sort=("rows_loaded",)),
        Column("skipped", pgettext_lazy("import", "Skipped"), "rows_skipped", kind="number", sort=("rows_skipped",)),
        Column("state", _("Status"), state_of, kind="pill", sort=("state",)),
        Column("finished", _("Finished"), "finished_at", kind="moment", sort=("finished_at",), is_shown=False),
    ),
    record=("import_page", "pk"),
    search=lambda rows, text: rows.filter(file_name__icontains=text),
    search_hint=_("Name of the file"),
    default_sort="-uploaded",
    related=("by_user",),
    new_page="import_new",
    new_right="configure",
    icon="arrow-up-tray",
    empty_title=_("Move in with your own data"),
    empty_text=_(
        "Upload a CSV or XLSX file with your customers and their subscriptions. "
        "Nothing is stored before you have seen what it brings."
    ),
)

IMPORT_PROBLEMS = ListSpec(
    page="import_problems",
    title=_("What is wrong"),
    columns=(
        Column("row", _("Row"), "row", sort=("row",), css="row-title"),
        Column("column", _("Column"), "column", sort=("column",), css="words short-words"),
        Column("words", _("What is wrong"), _words, css="words wrapped"),
    ),
    search=lambda rows, text: rows.filter(column__icontains=text),
    search_hint=_("Name of a column"),
    default_sort="row",
    icon="check-circle",
    empty_title=_("Nothing is wrong"),
    empty_text=_("Every row of the file can be loaded."),
)
