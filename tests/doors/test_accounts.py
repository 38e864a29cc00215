"""Logging in and out, forgotten and changed passwords: in both languages, throttled, telling strangers nothing."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from soon.models import Company, User
from tests.builders import PASSWORD, a_user

pytestmark = pytest.mark.django_db
NEW = "một mật khẩu rất dài"


@pytest.fixture
def client():
    return Client(headers={"Accept-Language": "en"})


def log_in(client, email, password=PASSWORD):
    return client.post("/account/login/", {"login": email, "password": password})


@pytest.mark.parametrize(("role", "first_page"), [("manager", "/"), ("accountant", "/"), ("customer", "/portal/")])
def test_after_logging_in_everybody_lands_on_their_first_page(client, role, first_page):
    user = a_user(role)
    assert log_in(client, user.email).headers["Location"] == first_page
    assert log_in(Client(), user.email.upper()).headers["Location"] == first_page


def test_a_page_asked_for_before_is_shown_after_but_never_a_foreign_one(client):
    user = a_user("manager")
    fields = {"login": user.email, "password": PASSWORD}
    assert client.post("/account/login/", fields | {"next": "/orders/"}).headers["Location"] == "/orders/"
    assert Client().post("/account/login/", fields | {"next": "https://evil.example/"}).headers["Location"] == "/"


@pytest.mark.parametrize("email", ["known@example.com", "nobody@example.com"])
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, email):
    a_user("manager", email="known@example.com")
    page = log_in(client, email, "wrong").content.decode()
    assert "The e-mail address or the password is not right." in page
    assert f'value="{email}"' in page


def test_an_account_that_is_not_active_is_not_let_in(client):
    user = a_user("manager", is_active=False)
    log_in(client, user.email)
    assert client.get("/").status_code == 302


def test_guessing_is_stopped_after_a_few_attempts(client):
    user = a_user("manager")
    for _ in range(5):
        assert log_in(client, user.email, "wrong").status_code == 200
    page = log_in(client, user.email)
    assert page.status_code == 200
    assert "Too many attempts" in page.content.decode()
    assert log_in(Client(), a_user("manager").email).status_code == 302


def test_a_flood_from_one_address_gets_a_page_of_ours(client):
    answers = [client.get("/account/password/reset/key/1-x/").status_code for _ in range(2)]
    answers += [client.post("/account/login/", {"login": f"a{n}@example.com", "password": "x"}) for n in range(31)]
    assert answers[-1].status_code == 429
    assert "Too many attempts" in answers[-1].content.decode()


def test_demo_log_ins_stand_on_the_page_only_with_demo_data(client):
    Company.objects.update_or_create(pk=1, defaults={"name": "Sen Việt"})
    page = client.get("/account/login/").content.decode()
    assert "soon-demo" not in page
    assert "example.com" not in page
    Company.objects.update(has_demo_data=True)
    page = client.get("/account/login/").content.decode()
    assert "soon-demo" in page
    for name in ("admin", "manager", "sales", "accountant", "customer"):
        assert f"{name}@example.com" in page


def test_logging_out_asks_first(client):
    user = a_user("manager")
    log_in(client, user.email)
    assert "Do you want to sign out" in client.get("/account/logout/").content.decode()
    assert client.post("/account/logout/").headers["Location"] == "/account/login/"
    assert client.get("/account/password/").status_code == 302


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_forgotten_password(client, language):
    user = a_user("manager", language=language)
    assert (
        "Look into your mailbox" in client.post("/account/password/reset/", {"email": user.email}, follow=True).content.decode()
    )
    (letter,) = mail.outbox
    assert letter.to == [user.email]
    assert user.name in letter.body
    path = re.search(rf"{settings.BASE_URL}(/\S+)", letter.body)[1]
    form = client.get(path, follow=True)
    (action,) = re.findall(r'<form method="post" action="([^"]*key[^"]*)"', form.content.decode())
    done = client.post(action, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your password is changed" in done.content.decode()
    assert log_in(Client(), user.email, NEW).status_code == 302
    used = Client(headers={"Accept-Language": "en"}).get(path, follow=True)
    assert "This link no longer works" in used.content.decode()


def test_a_stranger_learns_nothing_from_a_forgotten_password(client):
    known, unknown = a_user("manager").email, "nobody@example.com"
    pages = [client.post("/account/password/reset/", {"email": email}, follow=True).content for email in (known, unknown)]
    assert len({re.sub(rb'csrfmiddlewaretoken" value="[^"]*"', b"", page) for page in pages}) == 1
    assert len(mail.outbox) == 1


def test_a_mail_server_that_is_away_tells_nothing_either(client, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = client.post("/account/password/reset/", {"email": a_user("manager").email}, follow=True)
    assert "Look into your mailbox" in answer.content.decode()


def test_limits_count_visitors_behind_a_proxy(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forms = [{"login": f"nobody{number}@example.com", "password": "wrong wrong"} for number in range(12)]
    # What a visitor claims stands before what our proxy adds.
    flood = [
        client.post("/account/login/", form, headers={"X-Forwarded-For": f"10.0.0.{n}, 192.0.2.7"})
        for n, form in enumerate(forms)
    ]
    assert "Too many" in flood[-1].content.decode()
    other = client.post("/account/login/", forms[0], headers={"X-Forwarded-For": "192.0.2.8"})
    assert "Too many" not in other.content.decode()


def test_changing_the_password(client):
    user = a_user("accountant", language="en")
    log_in(client, user.email)
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert "The two passwords are not the same." in (
        client.post("/account/password/", fields | {"password2": "x"}).content.decode()
    )
    assert (
        "Please type your current password."
        in client.post("/account/password/", fields | {"oldpassword": "x"}).content.decode()
    )
    assert client.post("/account/password/", fields | {"password1": "short", "password2": "short"}).status_code == 200
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    assert client.post("/account/password/", fields).headers["Location"] == "/"
    assert User.objects.get(pk=user.pk).check_password(NEW)


@pytest.mark.parametrize("path", ["signup/", "email/", "3rdparty/", "password/set/"])
def test_nothing_else_of_the_account_pages_is_there(client, path):
    assert client.get(f"/account/{path}").status_code == 404


def test_every_page_says_its_fields_by_labels(client):
    for path in ("login/", "password/reset/"):
        page = client.get(f"/account/{path}").content.decode()
        assert "placeholder" not in re.sub(r"data-[a-z-]+=\"[^\"]*\"", "", page)
        assert page.count("<h1>") == 1
