"""Doing something for many records at once, and, when something is wrong with one, for all others without it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import OperationalError, transaction

T = TypeVar("T")


def in_halves(
    keys: Sequence[int],
    attempt: Callable[[Sequence[int]], T],
    give_up: Callable[[int, Exception], T],
    *,
    failing: tuple[type[Exception], ...],
) -> list[T]:
    """Return what `attempt` made of all `keys`, or of halves of them where it raised one of `failing`, down to single ones.

    Each attempt is a transaction, or a savepoint of the caller's; a single key that fails is what `give_up` makes of it.
    Raises OperationalError: that the database is away or too busy is no record's fault.
    """
    try:
        with transaction.atomic():
            return [attempt(keys)]
    except OperationalError:
        raise
    except failing as error:
        if len(keys) == 1:
            return [give_up(keys[0], error)]
    middle = len(keys) // 2
    parts = (keys[:middle], keys[middle:])
    return [made for part in parts for made in in_halves(part, attempt, give_up, failing=failing)]
