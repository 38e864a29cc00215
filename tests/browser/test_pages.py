"""Every page as people with other eyes, hands and screens meet it: axe in light and dark, phones, one heading, no complaint."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import time_machine
from django.template.loader import render_to_string
from django.urls import reverse
from playwright.sync_api import Page

from soon.mail.password_link import password_path
from tests.browser.pages import (
    ACCOUNT_PAGES,
    CUSTOMER_PAGES,
    PUBLIC_PAGES,
    SIGNED_IN_PAGES,
    STAFF_PAGES,
    address,
    all_names,
    listed_names,
)
from tests.browser.world import World, a_world
from tests.builders import AT

# What is looked at is the screen, which the database behind it does not change.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on("sqlite")]
# The widest first, so that what a narrow window opens is not measured in a wide one.
WIDTHS = (1280, 1024, 768, 375, 320)
# What reaches furthest to the right, for whoever has to mend it.
FURTHEST = """() => [...document.querySelectorAll("main *")]
  .map((one) => [Math.round(one.getBoundingClientRect().right), one.cloneNode(false).outerHTML.slice(0, 120)])
  .sort((one, other) => other[0] - one[0]).slice(0, 4).map(String).join("\\n    ")"""


@pytest.fixture
def world() -> Iterator[World]:
    """A business on the builders' day."""
    with time_machine.travel(AT):
        yield a_world()


@pytest.fixture
def inspect(axe_complaints: Callable[..., str]) -> Callable[[Page, list[str]], None]:
    """Look at each address: `inspect(page, ["/orders/", …])`; everything found is told at once."""

    def look(page: Page, addresses: list[str], status: int = 200) -> None:
        found = [line for each in addresses for line in _faults(page, each, status, axe_complaints)]
        assert not found, "\n".join(found)

    return look


def _faults(page: Page, path: str, status: int, axe_complaints: Callable[..., str]) -> Iterator[str]:
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    page.emulate_media(color_scheme="light")
    answer = page.goto(path)
    if answer is None or answer.status != status:
        yield f"{path}: status {answer and answer.status}"
        return
    if (headings := page.locator("h1").count()) != 1:
        yield f"{path}: {headings} h1"
    yield from filter(None, [axe_complaints(page)])
    page.emulate_media(color_scheme="dark")
    yield from filter(None, [axe_complaints(page, "color-contrast")])
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            yield f"{path}: {wide} px wide in a window of {width} px\n    {page.evaluate(FURTHEST)}"
    yield from filter(None, [axe_complaints(page, "target-size")])


def test_every_address_is_looked_at_or_known_to_be_no_page():
    assert all_names() == listed_names()


@pytest.mark.parametrize("area", STAFF_PAGES)
def test_staff_pages(world, page_of, inspect, area):
    inspect(page_of(world.admin), [address(f"backoffice:{name}", world) for name in STAFF_PAGES[area]])


def test_lists_in_their_other_shapes_and_orders_in_their_other_states(world, page_of, inspect):
    orders = reverse("backoffice:orders")
    shapes = ["?view=board", "?group=state", "?q=không-có-gì", "?filter=churned"]
    others = [
        reverse("backoffice:order", args=[order.number]) for order in (world.quotation, world.sent, world.churned, world.stuck)
    ]
    inspect(page_of(world.admin), [*(orders + shape for shape in shapes), *others])


def test_pages_of_a_customer(world, page_of, inspect):
    closed = replace(world, order=world.churned)
    offered = replace(world, order=world.sent)
    pages = [address(f"portal:{name}", world) for name in CUSTOMER_PAGES]
    others = [address("portal:order", closed), address("portal:order", offered)]
    page = page_of(world.buyer)
    inspect(page, [*pages, *others])
    inspect(page, [address("portal:closure", closed)], 409)


def test_the_preview_of_staff(world, page_of, inspect):
    inspect(page_of(world.admin), [reverse("portal:preview", args=[world.order.number])])


def test_pages_before_the_log_in(world, page, inspect):
    inspect(page, [*(reverse(name) for name in ACCOUNT_PAGES), password_path(world.sales)])
    inspect(page, [address(f"public:{name}", world) for name in PUBLIC_PAGES])


def test_pages_of_ones_own_account(world, page_of, inspect):
    inspect(page_of(world.admin), [reverse(name) for name in SIGNED_IN_PAGES])


def test_pages_that_refuse(world, page_of, page, inspect):
    page.route("**/broken/", lambda route: route.fulfill(body=render_to_string("500.html"), content_type="text/html"))
    inspect(page, ["/broken/"])
    inspect(page, [reverse("portal:link", args=["no-such-link"])], 403)
    clerk = page_of(world.sales)
    inspect(clerk, [reverse("backoffice:users")], 403)
    inspect(clerk, ["/nowhere/", reverse("backoffice:order", args=["S99999"])], 404)
    stranger = page_of(world.buyer)
    inspect(stranger, [reverse("portal:order", args=["S99999"])], 404)


def test_forms_that_were_refused_name_their_fields(world, page_of, axe_complaints):
    page = page_of(world.admin)
    for name in ("order_new", "plan_new", "product_new", "customer_new", "reason_new", "tax_new", "user_new"):
        page.goto(reverse(f"backoffice:{name}"))
        page.get_by_role("main").locator(".actions .primary").click()
        assert page.get_by_role("alert").first.is_visible(), name
        assert not (said := axe_complaints(page)), said
