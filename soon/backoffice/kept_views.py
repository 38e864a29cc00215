"""Reports as people keep them: their addresses under names, for oneself or for all staff, like the views of lists.

A report takes part with three things: its view lets POST come in and answers it with `act_on_views` before anything else; its
context holds `views` from `report_views`; its template includes "backoffice/reports/_saved_views.html" in the block "pager".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _

from soon.models import SavedView
from soon.operations.refusal import Refusal
from soon.operations.saved_views.delete import delete
from soon.operations.saved_views.keep import keep
from soon.queries.listing.dimensions import is_id

from .access import StaffRequest
from .list_tools import Choice, view_choices


@dataclass(frozen=True)
class ReportViews:
    """The kept views of a report: the reader's own, then those that colleagues share; `query` is what would be kept."""

    query: str
    choices: Sequence[Choice]


def report_views(request: StaffRequest, page: str, query: str) -> ReportViews:
    """Return the views of the report `page` (the name of its address), which is shown as `query` says; one query."""
    return ReportViews(query, view_choices(SavedView.objects.of_page(page, request.user), query, request.user))


def act_on_views(request: StaffRequest, page: str, query: str) -> HttpResponseRedirect:
    """Keep the report `page` as `query` says, or delete a view of it: what a POST of the include asks for; then show it."""
    keep_or_delete(request, page, query)
    return HttpResponseRedirect(f"{request.path}?{query}")


def keep_or_delete(request: StaffRequest, page: str, query: str) -> None:
    """Do what the buttons for views ask, of a list or report; say why where it cannot be done."""
    action = request.POST.get("action", "")
    try:
        if action == "keep_view":
            is_shared = request.POST.get("shared") == "on"
            keep(request.user, page=page, name=request.POST.get("name", ""), query=query, is_shared=is_shared)
            messages.success(request, _("The view is kept."))
        elif action == "delete_view" and is_id(request.POST.get("saved", "")):
            delete(request.user, page=page, view_id=int(request.POST["saved"]))
    except Refusal as refusal:
        messages.error(request, str(refusal))
