"""Closing many at once in the browser: from ticks in the list to the answer of each, with and without scripts."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from soon.models import Order
from tests.builders import TODAY, a_close_reason, a_customer, a_plan, a_user, an_invoice, an_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def many():
    plan = a_plan()
    names = ("Khách sạn Biển Xanh", "Trường Ngoại ngữ Sông Hàn", "Đà Nẵng Coffee Roasters")
    orders = [an_invoice(an_order(plan=plan, customer=a_customer(name=name), start_on=TODAY - 8 * DAY)).order for name in names]
    a_close_reason("Ngừng cung cấp", name_en="No longer offered")
    return orders


@pytest.mark.parametrize(
    ("language", "dark", "width", "javascript"),
    [
        pytest.param("en", False, 1280, True, marks=pytest.mark.only_on("postgresql")),
        pytest.param("vi", True, 375, True, marks=pytest.mark.only_on("sqlite")),
        pytest.param("vi", False, 1280, False, marks=pytest.mark.only_on("sqlite")),
        pytest.param("en", True, 375, False, marks=pytest.mark.only_on("postgresql")),
    ],
)
def test_from_the_list_to_the_answers(page_of, screenshot, assert_no_axe_violations, language, dark, width, javascript):
    window = {"language": language, "dark": dark, "width": width, "javascript": javascript}
    page = page_of(a_user("manager", language=language), **window)
    name = f"{language}-{'dark' if dark else 'light'}-{width}-{'js' if javascript else 'nojs'}"
    page.goto("/orders/")
    for box in page.locator("tbody .check input").all()[:2]:
        box.check()
    screenshot(page, f"list-{name}")
    page.locator("[data-bulk-bar] button[formaction]").click()
    expect(page.locator("#closing-many")).to_be_visible()
    screenshot(page, f"new-{name}")
    if javascript:
        assert_no_axe_violations(page)
    # Looking asks for no reason yet, and never at another day than the one that was chosen.
    page.locator("input[name=day][value=chosen]").check()
    page.locator("input[name=last_on]").fill("9999-12-31")
    page.locator("button[name=look]").click()
    expect(page.locator("#closing-many")).to_contain_text(re.compile("That day is too far away|Ngày đó quá xa"))
    expect(page.locator("button[name=begin]")).to_have_count(0)
    screenshot(page, f"far-{name}")
    page.locator("input[name=day][value=today]").check()
    page.locator("button[name=look]").click()
    page.locator("button[name=begin]").wait_for()
    page.locator("input[name=day][value=end_of_period]").check()
    page.locator("input[name=reason]").fill("Ngừng cung cấp")
    page.locator("button[name=begin]").click()
    # Other figures than those that were looked at: shown before anything is done.
    expect(page.locator("[role=alert]").first).to_be_visible()
    page.locator("input[name=day][value=today]").check()
    page.locator("button[name=look]").click()
    expect(page.locator("input[name=reason]")).to_have_value("Ngừng cung cấp")
    screenshot(page, f"look-{name}")
    page.locator("button[name=begin]").click()
    expect(page.locator("#bulk-closing progress")).to_be_visible()
    screenshot(page, f"waiting-{name}")
    if javascript:
        assert_no_axe_violations(page)
    page.locator("form[action$='/carry-on/'] button").click()
    expect(page.locator(".pill.ok").first).to_be_visible()
    screenshot(page, f"done-{name}")
    page.wait_for_load_state("load")  # the tag is there before the stylesheet is
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert Order.objects.filter(state="churned").count() == 2
