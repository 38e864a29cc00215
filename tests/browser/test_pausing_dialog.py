"""The dialog in which staff pause a subscription: figures follow the day, leaving changes nothing, the end can be changed."""

from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from soon.models import Order, Pause
from soon.operations.installation.seed import seed
from tests.browser import steps
from tests.builders import AT, a_user, an_invoice, an_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order() -> Iterator[Order]:
    """A subscription since the first of the month, billed for that month; on the builders' day."""
    with time_machine.travel(AT):
        seed()
        order = an_order(start_on=AT.date().replace(day=1))
        an_invoice(order)
        yield order


@pytest.fixture
def page(page_of, order) -> Page:
    """The page of that order, as an administrator reads it in English."""
    opened: Page = page_of(a_user(), language="en")
    opened.goto(reverse("backoffice:order", args=[order.number]))
    return opened


def open_dialog(page: Page) -> None:
    page.get_by_label("More actions").click()
    page.get_by_role("link", name="Pause", exact=True).click()
    expect(page.get_by_role("dialog").get_by_label("Last day of service")).to_have_value("2026-03-16")


def test_pausing_with_an_end_and_changing_it(page, axe_complaints):
    open_dialog(page)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("₫483,871")
    assert not (said := axe_complaints(page)), said
    dialog.get_by_role("link", name="Keep subscription").click()
    expect(dialog).to_be_hidden()
    assert not Pause.objects.exists()
    open_dialog(page)
    dialog.get_by_label("Goes on again on").fill("2026-05-10")
    dialog.get_by_label("Last day of service").fill("2026-03-10")
    dialog.get_by_label("Last day of service").press("Tab")
    # 21 of the 31 days.
    expect(dialog).to_contain_text("₫677,419")
    expect(dialog.get_by_label("Goes on again on")).to_have_value("2026-05-10")
    dialog.get_by_role("button", name="Pause", exact=True).click()
    expect(steps.pill_of(page)).to_have_text("Paused")
    expect(page.locator(".notice.info")).to_contain_text("Paused until 9 May 2026")
    page.get_by_role("link", name="Change end of pause").click()
    expect(dialog.get_by_label("Goes on again on")).to_have_value("2026-05-10")
    assert not (said := axe_complaints(page)), said
    dialog.get_by_label("Goes on again on").fill("2026-03-20")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Choose 23 March 2026 or a later day.")
    dialog.get_by_label("Goes on again on").fill("")
    dialog.get_by_role("button", name="Save").click()
    expect(page.locator(".notice.info")).to_contain_text("Paused until somebody resumes it")
