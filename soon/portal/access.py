"""Who may open a page of the portal: a customer by account or by a link from a letter; staff get the preview instead."""

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from soon.activity.actor import Actor, customer_in_portal
from soon.models import Customer, PortalLink, User

# Where the session keeps the number of the link by which somebody came in.
LINK_KEY = "portal_link"

P = ParamSpec("P")


class CustomerRequest(HttpRequest):
    """A request of a customer, as views behind `customer_required` receive it."""

    customer: Customer
    actor: Actor
    at: datetime.datetime
    htmx: HtmxDetails


CustomerView = Callable[Concatenate[CustomerRequest, P], HttpResponseBase]
View = Callable[..., HttpResponseBase]


def customer_required(view: CustomerView[P]) -> View:
    """Let in a customer and say who they are: `request.customer`, `request.actor`, and the moment as `request.at`."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        user: Any = request.user
        if user.is_authenticated and user.is_staff_member:
            return _show_staff_the_preview(request, **kwargs)
        at = timezone.now()
        customer = user.customer if user.is_authenticated else _customer_of_link(request, at)
        if customer is None:
            return _stay_outside(request)
        entered = cast(CustomerRequest, request)
        entered.customer = customer
        entered.actor = customer_in_portal(customer, user if user.is_authenticated else None)
        entered.at = at
        response = view(entered, *args, **kwargs)
        # A shared computer's "back" must not show what somebody else saw.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return guarded


def enter_by_link(request: HttpRequest, link: PortalLink) -> None:
    """Remember in the session that its reader came in by `link`; every page asks again whether the link still holds."""
    request.session.cycle_key()
    request.session[LINK_KEY] = link.pk


def is_inside(request: HttpRequest) -> bool:
    """Return whether the reader is a customer who came in by account or by a link."""
    user = request.user
    return (isinstance(user, User) and user.customer_id is not None) or LINK_KEY in request.session


def _customer_of_link(request: HttpRequest, at: datetime.datetime) -> Customer | None:
    number = request.session.get(LINK_KEY)
    link = PortalLink.objects.valid_at(at).filter(pk=number).select_related("customer").first() if number else None
    return link.customer if link else None


def _stay_outside(request: HttpRequest) -> HttpResponse:
    number = request.session.get(LINK_KEY)
    if number is None:
        return redirect_to_login(request.get_full_path())
    link = PortalLink.objects.filter(pk=number).first()
    return render(request, "portal/link_expired.html", {"token": link.token if link else ""}, status=403)


def _show_staff_the_preview(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    if request.method == "GET" and "number" in kwargs:
        return redirect("portal:preview", number=kwargs["number"])
    if request.method == "GET" and request.resolver_match and request.resolver_match.url_name == "home":
        return redirect("backoffice:home")
    raise PermissionDenied
