"""What the tests of the pages for setting up share: hostile texts, and who may open what."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.builders import a_user

# Long, forbidden, written from right to left, markup, and figures that no column holds.
HOSTILE = {
    "long": "Đ" * 10_000,
    "nul": "a\x00b",
    "right to left": "\u202eكاتس\u202c",
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "figure": "9" * 400,
    "negative": "-1",
    "formula": "=cmd|' /C calc'!A0",
    "surrogate": "\U0001f9ff",
    "template": "{{ 7|add:7 }}{% now 'Y' %}",
    "blank": "   ",
}


def logged_in(role: str = "administrator", language: str = "en", **fields: Any) -> Client:
    """Return a browser in which somebody in `role` is logged in and reads `language`."""
    client = Client(raise_request_exception=True)
    client.force_login(a_user(role, language=language, **fields))
    return client


def statuses(page: str, *args: Any, method: str = "get") -> dict[str, int]:
    """Return what each role, and nobody, is answered at `page`."""
    url = reverse(f"backoffice:{page}", args=args)
    roles = ("administrator", "manager", "salesperson", "accountant", "customer")
    answers = {role: getattr(logged_in(role), method)(url).status_code for role in roles}
    return answers | {"nobody": getattr(Client(), method)(url).status_code}


def only(*roles: str, answer: int = 200) -> dict[str, int]:
    """Return the answers where only `roles` get `answer`: others are refused, nobody is sent to the log-in."""
    every = ("administrator", "manager", "salesperson", "accountant", "customer")
    return {role: answer if role in roles else 403 for role in every} | {"nobody": 302}


def text_of(response: Any) -> str:
    """Return a page's HTML."""
    return str(response.content.decode())


def price_rows(*rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """Return the posted rows of the prices of a page."""
    data: dict[str, Any] = {"prices-TOTAL_FORMS": str(len(rows)), "prices-INITIAL_FORMS": str(initial)}
    for number, row in enumerate(rows):
        data |= {f"prices-{number}-{name}": value for name, value in row.items()}
    return data
