"""Billing runs and set-aside orders in the back office: what is shown, what the buttons do, and what they refuse."""

import datetime
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from soon.activity.actor import staff
from soon.models import Activity, BillingRun, BillingRunTotal, Company, Invoice, Order, OrderLine, SetAside
from soon.operations.billing import preview_today
from soon.operations.billing.assign import CannotAssign, assign
from soon.queries.worker_health import BILLING, LETTERS, key_of
from tests.builders import AT, TODAY, a_billing_run, a_customer, a_plan, a_set_aside, a_user, an_order
from tests.operations.records import everything

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def noon(clock):
    """Hold the clock at noon of TODAY."""
    clock(TODAY.year, TODAY.month, TODAY.day, 12)


@pytest.fixture
def manager(client):
    """Somebody who may do all of this, logged in and reading English."""
    user = a_user("manager", language="en")
    client.force_login(user)
    return user


def text_of(response) -> str:
    """Return the words of a page without its tags, blanks made one."""
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def broken_order(**fields) -> Order:
    """Return an order that is due and that no rule can bill."""
    order, impossible = an_order(**fields), datetime.date(9999, 12, 20)
    Order.objects.filter(pk=order.pk).update(start_on=impossible)
    OrderLine.objects.filter(order=order).update(billed_until=impossible)
    return order


# The list of runs


def test_the_list_says_what_each_run_did(client, manager):
    done = a_billing_run(
        issued=1204, ended=3, set_aside=2, started_by=manager, channel="backoffice", finished_at=AT + 90 * MINUTE
    )
    BillingRunTotal.objects.create(run=done, currency="VND", issued=1200, total_minor=5_000_000)
    BillingRunTotal.objects.create(run=done, currency="USD", issued=4, total_minor=4_950)
    a_billing_run(finished_at=None, progressed_at=AT - 2 * MINUTE, started_at=AT - 3 * MINUTE)
    a_billing_run(finished_at=None, progressed_at=AT - 11 * MINUTE, started_at=AT - 20 * MINUTE)
    page = client.get(reverse("backoffice:billing_runs"))
    rows = [[cell.html for cell in row.cells] for row in page.context["rows"]]
    assert [re.sub("<[^>]*>", "", row[-1]).strip() for row in rows] == ["Finished", "Running", "Interrupted"]
    assert rows[0][3] == "1,204" and "5,000,000" in rows[0][4] and "49.50" in rows[0][4]
    assert (rows[0][2], rows[1][2]) == (manager.name, "The system")
    assert (rows[0][5], rows[0][6], rows[0][7], rows[1][7]) == ("3", "2", "5,400", "60")
    for state, count in (("running", 1), ("interrupted", 1), ("finished", 1), ("with_set_aside", 1)):
        assert client.get(f"{reverse('backoffice:billing_runs')}?filter={state}").context["total_count"] == count, state


def test_ten_more_runs_ask_no_more(client, manager):
    a_billing_run()
    url = reverse("backoffice:billing_runs")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(10):
        BillingRunTotal.objects.create(run=a_billing_run(started_by=a_user()), currency="VND", issued=1, total_minor=1)
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    # 1 session · 2 reader · 3 time zone · 4 count · 5 runs · 6 their totals · 7 saved views
    assert len(few) == len(many) <= 7


@pytest.mark.parametrize(
    ("told", "words", "tone"),
    [
        ({}, "No worker has been seen yet.", "warn"),
        ({LETTERS: (1, "")}, "It was last seen on 16 Mar 2026, 11:59.", ""),
        ({LETTERS: (16, ""), BILLING: (40, "")}, "The worker was last seen on 16 Mar 2026, 11:44.", "warn"),
        ({LETTERS: (1, ""), BILLING: (4, "OSError: disk full")}, "Billing failed on 16 Mar 2026, 11:56", "danger"),
    ],
)
def test_the_list_says_whether_there_is_a_worker(client, manager, told, words, tone):
    for sweep, (minutes, error) in told.items():
        cache.set(key_of(sweep), {"at": AT - minutes * MINUTE, "error": error})
    page = client.get(reverse("backoffice:billing_runs"))
    assert words in text_of(page)
    assert (f'class="notice {tone}"' in page.content.decode()) is bool(tone)


def test_the_list_says_when_people_bill_themselves(client, manager, settings):
    settings.BILLS_BY_ITSELF = False
    cache.set(key_of(LETTERS), {"at": AT, "error": ""})
    assert "The worker issues no invoices by itself, because SOON_BILLING is off." in text_of(
        client.get(reverse("backoffice:billing_runs"))
    )


def test_a_worker_that_went_away_is_missed_on_the_home_page(client, manager):
    an_order()
    assert "worker" not in text_of(client.get("/"))
    cache.set(key_of(LETTERS), {"at": AT - 16 * MINUTE, "error": ""})
    assert "The worker was last seen on 16 Mar 2026, 11:44." in text_of(client.get("/"))


# The page of a run


