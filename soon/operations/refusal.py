"""The one kind of answer a verb gives when it will not do what it was asked."""

from django.utils.functional import Promise


class Refusal(Exception):
    """A verb refuses: nothing was written, and `str()` says why and what to do, in the reader's language."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)
