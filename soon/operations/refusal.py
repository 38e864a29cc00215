"""The one kind of answer a verb gives when it will not do what it was asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.functional import Promise


class Refusal(Exception):
    """A verb refuses: nothing was written, and `str()` says why and what to do, in the reader's language."""

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


class DoneBefore(Refusal):
    """The very same form was sent before and did what it was to do: nothing is left to do."""


@contextmanager
def refused_by_database(refusal: Refusal) -> Iterator[None]:
    """Raise `refusal` where the database refuses what stands inside: of two who pass a check at once it lets one through."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise refusal from error