def test_the_page_of_a_run_names_what_it_set_aside(client, manager):
    run = a_billing_run(issued=3, set_aside=2)
    BillingRunTotal.objects.create(run=run, currency="KWD", issued=3, total_minor=1_500)
    still = a_set_aside(run=run, error="TooManyDocuments: more than 10000 periods are due on 2026-03-16")
    solved = a_set_aside(run=run, resolved_at=AT)
    other = a_set_aside()
    page = client.get(reverse("backoffice:billing_run", args=[run.pk]))
    words = text_of(page)
    assert "Too many periods are due at once. Check the start date." in words
    assert "KWD" in words and "1.500" in words
    assert still.order.number in words and solved.order.number in words and other.order.number not in words
    assert "hx-get" not in page.content.decode()
    listed = client.get(f"{reverse('backoffice:set_aside')}?run={run.pk}")
    assert listed.context["total_count"] == 2


def test_a_run_at_work_renews_its_page_and_a_dead_one_says_so(client, manager):
    run = a_billing_run(finished_at=None)
    url = reverse("backoffice:billing_run", args=[run.pk])
    assert 'hx-trigger="every 3s"' in client.get(url).content.decode()
    BillingRun.objects.update(progressed_at=AT - 11 * MINUTE)
    dead = client.get(url)
    assert "Nothing was heard of this run after 16 Mar 2026, 11:49" in text_of(dead)
    assert "hx-get" not in dead.content.decode()


# Bill now


def test_bill_now_shows_first_and_then_does_just_that(client, manager):
    plan = a_plan("Hằng ngày", name_en="Daily", interval_unit="day")
    an_order(plan=plan, start_on=TODAY - 2 * DAY, price_minor=70_000)
    an_order()
    early = an_order(customer=a_customer(time_zone="Pacific/Honolulu"))
    broken_order()
    before = everything()
    url = reverse("backoffice:billing_run_new")
    page = client.get(url)
    words = text_of(page)
    assert "4 invoices will be issued" in words and "Daily 3 ₫ 210,000" in words and "Total 4 ₫ 1,210,000" in words
    assert "1 subscription cannot be billed and will be set aside." in words
    assert everything() == before
    seen = page.context["found"].fingerprint
    answer = client.post(url, {"seen": seen}, follow=True)
    run = BillingRun.objects.get()
    assert answer.redirect_chain == [(reverse("backoffice:billing_run", args=[run.pk]), 302)]
    assert "4 invoices are issued: ₫1,210,000. 1 subscription is set aside." in text_of(answer)
    assert (run.started_by, run.channel, run.issued, run.set_aside) == (manager, "backoffice", 4, 1)
    assert not Invoice.objects.filter(order=early).exists(), "where it is still yesterday"
    twice = client.post(url, {"seen": seen})
    assert "Nothing is due today. The next invoices are due on" in text_of(twice)
    assert BillingRun.objects.count() == 1


def test_figures_that_moved_are_shown_again(client, manager):
    an_order()
    url = reverse("backoffice:billing_run_new")
    seen = client.get(url).context["found"].fingerprint
    an_order()
    before = everything()
    answer = client.post(url, {"seen": seen})
    assert answer.status_code == 422
    assert "The figures have changed in the meantime." in text_of(answer)
    assert everything() == before


@pytest.mark.parametrize("limit", ["MOST_ORDERS", "MOST_DOCUMENTS", "LONGEST_BEHIND"])
def test_what_a_page_cannot_wait_for_is_the_workers(client, manager, monkeypatch, limit):
    an_order(start_on=TODAY - 40 * DAY)
    an_order()
    monkeypatch.setattr(preview_today, limit, 30 * DAY if limit == "LONGEST_BEHIND" else 1)
    before = everything()
    url = reverse("backoffice:billing_run_new")
    page = client.get(url)
    assert "2 subscriptions are due: more than a page can wait for." in text_of(page)
    assert "soon bill" in text_of(page) and "No worker has been seen yet." in text_of(page)
    assert 'name="seen"' not in page.content.decode()
    assert client.post(url, {"seen": page.context["found"].fingerprint}).status_code == 422
    assert everything() == before


# The work list


def test_the_work_list_says_who_what_since_when_and_whose(client, manager):
    seller = a_user("salesperson")
    order = an_order(salesperson=seller, price_minor=2_000_000)
    a_set_aside(order, error="DataError: value out of range", set_aside_at=AT - 3 * DAY, attempts=2)
    a_set_aside(error="SomethingNew: boom", owner=None, set_aside_at=AT)
    a_set_aside(resolved_at=AT)
    page = client.get(reverse("backoffice:set_aside") + "?filter=open")
    rows = [[re.sub("<[^>]*>", "", cell.html) for cell in row.cells] for row in page.context["rows"]]
    assert rows[0] == [
        order.number,
        order.customer.name,
        "An amount is too large to be stored. Check quantities and prices.",
        "16 Mar 2026",
        "3 days",
        "2",
        "₫2,000,000",
        seller.name,
    ]
    assert (rows[1][2], rows[1][4], rows[1][7]) == ("Unexpected: SomethingNew: boom", "today", "")
    buttons = page.content.decode().count('name="only"')
    assert buttons == 4, "Retry and Assign to me in each of two rows"
    done = client.get(reverse("backoffice:set_aside") + "?filter=resolved").content.decode()
    assert 'name="only"' not in done
    assert client.get("/").context["attention"][2]["count"] == 2


