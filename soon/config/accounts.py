"""How accounts behave: they are made by administrators, never by strangers."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """Keep sign-up shut; people are invited by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
