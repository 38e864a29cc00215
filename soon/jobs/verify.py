"""The door through which the worker verifies at night."""

from contextlib import suppress

from django.utils import timezone

from soon.operations.billing.run import Stop
from soon.operations.verification.verify_nightly import verify_nightly


class _Stopped(BaseException):
    """The worker is asked to end: no error, and nothing that a check should survive."""


def verify(stop: Stop) -> None:
    """Make the verification of the night if it is due, and leave it without an end if the worker has to go."""

    def look_up(done: int, total: int) -> None:
        if stop.is_wanted:
            raise _Stopped

    with suppress(_Stopped):
        verify_nightly(clock=timezone.now, on_progress=look_up)
