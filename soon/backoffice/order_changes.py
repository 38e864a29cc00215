"""Changing the recurring plan of a running subscription from its next period on, and cancelling a change that waits."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from soon.activity.actor import staff as acting
from soon.domain.periods import local_date
from soon.models import Order, OrderChange, OrderLine
from soon.operations.subscriptions.cancel_change import cancel_change
from soon.operations.subscriptions.change_plan import change_plan
from soon.queries.order_changes import PlanOption, open_changes, plan_options, whole_period_minor

from .access import StaffRequest, staff
from .answers import press, store
from .dialogs import leave_for, render_dialog

TEMPLATE = "backoffice/orders/plan_change.html"


class PlanChangeForm(forms.Form):
    """One of the plans that the order could change to, with the amount that stood beside it."""

    plan = forms.ChoiceField(
        label=gettext_lazy("New plan"),
        error_messages={
            "required": gettext_lazy("Please choose a plan."),
            "invalid_choice": gettext_lazy("The prices have changed meanwhile. Look again."),
        },
    )

    def __init__(self, *args: Any, options: list[PlanOption], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.options = {value_of(option): option for option in options}
        plan: Any = self.fields["plan"]
        plan.choices = [(value, option.plan.name) for value, option in self.options.items()]

    @property
    def chosen(self) -> PlanOption:
        """The option that was chosen, of a valid form."""
        return self.options[self.cleaned_data["plan"]]


def value_of(option: PlanOption) -> str:
    """Return what a form sends for `option`: the plan with what a period of it costs."""
    return f"{option.plan.pk}-{option.recurring_minor}"


@require_http_methods(["GET", "HEAD", "POST"])
@staff("see_orders", "edit_orders")
def plan_change(request: StaffRequest, number: str) -> HttpResponse:
    """Ask which plan the order is to have from its next period on, and schedule it."""
    order = _order(request, number)
    at = timezone.now()
    today = local_date(at, order.time_zone)
    lines, waiting = list(order.lines.select_related("tax")), open_changes(order)
    is_possible = order.state == Order.State.IN_PROGRESS and not order.closure_id
    options = plan_options(order, lines, today, waiting=waiting) if is_possible else []
    form = PlanChangeForm(request.POST if request.method == "POST" else None, options=options)
    if request.method == "POST" and form.is_valid():
        wanted = form.chosen
        who = acting(request.user)
        seen = wanted.recurring_minor
        made = store(form, lambda: change_plan(order, plan=wanted.plan, actor=who, at=at, today=today, expected_minor=seen))
        if made:
            messages.success(request, made.in_words)
            return leave_for(request, _page(order))
    return render_dialog(request, TEMPLATE, _context(order, lines, form, waiting, today), refused=bool(form.errors))


@require_POST
@staff("see_orders", "edit_orders")
def change_cancellation(request: StaffRequest, number: str, pk: int) -> HttpResponse:
    """Cancel a change that waits for its day."""
    order = _order(request, number)
    change = get_object_or_404(OrderChange.objects.select_related("order"), pk=pk, order=order)
    actor, at = acting(request.user), timezone.now()
    done = _("The change is cancelled; the subscription goes on as before.")
    return press(request, lambda: cancel_change(change, actor=actor, at=at), done=done, to=_page(order))


def _context(order: Order, lines: list[OrderLine], form: PlanChangeForm, waiting: Any, today: datetime.date) -> dict[str, Any]:
    return {
        "order": order,
        "form": form,
        "options": list(form.options.items()),
        "chosen": form.data.get("plan", ""),
        "now_minor": whole_period_minor(order, lines),
        "waiting": [each for each in waiting if each.kind != OrderChange.Kind.DISCOUNT_ENDS],
        "page_url": _page(order),
    }


def _order(request: StaffRequest, number: str) -> Order:
    orders = Order.objects.visible_to(request.user).select_related("customer", "plan")
    return get_object_or_404(orders, number=number)


def _page(order: Order) -> str:
    return reverse("backoffice:order", args=[order.number])
