"""The closing flow in a browser that runs no scripts: every dialog is a page, every field a plain one."""

from collections.abc import Iterator

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from soon.models import CloseReason, Closure, Order
from soon.operations.installation.seed import seed
from tests.browser import steps
from tests.browser.words import words
from tests.builders import AT, a_customer, a_plan, a_product, a_user, an_order

# With scripts the same is done on either database (test_tour.py).
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on("postgresql")]
SAYS = words("vi")


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Live on the builders' day, with the reasons and taxes of a new installation."""
    with time_machine.travel(AT):
        seed()
        yield


def test_from_the_quotation_to_churned(page_of):
    customer, plan = a_customer(), a_plan()
    product = a_product(plan=plan, price_minor=1_500_000)
    page: Page = page_of(a_user(), javascript=False)
    page.goto(reverse("backoffice:order_new"))
    page.locator("[name=customer]").select_option(str(customer.pk))
    page.locator("[name=plan]").select_option(str(plan.pk))
    page.locator("[name=lines-0-product]").select_option(str(product.pk))
    page.get_by_role("button", name="Điền giá").click()
    expect(page.locator("[name=lines-0-unit_price]")).to_have_value("1.500.000")
    page.get_by_role("button", name=SAYS.add_line).click()
    expect(page.locator("tr[data-line]")).to_have_count(2)
    steps.press(page, SAYS.save)
    steps.press(page, SAYS.send)
    steps.press(page, SAYS.confirm)
    expect(steps.step_of(page)).to_have_text(SAYS.in_progress)
    steps.press(page, SAYS.create_invoice)
    page.locator(".messages").get_by_role("link").click()
    steps.press(page, SAYS.register_payment)
    steps.press(page, SAYS.register_payment)
    expect(steps.pill_of(page)).to_have_text(SAYS.paid)
    order = Order.objects.get()
    page.goto(reverse("backoffice:order", args=[order.number]))
    page.get_by_role("link", name=SAYS.close, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(order.number)
    page.get_by_label(SAYS.reason, exact=True).fill(SAYS.too_expensive)
    steps.press(page, SAYS.submit)
    expect(steps.pill_of(page)).to_have_text(SAYS.churned)
    assert Closure.objects.get().reason.name_vi == SAYS.too_expensive


def test_a_customer_closes_in_the_portal(page_of):
    buyer = a_user("customer")
    order = an_order(customer=buyer.customer)
    page: Page = page_of(buyer, javascript=False)
    page.goto(reverse("portal:home"))
    page.get_by_role("link", name=order.number).click()
    page.get_by_role("link", name=SAYS.close_subscription).click()
    page.get_by_label(SAYS.not_used).check()
    steps.press(page, SAYS.submit)
    expect(page.locator(".portal-side .pill")).to_have_text(SAYS.closed)


def test_close_reasons_are_added_renamed_ordered_and_archived(page_of):
    page: Page = page_of(a_user(), javascript=False)
    page.goto("/")
    steps.open_menu(page, SAYS.configuration, SAYS.close_reasons)
    steps.press(page, SAYS.new)
    steps.fill_named(page, name_vi="Chuyển nhà", name_en="Moving house")
    steps.press(page, SAYS.save)
    row = page.get_by_role("row").filter(has_text="Chuyển nhà")
    row.get_by_role("button", name="lên").click()
    offered = list(CloseReason.objects.for_staff())
    assert [each.name_en for each in offered[-2:]] == ["Moving house", "Other"]
    page.get_by_role("link", name="Chuyển nhà").click()
    steps.fill_named(page, name_vi="Dọn nhà", name_en="Moved away")
    steps.press(page, SAYS.save)
    page.get_by_role("row").filter(has_text="Dọn nhà").get_by_role("button", name="Lưu trữ").click()
    expect(page.locator("details.more")).to_contain_text("1")
    assert "Dọn nhà" not in [each.name_vi for each in CloseReason.objects.for_staff()]
