"""Is everything still true? The last result, earlier ones, and Check now."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from soon.activity.actor import staff as acting
from soon.models import Verification
from soon.operations.verification.verify import verify
from soon.queries.verification.results import Group, Row, Told, is_quick, result_of

from .access import StaffRequest, staff
from .dialogs import UNPROCESSABLE
from .page_files import checks_file
from .table_files import FORMATS

VERIFIES = ("see_invoices", "see_all_orders")
# So many earlier results are listed beside the one that is shown.
MOST_LISTED = 12
# So many findings of a check are shown at once, the others when they are unfolded.
MOST_AT_FIRST = 5


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*VERIFIES)
def verifications(request: StaffRequest) -> HttpResponseBase:
    """Show the last result; check now, where that is quick enough for a page to wait for."""
    if request.method == "POST":
        if not is_quick():
            return _page(request, _latest(), _("This is more than a page can wait for. Nothing was checked."))
        verify(actor=acting(request.user), clock=timezone.now)
        messages.success(request, _("Everything was checked."))
        return redirect("backoffice:verifications")
    return _page(request, _latest())


@require_safe
@staff(*VERIFIES)
def verification(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show an earlier result."""
    return _page(request, get_object_or_404(Verification.objects.select_related("started_by"), pk=pk))


def _latest() -> Verification | None:
    """Return the last one that came to an end, or, as long as there is none, the last one begun."""
    found = Verification.objects.select_related("started_by")
    return found.filter(finished_at__isnull=False).first() or found.first()


def _page(request: StaffRequest, shown: Verification | None, complaint: str = "") -> HttpResponseBase:
    at = timezone.now()
    listed = Verification.objects.defer("checked", "findings").select_related("started_by")[:MOST_LISTED]
    groups = result_of(shown) if shown else []
    if shown and request.method == "GET" and request.GET.get("format") in FORMATS:
        return checks_file(groups, str(shown.pk), request.GET["format"])
    context: dict[str, Any] = {
        "shown": shown,
        "state": shown.state_at(at) if shown else "",
        "broken": [_told(row) for group in groups for row in group.rows if row.found and not row.is_notice],
        "notices": [_told(row) for group in groups for row in group.rows if row.found and row.is_notice],
        "true": [Group(group.title, kept) for group in groups if (kept := [row for row in group.rows if not row.found])],
        "seconds": round(Decimal(shown.seconds), 1) if shown else None,
        "looked_at": _looked_at(groups),
        "listed": [{"row": each, "state": each.state_at(at)} for each in listed],
        "is_quick": is_quick(),
        "complaint": complaint,
    }
    status = UNPROCESSABLE if complaint else 200
    return render(request, "backoffice/verifications/verification.html", context, status=status)


def _looked_at(groups: list[Group]) -> int:
    """Return how many records were looked at, each once, however many checks looked at it."""
    return sum({str(row.label): row.looked_at for group in groups for row in group.rows}.values())


def _told(row: Row) -> dict[str, Any]:
    told = [{"told": each, "url": _url(each)} for each in row.told]
    return {"row": row, "first": told[:MOST_AT_FIRST], "others": told[MOST_AT_FIRST:]}


def _url(told: Told) -> str:
    """Return the page of the record that a finding is about; "" where it has none."""
    if told.noun == "order":
        return reverse("backoffice:order", args=[told.record])
    if told.noun in ("invoice", "customer", "payment", "billing_run"):
        return reverse(f"backoffice:{told.noun}", args=[told.key])
    return ""
