"""The whole closing flow as people walk it in a browser, in Vietnamese and in English, with the words of the glossary."""

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Page, expect

from soon.mail.render import render
from soon.models import Closure, Invoice, Letter, Order, User
from soon.operations.installation.seed import seed
from tests.browser import steps
from tests.browser.words import words
from tests.builders import AT, PASSWORD, a_customer, a_user, an_order

pytestmark = pytest.mark.django_db(transaction=True)
Look = Callable[[str], None]


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """Live on the builders' day, with the reasons and taxes of a new installation."""
    with time_machine.travel(AT):
        seed()
        yield


# Which language is spoken is of the screen alone; what is stored is the same.
@pytest.fixture(
    params=[
        pytest.param("vi", marks=pytest.mark.only_on("sqlite")),
        pytest.param("en", marks=pytest.mark.only_on("postgresql")),
    ]
)
def says(request: pytest.FixtureRequest) -> SimpleNamespace:
    """The words of the flow in one language, which is `says.language`."""
    return SimpleNamespace(language=request.param, **vars(words(request.param)))


@pytest.fixture
def staff(page_of: Callable[..., Page], says: SimpleNamespace) -> Page:
    """The browser of an administrator who reads that language."""
    page: Page = page_of(a_user(name="Nguyễn Thị Phương Thảo"), language=says.language)
    page.goto("/")
    return page


def test_from_the_plan_to_the_last_word_of_the_customer(says, staff, browser_context, screenshot, assert_no_axe_violations):
    buyer = a_customer(name="Công ty TNHH Sông Hàn", email="ketoan@songhan.example.com", language=says.language)

    def look(name: str, page: Page = staff) -> None:
        screenshot(page, f"{name}-{says.language}")
        # The longer words are the harder test; the same page in English tells axe nothing new.
        if says.language == "vi":
            # A field that the top bar covers by half counts as too small to be hit.
            page.evaluate("scrollTo(0, 0)")
            assert_no_axe_violations(page)

    prepare_the_offer(staff, says, look)
    number = sell(staff, says, look)
    invoice_and_take_payment(staff, says, number, look)
    close_in_three_clicks(staff, says, number, look)

    second = a_second_subscription(staff, says, number)
    preview(staff, says, second, look)
    customer = browser_context(language=says.language).new_page()
    customer.goto(link_in_the_letter(second))
    close_in_the_portal(customer, says, second, lambda name: look(name, customer))
    the_office_learns_it(staff, says, second, look)
    assert Letter.objects.filter(kind="subscription_closed", to_email=buyer.email).count() == 2


def prepare_the_offer(page: Page, says: SimpleNamespace, look: Look) -> None:
    """Make a plan that is Closable, a product with a price on it, and one that is sold once."""
    steps.set_up_plan(page, says, "Hằng tháng có đóng", "Monthly closable")
    look("1-plan")
    plan = "Hằng tháng có đóng" if says.language == "vi" else "Monthly closable"
    steps.set_up_product(page, says, "NET-99", "Internet 99 Mbps", "1500000", plan)
    steps.set_up_product(page, says, "BOX", "Thiết bị đầu cuối", "800000")
    look("2-product")


def sell(page: Page, says: SimpleNamespace, look: Look) -> str:
    """Quote both, send the quotation and confirm it; return the number of the order."""
    steps.open_menu(page, says.subscriptions, says.subscriptions)
    steps.press(page, says.new)
    steps.pick(page, steps.search_field(page, says.customer), "song han", "Sông Hàn")
    steps.choose_plan(page)
    steps.add_line(page, says, 0, "NET-99", r"1[.,]?500[.,]?000")
    steps.add_line(page, says, 1, "BOX", r"800[.,]?000", says.once)
    expect(page.locator(".totals .grand")).to_contain_text(re.compile(r"2[.,]300[.,]000"))
    look("3-quotation-form")
    steps.press(page, says.save)
    expect(steps.step_of(page)).to_have_text(says.quotation)
    steps.press(page, says.send)
    expect(steps.step_of(page)).to_have_text(says.quotation_sent)
    steps.press(page, says.confirm)
    expect(steps.step_of(page)).to_have_text(says.in_progress)
    expect(page.locator(".statusbar .step")).to_have_text([says.quotation, says.quotation_sent, says.in_progress, says.churned])
    look("4-in-progress")
    return Order.objects.get().number


def invoice_and_take_payment(page: Page, says: SimpleNamespace, number: str, look: Look) -> None:
    """Issue the first invoice, take a part of the money, then the rest."""
    steps.press(page, says.create_invoice)
    page.locator(".messages").get_by_role("link").click()
    pay(page, says, "1000000")
    expect(steps.pill_of(page)).to_have_text(says.partly_paid)
    look("5-partly-paid")
    pay(page, says)
    expect(steps.pill_of(page)).to_have_text(says.paid)
    assert Invoice.objects.get().open_minor == 0


