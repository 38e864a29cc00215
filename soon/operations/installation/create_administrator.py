"""Creating somebody who may do everything."""

import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import User
from soon.operations.refusal import Refusal


class CannotCreateAdministrator(Refusal):
    """The e-mail, name or password will not do."""


@transaction.atomic
def create_administrator(email: str, *, name: str, password: str, at: datetime.datetime) -> User:
    """Create an administrator who logs in with `email` and `password`.

    Raises CannotCreateAdministrator for a malformed or used e-mail, an empty name, or a password that is easy to guess.
    """
    email, name = email.strip().lower(), name.strip()
    if not name:
        raise CannotCreateAdministrator(_("Please give a name."))
    _check_email(email)
    try:
        validate_password(password, User(email=email, name=name))
    except ValidationError as error:
        raise CannotCreateAdministrator(" ".join(error.messages)) from error
    return User.objects.create_user(email, password, name=name, role=User.Role.ADMINISTRATOR, created_at=at)


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise CannotCreateAdministrator(_("This is not an e-mail address.")) from error
    if User.objects.filter(email__iexact=email).exists():
        raise CannotCreateAdministrator(_("Somebody already uses this e-mail."))
