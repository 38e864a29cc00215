"""What people do all day beside the flow: keys, language, appearance, search, filters, and how light the first page is."""

import gzip
from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, Response, expect

from soon.config import bundles
from tests.browser.world import World, a_world
from tests.builders import AT

# What is looked at is the screen, which the database behind it does not change.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on("sqlite")]


@pytest.fixture
def world() -> Iterator[World]:
    """A business on the builders' day."""
    with time_machine.travel(AT):
        yield a_world()


@pytest.fixture
def page(world, page_of) -> Page:
    """An administrator's browser, in English, on the list of subscriptions."""
    opened: Page = page_of(world.admin, language="en")
    opened.goto(reverse("backoffice:orders"))
    return opened


def test_keys_lead_to_search_new_edit_lists_and_help(page, world):
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.press("Tab")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("#shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()
    page.keyboard.press("n")
    expect(page).to_have_url("/orders/new/")
    page.goto(reverse("backoffice:order", args=[world.quotation.number]))
    page.keyboard.press("e")
    expect(page).to_have_url(f"/orders/{world.quotation.number}/edit/")
    # Keys are heard once the page is there.
    page.wait_for_load_state()
    page.locator("h1").click()
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page).to_have_url("/orders/")


def test_language_and_appearance_are_remembered(page):
    page.get_by_role("banner").get_by_role("button", name="Tiếng Việt").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng ký")
    page.get_by_role("banner").get_by_role("button", name="Tối").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    # The colours are there once the page is.
    page.wait_for_load_state()
    ink = page.evaluate("getComputedStyle(document.body).color")
    page.get_by_role("banner").get_by_role("button", name="Sáng").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.wait_for_load_state()
    assert page.evaluate("getComputedStyle(document.body).color") != ink
    page.goto(reverse("backoffice:home"))
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_one_search_finds_everything(page, world):
    page.keyboard.press("Control+k")
    page.keyboard.type("phuoc nghia")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("phuoc nghia")
    expect(page.get_by_role("link", name=world.order.number).first).to_be_visible()
    expect(page.get_by_role("link", name=world.invoice.number).first).to_be_visible()


def test_filters_groups_and_selection(page, world):
    page.locator(".search-options summary").click()
    page.locator(".search-options").get_by_role("link", name="Churned", exact=True).click()
    expect(page.locator("tbody .pill")).to_have_text(["Churned"])
    page.locator(".search-options summary").click()
    page.locator(".search-options").get_by_role("link", name="Close Reason", exact=True).click()
    fold = page.locator(".group-head .fold")
    expect(fold).to_contain_text(world.reason.name_en)
    fold.click()
    expect(page.locator("tbody .row-link")).to_have_text([world.churned.number])
    page.get_by_role("checkbox", name=world.churned.number).check()
    expect(page.locator("[data-bulk-count]")).to_have_text("1")
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert world.churned.number in download.value.path().read_text(encoding="utf-8-sig")


def test_unsaved_changes_are_asked_about(page, world):
    page.goto(reverse("backoffice:customer_edit", args=[world.customer.pk]))
    page.locator("[name=phone]").fill("0905 123 456")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="Discard").click()
    expect(page.locator("[name=phone]")).to_have_value("0905 123 456")
    assert asked == ["beforeunload"]
    # Nothing is asked when it is saved.
    page.get_by_role("button", name="Save", exact=True).first.click()
    expect(page).to_have_url(reverse("backoffice:customer", args=[world.customer.pk]))
    assert len(asked) == 1


def test_a_slow_price_never_takes_away_what_is_being_typed(page, world):
    page.goto(reverse("backoffice:order_edit", args=[world.quotation.number]))
    held: list = []
    page.route("**/edit/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.locator("[name=lines-0-quantity]").fill("3")
    product = page.get_by_role("combobox", name="Product")
    with page.expect_request(lambda request: request.method == "POST"):
        product.click()
    product.press_sequentially("internet")
    while held:
        held.pop().continue_()
    page.unroute("**/edit/")
    expect(page.locator("html")).not_to_have_class("is-loading")
    expect(product).to_have_value("internet")
    page.locator(".combobox-option").first.click()
    expect(page.locator("[name=lines-0-quantity]")).to_have_value("3")
    expect(page.locator(".totals .grand")).to_contain_text("37,037,034")
    expect(page.locator(".combobox-option:visible")).to_have_count(0)


def test_the_first_page_is_light(world, page_of):
    page = page_of(world.admin)
    weights: dict[str, int] = {}
    page.on("response", lambda response: weights.update({response.url: _on_the_wire(response)}))
    page.goto(reverse("backoffice:home"), wait_until="networkidle")
    assert len(weights) > 3
    assert sum(weights.values()) <= 100_000, weights
    assert len(bundles.script().encode()) <= 15_000


def _on_the_wire(response: Response) -> int:
    """Return the bytes that `soon serve` sends: static files go compressed, pages as they are."""
    body = response.body()
    return len(gzip.compress(body)) if "/static/" in response.url else len(body)
