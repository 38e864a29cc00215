"""Close reasons: the list in the order people choose from, with its buttons, and the form."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from soon.models import CloseReason, Company
from soon.operations.close_reasons.archive import archive
from soon.operations.close_reasons.create import create
from soon.operations.close_reasons.delete import delete
from soon.operations.close_reasons.move import move
from soon.operations.close_reasons.restore import restore
from soon.operations.close_reasons.revise import revise
from soon.queries.close_reasons import with_use

from .access import StaffRequest, staff
from .answers import press, status_of, store
from .close_reason_forms import CloseReasonForm
from .page_files import reasons_file
from .table_files import FORMATS

PLACES = {"up": -1, "down": 1}


@require_safe
@staff("configure")
def reasons(request: StaffRequest) -> HttpResponseBase:
    """List the reasons: those offered in their order, those of the system, those archived."""
    every = list(with_use())
    if request.GET.get("format") in FORMATS:
        return reasons_file(every, request.GET["format"])
    context = {
        "offered": [reason for reason in every if reason.system_code is None and reason.archived_at is None],
        "of_system": [reason for reason in every if reason.system_code is not None],
        "archived": [reason for reason in every if reason.system_code is None and reason.archived_at is not None],
        "sees_orders": request.user.may("see_orders"),
    }
    return render(request, "backoffice/close_reasons/list.html", context)


@staff("configure")
def reason_new(request: StaffRequest) -> HttpResponse:
    """Add a reason."""
    return _form(request, None)


@staff("configure")
def reason_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a reason."""
    return _form(request, get_object_or_404(with_use(), pk=pk))


@require_POST
@staff("configure")
def reason_archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop offering the reason."""
    return _press(request, pk, lambda reason: archive(reason, at=timezone.now()), _("The close reason is archived."))


@require_POST
@staff("configure")
def reason_restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Offer the reason again."""
    return _press(request, pk, restore, _("The close reason is offered again."))


@require_POST
@staff("configure")
def reason_deletion(request: StaffRequest, pk: int) -> HttpResponse:
    """Delete a reason that nobody ever gave."""
    return _press(request, pk, delete, _("The close reason is deleted."))


@require_POST
@staff("configure")
def reason_move(request: StaffRequest, pk: int) -> HttpResponse:
    """Move the reason up or down."""
    places = PLACES.get(request.POST.get("direction", ""), 0)
    return _press(request, pk, lambda reason: move(reason, places=places), _("The order of the close reasons is changed."))


def _press(request: StaffRequest, pk: int, verb: Callable[[CloseReason], object], done: str | Promise) -> HttpResponse:
    reason = get_object_or_404(CloseReason, pk=pk)
    return press(request, partial(verb, reason), done=done, to=reverse("backoffice:reasons"))


def _form(request: StaffRequest, reason: CloseReason | None) -> HttpResponse:
    form = CloseReasonForm(request.POST or None, reason=reason)
    if request.method == "POST" and form.is_valid():
        details = form.details()
        verb = partial(revise, reason, details=details, at=timezone.now()) if reason else partial(create, details)
        if store(form, verb):
            messages.success(request, _("The close reason is saved."))
            return redirect("backoffice:reasons")
    context = {"reason": reason, "form": form, "makes_offers": Company.ours().makes_offers}
    return render(request, "backoffice/close_reasons/form.html", context, status=status_of(form))
