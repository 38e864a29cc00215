"""Moving in: files, their check, their loading, and what became of them. The columns are assigned in import_mapping.py."""

import codecs
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from soon.activity.actor import staff as acting
from soon.models import DataImport
from soon.operations.billing.run import Stop
from soon.operations.imports.begin_loading import begin_loading
from soon.operations.imports.carry_on import carry_on
from soon.operations.imports.discard import discard
from soon.operations.imports.skipped_file import skipped_file
from soon.operations.imports.upload import upload
from soon.operations.refusal import Refusal
from soon.queries.csv_text import csv_lines
from soon.queries.imports import IMPORT_PROBLEMS, IMPORTS, imports_visible_to, state_of, states_told
from soon.queries.worker_health import worker_health

from .access import StaffRequest, staff
from .answers import press, status_of, store
from .import_forms import UploadForm
from .listing import list_page

STATE = DataImport.State


@staff("configure")
def imports(request: StaffRequest) -> HttpResponseBase:
    """List the files that were brought."""
    return list_page(request, IMPORTS, imports_visible_to(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@staff("configure")
def import_new(request: StaffRequest) -> HttpResponse:
    """Take in a file."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if getattr(request, "upload_is_too_large", False):
        form = UploadForm(request.POST)
        form.errors.clear()
        form.add_error(
            "file",
            _("The file has more than %(most)s MB, which is the most that can be loaded at once. Split it into several files.")
            % {"most": settings.LARGEST_IMPORT_MB},
        )
    elif request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        brought = {"kind": form.cleaned_data["kind"], "actor": acting(request.user), "at": timezone.now()}
        made = store(form, lambda: upload(file.read(), file_name=file.name, **brought))
        if made:
            return redirect("backoffice:import_mapping", pk=made.pk)
    context = {"form": form, "most": settings.LARGEST_IMPORT_MB}
    return render(request, "backoffice/imports/new.html", context, status=status_of(form))


@staff("configure")
def import_page(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show how far a file is, what its check found, and what became of it; while the worker is at it the page renews itself."""
    found = get_object_or_404(imports_visible_to(request.user), pk=pk)
    if found.state == STATE.UPLOADED:
        return redirect("backoffice:import_mapping", pk=pk)
    is_working = found.state in (STATE.CHECKING, STATE.LOADING)
    if not is_working and request.htmx.trigger == "import":
        # What was asked for in place is done: with the result come search and pages of its problems.
        return HttpResponseClientRefresh()
    extra: dict[str, Any] = {
        "found": found,
        "pill": state_of(found),
        "is_working": is_working,
        "percent": _percent(found),
        "states": states_told(found.counts),
        "owed": sorted(found.counts.get("owed", {}).items()),
        "credit": sorted(found.counts.get("credit", {}).items()),
        "good": found.rows_total - found.rows_bad,
        "may_carry_on": is_working and worker_health(timezone.now()).is_missing,
        "shows_problems": found.problems.exists(),
    }
    rows = found.problems.all()
    return list_page(request, IMPORT_PROBLEMS, rows, template="backoffice/imports/one.html", extra=extra)


def _percent(found: DataImport) -> int | None:
    """Return how far the loading is; None where that cannot be told before it is done."""
    if found.state != STATE.LOADING or found.mode == DataImport.Mode.ALL_OR_NOTHING or not found.rows_total:
        return None
    return min(100, 100 * (found.rows_loaded + found.rows_known + found.rows_skipped) // found.rows_total)


@require_POST
@staff("configure")
def import_loading(request: StaffRequest, pk: int) -> HttpResponse:
    """Begin to load a file that was checked."""
    found = get_object_or_404(imports_visible_to(request.user), pk=pk)
    modes = DataImport.Mode
    mode = modes.SKIP_BAD_ROWS if request.POST.get("mode") == modes.SKIP_BAD_ROWS else modes.ALL_OR_NOTHING
    try:
        begin_loading(found, mode=mode, actor=acting(request.user), today=timezone.localdate())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("backoffice:import_page", pk=pk)


@require_POST
@staff("configure")
def import_discarding(request: StaffRequest, pk: int) -> HttpResponse:
    """Give up on a file."""
    found = get_object_or_404(imports_visible_to(request.user), pk=pk)
    return press(
        request,
        lambda: discard(found, actor=acting(request.user), at=timezone.now()),
        done=_("The file is deleted; nothing of it was loaded."),
        to=reverse("backoffice:imports"),
    )


@require_POST
@staff("configure")
def import_carry_on(request: StaffRequest, pk: int) -> HttpResponse:
    """Check or load a file at once, where no worker does so."""
    found = get_object_or_404(imports_visible_to(request.user), pk=pk)
    carry_on(found, clock=timezone.now, stop=Stop())
    return redirect("backoffice:import_page", pk=pk)


@require_safe
@staff("configure")
def import_skipped(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Hand out the rows that were not loaded, each with what is wrong, to be mended and loaded again."""
    found = get_object_or_404(imports_visible_to(request.user), pk=pk)
    try:
        rows = skipped_file(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("backoffice:import_page", pk=pk)
    lines = csv_lines(rows, delimiter=found.form.get("delimiter", ","))
    response = StreamingHttpResponse((codecs.encode(line, "utf-8") for line in lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="skipped-{found.pk}.csv"'
    return response
