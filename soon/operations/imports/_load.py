"""Loading a batch of understood rows that are not there yet, in the caller's transaction."""

import datetime
from collections.abc import Sequence
from typing import Any

from soon.activity.actor import Actor

from ._catalogue import Catalogue
from ._kinds import KINDS
from ._loaded import Loaded
from ._map_parts import FileMap

BATCH = 500


def load(
    batch: Sequence[Any],
    *,
    mapping: FileMap,
    actor: Actor,
    at: datetime.datetime,
    today: datetime.date,
    found: Catalogue | None = None,
) -> Loaded:
    """Store those of `batch`, rows of the kind of `mapping`, that are not there; what is there stays as it is.

    `found` is what earlier batches of the same transaction were about. Raises Refusal and IntegrityError; then nothing must
    stay.
    """
    kind = KINDS[mapping.kind]
    new = kind.new(batch)
    closed = kind.store(new, mapping=mapping, actor=actor, at=at, today=today, found=found) if new else 0
    return Loaded(len(new), closed, len(batch) - len(new))