def pay(page: Page, says: SimpleNamespace, amount: str = "") -> None:
    """Register a payment of `amount`, else of everything that is open."""
    steps.press(page, says.register_payment)
    dialog = page.get_by_role("dialog")
    if amount:
        dialog.get_by_label(says.amount, exact=True).fill(amount)
    dialog.get_by_role("button", name=says.register_payment).click()
    expect(dialog).to_be_hidden()


def close_in_three_clicks(page: Page, says: SimpleNamespace, number: str, look: Look) -> None:
    """Close the paid subscription: Close, the reason, Submit."""
    page.goto(reverse("backoffice:order", args=[number]))
    with steps.counted_clicks(page, 3):
        page.get_by_role("link", name=says.close, exact=True).click()
        page.get_by_role("option", name=says.too_expensive).click()
        look("6-close-dialog")
        page.get_by_role("dialog").get_by_role("button", name=says.submit).click()
        expect(steps.pill_of(page)).to_have_text(says.churned)
    expect(steps.step_of(page)).to_have_text(says.churned)
    expect(page.locator(".closing-facts")).to_contain_text(says.close_reason)
    expect(page.locator(".closing-facts")).to_contain_text(says.too_expensive)
    entry = page.locator(".chatter .entry").first
    expect(entry).to_contain_text("Nguyễn Thị Phương Thảo")
    expect(entry).to_contain_text(says.too_expensive)
    expect(page.get_by_role("link", name=says.close, exact=True)).to_have_count(0)
    look("7-churned")


def a_second_subscription(page: Page, says: SimpleNamespace, first: str) -> str:
    """Sell the same customer another subscription, and return its number."""
    page.goto(reverse("backoffice:order_new") + f"?customer={Order.objects.get(number=first).customer_id}")
    steps.choose_plan(page)
    steps.add_line(page, says, 0, "NET-99", r"1[.,]?500[.,]?000")
    steps.press(page, says.save)
    steps.press(page, says.send)
    steps.press(page, says.confirm)
    expect(steps.step_of(page)).to_have_text(says.in_progress)
    return Order.objects.exclude(number=first).get().number


def preview(page: Page, says: SimpleNamespace, number: str, look: Look) -> None:
    """See what the customer sees, without being able to do anything, and come back."""
    steps.press(page, says.preview)
    expect(page.get_by_role("button", name=says.close_subscription)).to_be_disabled()
    expect(page.get_by_role("main").locator("form")).to_have_count(0)
    look("8-preview")
    page.get_by_role("link", name=says.back).first.click()
    expect(page).to_have_url(re.compile(f"/orders/{number}/$"))


def link_in_the_letter(number: str) -> str:
    """Return the path of the link in the letter that brought the quotation."""
    letter = Letter.objects.get(kind="quotation", order__number=number)
    address = re.search(r"https?://\S+/portal/link/\S+", str(render(letter).body))
    assert address
    return urlsplit(address[0]).path


def close_in_the_portal(page: Page, says: SimpleNamespace, number: str, look: Look) -> None:
    """Read the order, see the others, close the subscription for one of the reasons offered."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    close = page.get_by_role("link", name=says.close_subscription)
    assert steps.is_left_of(close, page.locator(".document").first)
    look("9-portal-order")
    with steps.counted_clicks(page, 3):
        close.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("radio", name=says.not_used).click()
        # One of the configured reasons only, no words of their own.
        expect(dialog.get_by_role("textbox")).to_have_count(0)
        look("10-portal-dialog")
        dialog.get_by_role("button", name=says.submit).click()
        expect(page.locator(".portal-side .pill")).to_have_text(says.closed)
    expect(page.get_by_role("link", name=says.close_subscription)).to_have_count(0)
    look("11-portal-closed")
    page.goto(reverse("portal:home"))
    expect(page.locator("tbody .pill")).to_have_text([says.closed, says.closed])
    look("12-portal-list")


def the_office_learns_it(page: Page, says: SimpleNamespace, number: str, look: Look) -> None:
    """See Churned, the customer's reason, and that it came through the portal."""
    page.goto(reverse("backoffice:order", args=[number]))
    expect(steps.pill_of(page)).to_have_text(says.churned)
    expect(page.locator(".closing-facts")).to_contain_text(says.not_used)
    entry = page.locator(".chatter .entry").first
    expect(entry).to_contain_text("Công ty TNHH Sông Hàn")
    expect(entry).to_contain_text(says.portal, ignore_case=True)
    look("13-churned-by-customer")


def test_a_customer_with_an_account_signs_in_and_closes(says, browser_context):
    buyer: User = a_user("customer")
    order = an_order(customer=buyer.customer)
    page = browser_context(language=says.language).new_page()
    page.goto(reverse("portal:home"))
    page.locator("[name=login]").fill(buyer.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button.primary").click()
    page.get_by_role("link", name=order.number).click()
    steps.click(page.get_by_role("link", name=says.close_subscription))
    page.get_by_role("dialog").get_by_role("radio").first.check()
    page.get_by_role("dialog").get_by_role("button", name=says.submit).click()
    expect(page.locator(".portal-side .pill")).to_have_text(says.closed)
    assert Closure.objects.get().order_id == order.pk
