"""Recurring plans: the list, a plan's page, its form, and the lines sold on it."""

from copy import copy
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from soon.models import Plan
from soon.operations.plans.archive import archive
from soon.operations.plans.create import create
from soon.operations.plans.restore import restore
from soon.operations.plans.revise import revise
from soon.queries.plans import PLAN_ITEMS, PLANS, items_on, prices_on, running_on, with_running

from .access import StaffRequest, staff
from .answers import press, status_of, store
from .listing import list_page
from .plan_forms import PlanForm
from .price_forms import product_price_rows, with_one_more_row


@staff("configure")
def plans(request: StaffRequest) -> HttpResponseBase:
    """List the plans."""
    return list_page(request, PLANS, with_running(request.user))


@require_safe
@staff("configure")
def plan_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a plan, what it does and who is on it."""
    plan = get_object_or_404(Plan, pk=pk)
    running = running_on(plan, request.user)
    context = {
        "plan": plan,
        "prices": prices_on(plan),
        "running": running.count(),
        "items": items_on(plan, request.user).count(),
        "orders_url": f"{reverse('backoffice:orders')}?filter=in_progress&filter=paused&plan={plan.pk}",
    }
    return render(request, "backoffice/plans/plan.html", context)


@staff("configure")
def plan_new(request: StaffRequest) -> HttpResponse:
    """Make a new plan."""
    return _form(request, None)


@staff("configure")
def plan_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a plan."""
    return _form(request, get_object_or_404(Plan, pk=pk))


@staff("configure", "see_orders")
def plan_items(request: StaffRequest, pk: int) -> HttpResponseBase:
    """List the recurring lines of the plan's running subscriptions."""
    plan = get_object_or_404(Plan, pk=pk)
    return list_page(
        request, PLAN_ITEMS, items_on(plan, request.user), template="backoffice/plans/items.html", extra={"plan": plan}
    )


@require_POST
@staff("configure")
def plan_archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop selling the plan."""
    plan = get_object_or_404(Plan, pk=pk)
    return press(request, partial(archive, plan, at=timezone.now()), done=_("The plan is archived."), to=_address(plan))


@require_POST
@staff("configure")
def plan_restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Sell the plan again."""
    plan = get_object_or_404(Plan, pk=pk)
    return press(request, partial(restore, plan), done=_("The plan is offered again."), to=_address(plan))


def _form(request: StaffRequest, plan: Plan | None) -> HttpResponse:
    adds_row = "add_line" in request.POST
    data = with_one_more_row(request.POST) if adds_row else request.POST or None
    form, prices = PlanForm(data, instance=copy(plan)), product_price_rows(data, plan)
    if request.method == "POST" and not adds_row and form.is_valid() and prices.is_valid():
        details = form.details(prices)
        stored = store(form, partial(revise, plan, details=details) if plan else partial(create, details))
        if stored:
            messages.success(request, _("The plan is saved."))
            return redirect("backoffice:plan", stored.pk)
    context: dict[str, Any] = {"plan": plan, "form": form, "prices": prices, "shows_errors": not adds_row}
    return render(request, "backoffice/plans/form.html", context, status=200 if adds_row else status_of(form, prices))


def _address(plan: Plan) -> str:
    return reverse("backoffice:plan", args=[plan.pk])
