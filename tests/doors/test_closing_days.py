"""The day of closing at both doors: its money side by side, scheduled, undone, reopened; what is posted is what was shown."""

import datetime
import re

import pytest

from soon.activity.actor import system
from soon.models import CloseVisit, Closure, Company, Invoice, Order
from soon.operations.installation.seed import seed
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.end_due import end_due
from tests.builders import AT, TODAY, a_close_reason, a_plan, a_user, an_invoice, an_order
from tests.doors.portal import by_account, everything

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
# The period of an order of TODAY: 16 March up to and including 15 April.
END = datetime.date(2026, 4, 16)


@pytest.fixture(autouse=True)
def noon(clock):
    clock(2026, 3, 16, 12)
    seed()


@pytest.fixture
def reason():
    return a_close_reason("Quá đắt", name_en="Too expensive")


@pytest.fixture
def manager(client):
    client.force_login(a_user("manager", language="en"))
    return client


def office(order: Order) -> str:
    return f"/orders/{order.number}/closure/"


def portal(order: Order) -> str:
    return f"/portal/orders/{order.number}/closure/"


def fields(page: str) -> dict[str, str]:
    """Return the hidden fields and the marked day of a page."""
    hidden = dict(re.findall(r'<input type="hidden" name="(seen[^"]*|day)" value="([^"]*)"', page))
    return hidden | dict(re.findall(r'<input type="radio" name="(day)" value="([^"]*)" checked', page))


def post_as_shown(client, url: str, **more: str):
    return client.post(url, fields(client.get(url).content.decode()) | more)


def the_order(order: Order) -> Order:
    return Order.objects.select_related("closure").get(pk=order.pk)


def test_staff_schedule_the_end_of_the_period_and_undo_it(manager, reason):
    order = an_order()
    an_invoice(order)
    before = the_order(order)
    shown = fields(manager.get(office(order)).content.decode())
    assert manager.post(office(order), shown | {"reason": reason.name_en, "day": END.isoformat()}).status_code == 302
    scheduled = the_order(order)
    assert (scheduled.state, scheduled.closes_on, scheduled.next_invoice_on) == ("in_progress", END, None)
    assert Invoice.objects.count() == 1
    page = manager.get(f"/orders/{order.number}/").content.decode()
    assert "15 April 2026" in page and "Undo closing" in page
    assert manager.post(f"/orders/{order.number}/closure/undo/").status_code == 302
    again = the_order(order)
    assert (again.state, again.ends_on, again.next_invoice_on, again.closure) == (
        "in_progress", None, before.next_invoice_on, None,
    )  # fmt: skip
    assert Closure.objects.get().undone_at


def test_another_day_is_closed_only_after_its_figures_were_shown(manager, reason):
    order = an_order()
    an_invoice(order)
    chosen = {"reason": reason.name_en, "day": "chosen", "last_on": "2026-03-31"}
    before = everything()
    shown = manager.post(office(order), chosen)
    page = shown.content.decode()
    # 15 of 31 days are not used.
    assert shown.status_code == 422 and "Here is what closing on that day comes to" in page and "483,871" in page
    assert everything() == before
    assert manager.post(office(order), fields(page) | chosen).status_code == 302
    assert the_order(order).closes_on == datetime.date(2026, 4, 1)


def test_figures_that_moved_are_shown_again(manager, reason):
    order = an_order()
    invoice = an_invoice(order)
    shown = fields(manager.get(office(order)).content.decode())
    Invoice.objects.filter(pk=invoice.pk).update(paid_minor=400_000)
    before = everything()
    answer = manager.post(office(order), shown | {"reason": reason.name_en})
    assert answer.status_code == 422 and "The figures have changed" in answer.content.decode()
    assert everything() == before


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "chosen", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_changes_nothing(manager, reason, day):
    order = an_order()
    before = everything()
    assert manager.post(office(order), {"reason": reason.name_en, "day": day}).status_code in (200, 422)
    assert everything() == before


@pytest.mark.parametrize("last_on", ["9998-12-31", "9999-12-30", "9999-12-31"])
def test_a_last_day_at_the_end_of_the_calendar_is_too_far_away_for_everybody(manager, reason, last_on):
    order = an_order()
    an_invoice(order)
    before = everything()
    looked = manager.post(office(order), {"day": "chosen", "last_on": last_on, "look": "1"})
    # With the figures of the earliest day, on which nobody asked it to be closed.
    earliest = re.search(r'name="seen-2026-03-17" value="([^"]*)"', looked.content.decode())[1]
    seen = {"seen-last-on": last_on, "seen-chosen": earliest}
    refused = manager.post(office(order), seen | {"reason": reason.name_en, "day": "chosen", "last_on": last_on})
    asked = by_account(order.customer).get(portal(order), {"last_on": last_on})
    for answer, status in ((looked, 200), (refused, 422), (asked, 200)):
        assert answer.status_code == status and "That day is too far away." in answer.content.decode()
    assert ">Submit<" not in asked.content.decode()
    assert everything() == before


