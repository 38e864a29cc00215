"""How accounts behave: they are made by administrators, never by strangers."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)


class ClosedSignup(DefaultAccountAdapter):
    """Keep sign-up shut; people are invited by an administrator. Speaks in our own, translated words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is not active. An administrator can activate it again."),
        "email_password_mismatch": _("The e-mail address or the password is not right."),
        "enter_current_password": _("Please type your current password."),
        "incorrect_password": _("The password is not right."),
        "invalid_password_reset": _("This link no longer works. Please ask for a new one."),
        "password_min_length": _("The password is too short."),
        "too_many_login_attempts": _("Too many attempts. Please try again in a few minutes."),
        "unknown_email": _("There is no account for this address."),
        "rate_limited": _("Too many attempts. Please try again in a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return the first page of this person: customers land in the portal, staff in the back office."""
        user: Any = request.user
        return reverse("backoffice:home" if user.is_staff_member else "portal:home")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)

    def format_email_subject(self, subject: str) -> str:
        return subject.strip()

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the address as all letters carry it; what a visitor's request calls our server is not to be believed."""
        return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"}).replace(
            "UID-KEY", key
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter about an account in the language its owner reads.

        Where the mail server does not take it, the visitor gets the same page: nobody learns which addresses have an account.
        """
        owner: Any = context.get("user")
        with translation.override(getattr(owner, "language", "") or translation.get_language()):
            try:
                super().send_mail(template_prefix, email, context)
            except OSError:
                logger.exception("A letter about an account was not sent")
