"""Journeys around closing: a pause from its beginning to its end, from a figure to what it is made of, and keys alone."""

from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from soon.models import Closure, Order, OrderChange, Pause, Price
from soon.operations.installation.seed import seed
from tests.browser import steps
from tests.builders import AT, a_plan, a_user, an_invoice, an_order

# Over HTTP alone the same is done on both databases (tests/journeys).
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on("postgresql")]
# More than enough for the longest way through a page; a test that needs more has lost the focus.
MOST_TABS = 60


@pytest.fixture
def order() -> Iterator[Order]:
    """A subscription that is billed until 15 April, on the builders' day."""
    with time_machine.travel(AT):
        seed()
        made = an_order()
        an_invoice(made)
        yield made


def test_a_pause_and_a_change_of_plan_need_no_scripts(page_of, order):
    yearly = a_plan("Hằng năm", name_en="Yearly", interval_unit="year")
    Price.objects.create(product=order.lines.get().product, plan=yearly, currency="VND", amount_minor=9_000_000)
    page: Page = page_of(a_user(), javascript=False)
    at_home = reverse("backoffice:order", args=[order.number])
    page.goto(at_home)
    page.locator("details.menu summary").filter(has=page.locator("svg")).last.click()
    steps.press(page, "Tạm dừng")
    page.get_by_label("Chạy tiếp từ ngày").fill("2026-05-10")
    page.get_by_label("Ngày phục vụ cuối cùng").fill("")
    steps.press(page, "Tạm dừng")
    assert page.get_by_label("Ngày phục vụ cuối cùng").get_attribute("aria-invalid") == "true"
    # What was typed beside is still there, and figures of another day are shown before they count.
    expect(page.get_by_label("Chạy tiếp từ ngày")).to_have_value("2026-05-10")
    page.get_by_label("Ngày phục vụ cuối cùng").fill("2026-03-16")
    steps.press(page, "Tạm dừng")
    expect(page.locator(".notice.info")).to_contain_text("Tạm dừng đến hết ngày 9 tháng 5 năm 2026")
    steps.press(page, "Đổi ngày hết tạm dừng")
    page.get_by_label("Chạy tiếp từ ngày").fill("2026-06-01")
    steps.press(page, "Lưu")
    expect(page.locator(".notice.info")).to_contain_text("Tạm dừng đến hết ngày 31 tháng 5 năm 2026")
    steps.press(page, "Chạy tiếp")
    expect(steps.step_of(page)).to_have_text("Đang tiến hành")
    assert Pause.objects.get().resumed_on is not None
    page.goto(reverse("backoffice:order_plan_change", args=[order.number]))
    steps.press(page, "Đổi kế hoạch")
    expect(page.get_by_role("alert").first).to_be_visible()
    page.get_by_role("radio", name="Hằng năm").check()
    steps.press(page, "Đổi kế hoạch")
    expect(page).to_have_url(at_home)
    expect(page.locator(".notice.info")).to_contain_text("kế hoạch định kỳ là Hằng năm")
    steps.press(page, "Hủy thay đổi")
    assert OrderChange.objects.get().cancelled_at is not None


def test_from_a_figure_of_the_dashboard_to_the_order_behind_it(page_of, order):
    page: Page = page_of(a_user(), language="en")
    page.goto(reverse("backoffice:dashboard"))
    mark = page.locator(".report-chart a").last
    mark.focus()
    expect(mark).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Movements of MRR")
    row = page.get_by_role("row").filter(has_text=order.number)
    expect(row).to_contain_text("₫1,000,000")
    row.locator(".row-link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(order.number)
    page.go_back()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what `selector` names has the focus, and see that the focus can be seen."""
    for _each in range(MOST_TABS):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", selector
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {selector}")


def test_a_customer_schedules_a_closing_and_takes_it_back_by_keys_alone(page_of, order):
    page: Page = page_of(a_user("customer", customer=order.customer), language="en")
    page.goto(reverse("portal:order", args=[order.number]))
    tab_to(page, "a[data-dialog]")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio").first).to_be_visible()
    tab_to(page, ".closing-option:not(.is-marked)")
    page.keyboard.press("Enter")
    expect(dialog.locator(".closing-option.is-marked")).to_contain_text("15 April 2026")
    tab_to(page, "dialog [type=radio]")
    page.keyboard.press("Space")
    expect(dialog.get_by_role("radio").first).to_be_checked()
    tab_to(page, "dialog button[form=closing]")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("main")).to_contain_text("15 April 2026")
    assert Closure.objects.get().undone_at is None
    tab_to(page, "form[action$='/closure/undo/'] button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Close Subscription")).to_be_visible()
    assert Closure.objects.get().undone_at is not None
