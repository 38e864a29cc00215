"""Loading a batch without those of its rows that cannot be stored after all."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import DataError, IntegrityError

from soon.activity.actor import Actor
from soon.domain.errors import DomainError
from soon.operations.halving import in_halves
from soon.operations.refusal import Refusal

from ._load import load
from ._loaded import Loaded
from ._map_parts import FileMap
from .subscription import Problem

# What is a row's own fault.
FAILING: tuple[type[Exception], ...] = (Refusal, DomainError, IntegrityError, DataError, OverflowError)


def load_apart(
    batch: Sequence[Any],
    *,
    mapping: FileMap,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
) -> tuple[Loaded, list[Problem]]:
    """Store those of `batch` that can be stored, and return what came of it with a problem for each of the others."""
    by_row = {each.row: each for each in batch}

    def attempt(rows: Sequence[int]) -> Loaded | Problem:
        return load([by_row[row] for row in rows], mapping=mapping, actor=actor, at=at, today=today)

    def give_up(row: int, error: Exception) -> Loaded | Problem:
        return Problem(row, "", "not_stored", {"error": str(error)[:200]})

    made = in_halves(list(by_row), attempt, give_up, failing=FAILING) if batch else []
    loaded = sum((each for each in made if isinstance(each, Loaded)), Loaded())
    return loaded, [each for each in made if isinstance(each, Problem)]
