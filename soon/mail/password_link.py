"""The address at which a person sets their password, once."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

from soon.models import User


def password_path(user: User) -> str:
    """Return the path of the page on which `user` sets a password.

    Its key is made when it is needed and stored nowhere; it ends with its use, a log-in, or after some days.
    """
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
