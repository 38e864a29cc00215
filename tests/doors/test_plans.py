"""Recurring plans: list, page and form."""

import pytest
from django.urls import reverse

from soon.models import Plan
from tests.builders import a_plan, a_product, an_order
from tests.doors.setting_up import logged_in, only, price_rows, statuses, text_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
NEW = "/plans/new/"
FORM = {
    "name_vi": "Hằng quý",
    "name_en": "Quarterly",
    "interval_count": "3",
    "interval_unit": "month",
    "alignment": "anniversary",
    "is_closable": "on",
    "closable_at": "any_time",
    "staff_closing_day": "today",
    "credit_policy": "unused_days",
    "closing_day_is_served": "on",
    "position": "20",
}


def test_only_those_who_configure_see_plans():
    plan = a_plan()
    for page, args in (
        ("plans", ()),
        ("plan_new", ()),
        ("plan", (plan.pk,)),
        ("plan_edit", (plan.pk,)),
        ("plan_items", (plan.pk,)),
    ):
        assert statuses(page, *args) == only("administrator", "manager"), page


@pytest.mark.parametrize("page", ["plan_archive", "plan_restore"])
def test_archiving_takes_a_post_and_the_right(page):
    plan = a_plan()
    assert statuses(page, plan.pk)["administrator"] == 405
    before = Plan.objects.values().get()
    client = logged_in("accountant")
    assert client.post(reverse(f"backoffice:{page}", args=[plan.pk])).status_code == 403
    assert Plan.objects.values().get() == before


def test_a_new_plan_with_prices_in_the_readers_notation():
    cloud = a_product("CLOUD")
    rows = price_rows(
        {"product": cloud.pk, "currency": "VND", "amount_minor": "2.700.000"},
        {"product": cloud.pk, "currency": "USD", "amount_minor": "1,080.50"},
        {"product": "", "currency": "VND", "amount_minor": ""},
    )
    response = logged_in().post(NEW, FORM | rows)
    plan = Plan.objects.get()
    assert response.status_code == 302, text_of(response)
    assert response["Location"] == f"/plans/{plan.pk}/"
    assert (plan.name_en, plan.interval.months, plan.is_closable, plan.anchor_day) == ("Quarterly", 3, True, None)
    assert list(plan.prices.values_list("currency", "amount_minor")) == [("USD", 108_050), ("VND", 2_700_000)]


def test_the_page_tells_what_the_plan_does_in_both_languages():
    plan = a_plan("Hằng quý", name_en="Quarterly", interval_count=3)
    an_order(plan=plan)
    english = text_of(logged_in().get(f"/plans/{plan.pk}/"))
    for words in ("Quarterly", "3 months", "Self-Service", "Closable", "Subscription Items", "Close Subscription"):
        assert words in english
    assert f"/orders/?filter=in_progress&amp;filter=paused&amp;plan={plan.pk}" in english
    vietnamese = text_of(logged_in(language="vi").get(f"/plans/{plan.pk}/"))
    for words in ("Hằng quý", "Tự phục vụ", "Có thể đóng"):
        assert words in vietnamese


def test_how_a_plan_closes_is_typed_shown_and_none_of_it_is_needed():
    client = logged_in()
    client.post(NEW, FORM | price_rows() | {"notice_days": "", "minimum_months": "", "withdrawal_days": ""})
    plan = Plan.objects.get()
    assert (plan.notice_days, plan.minimum_months, plan.withdrawal_days) == (0, 0, 0)
    says = {
        "closable_at": "end_of_period",
        "notice_days": "30",
        "minimum_months": "24",
        "staff_closing_day": "end_of_period",
        "credit_policy": "staff",
        "withdrawal_days": "14",
    }
    assert client.post(f"/plans/{plan.pk}/edit/", FORM | price_rows() | says).status_code == 302
    plan = Plan.objects.get()
    assert {name: str(getattr(plan, name)) for name in says} == says
    page = text_of(client.get(f"/plans/{plan.pk}/"))
    for words in ("At the end of the paid period", "30 days", "24 months", "14 days", "Staff choose each time"):
        assert words in page


def test_the_items_are_the_recurring_lines_of_running_subscriptions():
    plan = a_plan()
    running = an_order(plan=plan)
    other = an_order()
    page = text_of(logged_in().get(f"/plans/{plan.pk}/items/"))
    assert running.number in page
    assert other.number not in page


def test_the_form_shows_what_is_stored_and_saving_it_unchanged_changes_nothing():
    cloud = a_product("CLOUD")
    client = logged_in(language="vi")
    client.post(NEW, FORM | price_rows({"product": cloud.pk, "currency": "USD", "amount_minor": "12,50"}))
    plan = Plan.objects.get()
    page = client.get(f"/plans/{plan.pk}/edit/")
    assert 'value="12,50"' in text_of(page)
    before = everything()
    rows = price_rows({"product": cloud.pk, "currency": "USD", "amount_minor": "12,50"}, initial=1)
    assert client.post(f"/plans/{plan.pk}/edit/", FORM | rows).status_code == 302
    after = everything()
    assert (after["Plan"], after["Price"]) == (before["Plan"], before["Price"])


