"""Draft invoices: the page of one, issuing it, throwing it away."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from soon.activity.actor import staff as acting
from soon.domain.zones import local_date
from soon.models import Company, Invoice, InvoiceDraft
from soon.operations.invoices.discard_draft import discard_draft
from soon.operations.invoices.issue_draft import issue_draft
from soon.operations.refusal import Refusal
from soon.queries.balances import credit_of
from soon.queries.draft_sheet import DraftSheet, draft_sheet

from .access import StaffRequest, staff
from .answers import press
from .dialogs import leave_for, render_dialog


@require_safe
@staff("see_invoices")
def invoice_draft(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a draft: what it will charge, and who prepared it."""
    draft = draft_for(request, pk)
    context = {"draft": draft, "sheet": draft_sheet(draft), "may_issue": request.user.may("issue_invoices")}
    return render(request, "backoffice/invoices/draft.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_invoices", "issue_invoices")
def invoice_draft_issuing(request: StaffRequest, pk: int) -> HttpResponse:
    """Say what issuing means and on which day; then make the draft an invoice."""
    draft = draft_for(request, pk)
    if request.method != "POST":
        return _ask(request, draft_sheet(draft))
    seen = request.POST.get("seen_minor", "")
    at = timezone.now()
    try:
        invoice = issue_draft(
            draft,
            actor=acting(request.user),
            at=at,
            today=local_date(at, _zone(draft)),
            expected_total_minor=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 20 else -1,
        )
    except Refusal as refusal:
        return _ask(request, draft_sheet(draft), str(refusal))
    messages.success(request, _told(invoice))
    return leave_for(request, reverse("backoffice:invoice", args=[invoice.pk]))


@require_POST
@staff("see_invoices", "issue_invoices")
def invoice_draft_discarding(request: StaffRequest, pk: int) -> HttpResponse:
    """Throw the draft away."""
    draft = draft_for(request, pk)
    deed = partial(discard_draft, draft, actor=acting(request.user), at=timezone.now())
    return press(request, deed, done=_("The draft is discarded."), to=reverse("backoffice:invoice_drafts"))


def draft_for(request: StaffRequest, pk: int) -> InvoiceDraft:
    """Return the draft if the reader may see it; 404 otherwise."""
    drafts = InvoiceDraft.objects.visible_to(request.user).select_related("customer", "order", "created_by")
    return get_object_or_404(drafts, pk=pk)


def _ask(request: StaffRequest, sheet: DraftSheet, complaint: str = "") -> HttpResponse:
    draft = sheet.draft
    today = local_date(timezone.now(), _zone(draft))
    context = {
        "draft": draft,
        "sheet": sheet,
        "today": today,
        "payment_days": Company.ours().payment_days,
        "usable_minor": min(credit_of(draft.customer_id, draft.currency), sheet.totals.total),
        "complaint": complaint,
        "page_url": reverse("backoffice:invoice_draft", args=[draft.pk]),
    }
    return render_dialog(request, "backoffice/invoices/issue_draft.html", context, refused=bool(complaint))


def _zone(draft: InvoiceDraft) -> str:
    return draft.order.time_zone if draft.order else draft.customer.time_zone


def _told(invoice: Invoice) -> str:
    return format_html(_("Invoice {invoice} is issued."), invoice=invoice.number)
