"""The forms of accounts, with our own labels: allauth does not speak Vietnamese."""

from typing import Any

from allauth.account import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from soon.demo.people import LOGINS
from soon.models import Company, User

LABELS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password again"),
    "remember": _("Stay signed in on this device"),
}


class _OurWords:
    """Our labels instead of placeholders that vanish when somebody types."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""

    def add_error(self, field: str | None, error: Any) -> None:
        """Add an error; the one of two different passwords comes from allauth in English."""
        if field == "password2" and not isinstance(error, ValidationError):
            error = _("The two passwords are not the same.")
        super().add_error(field, error)  # type: ignore[misc]


class LoginForm(_OurWords, forms.LoginForm):
    """Signing in."""

    @property
    def demo_accounts(self) -> list[tuple[str, str]]:
        """Role and address of every log-in of the demo company; none anywhere else."""
        if not Company.ours().has_demo_data:
            return []
        return [(str(User.Role(role).label), email) for email, (role, _name) in LOGINS.items()]


class ChangePasswordForm(_OurWords, forms.ChangePasswordForm):
    """Choosing another password."""


class ResetPasswordForm(_OurWords, forms.ResetPasswordForm):
    """Asking for a link because the password is forgotten."""


class ResetPasswordKeyForm(_OurWords, forms.ResetPasswordKeyForm):
    """Choosing a new password after following that link."""
