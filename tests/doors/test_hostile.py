"""Whatever anybody sends to any address: never a fault, never a write with a refusal, never markup out of text.

The requests are made from the table of addresses (access.py), so a new page is attacked without anybody thinking of it.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests.doors.access import ACCESS
from tests.doors.test_access import address
from tests.doors.world import World, ask, drawn_without_records, world_of_module

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Also a template's brackets, a letter beyond the first 65,536 and one that turns the direction: all three may well be stored.
MARKUP = "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>'\"{{ 790000|add:7 }}{% now 'Y' %}🧿\u202eكاتس"
TEXTS = {
    "blank": "",
    "spaces": " \u00a0\u3000\t\r\n",
    "long": "ệ" * 10_000,
    "NUL": "a\x00b",
    "invalid bytes": b"\xed\xb2\x80\xff\xfe",
    "right to left": "\u202eabc\u200f\u2066",
    "zero width": "\u200b",
    "markup": MARKUP,
    "sql": "' OR 1=1; DROP TABLE soon_order; --",
    "formula": "=cmd|' /C calc'!A0",
    "huge": str(10**30),
    "endless": "9" * 400,
    "beyond a column": str(2**63),
    "beyond a small column": "40000",
    "negative": "-1",
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "exponent": "1e400",
    "superscript": "²",
    "other digits": "٣",
    "no such day": "2026-02-31",
    "no such day here": "31/02/2026",
    "last day": "9999-12-31",
    "first day": "0001-01-01",
    "last moment": "9999-12-31T23:59:59+14:00",
    "format": "%(x)s %s {0} {order.customer}",
    "many parts": "a|b|c|d|e|f",
}
# What databases may answer differently is tried on both; what has nothing to do with them on one of the two.
ON_BOTH = {"NUL", "invalid bytes", "huge", "beyond a column", "beyond a small column", "exponent", "last day", "first day"}
ON_SQLITE = {"blank", "spaces", "markup", "endless", "negative", "NaN", "Infinity", "superscript", "other digits", "many parts"}
HERE = ON_BOTH | (ON_SQLITE if connection.vendor == "sqlite" else {*TEXTS} - ON_SQLITE)
TEXTS_HERE = {what: text for what, text in TEXTS.items() if what in HERE}
# Tried in each field alone, where the others are in order: texts everywhere, figures where a figure or a day belongs. The two
# databases share the fields, but that PostgreSQL takes no NUL, which SQLite does not mind.
SHARP_TEXTS = ("long", "markup", "spaces")
SHARP_FIGURES = ("huge", "endless", "negative", "NaN", "superscript", "last day", "first day")
SHARP = (*SHARP_TEXTS, *SHARP_FIGURES)
FIRST_FIELD = 0 if connection.vendor == "sqlite" else 1
FORM_COUNTS = ["1000000", "-1", "", "²", "1e3", "999", "0"]


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    yield from world_of_module(django_db_blocker)


def insider(name: str) -> str:
    """Return somebody whom the address lets in."""
    let_in = ACCESS[name].let_in.split()
    return next((reader for reader in ("administrator", "account") if reader in let_in), "nobody")


def faults(world: World, name: str, method: str, attacks: Iterable[tuple[str, str, Any]]) -> list[str]:
    """Return which of `attacks` (what, address, form) ended in a fault, wrote although refused, or came back as markup."""
    found = []
    for what, url, data in attacks:
        # What was kept nevertheless is drawn on the page after.
        follow = what.startswith("all ") or what.endswith("markup")
        try:
            with drawn_without_records():
                answer = ask(world, insider(name), method, url, data, follow=follow)
        except Exception as error:
            found.append(f"{what}: {type(error).__name__}: {error}"[:300])
            continue
        status = answer.response.status_code
        if status >= 500:
            found.append(f"{what}: {status}")
        if answer.wrote:
            found.append(f"{what}: wrote with {status}")
        if not answer.response.streaming and (raw := _markup(answer.response)):
            found.append(f"{what}: unescaped {raw}")
    return found


def _markup(response) -> str:
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return ""
    match = re.search(r"<script>alert\(1\)|<img src=x|790007", response.content.decode())
    return match[0] if match else ""


def form_attacks(name: str, world: World, sharp: Collection[str] = SHARP) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the valid form with every field spoilt at once in every way, and each field alone in the `sharp` ways."""
    if name.endswith("_edit") and name.replace("_edit", "_new") in ACCESS:
        sharp = ("huge",)  # the same form as that of a new one
    url, form = address(name, world, insider(name))
    yield "nothing", url, {}
    fields = [key for key in form if not key.endswith("_FORMS")]
    if not fields:
        return
    for what, text in TEXTS_HERE.items():
        yield f"all {what}", url, form | dict.fromkeys(fields, text)
    yield "all twice", url, {key: [value, MARKUP] for key, value in form.items()}
    yield "all as arrays", url, {f"{key}[]": value for key, value in form.items()}
    if connection.vendor == "postgresql":
        for key in fields:
            yield f"{key} NUL", url, form | {key: TEXTS["NUL"]}
    for key in fields[FIRST_FIELD::2]:
        yield f"no {key}", url, {other: value for other, value in form.items() if other != key}
        is_figure = form[key][:1].isdigit()
        for what in sharp if is_figure else [what for what in sharp if what in SHARP_TEXTS]:
            yield f"{key} {what}", url, form | {key: TEXTS[what]}
    for key in set(form) - set(fields):
        yield f"no {key}", url, {other: value for other, value in form.items() if other != key}
        for count in FORM_COUNTS:
            yield f"{key}={count}", url, form | {key: count}


