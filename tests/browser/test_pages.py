"""Every page as people with other eyes, hands and screens meet it: axe in light and dark, phones, one heading, no complaint."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import time_machine
from django.template.loader import render_to_string
from django.urls import reverse
from playwright.sync_api import Page

from soon.activity.actor import staff, system
from soon.jobs.sweeps import load_files
from soon.mail.password_link import password_path
from soon.models import Price
from soon.operations.billing.run import Stop
from soon.operations.imports.begin_loading import begin_loading
from soon.operations.imports.check import check
from soon.operations.subscriptions.change_plan import change_plan
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.pause import pause
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
from tests.browser.world import World, a_world, brought
from tests.builders import AT, TODAY, a_draft_line, a_plan, an_order
from tests.imports.files import MAP

# What is looked at is the screen, which the database behind it does not change.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on("sqlite")]
DAY = datetime.timedelta(days=1)
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


# These are the most; the two databases share the work.
@pytest.mark.parametrize(
    "area",
    [
        pytest.param(area, marks=pytest.mark.only_on("sqlite" if area in ("configuration", "sales") else "postgresql"))
        for area in STAFF_PAGES
    ],
)
def test_staff_pages(world, page_of, inspect, area):
    inspect(page_of(world.admin), [address(f"backoffice:{name}", world) for name in STAFF_PAGES[area]])


def test_lists_in_their_other_shapes_and_orders_in_their_other_states(world, page_of, inspect):
    orders = reverse("backoffice:orders")
    shapes = ["?view=board", "?group=state", "?q=không-có-gì", "?filter=churned"]
    others = [
        reverse("backoffice:order", args=[order.number]) for order in (world.quotation, world.sent, world.churned, world.stuck)
    ]
    inspect(page_of(world.admin), [*(orders + shape for shape in shapes), *others])


def test_subscriptions_with_something_ahead_of_them(world, page_of, inspect):
    """A pause that ends, a change of plan that waits, a closing of a day to come: in the office and in the portal."""
    when = {"actor": system(), "at": AT, "today": TODAY}
    yearly = a_plan("Hằng năm", name_en="Yearly", interval_unit="year", is_closable=True)
    Price.objects.create(product=world.product, plan=yearly, currency="VND", amount_minor=123_456_789)
    line = a_draft_line(12_345_678, product=world.product)
    paused, changing, closing = (an_order(customer=world.customer, plan=world.plan, lines=[line]) for _each in range(3))
    pause(paused, resumes_on=TODAY + 60 * DAY, **when)
    change_plan(changing, plan=yearly, **when)
    close(closing, reason=world.reason, effective_on=TODAY + 20 * DAY, **when)
    office = [
        *(reverse("backoffice:order", args=[order.number]) for order in (paused, changing, closing)),
        *(reverse(f"backoffice:{page}", args=[paused.number]) for page in ("order_pausing", "order_pause_end")),
        *(reverse(f"backoffice:{page}", args=[changing.number]) for page in ("order_plan_change", "order_upcoming")),
        reverse("backoffice:order_closure_view", args=[closing.number]),
    ]
    inspect(page_of(world.admin), office)
    inspect(page_of(world.buyer), [reverse("portal:order", args=[order.number]) for order in (paused, changing, closing)])


def test_a_file_that_was_loaded_and_one_that_is_on_its_way(world, page_of, inspect):
    done = world.checked
    begin_loading(done, mode="skip_bad_rows", actor=staff(world.admin), today=TODAY)
    load_files(Stop())
    on_its_way = brought(world.admin)
    check(on_its_way, mapping=MAP, actor=staff(world.admin), at=AT, today=TODAY)
    inspect(page_of(world.admin), [reverse("backoffice:import_page", args=[each.pk]) for each in (done, on_its_way)])


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
