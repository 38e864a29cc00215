"""No dark patterns where customers close: the checklist of regulators as tests, with an offer beside the button that closes."""

import datetime
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
import time_machine
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from soon.models import CloseReason, CloseVisit, Closure, Company, Order
from tests.browser.steps import counted_clicks
from tests.builders import AT, TODAY, a_close_reason, a_sent_quotation, a_user, an_invoice, an_order

# How pages look and how many steps they take is of the screen alone.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.only_on("sqlite")]
DAY = datetime.timedelta(days=1)
SAYS = {
    "en": SimpleNamespace(
        close="Close Subscription", keep="Keep subscription", submit="Submit", accept="Accept", take="Pause for 2 months"
    ),
    "vi": SimpleNamespace(close="Đóng đăng ký", keep="Giữ đăng ký", submit="Gửi", accept="Chấp nhận", take="Tạm dừng 2 tháng"),
}
LOOKS = pytest.mark.parametrize(("language", "dark", "width"), [("en", False, 1280), ("vi", True, 1280), ("vi", False, 375)])


@pytest.fixture
def order() -> Iterator[Order]:
    """A subscription of a customer whose market makes offers; being too expensive is answered by a pause."""
    with time_machine.travel(AT):
        Company.objects.create(pk=1, name="SoOn", makes_offers=True)
        a_close_reason("Quá đắt", name_en="Too expensive", offer="pause", offer_months=2, position=1)
        a_close_reason("Chuyển nhà", name_en="Moved away", position=2)
        a_close_reason("Thiếu tính năng", name_en="Features are missing", offer="contact", position=3)
        made = an_order(start_on=TODAY - 10 * DAY)
        an_invoice(made, today=TODAY - 10 * DAY)
        yield made


@pytest.fixture
def buyer(page_of, order) -> Callable[..., Page]:
    """Open the page of the order as its customer reads it."""
    user = a_user("customer", customer=order.customer)

    def open_page(language: str = "en", **how) -> Page:
        user.language = language
        user.save()
        page: Page = page_of(user, language=language, **how)
        page.goto(reverse("portal:order", args=[order.number]))
        return page

    return open_page


def dialog_of(page: Page, says: SimpleNamespace) -> Locator:
    page.get_by_role("link", name=says.close).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name=says.submit, exact=True)).to_be_visible()
    return dialog


def look_of(button: Locator) -> dict[str, object]:
    """Return what makes one button louder than another: its size, its letters and its colours."""
    look: dict[str, object] = button.evaluate(
        """each => { const style = getComputedStyle(each); const box = each.getBoundingClientRect();
        return {width: Math.round(box.width), height: Math.round(box.height), color: style.color,
          ground: style.backgroundColor, border: style.borderColor, size: style.fontSize, weight: style.fontWeight,
          opacity: style.opacity, shadow: style.boxShadow}; }"""
    )
    return look


def place_of(button: Locator) -> dict[str, float]:
    found = button.bounding_box()
    assert found
    return {name: round(value) for name, value in found.items()}


@LOOKS
def test_both_ways_look_alike_and_an_offer_moves_nothing(buyer, axe_complaints, screenshot, language, dark, width):
    says = SAYS[language]
    page = buyer(language, dark=dark, width=width, height=800)
    dialog = dialog_of(page, says)
    keep, submit = dialog.get_by_role("link", name=says.keep), dialog.get_by_role("button", name=says.submit, exact=True)
    assert look_of(keep) == look_of(submit), "neither way is louder (D5)"
    # Day and money before anything is sent (D11); nothing chosen for the customer (D12).
    expect(dialog).to_contain_text(re.compile("16 March 2026|16 tháng 3"))
    expect(dialog.get_by_text(re.compile("Still to be paid|Còn phải thanh toán"))).to_be_visible()
    assert page.locator("input[type=radio]:checked, input[type=checkbox]:checked").count() == 0
    before = place_of(submit), look_of(submit)
    dialog.get_by_role("radio").first.check()
    take = dialog.get_by_role("button", name=says.take)
    expect(take).to_be_visible()
    screenshot(page, f"offer-{language}-{'dark' if dark else 'light'}-{width}")
    assert (place_of(submit), look_of(submit)) == before, "the offer neither moves nor changes the button"
    assert look_of(take) | {"width": 0} == look_of(submit) | {"width": 0}, "nor is it louder than the button"
    assert place_of(take)["width"] <= place_of(submit)["width"] + 40
    assert not (said := axe_complaints(page)), said
    # Another reason: no second offer takes the place of the first (D7).
    dialog.get_by_role("radio").nth(2).check()
    expect(take).to_have_count(0)
    expect(page.locator("#closing-offer")).to_be_empty()
    assert place_of(submit) == before[0]
    assert CloseVisit.objects.filter(offered_at__isnull=False).count() == 1
    # The same on the page of its own, which stands at the same address.
    page.goto(reverse("portal:closure", args=[Order.objects.get().number]))
    submit = page.get_by_role("button", name=says.submit, exact=True)
    before = place_of(submit), look_of(submit)
    page.get_by_role("radio").first.check()
    expect(page.get_by_role("button", name=says.take)).to_be_visible()
    assert (place_of(submit), look_of(submit)) == before
    screenshot(page, f"offer-page-{language}-{'dark' if dark else 'light'}-{width}")


