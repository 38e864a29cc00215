"""Is everything still true? A walk over the whole database, and its result."""

import datetime
from collections.abc import Callable, Sequence

from soon.activity.actor import Actor
from soon.models import Verification
from soon.queries.one_moment import one_moment
from soon.queries.verification.checks import Theme
from soon.queries.verification.themes import THEMES

from ._tally import Progress, Tally


def verify(
    *,
    actor: Actor,
    clock: Callable[[], datetime.datetime],
    on_progress: Progress | None = None,
    themes: Sequence[Theme] = THEMES,
    started: Verification | None = None,
) -> Verification:
    """Check everything as it stands at one moment, others going on with their work; return what was found, stored.

    It changes nothing else. `on_progress` is told how many records it went by, of how many. `started` is a row that the caller
    made for it before. Raises DatabaseError where the database cannot be read; then the result has no end.
    """
    started = started or Verification.objects.create(started_at=clock(), started_by=actor.user)
    tally = Tally(themes, on_progress)
    with one_moment():
        tally.walk(started.started_at)
    started.finished_at = clock()
    started.checked = tally.checked
    started.findings = tally.findings
    started.found = tally.contradictions
    started.save(update_fields=["finished_at", "checked", "findings", "found"])
    return started
