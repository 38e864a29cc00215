"""Closing a contract or withdrawing from one without log-in; what is answered tells nothing of what we know."""

import datetime
from typing import Any

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from soon.domain.zones import local_date
from soon.models import Company, Declaration
from soon.operations.declarations.receive import receive
from soon.printing.declarations import name_of_declaration, pdf_of_declaration, rows_of_declaration
from soon.queries.market_words import words_of

from .declaration_forms import ClosingForm, DeclarationForm, WithdrawalForm
from .downloads import pdf_response

# The rates stand with those of signing in (ACCOUNT_RATE_LIMITS).
ACTION = "declaration"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest) -> HttpResponse:
    """Ask for all at once, the last button included (GET), then take the declaration (POST)."""
    ours = _switched_on("has_public_closing")
    words, at = words_of(ours.market), timezone.now()
    form = ClosingForm(request.POST or None, today=local_date(at, ours.time_zone), initial=_known_of(request))
    shown = {"form": form, "title": words.closing_link, "button": words.closing_button}
    return _take(request, form, "portal/public_closing.html", shown, at=at)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest) -> HttpResponse:
    """Ask who withdraws from which contract, then show it once more to be confirmed."""
    ours = _switched_on("has_public_withdrawal")
    words, at = words_of(ours.market), timezone.now()
    form = WithdrawalForm(request.POST or None, today=local_date(at, ours.time_zone), initial=_known_of(request))
    shown = {"form": form, "title": words.withdrawal_link, "button": words.withdrawal_button}
    if request.method == "POST" and "confirmed" not in request.POST and form.is_valid():
        is_changed = "change" in request.POST
        return render(request, "portal/public_withdrawal.html", shown | {"is_asked_to_confirm": not is_changed})
    return _take(request, form, "portal/public_withdrawal.html", shown, at=at)


@never_cache
@require_safe
def declaration(request: HttpRequest, key: str) -> HttpResponse:
    """Show what was declared, to whoever has the address: the one who declared it."""
    found = get_object_or_404(Declaration, form_key=key)
    return render(request, "portal/declared.html", {"declaration": found, "rows": rows_of_declaration(found)})


@require_safe
def declaration_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """Show the same on paper."""
    found = get_object_or_404(Declaration, form_key=key)
    return pdf_response(pdf_of_declaration(found), name_of_declaration(found))


def _take(
    request: HttpRequest, form: DeclarationForm, template: str, shown: dict[str, Any], *, at: datetime.datetime
) -> HttpResponse:
    if not form.is_bound or not form.is_valid():
        return render(request, template, shown, status=422 if form.is_bound else 200)
    if not _may_try(request, form.cleaned_data["email"]):
        form.add_error(None, _("Too many declarations came from here. Please try again in a few minutes; nothing is lost."))
        return render(request, template, shown, status=429)
    declared = receive(form.statement(str(shown["title"]), str(shown["button"])), at=at)
    return redirect("public:declaration", key=declared.form_key)


def _may_try(request: HttpRequest, email: str) -> bool:
    return bool(ratelimit.consume(request, action=ACTION, key=email.lower()))


def _switched_on(page: str) -> Company:
    ours = Company.ours()
    if not getattr(ours, page):
        raise Http404
    return ours


def _known_of(request: HttpRequest) -> dict[str, str]:
    """Return what a customer who is signed in need not type again."""
    customer = request.user.customer if request.user.is_authenticated else None
    return {"name": customer.name, "email": customer.email} if customer else {}