def test_reopening_goes_on_under_the_same_number(manager, reason):
    order = an_order()
    an_invoice(order)
    close(order, reason=reason, actor=system(), at=AT, today=TODAY)
    assert "Reopen" in manager.get(f"/orders/{order.number}/").content.decode()
    assert manager.post(f"/orders/{order.number}/going-on/").status_code == 302
    again = the_order(order)
    assert (again.state, again.next_invoice_on, again.ends_on) == ("in_progress", TODAY + DAY, None)


def test_the_customer_chooses_the_end_of_the_period_and_keeps_it_after_all(reason):
    order = an_order()
    an_invoice(order)
    client = by_account(order.customer)
    page = client.get(portal(order), {"day": END.isoformat()}).content.decode()
    assert "close on 15 April 2026" in page and "Until then you can take this back" in page
    client.post(portal(order), fields(page) | {"reason": str(reason.pk)})
    assert the_order(order).closes_on == END
    page = client.get(f"/portal/orders/{order.number}/").content.decode()
    assert "This subscription will be closed" in page and "Keep subscription after all" in page
    client.post(f"/portal/orders/{order.number}/closure/undo/")
    assert the_order(order).closes_on is None


def test_the_worker_closes_on_the_day_also_when_it_was_off(reason):
    order = an_order()
    an_invoice(order)
    close(order, reason=reason, actor=system(), at=AT, today=TODAY, effective_on=END)
    assert end_due(today=END - DAY, clock=lambda: AT) == 0
    assert end_due(today=END + 9 * DAY, clock=lambda: AT) == 1
    ended = the_order(order)
    assert (ended.state, ended.closure.took_effect_at, ended.closure.reason) == ("churned", AT, reason)
    assert Invoice.objects.filter(kind="credit_note").count() == 0


@pytest.mark.parametrize(
    ("plan", "words", "last_day"),
    [
        ({"closable_at": "end_of_period"}, "End of the period that was paid for, so 15 April 2026", "15 April 2026"),
        ({"notice_days": 30}, "Notice of 30 days, so 14 April 2026", "14 April 2026"),
        ({"minimum_months": 3}, "Minimum term of 3 months, so 15 June 2026", "15 June 2026"),
        ({}, "", "16 March 2026"),
    ],
)
def test_the_earliest_day_says_why(reason, plan, words, last_day):
    order = an_order(plan=a_plan(**plan))
    an_invoice(order)
    client = by_account(order.customer)
    page = client.get(portal(order)).content.decode()
    assert words in page and f"close on {last_day}" in page
    refused = client.post(portal(order), {"reason": str(reason.pk), "day": TODAY.isoformat()})
    assert (refused.status_code, the_order(order).state) == (409, "in_progress")
    assert post_as_shown(client, portal(order), reason=str(reason.pk)).status_code == 302
    assert the_order(order).closure.last_day_on.strftime("%-d %B %Y") == last_day


def test_a_fixed_end_before_the_notice_is_over_is_the_earliest_day(manager, reason):
    order = an_order(plan=a_plan(notice_days=60), ends_on=datetime.date(2026, 4, 10))
    an_invoice(order)
    client = by_account(order.customer)
    page = client.get(portal(order)).content.decode()
    assert "it ends by itself on 9 April 2026" in page and "close on 9 April 2026" in page and "May 2026" not in page
    assert "it ends by itself on 9 April 2026" in manager.get(office(order)).content.decode()
    later = client.get(portal(order), {"last_on": "2026-05-14"}).content.decode()
    assert "its last day of service is 9 April 2026" in later and ">Submit<" not in later
    assert client.post(portal(order), fields(page) | {"reason": str(reason.pk)}).status_code == 302
    assert the_order(order).closure.last_day_on == datetime.date(2026, 4, 9)


def test_where_periods_are_served_to_their_end_a_customer_cannot_choose_a_day_within_a_later_one(manager, reason):
    order = an_order(plan=a_plan(closable_at="end_of_period"))
    an_invoice(order)
    client = by_account(order.customer)
    before = everything()
    page = client.get(portal(order), {"last_on": "2026-05-01"}).content.decode()
    assert "Choose 15 May 2026 as its last day of service." in page and ">Submit<" not in page
    refused = client.post(portal(order), {"reason": str(reason.pk), "day": "2026-05-02"})
    assert refused.status_code == 409 and "Choose 15 May 2026 as its last day of service." in refused.content.decode()
    far = client.get(portal(order), {"last_on": "9999-12-30"})
    assert far.status_code == 200 and "That day is too far away." in far.content.decode()
    assert everything() == before
    assert "close on 15 May 2026" in client.get(portal(order), {"last_on": "2026-05-15"}).content.decode()
    # Staff choose any day.
    chosen = {"reason": reason.name_en, "day": "chosen", "last_on": "2026-05-01"}
    looked = manager.post(office(order), chosen | {"look": "1"}).content.decode()
    assert manager.post(office(order), fields(looked) | chosen).status_code == 302
    assert the_order(order).closes_on == datetime.date(2026, 5, 2)


