"""Assigning the columns of an uploaded file: how it is read, which column is what, and what its texts mean."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from soon.activity.actor import staff as acting
from soon.domain.file_forms import XLSX
from soon.models import DataImport
from soon.operations.imports.check import check
from soon.operations.imports.choose_form import choose_form
from soon.operations.imports.sheets_of import sheets_of
from soon.operations.imports.texts_of import MOST, texts_of
from soon.operations.refusal import Refusal
from soon.queries.imports import imports_visible_to

from .access import StaffRequest, staff
from .answers import status_of, store
from .import_forms import FileFormForm, MappingForm

OPEN = (DataImport.State.UPLOADED, DataImport.State.CHECKED)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("configure")
def import_mapping(request: StaffRequest, pk: int) -> HttpResponse:
    """Show how a file is read and ask which column is what; begin its check."""
    found = get_object_or_404(imports_visible_to(request.user), pk=pk)
    if found.state not in OPEN:
        return redirect("backoffice:import_page", pk=pk)
    form = MappingForm(found, request.POST.copy() if request.method == "POST" else None)
    refusal = _ask(form, found)
    asks = form.is_bound and form.has_new_questions
    if form.is_bound and not refusal and not asks and form.is_valid():
        actor, at, today = acting(request.user), timezone.now(), timezone.localdate()
        mapping = form.as_map(found.form)
        checked = store(form, lambda: check(found, mapping=mapping, actor=actor, at=at, today=today))
        if checked:
            return redirect("backoffice:import_page", pk=pk)
    if refusal and form.is_bound:
        form.add_error(None, refusal)
    return _page(request, found, form, FileFormForm(found, _sheets(found)), asks=asks, refusal=refusal)


@require_POST
@staff("configure")
def import_form(request: StaffRequest, pk: int) -> HttpResponse:
    """Read the file in another way."""
    found = get_object_or_404(imports_visible_to(request.user), pk=pk)
    form = FileFormForm(found, _sheets(found), request.POST)
    if form.is_valid():
        chosen = store(form, lambda: choose_form(found, form=form.chosen(), actor=acting(request.user)))
        if chosen:
            return redirect("backoffice:import_mapping", pk=pk)
    mapping = MappingForm(found)
    _ask(mapping, found)
    return _page(request, found, mapping, form)


def _sheets(found: DataImport) -> Sequence[str]:
    try:
        return sheets_of(found)
    except Refusal:
        return ()


def _ask(form: MappingForm, found: DataImport) -> str:
    """Let `form` ask what the texts of its columns mean; return why it cannot."""
    if not form.has_subscriptions:
        return ""
    columns = {field: form.chosen_column(field) for field in ("state", "plan")}
    try:
        texts = texts_of(found, columns={column for column in columns.values() if column})
    except Refusal as refusal:
        return str(refusal)
    asked: dict[str, Sequence[str]] = {}
    for field, column in columns.items():
        if len(texts.get(column, ())) > MOST:
            words = _(
                "“%(column)s” holds more than %(count)d different texts, too many for plans or statuses. Choose another column."
            )
            return words % {"column": column, "count": MOST}
        # A status left blank may mean one; a plan left blank is missing in its row, as the check will tell.
        if meant := [each for each in texts.get(column, ()) if each or field == "state"]:
            asked[field] = meant
    text = form.data.get("text_plan", "").strip() if form.is_bound else form.initial.get("text_plan", "")
    if text and not columns["plan"]:
        asked["plan"] = [text]
    form.ask_for(asked)
    return ""


def _page(
    request: StaffRequest,
    found: DataImport,
    form: MappingForm,
    file_form: FileFormForm,
    *,
    asks: bool = False,
    refusal: str = "",
) -> HttpResponse:
    context: Mapping[str, Any] = {
        "found": found,
        "form": form,
        "file_form": file_form,
        "asks": asks,
        "refusal": refusal,
        "is_remembered": bool(found.mapping) and not form.is_bound,
        "columns": found.columns,
        "misnamed": found.file_name.lower().endswith(".csv" if found.form["kind"] == XLSX else ".xlsx"),
        "rows": [list(zip(found.columns, row, strict=False)) for row in found.preview],
        "what": _("Assign the columns"),
    }
    status = 200 if asks else status_of(form, file_form)
    return render(request, "backoffice/imports/mapping.html", context, status=status)
