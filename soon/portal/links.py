"""Coming in by a link from a letter, leaving again, and asking for a new link when it has expired."""

from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from soon.models import Order, PortalLink
from soon.operations.portal.mail_new_link import mail_new_link

from .access import enter_by_link


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Let the customer in (GET, which changes nothing but the visitor's session) or mail them a new link (POST)."""
    at = timezone.now()
    found = PortalLink.objects.with_token(token).select_related("customer", "order").first()
    if request.method == "POST":
        if found is not None:
            mail_new_link(found, at=at)
        # The same answer for every token, so that nobody learns which of them are ours.
        return render(request, "portal/link_requested.html")
    if found is None or not PortalLink.objects.valid_at(at).filter(pk=found.pk).exists():
        return render(request, "portal/link_expired.html", {"token": token}, status=403)
    user: Any = request.user
    if user.is_authenticated and user.is_staff_member:
        return redirect("portal:preview", number=found.order.number) if found.order else redirect("backoffice:home")
    if user.is_authenticated and user.customer_id != found.customer_id:
        return render(request, "portal/link_of_somebody_else.html", {"token": token}, status=403)
    if not user.is_authenticated:
        enter_by_link(request, found)
    return _first_page(found)


def _first_page(link: PortalLink) -> HttpResponse:
    """Return the order the letter was about if it is there to see, else the list."""
    order = Order.objects.of_customer(link.customer).filter(pk=link.order_id).first() if link.order_id else None
    return redirect("portal:order", number=order.number) if order else redirect("portal:home")


@require_POST
def leaving(request: HttpRequest) -> HttpResponse:
    """Forget who came in by a link, as signing out does for an account."""
    logout(request)
    return render(request, "portal/left.html")
