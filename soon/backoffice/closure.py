"""Closing a subscription from the back office: the Close Reason dialog with the days side by side."""

import datetime
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from soon.activity.actor import staff as acting
from soon.domain.closing_days import CHOSEN
from soon.domain.periods import local_date
from soon.formatting import parse_day
from soon.models import CloseReason, Closure, CreditPolicy, Order, User
from soon.models.closures import LONGEST_COMMENT
from soon.operations.closing.preview import ClosingPreview, preview
from soon.operations.subscriptions.close import CannotClose, close
from soon.queries.close_reasons import reason_called
from soon.queries.order_changes import changes_that_closing_cancels
from soon.queries.order_page import invoice_figures

from .access import StaffRequest, staff
from .answers import store
from .closing_fields import CreditPolicyField, LastDayField, ReasonField, end_after_chosen
from .dialogs import leave_for, render_dialog

TEMPLATE = "backoffice/orders/closure.html"
# What staff can say a closing is; the others are the clock's.
BY_STAFF = ("ordinary", "for_cause", "withdrawal", "provider", "transfer")


class ClosureForm(forms.Form):
    """A configured reason by its name in either language, or one's own words; the day, and what becomes of the money.

    `day` is the first local date without service, or CHOSEN for the one after `last_on`.
    """

    reason = ReasonField()
    day = forms.CharField(required=False, max_length=10)
    last_on = LastDayField()
    credit_policy = CreditPolicyField()
    closure_type = forms.ChoiceField(
        label=_("Type of closing"),
        required=False,
        choices=[(kind.value, kind.label) for kind in Closure.Type if kind.value in BY_STAFF],
        help_text=_("Only an ordinary closing keeps to notice and minimum term; for cause, on withdrawal and by the provider "
                    "unused days are given back whatever the plan says."),
    )  # fmt: skip
    comment = forms.CharField(
        label=_("Comment"), required=False, max_length=LONGEST_COMMENT, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, reasons: list[CloseReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason: Any = self.fields["reason"]
        reason.suggest(reasons)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["effective_on"] = self._effective_on(cleaned)
        return cleaned

    def _effective_on(self, cleaned: dict[str, Any]) -> datetime.date | None:
        day = cleaned.get("day", "")
        if day == CHOSEN:
            return end_after_chosen(self, cleaned.get("last_on"))
        try:
            return datetime.date.fromisoformat(day) if day else None
        except ValueError:
            self.add_error(None, _("Choose one of the days."))
            return None


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_orders", "close_orders")
def closure(request: StaffRequest, number: str) -> HttpResponse:
    """Show what closing comes to on each day and ask why; close the subscription for the reason given."""
    order = _order(request.user, number)
    at = timezone.now()
    today = local_date(at, order.time_zone)
    form = ClosureForm(request.POST if request.method == "POST" else None, reasons=list(CloseReason.objects.for_staff()))
    is_submitted = request.method == "POST" and "look" not in request.POST
    if is_submitted and form.is_valid() and _has_seen(form):
        values = form.cleaned_data
        reason = reason_called(values["reason"])
        asked = {
            "reason": reason,
            "own_words": "" if reason else values["reason"],
            "comment": values["comment"],
            "effective_on": values["effective_on"],
            "credit_policy": values["credit_policy"],
            "closure_type": values["closure_type"] or Closure.Type.ORDINARY,
            "waives_notice": request.user.may("waive_notice"),
            "expected_fingerprint": _seen(form),
        }
        if store(form, lambda: close(order, actor=acting(request.user), at=at, today=today, **asked)):
            return leave_for(request, _page(order))
        order.refresh_from_db()
    if request.method == "POST" and not is_submitted:
        form = _looking(form)
    return render_dialog(request, TEMPLATE, _context(request.user, order, form, today), refused=bool(form.errors))


def _order(user: User, number: str) -> Order:
    return get_object_or_404(
        Order.objects.visible_to(user).select_related("customer", "plan", "closure__reason"), number=number
    )


def _seen(form: ClosureForm) -> str:
    """Return the fingerprint of the figures that were shown for the day that was posted."""
    return str(form.data.get(f"seen-{form.cleaned_data['day']}", ""))[:64]


def _has_seen(form: ClosureForm) -> bool:
    """Return whether the figures of a chosen day were shown for that very day; else the form shows them first."""
    values = form.cleaned_data
    if values["day"] != CHOSEN or (_seen(form) and form.data.get("seen-last-on") == values["last_on"].isoformat()):
        return True
    form.add_error(None, _("Here is what closing on that day comes to. Look at it, then submit."))
    return False


def _looking(form: ClosureForm) -> ClosureForm:
    """Return the form with what was typed, without complaints about what is still missing."""
    reasons: Any = form.fields["reason"].widget
    looked = ClosureForm(None, initial={name: form.data.get(name) for name in form.fields}, reasons=[])
    widget: Any = looked.fields["reason"].widget
    widget.suggestions = reasons.suggestions
    return looked


def _context(user: User, order: Order, form: ClosureForm, today: datetime.date) -> dict[str, Any]:
    typed = form.data if form.is_bound else form.initial
    chosen_on = parse_day(typed.get("last_on"))
    policy = str(typed.get("credit_policy") or "")
    kind = str(typed.get("closure_type") or "")
    asked = {
        "credit_policy": policy if policy in CreditPolicy.values else "",
        "closure_type": kind if kind in BY_STAFF else "ordinary",
    }
    found = _preview(order, user, today, chosen_on, asked)
    return {
        "order": order,
        "form": form,
        "today": today,
        "preview": found,
        "is_never_served": bool(found and found.is_never_served),
        "chosen": found.option(CHOSEN) if found else None,
        "day": _selected(order, found, str(typed.get("day") or "")),
        "chosen_on": chosen_on,
        "may_settle": user.may("settle_closings") or (order.plan and order.plan.credit_policy == CreditPolicy.STAFF),
        "figures": invoice_figures(order),
        "earns": _earns(order, today),
        "cancels": changes_that_closing_cancels(order) if found else [],
        "page_url": _page(order),
    }


def _earns(order: Order, today: datetime.date) -> bool:
    """Return whether revenue ends with it: none does of a pause or a free trial."""
    first_paid_on = order.first_paid_on
    is_trying = first_paid_on is not None and today < first_paid_on
    return bool(order.mrr_micro) and order.state != Order.State.PAUSED and not is_trying


def _preview(
    order: Order, user: User, today: datetime.date, chosen_on: datetime.date | None, asked: dict[str, str]
) -> ClosingPreview | None:
    try:
        return preview(order, actor=acting(user), today=today, chosen_on=chosen_on, **asked)
    except CannotClose:
        return None


def _selected(order: Order, found: ClosingPreview | None, typed: str) -> str:
    """Return the day to mark: what was typed, else the plan's own default, else the first that is possible."""
    if found is None:
        return ""
    possible = {option.effective_on.isoformat(): option for option in found.options if not option.refusal}
    if typed == CHOSEN or typed in possible:
        return typed
    wanted = found.option(order.plan.staff_closing_day if order.plan else "today")
    if wanted and not wanted.refusal:
        return wanted.effective_on.isoformat()
    return next(iter(possible), "")


def _page(order: Order) -> str:
    return reverse("backoffice:order", args=[order.number])
