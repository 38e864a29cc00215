"""The customer closes a subscription: day and money on one screen, why, and two buttons; undoes it; says why afterwards."""

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseLocation

from soon.domain.closing_days import CHOSEN
from soon.domain.zones import local_date
from soon.formatting import parse_day
from soon.models import CloseReason, Company, Order
from soon.models.closures import LONGEST_COMMENT
from soon.operations.close_visits.open_visit import open_visit
from soon.operations.closing.preview import ClosingOption, ClosingPreview, preview
from soon.operations.offers.show import Proposal
from soon.operations.refusal import Refusal
from soon.operations.subscriptions.close import CannotClose, MayNotClose, close
from soon.operations.subscriptions.give_reason import give_reason
from soon.operations.subscriptions.resume import resume
from soon.operations.subscriptions.undo_close import undo_close
from soon.queries.close_offers import may_be_shown, offer_looked_at
from soon.queries.order_changes import changes_that_closing_cancels
from soon.queries.portal import open_minor_of, orders_of, reasons_for_customers

from .access import CustomerRequest, customer_required

TEMPLATE = "portal/closure.html"
# Of the words of this page; the evidence keeps it.
VERSION = "2026-11"


class ClosureForm(forms.Form):
    """One of the reasons the business offers to customers, in words if they like; nothing is chosen for them."""

    # The browser would speak its own language, not the page's.
    use_required_attribute = False

    reason = forms.ModelChoiceField(
        queryset=CloseReason.objects.none(),
        label=gettext_lazy("Reason"),
        empty_label=None,
        blank=True,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Please choose a reason."),
            "invalid_choice": gettext_lazy("Please choose one of the listed reasons."),
        },
    )
    comment = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, policy: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = reasons_for_customers(policy)
        reason: Any = self.fields["reason"]
        reason.queryset = reasons
        reason.required = policy == Company.ReasonPolicy.REQUIRED
        if not any(each.comment_policy != CloseReason.CommentPolicy.NONE for each in reasons):
            del self.fields["comment"]
        if policy == Company.ReasonPolicy.AFTER:
            self.fields.clear()


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def closure(request: CustomerRequest, number: str) -> HttpResponseBase:
    """Show day, money and reasons (GET), then close the order (POST)."""
    order = get_object_or_404(orders_of(request.customer), number=number)
    policy = Company.ours().reason_policy
    form = ClosureForm(request.POST if request.method == "POST" else None, policy=policy)
    if order.plan is None or not order.plan.is_closable:
        return dialog(request, order, form, refusal=_not_here(), status=403)
    if not order.is_serving or order.closure_id:
        # Asking the verb would refuse as well; so the sentence is the same for a second tab and a second click.
        return dialog(request, order, form, refusal=_already(order), status=409)
    today = local_date(request.at, order.time_zone)
    if request.method != "POST":
        return dialog(request, order, form)
    day = parse_day(request.POST.get("day"))
    if day is None and request.POST.get("day"):
        # Never another day instead: who named one must not close on one that they did not name.
        form.add_error(None, _("This is not a day of the calendar. Choose the day again."))
    if not form.is_valid():
        return dialog(request, order, form, status=422)
    try:
        close(
            order,
            actor=request.actor,
            at=request.at,
            today=today,
            reason=form.cleaned_data.get("reason") or _not_said(policy),
            comment=form.cleaned_data.get("comment", ""),
            effective_on=day,
            expected_fingerprint=request.POST.get("seen", "")[:64],
            shown=_what_was_shown(request, order, policy),
        )
    except MayNotClose as refusal:
        return dialog(request, order, form, refusal=str(refusal), status=403)
    except CannotClose as refusal:
        return _refused(request, order, form, refusal)
    url = reverse("portal:order", args=[order.number])
    return HttpResponseLocation(url, target="body", swap="innerHTML") if request.htmx else redirect(url)


@require_POST
@customer_required
def close_visit(request: CustomerRequest, number: str) -> HttpResponseBase:
    """Note that the page was opened: the page says so itself, because reading it writes nothing."""
    order = get_object_or_404(orders_of(request.customer), number=number)
    open_visit(order, at=request.at, today=local_date(request.at, order.time_zone))
    return HttpResponse(status=204)


@require_POST
@customer_required
def closure_undo(request: CustomerRequest, number: str) -> HttpResponseBase:
    """Take a scheduled closing back."""
    order = get_object_or_404(orders_of(request.customer), number=number)
    today = local_date(request.at, order.time_zone)
    done = _("Your subscription goes on as before.")
    return _press(request, order, lambda: undo_close(order, actor=request.actor, at=request.at, today=today), done)


