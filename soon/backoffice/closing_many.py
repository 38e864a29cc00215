"""Closing many subscriptions at once: what it would come to, beginning it, and the page that tells how far it is."""

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from soon.activity.actor import staff as acting
from soon.domain import lifecycle
from soon.models import BulkClosing, BulkClosingRow, CloseReason, Order
from soon.models.bulk import any_of
from soon.operations.bulk_closings.begin import MOST, begin
from soon.operations.bulk_closings.carry_on import carry_on
from soon.operations.bulk_closings.preview import BulkPreview, preview
from soon.queries.bulk_closings import BULK_CLOSINGS, BULK_ROWS, bulk_closings_visible_to, progress_of, reason_of, state_of
from soon.queries.close_reasons import reason_called
from soon.queries.listing import ListState
from soon.queries.listing.dimensions import is_id
from soon.queries.listing.rows import filtered
from soon.queries.orders import ORDERS
from soon.queries.worker_health import worker_health

from .access import StaffRequest, staff
from .answers import store
from .closing_fields import CreditPolicyField, LastDayField, ReasonField, end_after_chosen
from .dialogs import UNPROCESSABLE
from .listing import MOST_SELECTED, list_page, reader_of

DAY = datetime.timedelta(days=1)
RIGHTS = ("see_orders", "close_many")


