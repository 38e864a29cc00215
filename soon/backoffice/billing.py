"""Billing runs: their list, the page of one, and Bill now."""

import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from soon import formatting
from soon.activity.actor import staff as acting
from soon.models import BillingRun
from soon.operations.billing.preview_today import DuePreview, preview_today
from soon.operations.billing.run_today import run_today
from soon.queries.billing_runs import RUNS, billing_runs, pill_of, run_sheet, seconds_of, starter_of
from soon.queries.set_aside import words_of
from soon.queries.worker_health import worker_health

from .access import StaffRequest, staff
from .cells import amounts_text
from .dialogs import leave_for, render_dialog
from .listing import list_page

SEES_RUNS = ("see_invoices", "see_all_orders")
STARTS_RUNS = ("issue_invoices", "see_all_orders")


@staff(*SEES_RUNS)
def runs(request: StaffRequest) -> HttpResponseBase:
    """List the runs, below whether there is a worker that makes them."""
    at = timezone.now()
    extra = {"may_bill": request.user.may("issue_invoices"), **_worker(at)}
    return list_page(request, RUNS, billing_runs(at), template="backoffice/billing/runs.html", extra=extra)


@require_safe
@staff(*SEES_RUNS)
def run_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show what a run did; while it works the page renews its figures by itself."""
    run = get_object_or_404(billing_runs(timezone.now()).select_related("started_by"), pk=pk)
    sheet = run_sheet(run, request.user)
    context = {
        "run": run,
        "sheet": sheet,
        "pill": pill_of(run),
        "state": pill_of(run)[1],
        "started_by": starter_of(run),
        "seconds": seconds_of(run),
        "set_asides": [{"row": each, "words": words_of(each.error)} for each in sheet.set_asides],
    }
    return render(request, "backoffice/billing/run.html", context)


class SeenForm(forms.Form):
    """The figures the reader saw, so that nothing else is issued than what was shown."""

    seen = forms.CharField(required=False, max_length=2000)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*STARTS_RUNS)
def run_new(request: StaffRequest) -> HttpResponse:
    """Say what is due and what it comes to; issue it, where that is little enough for a page to wait for."""
    found = preview_today(at=timezone.now())
    if request.method != "POST" or not found.orders:
        return _ask(request, found)
    form = SeenForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else "?"
    if found.is_too_much:
        return _ask(request, found, _("This is more than a page can wait for. Nothing was issued."))
    if seen and seen != found.fingerprint:
        return _ask(request, found, _("The figures have changed in the meantime. Here they are again."))
    done = run_today(actor=acting(request.user), clock=timezone.now)
    messages.success(request, _told(done))
    page = reverse("backoffice:billing_run", args=[done[0].pk]) if len(done) == 1 else reverse("backoffice:billing_runs")
    return leave_for(request, page)


def _ask(request: StaffRequest, found: DuePreview, complaint: str = "") -> HttpResponse:
    context: dict[str, Any] = {
        "found": found,
        "by_currency": [_row(currency, currency, each) for currency, each in found.by_currency.items()],
        "by_plan": [_row(plan or _("Without a plan"), currency, each) for (plan, currency), each in found.by_plan.items()],
        **_worker(timezone.now()),
        "complaint": complaint,
        "page_url": reverse("backoffice:billing_runs"),
    }
    return render_dialog(request, "backoffice/billing/run_new.html", context, refused=bool(complaint))


def _worker(at: datetime.datetime) -> dict[str, Any]:
    return {"health": worker_health(at), "bills_by_itself": settings.BILLS_BY_ITSELF}


def _row(label: str, currency: str, each: Any) -> dict[str, Any]:
    return {"label": label, "count": each.documents, "minor": each.total_minor, "currency": currency}


def _told(runs: list[BillingRun]) -> str:
    issued, set_aside = sum(run.issued for run in runs), sum(run.set_aside for run in runs)
    sums: dict[str, int] = {}
    for run in runs:
        for row in run.totals.all():
            sums[row.currency] = sums.get(row.currency, 0) + row.total_minor
    words = ngettext("%(count)s invoice is issued", "%(count)s invoices are issued", issued)
    told = words % {"count": formatting.quantity(issued)} + (f": {amounts_text(sums)}." if sums else ".")
    if set_aside:
        words = ngettext("%(count)s subscription is set aside.", "%(count)s subscriptions are set aside.", set_aside)
        told += " " + words % {"count": formatting.quantity(set_aside)}
    return told
