"""The queue of declarations made without log-in: each is matched to an order, or set aside with an answer."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from soon.activity.actor import staff as acting
from soon.domain.zones import local_date
from soon.models import Declaration
from soon.operations.declarations.foresee import foresee
from soon.operations.declarations.match import CannotMatch, match
from soon.operations.declarations.set_aside import LONGEST_ANSWER, set_aside
from soon.printing.declarations import rows_of_declaration
from soon.queries.declarations import handled_declarations, order_of_number, orders_like, waiting_declarations

from .access import StaffRequest, staff
from .answers import press, status_of
from .page_files import declarations_file
from .table_files import FORMATS

PER_PAGE = 40


class AnswerForm(forms.Form):
    """What whoever declared is told when nothing is closed."""

    use_required_attribute = False
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=LONGEST_ANSWER,
        help_text=gettext_lazy("It is sent by e-mail to whoever made the declaration."),
        error_messages={"required": gettext_lazy("Please write an answer; it is sent to whoever made the declaration.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
@staff("see_orders", "close_orders")
def declarations(request: StaffRequest) -> HttpResponseBase:
    """List the declarations that wait, or those handled."""
    shows_handled = request.GET.get("show") == "handled"
    rows = handled_declarations() if shows_handled else waiting_declarations()
    if request.GET.get("format") in FORMATS:
        return declarations_file(rows, request.GET["format"], are_handled=shows_handled)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "shows_handled": shows_handled}
    return render(request, "backoffice/declarations/list.html", context)


@require_safe
@staff("see_orders", "close_orders")
def declaration(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a declaration, with the orders it may mean, and the one of `?order=`."""
    return _page(request, _found(pk), AnswerForm(), request.GET.get("order", ""))


@require_POST
@staff("see_orders", "close_orders")
def declaration_matching(request: StaffRequest, pk: int) -> HttpResponse:
    """Close the order that is meant."""
    declared, at = _found(pk), timezone.now()
    order = order_of_number(request.POST.get("order", ""), request.user)

    def deed() -> None:
        if order is None:
            raise CannotMatch(_("There is no such order."))
        match(declared, order=order, actor=acting(request.user), at=at, today=local_date(at, order.time_zone))

    return press(request, deed, done=_("The subscription is closed as declared."), to=_address(declared))


@require_POST
@staff("see_orders", "close_orders")
def declaration_setting_aside(request: StaffRequest, pk: int) -> HttpResponse:
    """Close nothing, and answer."""
    declared, form = _found(pk), AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, declared, form)
    answer, actor, at = form.cleaned_data["answer"], acting(request.user), timezone.now()
    done = _("The declaration is set aside, and the answer is on its way.")
    return press(request, lambda: set_aside(declared, answer=answer, actor=actor, at=at), done=done, to=_address(declared))


def _page(request: StaffRequest, declared: Declaration, form: AnswerForm, number: str = "") -> HttpResponse:
    context: dict[str, Any] = {"declaration": declared, "rows": rows_of_declaration(declared), "form": form}
    if declared.handled_at is None:
        order = order_of_number(number, request.user) if number.strip() else None
        context |= {
            "number": number,
            "order": order,
            "last_day_on": foresee(declared, order=order) if order else None,
            "has_same_email": bool(order and order.customer.email.casefold() == declared.email.casefold()),
            "suggested": [] if order else orders_like(declared, request.user),
        }
    return render(request, "backoffice/declarations/declaration.html", context, status=status_of(form))


def _found(pk: int) -> Declaration:
    return get_object_or_404(Declaration.objects.select_related("order", "handled_by", "closure"), pk=pk)


def _address(declared: Declaration) -> str:
    return reverse("backoffice:declaration", args=[declared.pk])