POSTS = [name for name, row in ACCESS.items() if row.post is not None]
GETS = [name for name, row in ACCESS.items() if row.get is not None]


@pytest.mark.parametrize("name", POSTS)
def test_a_hostile_form(world, name):
    assert faults(world, name, "POST", form_attacks(name, world)) == []


# Nothing is stored and little asked, so that one database is enough.
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize(
    "name", [name for name in POSTS if name.endswith("_new") and any("TOTAL" in key for key in ACCESS[name].data)]
)
def test_a_hostile_form_drawn_anew(world, name):
    page = ask(world, insider(name), "GET", address(name, world)[0]).response.content.decode()
    # Buttons with a name of their own ask for something else than to store.
    buttons = set(re.findall(r'<button class="button[^"]*" name="(\w+)"', page))
    assert "add_line" in buttons
    for button in sorted(buttons):
        attacks = form_attacks(name, world, sharp=("superscript",))
        assert faults(world, name, "POST", ((what, url, {**data, button: "1"}) for what, url, data in attacks)) == []


@pytest.mark.parametrize("name", [name for name, row in ACCESS.items() if row.path])
def test_a_hostile_address(world, name):
    row = ACCESS[name]
    key = next(iter(row.path))
    numbers = ["0", "999999", str(2**31), str(2**63), str(10**30)]
    words = [*numbers, "%00", "%ED%B2%80", "²", "-1", "ệ" * 500, "'--", "%2e%2e", "%3Cscript%3Ealert(1)%3C%2Fscript%3E"]
    template, _form = address(name, world)
    valid = row.path[key].format(**world.names(""))
    urls = [(word, template.replace(f"/{valid}", f"/{word}", 1), None) for word in words]
    assert any(valid not in url for _word, url, _data in urls)
    for method in ("GET", "POST"):
        assert faults(world, name, method, urls) == []


QUERY = ("q", "page", "sort", "filter", "group", "open", "cols", "view", "format", "history", "next", "language")


# Pages of one record ask next to nothing of what stands behind the question mark: the two databases share them.
SHARED = [
    pytest.param(name, marks=pytest.mark.only_on(("sqlite", "postgresql")[number % 2])) if ACCESS[name].path else name
    for number, name in enumerate(GETS)
]


@pytest.mark.parametrize("name", SHARED)
def test_a_hostile_query(world, name):
    url, _form = address(name, world)
    page = ask(world, insider(name), "GET", url).response
    spec = page.context.get("spec") if page.context else None
    keys = [*QUERY, "customer", "plan", "order", *(spec.dimension_of if spec else ())]
    # No server reads a longer address than about 4,000 bytes.
    texts = {what: text[:400] for what, text in TEXTS_HERE.items()}
    attacks = [(f"all {what}", url, dict.fromkeys(keys, text)) for what, text in texts.items()]
    attacks += [(f"sort {text}", url, {"sort": text}) for text in (";drop", "-", "--pk", "customer__user__password", "?")]
    attacks += [("arrays", url, {f"{key}[]": "1" for key in keys}), ("page", url, {"page": "-1"})]
    if spec:
        nul = keys if connection.vendor == "postgresql" else []
        attacks += [(f"{key} NUL", url, {key: TEXTS["NUL"]}) for key in nul]
        shared = keys[FIRST_FIELD::2]
        attacks += [(f"{key} {what}", url, {key: TEXTS[what]}) for key in shared for what in ("huge", "superscript")]
    assert faults(world, name, "GET", attacks) == []


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("name", ACCESS)
def test_other_methods_do_nothing(world, name):
    url, _form = address(name, world)
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"):
        answer = ask(world, insider(name), method, url)
        assert answer.response.status_code < 500, method
        assert not answer.wrote, method
    assert not ask(world, insider(name), "HEAD", url).wrote


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("body", [b"\xff\xfe=\x00&%zz=%", b"a" * 100_000, b"&".join(b"k%d=1" % n for n in range(1001)), b"{]"])
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json", ""]
)
def test_a_body_that_is_no_form(world, body, kind):
    for name in ("backoffice:customer_new", "backoffice:order_new", "portal:messages", "portal:closure", "account_login"):
        url, _form = address(name, world)
        answer = ask(world, insider(name), "POST", url, body, content_type=kind)
        assert answer.response.status_code < 500, name
        assert not answer.wrote, name


@pytest.mark.parametrize("name", ["backoffice:plan_new", "backoffice:product_new", "backoffice:order_new"])
def test_a_false_count_of_rows_draws_no_huge_page(world, name):
    url, form = address(name, world, "administrator")
    count = next(key for key in form if key.endswith("-TOTAL_FORMS"))
    page = ask(world, "administrator", "POST", url, {count: "1000000"}).response
    assert page.status_code == 422
    # A page with one row to fill in, not with a thousand that nobody sent.
    assert len(page.content) < 300_000
