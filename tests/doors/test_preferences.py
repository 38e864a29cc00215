"""Language and appearance: for everybody, remembered, and never a way out to another site."""

import pytest
from django.test import Client

from soon.models import User
from tests.builders import a_user
from tests.doors.setting_up import HOSTILE, text_of

pytestmark = pytest.mark.django_db
PAGE = "/preferences/"


def test_a_stranger_chooses_a_language_and_keeps_it():
    client = Client(headers={"accept-language": "vi"})
    response = client.post(PAGE, {"language": "en", "next": "/account/login/"})
    assert (response.status_code, response["Location"]) == (302, "/account/login/")
    assert response.cookies["django_language"].value == "en"
    assert '<html lang="en"' in text_of(client.get("/account/login/"))


def test_a_persons_choice_follows_them_to_another_browser():
    user = a_user(language="vi")
    client, elsewhere = Client(), Client(headers={"accept-language": "vi"})
    client.force_login(user)
    client.post(PAGE, {"language": "en", "next": "/plans/"})
    assert User.objects.get().language == "en"
    elsewhere.force_login(User.objects.get())
    assert '<html lang="en"' in text_of(elsewhere.get("/plans/"))


def test_a_customer_may_choose_too():
    user = a_user("customer")
    client = Client()
    client.force_login(user)
    assert client.post(PAGE, {"language": "en"}).status_code == 302
    assert User.objects.get().language == "en"


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_the_appearance_is_kept(theme):
    client = Client()
    response = client.post(PAGE, {"theme": theme, "next": "/account/login/"})
    assert response.cookies["theme"].value == theme
    assert f'data-theme="{theme}"' in text_of(client.get("/account/login/"))


@pytest.mark.parametrize(
    "data", [{"language": "xx"}, {"theme": "neon"}, {}, *({"language": text} for text in HOSTILE.values())]
)
def test_what_we_do_not_have_changes_nothing(data):
    user = a_user(language="vi")
    client = Client()
    client.force_login(user)
    response = client.post(PAGE, data)
    assert response.status_code == 302
    assert User.objects.get().language == "vi"
    assert "django_language" not in response.cookies
    assert "theme" not in response.cookies


ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "http:///evil.example", "javascript:alert(1)"]


@pytest.mark.parametrize("wanted", [*ELSEWHERE, "\x00/", "", "evil"])
def test_the_way_back_stays_here(wanted):
    location = Client().post(PAGE, {"theme": "dark", "next": wanted})["Location"]
    assert "evil.example" not in location
    assert not location.startswith("javascript:")


def test_it_takes_a_post_with_our_own_form():
    assert Client().get(PAGE).status_code == 405
    assert Client(enforce_csrf_checks=True).post(PAGE, {"theme": "dark"}).status_code == 403