@pytest.mark.parametrize("last_on", ["2026-04-15", "2026-05-15"])
def test_a_customer_closes_at_the_end_of_any_period(reason, last_on):
    order = an_order(plan=a_plan(closable_at="end_of_period"))
    an_invoice(order)
    client = by_account(order.customer)
    shown = fields(client.get(portal(order), {"last_on": last_on}).content.decode())
    assert client.post(portal(order), shown | {"reason": str(reason.pk)}).status_code == 302
    assert the_order(order).closure.last_day_on == datetime.date.fromisoformat(last_on)


@pytest.mark.parametrize(
    ("policy", "sees", "without"), [("required", False, 422), ("optional", True, 302), ("after", False, 302)]
)
def test_a_reason_is_asked_for_as_the_market_says(reason, policy, sees, without):
    Company.objects.update_or_create(pk=1, defaults={"name": "Sen Việt", "reason_policy": policy})
    order = an_order()
    client = by_account(order.customer)
    page = client.get(portal(order)).content.decode()
    assert ("Prefer not to say" in page, reason.name_en in page) == (sees, policy != "after")
    assert post_as_shown(client, portal(order)).status_code == without
    if without == 302:
        assert Closure.objects.get().reason.system_code == "not_said"
        assert "Would you tell us why" in client.get(f"/portal/orders/{order.number}/").content.decode()
        for _ in range(2):
            client.post(f"/portal/orders/{order.number}/closure/reason/", {"reason": str(reason.pk)})
        assert Closure.objects.get().reason == reason


def test_a_visit_is_counted_once_a_month_and_knows_what_became_of_it(reason):
    order = an_order()
    client = by_account(order.customer)
    assert "hx-post" in client.get(portal(order)).content.decode()
    assert CloseVisit.objects.count() == 0
    for _ in range(3):
        assert client.post(f"/portal/orders/{order.number}/closure/visit/").status_code == 204
    assert [(visit.outcome, visit.closure) for visit in CloseVisit.objects.all()] == [("left", None)]
    post_as_shown(client, portal(order), reason=str(reason.pk))
    assert [(visit.outcome, visit.closure) for visit in CloseVisit.objects.all()] == [("closed", Closure.objects.get())]


def test_closing_costs_no_more_steps_than_buying_and_treats_both_answers_alike(reason):
    """No dark patterns: day and money stand before the choice, nothing is chosen, both buttons look the same."""
    order = an_order()
    an_invoice(order)
    page = by_account(order.customer).get(portal(order)).content.decode()
    assert not re.search(r'<input type="radio" name="reason"[^>]*checked', page)
    keep, leave = (re.search(rf'<(?:a|button) class="([^"]*)"[^>]*>{words}', page) for words in ("Keep subscription", "Submit"))
    assert keep[1] == leave[1] == "button"
    assert page.index("16 March 2026") < page.index(">Submit<") and page.index("967,742") < page.index(">Submit<")


def test_staff_note_their_own_view_beside_what_was_said(manager, reason):
    order = an_order()
    theirs = a_close_reason("Chuyển nhà mạng", name_en="Went elsewhere", audience="staff")
    close(order, reason=reason, actor=system(), at=AT, today=TODAY)
    url = f"/orders/{order.number}/closure/view/"
    assert "Too expensive" in manager.get(url).content.decode()
    for _ in range(2):
        assert manager.post(url, {"reason": theirs.pk}).status_code == 302
    closure = the_order(order).closure
    assert (closure.reason, closure.staff_reason) == (reason, theirs)
    page = manager.get(f"/orders/{order.number}/").content.decode()
    assert "Went elsewhere" in page and "Too expensive" in page
    assert order.activities.filter(kind="order_changed").count() == 1
    theirs.audience = "system"
    theirs.save()
    assert manager.post(url, {"reason": theirs.pk}).status_code == 422


@pytest.mark.parametrize(
    ("kind", "policy", "credited"),
    [
        ("ordinary", "none", 0),
        ("for_cause", "none", 967_742),
        ("provider", "none", 967_742),
        ("ordinary", "unused_days", 967_742),
    ],
)
def test_what_kind_of_closing_it_is_decides_whether_unused_days_come_back(manager, reason, kind, policy, credited):
    order = an_order(plan=a_plan(credit_policy=policy, notice_days=30 if kind != "ordinary" else 0))
    an_invoice(order)
    shown = fields(manager.post(office(order), {"closure_type": kind, "look": "1"}).content.decode())
    assert manager.post(office(order), shown | {"reason": reason.name_en, "closure_type": kind}).status_code == 302
    closure = the_order(order).closure
    assert (closure.type, closure.credited_minor, closure.last_day_on) == (kind, credited, TODAY)
