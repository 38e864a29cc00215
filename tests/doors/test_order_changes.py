"""Changing the plan in the back office, the waiting change on the pages of staff and customers, and offers on forms."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from soon.activity.actor import system
from soon.models import CloseReason, CloseVisit, Company, OrderChange, Price
from soon.operations.subscriptions.pause import pause
from tests.builders import AT, TODAY, a_close_reason, a_plan, an_invoice, an_order
from tests.doors.portal import by_account, everything
from tests.doors.setting_up import logged_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(clock):
    clock(2026, 3, 16, 12)


@pytest.fixture
def order():
    made = an_order()
    an_invoice(made)
    return made


@pytest.fixture
def yearly(order):
    plan = a_plan("Hằng năm", name_en="Yearly", interval_unit="year")
    Price.objects.create(product=order.lines.get().product, plan=plan, currency="VND", amount_minor=9_000_000)
    return plan


def url(order, page="plan-change"):
    return f"/orders/{order.number}/{page}/"


def test_a_plan_is_changed_in_a_dialog_and_the_change_cancelled(order, yearly):
    client = logged_in()
    dialog = text_of(client.get(url(order)))
    assert "16 April 2026" in dialog
    plain = re.sub(r"<[^>]+>", "", dialog)
    assert "₫9,000,000 each year" in plain
    assert "First invoice: 16 April 2026 – 15 March 2027, ₫8,235,616" in plain
    assert "checked" not in dialog
    assert text_of(client.post(url(order), {})).count("Please choose a plan.")
    # Prices that were not looked at are not agreed to.
    assert "Look again" in text_of(client.post(url(order), {"plan": f"{yearly.pk}-1"}))
    assert not OrderChange.objects.exists()
    done = text_of(client.post(url(order), {"plan": f"{yearly.pk}-9000000"}, follow=True))
    change = OrderChange.objects.get()
    assert done.count("From 16 April 2026 the recurring plan is Yearly.") == 2, "the message, and the notice on the page"
    assert "Cancel this change first." in text_of(client.get(url(order)))
    customer = by_account(order.customer)
    assert "From 16 April 2026 the recurring plan is Yearly." in text_of(customer.get(f"/portal/orders/{order.number}/"))
    cancels = "Closing cancels this change, also if the closing is undone."
    assert cancels in text_of(client.get(url(order, "closure")))
    assert cancels in text_of(customer.get(f"/portal/orders/{order.number}/closure/"))
    client.post(url(order, f"changes/{change.pk}/cancellation"))
    change.refresh_from_db()
    assert change.cancelled_at
    again = text_of(client.post(url(order, f"changes/{change.pk}/cancellation"), follow=True))
    assert "took effect or was cancelled" in again


def test_where_there_is_no_other_plan_the_dialog_says_so(order):
    assert "There is no other plan to change to" in text_of(logged_in().get(url(order)))
    paused = an_order()
    pause(paused, actor=system(), at=AT, today=TODAY)
    assert "Only a subscription in progress can change." in text_of(logged_in().get(url(paused)))


def test_a_reason_has_a_whole_offer_or_none(yearly):
    client = logged_in()
    said = {"name_vi": "Quá đắt", "audience": "everyone", "category": "price", "comment_policy": "none"}
    new = reverse("backoffice:reason_new")
    for offer, missing in {"pause": {}, "plan": {}, "discount": {"offer_percent": "20"}}.items():
        page = text_of(client.post(new, said | {"offer": offer} | missing))
        assert "This offer needs it." in page
    assert not CloseReason.objects.exists()
    # Figures of another offer are not kept.
    figures = {"offer_percent": "12.5", "offer_periods": "3", "offer_months": "99", "offer_plan": yearly.pk}
    assert client.post(new, said | figures | {"offer": "discount"}).status_code == 302
    reason = CloseReason.objects.get()
    assert (reason.offer, reason.offer_percent, reason.offer_periods) == ("discount", Decimal("12.5"), 3)
    assert (reason.offer_months, reason.offer_plan) == (None, None)
    edit = reverse("backoffice:reason_edit", args=[reason.pk])
    assert "nothing is shown" in text_of(client.get(edit))
    assert client.post(edit, said | figures | {"offer": ""}).status_code == 302
    reason.refresh_from_db()
    assert (reason.offer, reason.offer_percent) == ("", None)


def test_the_market_page_keeps_the_budget():
    client = logged_in()
    said = {"market": "vn", "reason_policy": "optional", "makes_offers": "on", "offer_budget_minor": "5,000,000"}
    assert client.post("/market/", said).status_code == 302
    ours = Company.ours()
    assert (ours.makes_offers, ours.offer_budget_minor) == (True, 5_000_000)
    assert "5,000,000" in text_of(client.get("/market/"))
    client.post("/market/", said | {"offer_budget_minor": ""})
    assert Company.ours().offer_budget_minor is None


def test_an_offer_in_the_portal_is_shown_beside_and_taken_by_its_own_button(order):
    Company.objects.create(pk=1, name="SoOn", makes_offers=True)
    reason, plain = a_close_reason(offer="pause", offer_months=2), a_close_reason()
    client = by_account(order.customer)
    base = f"/portal/orders/{order.number}/closure/"
    assert 'id="closing-offer"' in client.get(base).content.decode()
    assert not CloseVisit.objects.filter(offered_at__isnull=False).exists(), "looking at the page shows nothing"
    htmx = {"HX-Request": "true", "HX-Target": "closing-offer"}
    assert client.post(f"{base}offer/", {"reason": plain.pk}, headers=htmx).content == b""
    assert client.post(f"{base}offer/", {}, headers=htmx).content == b""
    before = everything()
    refused = text_of(client.post(f"{base}offer/acceptance/", follow=True))
    assert "This offer no longer stands." in refused
    assert everything() == before
    offer = client.post(f"{base}offer/", {"reason": reason.pk}, headers=htmx).content.decode()
    assert "Pause for 2 months" in offer
    assert "<html" not in offer
    done = text_of(client.post(f"{base}offer/acceptance/", follow=True))
    assert "Done: Pause for 2 months." in done
    order.refresh_from_db()
    assert order.state == "paused"
    other = an_order(customer=order.customer)
    assert 'id="closing-offer"' not in client.get(f"/portal/orders/{other.number}/closure/").content.decode()