def test_both_ways_are_of_one_size_on_the_narrowest_screen(buyer):
    says = SAYS["en"]
    page = buyer(language="en", width=320)
    dialog = dialog_of(page, says)
    keep, submit = dialog.get_by_role("link", name=says.keep), dialog.get_by_role("button", name=says.submit, exact=True)
    assert look_of(keep) == look_of(submit)


def test_closing_takes_no_more_steps_than_buying_offer_or_not(buyer, page_of, order):
    """Closing is three clicks, also past an offer: "no" to it is going on. Buying is a page, a consent and a button."""
    quotation = a_sent_quotation(customer=order.customer)
    page = buyer()
    page.goto(reverse("portal:order", args=[quotation.number]))
    to_buy = page.locator("form[action*=acceptance] :is(button, input:not([type=hidden]))").count() + 1
    page = buyer()
    with counted_clicks(page, 3):
        dialog = dialog_of(page, SAYS["en"])
        dialog.get_by_role("radio", name="Too expensive").click()
        expect(dialog.get_by_role("button", name="Pause for 2 months")).to_be_visible()
        dialog.get_by_role("button", name="Submit").click()
        expect(page.get_by_text("Last day of service").or_(page.get_by_text("is closed")).first).to_be_visible()
    assert to_buy <= 3
    assert Closure.objects.get().channel == "portal"
    assert CloseVisit.objects.get().outcome == "closed"


def test_no_reason_is_needed_where_the_policy_says_so_and_input_is_kept_where_it_is(buyer, order):
    page = buyer()
    dialog = dialog_of(page, SAYS["en"])
    dialog.get_by_role("button", name="Submit").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Please choose a reason.")
    Company.objects.update(reason_policy="optional")
    from soon.operations.installation.seed import seed

    seed()
    page = buyer()
    dialog = dialog_of(page, SAYS["en"])
    dialog.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("is closed").first).to_be_visible()
    assert Closure.objects.get().reason.system_code == "not_said"


def test_taking_an_offer_is_its_own_button_and_is_not_offered_again(buyer, order):
    page = buyer()
    dialog = dialog_of(page, SAYS["en"])
    dialog.get_by_text("Too expensive").click()
    dialog.get_by_role("button", name="Pause for 2 months").click()
    expect(page.locator(".messages")).to_contain_text("Pause for 2 months")
    order.refresh_from_db()
    assert (order.state, CloseVisit.objects.get().outcome) == ("paused", "accepted")
    assert not Closure.objects.exists()
    other = an_order(customer=order.customer)
    page.goto(reverse("portal:order", args=[other.number]))
    dialog = dialog_of(page, SAYS["en"])
    dialog.get_by_text("Too expensive").click()
    expect(dialog.get_by_role("radio").first).to_be_checked()
    assert page.locator("#closing-offer").count() == 0


def test_without_scripts_the_offer_is_asked_for_and_closing_needs_no_step_more(buyer, order):
    page = buyer(javascript=False)
    page.get_by_role("link", name="Close Subscription").click()
    page.get_by_text("Too expensive").click()
    page.get_by_role("button", name="Show what else is possible").click()
    expect(page.get_by_role("button", name="Pause for 2 months")).to_be_visible()
    expect(page.get_by_role("radio").first).to_be_checked()
    page.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("is closed").first).to_be_visible()
    assert CloseReason.objects.get(name_en="Too expensive") == Closure.objects.get().reason
