"""Words that frameworks would say in English: the pages say them in the reader's language."""

import pytest
from django.test import Client

from soon.models import User

pytestmark = pytest.mark.django_db


def test_a_form_without_its_token_is_explained_in_vietnamese_and_in_english() -> None:
    for language, words in (("vi", "Trang này đã mở quá lâu"), ("en", "This page was open too long")):
        answer = Client(enforce_csrf_checks=True, headers={"accept-language": language}).post("/account/login/", {})
        assert answer.status_code == 403
        assert words in answer.content.decode()


def test_a_wrong_password_and_an_empty_field_speak_vietnamese() -> None:
    User.objects.create_user("lan@example.com", "a long enough one", name="Lan")
    for password, words in (("wrong", "Địa chỉ e-mail hoặc mật khẩu không đúng."), ("", "Không được để trống.")):
        answer = Client().post("/account/login/", {"login": "lan@example.com", "password": password})
        assert words in answer.content.decode()


def test_a_weak_password_is_refused_in_vietnamese(client: Client) -> None:
    user = User.objects.create_user("lan@example.com", "a long enough one", name="Lan")
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    form = {"oldpassword": "a long enough one", "password1": "short", "password2": "other"}
    page = client.post("/account/password/", form).content.decode()
    assert "Mật khẩu quá ngắn, cần ít nhất 10 ký tự." in page
    form = form | {"password1": "long enough now", "password2": "something else"}
    assert "Hai mật khẩu không giống nhau." in client.post("/account/password/", form).content.decode()