class ManyForm(forms.Form):
    """One day, and one reason: a configured one by its name in either language, or one's own words."""

    day = forms.ChoiceField(
        label=gettext_lazy("When they are served for the last time"),
        choices=BulkClosing.Day,
        initial=BulkClosing.Day.TODAY,
        widget=forms.RadioSelect,
    )
    last_on = LastDayField()
    credit_policy = CreditPolicyField()
    reason = ReasonField(help_text=gettext_lazy("Pick one of the reasons, or type your own. It is the same for all."))

    def __init__(self, *args: Any, may_settle: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason: Any = self.fields["reason"]
        reason.suggest(CloseReason.objects.for_staff())
        if not may_settle:
            del self.fields["credit_policy"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_chosen = cleaned.get("day") == BulkClosing.Day.CHOSEN
        cleaned["effective_on"] = end_after_chosen(self, cleaned.get("last_on")) if is_chosen else None
        return cleaned

    def asked(self) -> dict[str, Any] | None:
        """Return day and money as a BulkClosing has them, of what is valid so far; None without a day that can be used.

        Another day than the one that was chosen is never looked at or closed on.
        """
        values = getattr(self, "cleaned_data", {"day": BulkClosing.Day.TODAY})
        day, effective_on = values.get("day"), values.get("effective_on")
        if not day or (day == BulkClosing.Day.CHOSEN and effective_on is None):
            return None
        return {"day": day, "effective_on": effective_on, "credit_policy": values.get("credit_policy", "")}


@staff(*RIGHTS)
def bulk_closings(request: StaffRequest) -> HttpResponseBase:
    """List the closings of many: all of them, or the reader's own."""
    return list_page(request, BULK_CLOSINGS, bulk_closings_visible_to(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@staff(*RIGHTS)
def closing_many(request: StaffRequest) -> HttpResponse:
    """Show what closing the chosen subscriptions, or all running ones of a list, comes to; begin it for one reason."""
    query = request.POST.get("query", "") if request.method == "POST" else request.GET.urlencode()
    keys = _chosen(request, query)
    if not keys:
        messages.info(request, _("Choose at least one running subscription."))
        return redirect(f"{reverse('backoffice:orders')}?{query}" if query else "backoffice:orders")
    is_asked = "begin" in request.POST or "look" in request.POST
    may_settle = request.user.may("settle_closings")
    form = ManyForm(request.POST if is_asked else None, may_settle=may_settle)
    is_valid = form.is_valid()
    actor, at = acting(request.user), timezone.now()
    asked = form.asked()
    # Without a day there is nothing to show; the form says what is wrong with it.
    found = BulkPreview(count=len(keys), refused=len(keys))
    if asked:
        found = preview(keys, closing=BulkClosing(by_user=request.user, **asked), actor=actor, at=at)
    if "begin" in request.POST and is_valid and asked and _has_seen(form, found):
        reason = reason_called(form.cleaned_data["reason"])
        told: dict[str, Any] = {"reason": reason, "own_words": "" if reason else form.cleaned_data["reason"]}
        begun = store(form, lambda: begin(keys, actor=actor, at=at, **told, **asked))
        if begun:
            return redirect("backoffice:bulk_closing", pk=begun.pk)
    if "look" in request.POST:
        form.errors.pop("reason", None)
    context = _context(form, found, query, keys)
    return render(request, "backoffice/closing_many/new.html", context, status=UNPROCESSABLE if form.errors else 200)


def _chosen(request: StaffRequest, query: str) -> Sequence[int]:
    """Return the keys of the ticked orders, of those shown before, or of all running ones that the list's `query` names."""
    visible = Order.objects.visible_to(request.user)
    ticked = request.POST.getlist("selected")[:MOST_SELECTED] or request.POST.get("orders", "").split(",")[:MOST]
    if keys := [int(key) for key in ticked if is_id(key)]:
        return list(visible.filter(pk__in=any_of(keys)).order_by("pk").values_list("pk", flat=True))
    if request.method == "POST":
        return []
    state = ListState.read(QueryDict(query), ORDERS)
    running = filtered(visible, ORDERS, state, reader_of(request)).filter(state__in=lifecycle.SERVING)
    return list(running.order_by("pk").values_list("pk", flat=True)[:MOST])


def _has_seen(form: ManyForm, found: BulkPreview) -> bool:
    """Return whether these orders and this day were looked at; else the form shows them first."""
    if form.data.get("seen") == found.seen:
        return True
    form.add_error(None, _("Here is what it comes to now. Look at it, then begin."))
    return False


def _context(form: ManyForm, found: BulkPreview, query: str, keys: Sequence[int]) -> dict[str, Any]:
    sums = [
        {"currency": currency, "mrr": found.lost_mrr.get(currency, 0), **minor}
        for currency, minor in sorted(found.sums.items())
    ]
    return {
        "form": form,
        "found": found,
        "sums": sums,
        "query": query,
        "orders": ",".join(map(str, keys)),
        "is_cut": len(keys) >= MOST,
        "most": MOST,
        "list_url": reverse("backoffice:orders") + (f"?{query}" if query else ""),
    }


@staff(*RIGHTS)
def bulk_closing(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Show how far a closing of many is and what became of each order; while it works the page renews itself."""
    closing = get_object_or_404(bulk_closings_visible_to(request.user), pk=pk)
    rows = BulkClosingRow.objects.filter(closing=closing, order__in=Order.objects.visible_to(request.user))
    extra = {
        "closing": closing,
        "progress": progress_of(closing),
        "pill": state_of(closing),
        "reason": reason_of(closing),
        "last_day_on": closing.effective_on - DAY if closing.effective_on else None,
        "may_carry_on": _may_carry_on(request, closing),
    }
    return list_page(request, BULK_ROWS, rows, template="backoffice/closing_many/one.html", extra=extra)


@require_POST
@staff(*RIGHTS)
def bulk_closing_carry_on(request: StaffRequest, pk: int) -> HttpResponse:
    """Close the next orders of a closing of many, where no worker does so."""
    closing = get_object_or_404(bulk_closings_visible_to(request.user), pk=pk)
    carry_on(closing, at=timezone.now())
    return HttpResponseRedirect(reverse("backoffice:bulk_closing", args=[pk]))


def _may_carry_on(request: StaffRequest, closing: BulkClosing) -> bool:
    """Return whether the reader is offered to do what the worker does not."""
    is_open = closing.finished_at is None and request.user.may("close_many")
    return is_open and worker_health(timezone.now()).is_missing