@require_POST
@customer_required
def resuming(request: CustomerRequest, number: str) -> HttpResponseBase:
    """Let a paused subscription go on."""
    order = get_object_or_404(orders_of(request.customer), number=number)
    today = local_date(request.at, order.time_zone)
    done = _("The subscription goes on. Days of the pause are not billed.")
    return _press(request, order, lambda: resume(order, actor=request.actor, at=request.at, today=today), done)


@require_POST
@customer_required
def closure_reason(request: CustomerRequest, number: str) -> HttpResponseBase:
    """Say afterwards why it was closed."""
    order = get_object_or_404(orders_of(request.customer), number=number)
    form = ClosureForm(request.POST, policy=Company.ReasonPolicy.REQUIRED)
    if not form.is_valid():
        messages.error(request, _("Please choose one of the listed reasons."))
        return redirect("portal:order", number=number)
    said = {"reason": form.cleaned_data["reason"], "comment": form.cleaned_data.get("comment", "")}
    done = _("Thank you for telling us.")
    return _press(request, order, lambda: give_reason(order, **said, actor=request.actor, at=request.at), done)


def _press(request: CustomerRequest, order: Order, deed: Callable[[], object], done: str) -> HttpResponse:
    """Do `deed`, tell what was done or refused, and lead to the page of the order."""
    try:
        deed()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("portal:order", number=order.number)


def _not_said(policy: str) -> CloseReason | None:
    if policy == Company.ReasonPolicy.REQUIRED:
        return None
    return CloseReason.objects.not_said()


def _refused(request: CustomerRequest, order: Order, form: ClosureForm, refusal: Refusal) -> HttpResponse:
    order.refresh_from_db()
    if not order.is_serving or order.closure_id:
        return dialog(request, order, form, refusal=str(refusal), status=409)
    form.add_error(None, str(refusal))
    return dialog(request, order, form, status=409)


def dialog(
    request: CustomerRequest,
    order: Order,
    form: ClosureForm,
    *,
    refusal: str = "",
    status: int = 200,
    offer: Proposal | None = None,
) -> HttpResponse:
    """Render the dialog, or the whole page of it where there is no script; with a `refusal` it has no form.

    `offer` is shown beside the reasons, where there is room for one if one may come.
    """
    here = reverse("portal:closure", args=[order.number])
    context: dict[str, Any] = {"order": order, "form": form, "refusal": refusal, "offer": offer, "here": here}
    if not refusal:
        today = local_date(request.at, order.time_zone)
        wanted = parse_day(request.GET.get("last_on"))
        found = preview(order, actor=request.actor, today=today, chosen_on=wanted)
        chosen = found.option(CHOSEN)
        asked = parse_day(request.POST.get("day")) or (chosen.effective_on if chosen else parse_day(request.GET.get("day")))
        context |= {
            "preview": found,
            "option": _shown(found, asked),
            "wanted": wanted,
            "open_minor": open_minor_of(order),
            "is_never_served": found.is_never_served,
            "cancels": changes_that_closing_cancels(order),
            "may_offer": offer is not None or _may_offer(request, order, form, today),
        }
    template = f"{TEMPLATE}#dialog" if request.htmx.target == "dialog-content" else TEMPLATE
    return render(request, template, context, status=status)


def _what_was_shown(request: CustomerRequest, order: Order, policy: str) -> dict[str, Any]:
    """Return which page of which words the customer had before them, and what was offered on it; the evidence keeps it."""
    found = offer_looked_at(order, request.at)
    shown: dict[str, Any] = {"page": "portal/closure", "version": VERSION, "language": get_language() or ""}
    return shown | {"reason_policy": policy} | ({"offer": found.as_facts()} if found else {})


def _may_offer(request: CustomerRequest, order: Order, form: ClosureForm, today: datetime.date) -> bool:
    """Return whether choosing one of the reasons may show an offer to this customer."""
    reasons: Any = form.fields.get("reason")
    if reasons is None or not any(reason.offer for reason in reasons.queryset):
        return False
    is_looking = offer_looked_at(order, request.at) is not None
    return Company.ours().makes_offers and (is_looking or may_be_shown(order, request.at, today))


def _shown(found: ClosingPreview, effective_on: datetime.date | None) -> ClosingOption | None:
    """Return the option of the day asked for, also one that is refused; else the first that is possible."""
    asked = [option for option in found.options if option.effective_on == effective_on]
    return next(iter([*asked, *(option for option in found.options if not option.refusal)]), None)


def _already(order: Order) -> str:
    if order.is_offered:
        return _("This is still a quotation; there is no subscription to close.")
    return _("This subscription is already closed.")


def _not_here() -> str:
    return _("This subscription cannot be closed here. Please contact us and we will close it for you.")
