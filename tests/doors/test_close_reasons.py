"""Close reasons: the list with its buttons, and the form."""

import pytest
from django.urls import reverse

from soon.models import CloseReason
from tests.builders import a_churned_order, a_close_reason
from tests.doors.setting_up import logged_in, only, statuses, text_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
FORM = {
    "name_vi": "Quá đắt",
    "name_en": "Too expensive",
    "audience": "everyone",
    "category": "price",
    "comment_policy": "optional",
}


@pytest.fixture(autouse=True)
def empty_list(db):
    """Start without the reasons that a new installation brings."""
    CloseReason.objects.all().delete()


@pytest.fixture
def reasons():
    names = ("Quá đắt", "Dịch vụ kém", "Chuyển nhà")
    return [a_close_reason(name, name_en=f"EN {name}", position=place * 10) for place, name in enumerate(names)]


def act(page, reason, **data):
    """Press a button of the list and return the page that comes back."""
    return text_of(logged_in().post(reverse(f"backoffice:{page}", args=[reason.pk]), data, follow=True))


def test_only_those_who_configure_see_reasons(reasons):
    assert statuses("reasons") == only("administrator", "manager")
    assert statuses("reason_new") == only("administrator", "manager")
    assert statuses("reason_edit", reasons[0].pk) == only("administrator", "manager")


@pytest.mark.parametrize("page", ["reason_archive", "reason_restore", "reason_deletion", "reason_move"])
def test_buttons_take_a_post_and_the_right(reasons, page):
    assert statuses(page, reasons[1].pk)["administrator"] == 405
    before = everything()["CloseReason"]
    for role in ("salesperson", "accountant", "customer"):
        client = logged_in(role)
        assert client.post(reverse(f"backoffice:{page}", args=[reasons[1].pk]), {"direction": "up"}).status_code == 403
    assert everything()["CloseReason"] == before


def test_a_reason_is_added_in_both_languages():
    client = logged_in()
    assert client.post("/close-reasons/new/", FORM | {"name_vi": "  Quá   đắt "}).status_code == 302
    reason = CloseReason.objects.get()
    assert (reason.name_vi, reason.name_en, reason.audience) == ("Quá đắt", "Too expensive", "everyone")
    assert (reason.category, reason.comment_policy) == ("price", "optional")
    page = text_of(client.get("/close-reasons/"))
    assert "Too expensive" in page and "Price" in page


@pytest.mark.parametrize(
    "change", [{"category": "weather"}, {"category": ""}, {"comment_policy": "maybe"}, {"audience": "system"}]
)
def test_what_no_reason_can_say_is_refused(change):
    client = logged_in()
    before = everything()
    assert client.post("/close-reasons/new/", FORM | change).status_code == 422
    assert everything() == before


def test_the_form_shows_what_is_stored(reasons):
    reasons[0].category, reasons[0].comment_policy = "circumstances", "required"
    reasons[0].save()
    page = text_of(logged_in().get(f"/close-reasons/{reasons[0].pk}/edit/"))
    assert 'value="circumstances" selected' in page
    assert 'value="required" selected' in page


def test_a_duplicate_name_is_refused_with_a_sentence(reasons):
    client = logged_in()
    before = everything()
    response = client.post("/close-reasons/new/", FORM)
    assert response.status_code == 422
    assert "There is already a current close reason of this name." in text_of(response)
    assert everything() == before


def test_renaming_in_both_languages(reasons):
    client = logged_in()
    form = FORM | {"name_vi": "Giá cao", "name_en": "Price too high", "audience": "staff"}
    assert client.post(f"/close-reasons/{reasons[0].pk}/edit/", form).status_code == 302
    assert list(CloseReason.objects.filter(audience="staff").values_list("name_vi", "name_en")) == [
        ("Giá cao", "Price too high")
    ]


def test_the_form_says_that_a_used_reason_is_replaced_and_the_list_shows_both(reasons):
    a_churned_order(reason=reasons[0])
    client = logged_in()
    url = f"/close-reasons/{reasons[0].pk}/edit/"
    assert "1 closure has this reason and keeps it." in text_of(client.get(url))
    assert client.post(url, FORM | {"name_vi": "Giá cao", "name_en": "Price too high"}).status_code == 302
    page = text_of(client.get("/close-reasons/"))
    assert "1 archived reason" in page and "Price too high" in page and "EN Quá đắt" in page


def test_moving_with_buttons(reasons):
    first, second, third = reasons
    act("reason_move", third, direction="up")
    assert list(CloseReason.objects.all()) == [first, third, second]
    act("reason_move", first, direction="down")
    assert list(CloseReason.objects.all()) == [third, first, second]
    before = everything()["CloseReason"]
    assert "already stands at the end" in act("reason_move", third, direction="up")
    act("reason_move", third, direction="sideways")
    assert everything()["CloseReason"] == before


def test_archive_restore_and_delete(reasons):
    first, second, _third = reasons
    assert "The close reason is archived." in act("reason_archive", first)
    assert "1 archived reason" in text_of(logged_in().get("/close-reasons/"))
    assert "offered again" in act("reason_restore", first)
    assert "The close reason is deleted." in act("reason_deletion", second)
    assert not CloseReason.objects.filter(pk=second.pk).exists()


def test_a_used_reason_shows_its_count_and_offers_no_deletion(reasons):
    a_churned_order(reason=reasons[0])
    page = text_of(logged_in().get("/close-reasons/"))
    assert f"/orders/?reason={reasons[0].pk}" in page
    assert reverse("backoffice:reason_deletion", args=[reasons[0].pk]) not in page
    assert reverse("backoffice:reason_deletion", args=[reasons[1].pk]) in page
    before = everything()["CloseReason"]
    assert "Archive it instead" in act("reason_deletion", reasons[0])
    assert everything()["CloseReason"] == before


def test_a_reason_of_the_system_is_only_renamed(reasons):
    unpaid = a_close_reason("Quá hạn", audience="system", system_code="unpaid")
    client = logged_in()
    page = text_of(client.get("/close-reasons/"))
    for button in ("reason_archive", "reason_deletion", "reason_move"):
        assert reverse(f"backoffice:{button}", args=[unpaid.pk]) not in page
    form = text_of(client.get(f"/close-reasons/{unpaid.pk}/edit/"))
    assert not [name for name in ("audience", "category", "comment_policy") if f'name="{name}"' in form]
    client.post(f"/close-reasons/{unpaid.pk}/edit/", FORM | {"name_vi": "Chưa trả", "name_en": "Unpaid"})
    unpaid.refresh_from_db()
    assert (unpaid.name_vi, unpaid.audience, unpaid.category) == ("Chưa trả", "system", "other")


def test_the_last_reason_of_customers_stays():
    only_one = a_close_reason("Khác")
    before = everything()["CloseReason"]
    assert "last reason that customers can choose" in act("reason_archive", only_one)
    assert "last reason that customers can choose" in act("reason_deletion", only_one)
    assert everything()["CloseReason"] == before


def test_the_list_costs_the_same_however_long(django_assert_max_num_queries):
    client = logged_in()
    for number in range(15):
        a_close_reason(f"Lý do {number}")
    with django_assert_max_num_queries(6):
        client.get("/close-reasons/")
