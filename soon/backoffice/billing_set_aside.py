"""The work list of set-aside orders: retrying them, and taking care of them."""

import time
from collections.abc import Sequence

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from soon.activity.actor import staff as acting
from soon.models import Order, SetAside
from soon.operations.billing.assign import assign
from soon.operations.billing.retry import retry
from soon.operations.refusal import Refusal
from soon.queries.due import local_day
from soon.queries.set_aside import SET_ASIDE, words_of

from .access import StaffRequest, staff
from .listing import Action, chosen_action, list_page

# A page is answered within so many seconds; what is left of many retries waits for another press.
PATIENCE_SECONDS = 10


def _is_open(row: SetAside) -> bool:
    return row.resolved_at is None


ACTIONS = (
    Action("retry", gettext_lazy("Retry"), "arrow-path", _is_open),
    Action("take", gettext_lazy("Assign to me"), "user-plus", _is_open),
)


@staff("see_orders")
def set_asides(request: StaffRequest) -> HttpResponseBase:
    """List what the billing runs set aside; retry or take what is chosen."""
    rows = SetAside.objects.visible_to(request.user)
    actions = ACTIONS if request.user.may("issue_invoices") else ()
    wanted = chosen_action(request, actions)
    if wanted is None:
        return list_page(request, SET_ASIDE, rows, actions=actions)
    action, keys = wanted
    chosen = list(rows.filter(pk__in=keys).select_related("order", "customer").order_by("pk"))
    if not chosen:
        messages.info(request, _("Choose at least one row first."))
    elif action == "retry":
        _retry_all(request, chosen)
    else:
        _take_all(request, chosen)
    return HttpResponseRedirect(request.get_full_path())


@require_POST
@staff("see_orders", "issue_invoices")
def order_billing(request: StaffRequest, number: str) -> HttpResponse:
    """Try once more to bill an order that is set aside."""
    order = get_object_or_404(Order.objects.visible_to(request.user), number=number)
    open_ones: QuerySet[SetAside] = SetAside.objects.open().filter(order=order)
    found = open_ones.select_related("order", "customer").first()
    if found is None:
        messages.info(request, _("This subscription is not set aside any more."))
    else:
        _retry_all(request, [found])
    return HttpResponseRedirect(reverse("backoffice:order", args=[order.number]))


def _retry_all(request: StaffRequest, chosen: Sequence[SetAside]) -> None:
    begun = time.monotonic()
    billed: list[SetAside] = []
    failed: list[SetAside] = []
    refusals: list[str] = []
    for place, found in enumerate(chosen):
        if time.monotonic() - begun > PATIENCE_SECONDS:
            left = len(chosen) - place
            words = ngettext("%(count)d subscription is left. Press Retry again.",
                             "%(count)d subscriptions are left. Press Retry again.", left)  # fmt: skip
            messages.warning(request, words % {"count": left})
            break
        at = timezone.now()
        try:
            tried = retry(found, actor=acting(request.user), at=at, today=local_day(at, found.order.time_zone))
        except Refusal as refusal:
            refusals.append(str(refusal))
        else:
            (failed if _is_open(tried) else billed).append(tried)
    _tell(request, billed, failed, refusals)


def _tell(request: StaffRequest, billed: Sequence[SetAside], failed: Sequence[SetAside], refusals: Sequence[str]) -> None:
    if len(billed) == 1:
        words = _("%(number)s is billed again and no longer set aside.")
        messages.success(request, words % {"number": billed[0].order.number})
    elif billed:
        words = _("%(count)d subscriptions are billed again and no longer set aside.")
        messages.success(request, words % {"count": len(billed)})
    if len(failed) == 1:
        facts = {"number": failed[0].order.number, "words": words_of(failed[0].error)}
        messages.error(request, _("%(number)s still cannot be billed. %(words)s") % facts)
    elif failed:
        messages.error(request, _("%(count)d subscriptions still cannot be billed.") % {"count": len(failed)})
    _tell_once(request, refusals)


def _take_all(request: StaffRequest, chosen: Sequence[SetAside]) -> None:
    taken = 0
    refusals: list[str] = []
    for found in chosen:
        try:
            assign(found, owner=request.user, actor=acting(request.user), at=timezone.now())
        except Refusal as refusal:
            refusals.append(str(refusal))
        else:
            taken += 1
    if taken:
        words = ngettext("You take care of %(count)d subscription.", "You take care of %(count)d subscriptions.", taken)
        messages.success(request, words % {"count": taken})
    _tell_once(request, refusals)


def _tell_once(request: StaffRequest, refusals: Sequence[str]) -> None:
    for words in dict.fromkeys(refusals):
        messages.error(request, words)
