"""The chain of evidence: what was declared, shown and done when a customer closed, each entry hashed with the one before."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from soon.models import Closure


def append_evidence(kind: str, entries: Sequence[tuple[Closure, Mapping[str, Any]]], *, at: datetime.datetime) -> None:
    """Append an entry of `kind` (Evidence.Kind) for each closure with what it must prove, at the moment `at`.

    Call it with the money of the customers locked, so that a chain has one end.
    """
