"""Preferences of whoever reads: language and appearance, for everybody, logged in or not."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from soon.operations.people.choose_language import choose_language

THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Remember the language or appearance posted, and lead back to the page the reader came from."""
    response = HttpResponseRedirect(_way_back(request))
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    if language:
        _speak(request, response, language)
    if theme in THEMES:
        _keep(response, THEME_COOKIE, theme)
    return response


def _speak(request: HttpRequest, response: HttpResponse, language: str) -> None:
    user: Any = request.user
    if language not in dict(settings.LANGUAGES):
        return
    if user.is_authenticated:
        choose_language(user, language=language)
    _keep(response, settings.LANGUAGE_COOKIE_NAME, language)


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )


def _way_back(request: HttpRequest) -> str:
    """Return the page to go back to; never another site, whatever the form says."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else "/"