def test_a_price_is_removed_by_its_check_box():
    cloud = a_product("CLOUD")
    plan = a_plan()
    cloud.prices.create(plan=plan, currency="VND", amount_minor=5)
    rows = price_rows({"product": cloud.pk, "currency": "VND", "amount_minor": "5", "DELETE": "on"}, initial=1)
    form = FORM | {"interval_count": "1"}
    assert logged_in().post(f"/plans/{plan.pk}/edit/", form | rows).status_code == 302
    assert plan.prices.count() == 0


def test_a_line_is_added_without_javascript_and_nothing_is_saved():
    before = everything()["Plan"]
    response = logged_in().post(NEW, FORM | price_rows({}) | {"add_line": "1", "name_vi": ""})
    assert response.status_code == 200
    assert 'name="prices-1-amount_minor"' in text_of(response)
    assert "form-errors" not in text_of(response)
    assert everything()["Plan"] == before


def test_a_used_plan_keeps_its_period_and_the_page_says_what_to_do():
    plan = a_plan()
    an_order(plan=plan)
    client = logged_in()
    before = everything()["Plan"]
    response = client.post(f"/plans/{plan.pk}/edit/", FORM | price_rows())
    assert response.status_code == 422
    assert "Archive this plan and make a new one." in text_of(response)
    assert everything()["Plan"] == before
    assert (
        client.post(f"/plans/{plan.pk}/edit/", FORM | price_rows() | {"interval_count": "1", "is_closable": ""}).status_code
        == 302
    )
    assert not Plan.objects.get().is_closable


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name_vi": ""}, "required"),
        ({"interval_count": "0"}, "greater than or equal to 1"),
        ({"interval_count": "1000"}, "less than or equal to 999"),
        ({"interval_count": "1.5"}, "whole number"),
        ({"interval_unit": "fortnight"}, "Select a valid choice"),
        ({"alignment": "calendar", "anchor_day": "32"}, "less than or equal to 31"),
        ({"alignment": "calendar", "anchor_day": "5", "interval_unit": "week"}, "months or years"),
        ({"automatic_closing_days": "0"}, "greater than or equal to 1"),
        ({"closable_at": "midnight"}, "Select a valid choice"),
        ({"credit_policy": ""}, "required"),
        ({"notice_days": "-1"}, "greater than or equal to 0"),
        ({"notice_days": "366"}, "less than or equal to 365"),
        ({"minimum_months": "121"}, "less than or equal to 120"),
        ({"withdrawal_days": "366"}, "less than or equal to 365"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(change, words):
    client = logged_in()
    before = everything()
    response = client.post(NEW, FORM | price_rows() | change)
    assert response.status_code == 422
    assert words in text_of(response)
    assert everything() == before


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"currency": "VND", "amount_minor": "1,5"}, "no decimals"),
        ({"currency": "USD", "amount_minor": "1.250"}, "two amounts"),
        ({"currency": "XXX", "amount_minor": "1"}, "Select a valid choice"),
        ({"currency": "VND", "amount_minor": ""}, "required"),
        ({"currency": "VND", "amount_minor": "-1"}, "negative"),
        ({"product": "999999", "currency": "VND", "amount_minor": "1"}, "Select a valid choice"),
    ],
)
def test_prices_that_cannot_be_are_refused_at_their_row(row, words):
    cloud = a_product("CLOUD")
    client = logged_in()
    before = everything()
    response = client.post(NEW, FORM | price_rows({"product": cloud.pk} | row))
    assert response.status_code == 422
    assert words in text_of(response)
    assert everything() == before


def test_two_prices_for_one_thing_are_refused_at_the_second():
    cloud = a_product("CLOUD")
    row = {"product": cloud.pk, "currency": "VND", "amount_minor": "1"}
    response = logged_in().post(NEW, FORM | price_rows(row, row))
    assert response.status_code == 422
    assert "already a price in this currency" in text_of(response)
    assert not Plan.objects.exists()


def test_archive_and_restore():
    plan = a_plan()
    client = logged_in()
    page = text_of(client.post(f"/plans/{plan.pk}/archival/", follow=True))
    assert "The plan is archived." in page
    assert "already archived" in text_of(client.post(f"/plans/{plan.pk}/archival/", follow=True))
    client.post(f"/plans/{plan.pk}/restoration/")
    assert Plan.objects.get().archived_at is None


def test_the_list_costs_the_same_however_long(django_assert_max_num_queries):
    client = logged_in()
    for number in range(12):
        a_plan(f"Kế hoạch {number}")
    with django_assert_max_num_queries(12):
        client.get("/plans/")
