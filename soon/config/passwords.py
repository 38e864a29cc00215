"""What we ask of a password, beyond what Django asks."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class MinimumLength(MinimumLengthValidator):
    """Django's rule in a sentence of our own: theirs has an unnamed place for the number."""

    def get_error_message(self) -> str:
        """Return what is wrong and how many characters it takes."""
        return ngettext(
            "This password is too short. It must contain at least %(count)d character.",
            "This password is too short. It must contain at least %(count)d characters.",
            self.min_length,
        ) % {"count": self.min_length}
