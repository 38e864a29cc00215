"""The dialog in which staff close a subscription: leaving it changes nothing, own words count, the keyboard suffices."""

from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from soon.models import Closure, Order
from soon.operations.installation.seed import seed
from tests.browser import steps
from tests.builders import AT, a_user, an_order

pytestmark = pytest.mark.django_db(transaction=True)
# That nothing is stored twice is asked of both databases.
OF_THE_SCREEN = pytest.mark.only_on("sqlite")


@pytest.fixture
def order() -> Iterator[Order]:
    """A subscription in progress, on the builders' day."""
    with time_machine.travel(AT):
        seed()
        yield an_order()


@pytest.fixture
def page(page_of, order) -> Page:
    """The page of that order, as an administrator reads it in English."""
    opened: Page = page_of(a_user(), language="en")
    opened.goto(reverse("backoffice:order", args=[order.number]))
    return opened


def open_dialog(page: Page) -> None:
    page.get_by_role("link", name="Close", exact=True).click()
    expect(page.get_by_role("combobox", name="Reason")).to_be_focused()


@OF_THE_SCREEN
@pytest.mark.parametrize("way", ["Escape", "Keep subscription", "Close this window"])
def test_leaving_the_dialog_changes_nothing_and_returns_to_the_button(page, way):
    open_dialog(page)
    page.get_by_role("listbox").get_by_role("option").first.click()
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("dialog").get_by_label(way).or_(page.get_by_role("link", name=way)).first.click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("link", name="Close", exact=True)).to_be_focused()
    expect(steps.pill_of(page)).to_have_text("In Progress")
    assert not Closure.objects.exists()


@OF_THE_SCREEN
def test_own_words_are_kept_as_they_were_typed(page):
    open_dialog(page)
    page.get_by_role("combobox", name="Reason").fill("Sáp nhập vào công ty mẹ")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".closing-facts")).to_contain_text("Sáp nhập vào công ty mẹ")
    expect(page.locator(".chatter .entry").first).to_contain_text("Sáp nhập vào công ty mẹ")
    assert Closure.objects.get().reason is None


@OF_THE_SCREEN
def test_without_a_reason_the_dialog_stays_and_names_the_field(page, axe_complaints):
    open_dialog(page)
    page.get_by_role("combobox", name="Reason").fill("   ")
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("Pick a reason or type your own.")
    assert not (said := axe_complaints(page)), said
    assert not Closure.objects.exists()


@OF_THE_SCREEN
def test_the_whole_dialog_by_keyboard_alone(page):
    page.get_by_role("link", name="Close", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Reason")).to_be_focused()
    page.keyboard.type("exp")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Reason")).to_have_value("Subscription too expensive")
    # Past the days, each a stop of its own, and what is folded away.
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Submit":
            break
    expect(page.get_by_role("button", name="Submit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(steps.pill_of(page)).to_have_text("Churned")
    assert str(Closure.objects.get().reason.name_en) == "Subscription too expensive"


def test_a_double_click_and_a_second_tab_close_once(page, order):
    other = page.context.new_page()
    other.goto(reverse("backoffice:order_closure", args=[order.number]))
    open_dialog(page)
    page.get_by_role("listbox").get_by_role("option").first.click()
    page.get_by_role("button", name="Submit").dblclick()
    expect(steps.pill_of(page)).to_have_text("Churned")
    other.get_by_role("combobox", name="Reason").fill("Later")
    other.get_by_role("button", name="Submit").click()
    expect(other.get_by_role("main")).to_contain_text("This subscription is already closed.")
    assert Closure.objects.count() == 1
