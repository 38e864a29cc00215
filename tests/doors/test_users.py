"""Users: invited with a link shown once, changed, shut out; never the last administrator."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from soon.mail.render import render
from soon.models import Letter, User
from tests.builders import PASSWORD, a_customer, a_user
from tests.doors.setting_up import logged_in, only, statuses, text_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
NEW = "/users/new/"
FORM = {"name": "Trần Lan", "email": "lan@example.com", "role": "salesperson", "language": "vi"}


def link_on(page):
    """Return the path of the link that the page shows."""
    found = re.search(r'id="password-link"[^>]*value="http://[^/]+([^"]+)"', page)
    return found[1] if found else ""


def test_only_administrators_see_users():
    user = a_user("manager")
    for page, args in (("users", ()), ("user_new", ()), ("user", (user.pk,)), ("user_edit", (user.pk,))):
        assert statuses(page, *args) == only("administrator"), page


def test_buttons_take_a_post_and_the_right():
    user = a_user("manager")
    clients = [logged_in(role) for role in ("manager", "accountant", "customer")]
    administrator = logged_in()
    before = everything()
    for page in ("user_link", "user_deactivate", "user_activate"):
        url = reverse(f"backoffice:{page}", args=[user.pk])
        assert administrator.get(url).status_code == 405
        assert [client.post(url).status_code for client in clients] == [403, 403, 403]
    assert everything() == before


def test_an_invited_colleague_sets_a_password_on_the_link_and_logs_in():
    client = logged_in()
    page = text_of(client.post(NEW, FORM, follow=True))
    user = User.objects.get(email="lan@example.com")
    path = link_on(page)
    assert path
    assert link_on(text_of(client.get(f"/users/{user.pk}/"))) == "", "the link is shown once"
    stranger = Client()
    form_page = stranger.get(path, follow=True)
    done = stranger.post(form_page.redirect_chain[-1][0], {"password1": "mật-khẩu-dài-12", "password2": "mật-khẩu-dài-12"})
    assert done.status_code == 302
    user.refresh_from_db()
    assert user.check_password("mật-khẩu-dài-12")
    again = Client().get(path, follow=True)
    assert 'name="password1"' not in text_of(again), "the link works once"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_invitation_carries_the_link_and_no_password(language):
    logged_in().post(NEW, FORM | {"language": language})
    message = render(Letter.objects.get())
    assert "/account/password/reset/key/" in str(message.body)
    assert message.to == ["Trần Lan <lan@example.com>"] or "lan@example.com" in message.to[0]
    assert "portal" not in str(message.body).lower()


def test_a_customer_is_invited_from_their_page():
    customer = a_customer(email="dao@example.com")
    client = logged_in()
    page = text_of(client.get(f"{NEW}?customer={customer.pk}"))
    assert 'value="dao@example.com"' in page
    assert 'name="role"' not in page
    form = {"name": "Đào", "email": "dao@example.com", "language": "vi", "role": "administrator"}
    assert client.post(f"{NEW}?customer={customer.pk}", form).status_code == 302
    user = User.objects.get(email="dao@example.com")
    assert (user.role, user.customer) == ("customer", customer)


@pytest.mark.parametrize("number", ["999999", "abc", "-1", "9" * 40, "%00"])
def test_a_customer_that_is_not_there_cannot_be_invited(number):
    assert logged_in().get(f"{NEW}?customer={number}").status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "required"),
        ({"email": "nobody"}, "valid email"),
        ({"email": "TAKEN@example.com"}, "Somebody already uses this e-mail."),
        ({"role": "customer"}, "Select a valid choice"),
        ({"role": "emperor"}, "Select a valid choice"),
        ({"language": "fr"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused(change, words):
    a_user("manager", email="taken@example.com")
    client = logged_in()
    before = everything()
    response = client.post(NEW, FORM | change)
    assert response.status_code == 422
    assert words in text_of(response)
    assert everything() == before


def test_name_e_mail_and_role_are_changed():
    user = a_user("salesperson")
    form = {"name": "Lê Bình", "email": "Binh@Example.com", "role": "accountant"}
    assert logged_in().post(f"/users/{user.pk}/edit/", form).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.email, user.role) == ("Lê Bình", "binh@example.com", "accountant")


def test_nobody_demotes_themselves():
    a_user("administrator")
    client = logged_in(email="me@example.com")
    me = User.objects.get(email="me@example.com")
    before = everything()["User"]
    response = client.post(f"/users/{me.pk}/edit/", {"name": "Me", "email": me.email, "role": "manager"})
    assert response.status_code == 422
    assert "You cannot change your own role." in text_of(response)
    assert everything()["User"] == before


def test_the_last_administrator_is_not_deactivated():
    client = logged_in(email="me@example.com")
    me = User.objects.get()
    assert reverse("backoffice:user_deactivate", args=[me.pk]) not in text_of(client.get(f"/users/{me.pk}/"))
    page = text_of(client.post(reverse("backoffice:user_deactivate", args=[me.pk]), follow=True))
    assert "last active administrator" in page
    assert User.objects.get().is_active


def test_a_deactivated_person_is_out_at_once_and_back_when_activated():
    user = a_user("manager")
    theirs = Client()
    theirs.force_login(user)
    assert theirs.get("/plans/").status_code == 200
    client = logged_in()
    client.post(reverse("backoffice:user_deactivate", args=[user.pk]))
    assert theirs.get("/plans/").status_code == 302
    assert not Client().login(email=user.email, password=PASSWORD)
    assert "can log in again" in text_of(client.post(reverse("backoffice:user_activate", args=[user.pk]), follow=True))


def test_a_new_link_is_shown_and_mailed_but_not_for_a_deactivated_person():
    client, user, gone = logged_in(), a_user("manager"), a_user("manager", is_active=False)
    assert link_on(text_of(client.post(reverse("backoffice:user_link", args=[user.pk]), follow=True)))
    assert Letter.objects.count() == 1
    page = text_of(client.post(reverse("backoffice:user_link", args=[gone.pk]), follow=True))
    assert "deactivated" in page
    assert not link_on(page)
    assert Letter.objects.count() == 1
