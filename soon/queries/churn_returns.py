"""Beside the churn report: what came back, what was taken back in time, what the closing page did, where views differ."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth

from soon.domain import churn
from soon.domain.churn import DAYS_UNTIL_KEPT, Funnel
from soon.models import CloseVisit

from .churn import Report, category_key, closings
from .churn_scope import months_of, reopened_in
from .churn_sums import Figure, figure_of, summed
from .close_visits import CLOSE_VISITS, close_visits_visible_to
from .closing_facets import CATEGORY, OWN_WORDS, SIGNS_SEEN, STAFF_CATEGORY, signs_key
from .listing import ListState, Reader
from .listing.dimensions import NONE
from .listing.rows import filtered


@dataclass(frozen=True)
class Bookings:
    """Closings with a day in the months shown: that took effect, of these reopened since; booked ahead, of these undone."""

    closed: int
    reopened: int
    scheduled: int
    undone: int
    reopened_query: str
    scheduled_query: str
    undone_query: str

    @property
    def undo_rate(self) -> Decimal | None:
        """Of those booked for a later day, how many percent were taken back."""
        return churn.percent(self.undone, self.scheduled)

    @property
    def reactivation_rate(self) -> Decimal | None:
        """Of those that took effect, how many percent were reopened since."""
        return churn.percent(self.reopened, self.closed)


@dataclass(frozen=True)
class Difference:
    """Closings for which customer, staff and system do not name the same category."""

    said: str
    staff: str
    seen: str
    figure: Figure
    query: str


def bookings(state: ListState, reader: Reader, *, closed: int) -> Bookings:
    """Return what was booked for the months of `state`, of which `closed` took effect, and what was taken back: two queries."""
    scheduled = replace(state, filters=("scheduled",))
    undone = replace(state, filters=("scheduled", "undone"))
    reopened = replace(state, filters=("in_effect", "reopened"))
    booked = closings(scheduled, reader).aggregate(scheduled=Count("*"), undone=Count("undone_at"))
    return Bookings(
        closed=closed,
        reopened=closings(reopened, reader).count(),
        **booked,
        reopened_query=reopened.query,
        scheduled_query=scheduled.query,
        undone_query=undone.query,
    )


def reopened_by_month(state: ListState, reader: Reader) -> Mapping[datetime.date, Figure]:
    """Return what was reopened in each month of `state`, with the revenue that its closing had lost, in one query."""
    months = months_of(state)
    rows = closings(reopened_in(state, months[0], months[-1]), reader).annotate(begins=TruncMonth("reopened_on"))
    return {each["begins"]: figure_of(each) for each in summed(rows, "begins")}


def differences(report: Report) -> Sequence[Difference]:
    """Return where what the customer said, what staff see and what the system saw differ; the most frequent first."""
    reasons = report.reason_of
    found: dict[tuple[str, str, str], Figure] = defaultdict(Figure)
    for each in report.views:
        said, signs = category_key(reasons.get(each["reason"])), each["signs"]
        staff = reasons[each["staff_reason"]].category if each["staff_reason"] else ""
        if churn.disagree("" if said in (OWN_WORDS, NONE) else said, staff, signs):
            found[said, staff or NONE, signs_key(signs)] += figure_of(each)
    return [_difference(report.state, key, found[key]) for key in sorted(found, key=lambda key: (-found[key].count, key))]


def _difference(state: ListState, key: tuple[str, str, str], figure: Figure) -> Difference:
    said, staff, seen = key
    drilled = state.with_drill("category", said).with_drill("staff_category", staff).with_drill("signs", seen)
    return Difference(CATEGORY.text_for(said), STAFF_CATEGORY.text_for(staff), SIGNS_SEEN.text_for(seen), figure, drilled.query)


def visits_of(state: ListState) -> ListState:
    """Return the state of the list of visits that `state` of the closings narrows too: not by channel and kind of closing."""
    return ListState(drills=tuple(pair for pair in state.drills if pair[0] in CLOSE_VISITS.dimension_of))


def funnel(state: ListState, reader: Reader) -> Funnel:
    """Return what came of the visits to the closing page opened in the months of `state`, in one query."""
    visits = filtered(close_visits_visible_to(reader.user), CLOSE_VISITS, visits_of(state), reader)
    accepted = Q(outcome=CloseVisit.Outcome.ACCEPTED)
    # An accepted offer that nobody has measured yet is too early as well.
    ripe = Q(opened_on__lte=reader.today - datetime.timedelta(days=DAYS_UNTIL_KEPT)) & ~(accepted & Q(is_kept=None))
    return Funnel(
        **visits.aggregate(
            visits=Count("pk"),
            offered=Count("pk", filter=Q(offered_at__isnull=False)),
            accepted=Count("pk", filter=accepted),
            closed=Count("pk", filter=Q(outcome=CloseVisit.Outcome.CLOSED)),
            ripe=Count("pk", filter=ripe),
            kept=Count("pk", filter=ripe & Q(is_kept=True)),
        )
    )
