"""Who reads the page: their language, theme and menu."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from soon.backoffice.menu import menu_for
from soon.backoffice.preferences import THEME_COOKIE, THEMES
from soon.models import Company
from soon.queries.market_words import public_links


class ReaderLanguageMiddleware:
    """Speak the language the user chose, else the cookie's, else the browser's, else Vietnamese."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if request.user.is_authenticated else ""
        language = chosen or translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def reader(request: HttpRequest) -> dict[str, Any]:
    """Give every template the reader's theme, language and menu."""
    ours = cache(Company.ours)
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return {
        "theme": theme if theme in THEMES else "auto",
        "language": translation.get_language() or settings.LANGUAGE_CODE,
        "menu": menu_for(request),
        # Asked for by the portal and the page for signing in only, so read only there.
        "company_name": lambda: ours().name,
        "public_links": lambda: public_links(ours()),
    }