def test_retry_bills_what_can_be_billed_and_says_what_still_cannot(client, manager):
    mended, broken = an_order(), broken_order()
    for order in (mended, broken):
        a_set_aside(order)
    first, second = SetAside.objects.order_by("pk")
    url = reverse("backoffice:set_aside") + "?filter=open"
    answer = client.post(url, {"only": f"retry:{first.pk}", "selected": [second.pk]}, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    assert f"{mended.number} is billed again and no longer set aside." in text_of(answer)
    second.refresh_from_db()
    assert (Invoice.objects.get().order, second.attempts) == (mended, 1), "the ticked row was not asked for"
    answer = client.post(url, {"action": "retry", "selected": [first.pk, second.pk]}, follow=True)
    assert f"{broken.number} still cannot be billed. A date lies outside the calendar." in text_of(answer)
    assert "Somebody else has dealt with this subscription" in text_of(answer)
    second.refresh_from_db()
    assert (second.attempts, second.resolved_at) == (2, None)
    assert "Choose at least one row first." in text_of(client.post(url, {"action": "retry"}, follow=True))


def test_a_page_of_retries_answers_in_time(client, manager, monkeypatch):
    monkeypatch.setattr("soon.backoffice.billing_set_aside.PATIENCE_SECONDS", -1)
    left = [a_set_aside().pk for _ in range(2)]
    answer = client.post(reverse("backoffice:set_aside"), {"action": "retry", "selected": left}, follow=True)
    assert "2 subscriptions are left. Press Retry again." in text_of(answer)
    assert not Invoice.objects.exists()


def test_somebody_takes_care_and_the_chatter_knows(client, manager):
    rows = [a_set_aside(an_order(salesperson=a_user("salesperson"))) for _ in range(2)]
    url = reverse("backoffice:set_aside")
    answer = client.post(url, {"action": "take", "selected": [row.pk for row in rows]}, follow=True)
    assert "You take care of 2 subscriptions." in text_of(answer)
    assert set(SetAside.objects.values_list("owner", flat=True)) == {manager.pk}
    told = Activity.objects.filter(kind="set_aside_assigned")
    assert {entry.order_id for entry in told} == {row.order_id for row in rows}
    client.post(url, {"action": "take", "selected": [rows[0].pk]})
    assert told.all().count() == 2, "taking twice is told once"


def test_assigning_is_refused_in_words(manager, english):
    outsider, left, done = a_user("customer"), a_user("salesperson", is_active=False), a_set_aside(resolved_at=AT)
    found = a_set_aside()
    before = everything()
    for row, owner, words in ((found, outsider, "works here"), (found, left, "works here"), (done, manager, "in the meantime")):
        with pytest.raises(CannotAssign, match=words):
            assign(row, owner=owner, actor=staff(manager), at=AT)
    assert everything() == before


def test_salespeople_see_and_retry_only_their_own(client):
    seller = a_user("salesperson", language="en")
    own, other = a_set_aside(an_order(salesperson=seller)), a_set_aside()
    client.force_login(seller)
    url = reverse("backoffice:set_aside")
    page = client.get(url)
    assert [row.pk for row in page.context["rows"]] == [own.pk]
    client.post(url, {"action": "retry", "selected": [own.pk, other.pk]})
    assert list(SetAside.objects.open()) == [other]
    assert client.get(reverse("backoffice:billing_runs")).status_code == 403
    assert "Billing runs" not in text_of(page) and "Set aside" in text_of(page)


# The order


def test_the_order_says_what_is_wrong_and_retries(client, manager):
    order = an_order()
    url = reverse("backoffice:order", args=[order.number])
    assert "Set aside by billing" not in text_of(client.get(url))
    a_set_aside(order, owner=manager)
    words = text_of(client.get(url))
    assert "Set aside by billing since 16 Mar 2026, 12:00." in words and f"{manager.name} takes care of it." in words
    assert "Unexpected: ZeroDivisionError: division by zero" in words
    answer = client.post(reverse("backoffice:order_billing", args=[order.number]), follow=True)
    assert f"{order.number} is billed again" in text_of(answer) and "Set aside by billing" not in text_of(answer)
    again = client.post(reverse("backoffice:order_billing", args=[order.number]), follow=True)
    assert "This subscription is not set aside any more." in text_of(again)
    assert Invoice.objects.count() == 1


def test_an_order_elsewhere_is_retried_by_its_own_day(client, manager):
    order = an_order(customer=a_customer(time_zone="Pacific/Honolulu"))
    Company.objects.update_or_create(pk=1, defaults={"name": "Sen Việt"})
    a_set_aside(order)
    client.post(reverse("backoffice:order_billing", args=[order.number]))
    assert not Invoice.objects.exists(), "there it is still yesterday"
    assert not SetAside.objects.open().exists()
