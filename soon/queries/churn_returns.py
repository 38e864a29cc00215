"""Beside the churn report: what came back, what was taken back in time, what the closing page did, where views differ."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth

from soon.domain import churn
from soon.domain.churn import DAYS_UNTIL_KEPT, Funnel
from soon.models import CloseVisit, Order, OrderLine

from .churn import Report, category_key, closings
from .churn_scope import months_of, reopened_in
from .churn_sums import Figure, figure_of, summed
from .closing_facets import CATEGORY, OWN_WORDS, SIGNS_SEEN, STAFF_CATEGORY, signs_key
from .listing import ListState, Reader
from .listing.dimensions import NONE
from .listing.reach import month_after

# What a visit was about, as closures carry it (models/closure_facts.py).
_MAIN_PRODUCT = Subquery(
    OrderLine.objects.filter(order=OuterRef("order_id"), is_recurring=True)
    .order_by("-net_minor", "position", "pk")
    .values("product_id")[:1]
)


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


def funnel(state: ListState, reader: Reader) -> Funnel:
    """Return what came of the visits to the closing page opened in the months of `state`, in one query.

    Of what narrows the closings, plan, product, salesperson and currency narrow visits too.
    """
    months, asked = months_of(state), dict(state.drills)
    visits = CloseVisit.objects.filter(opened_on__gte=months[0], opened_on__lt=month_after(months[-1]))
    if not reader.user.may("see_all_orders"):
        visits = visits.filter(order__in=Order.objects.visible_to(reader.user))
    visits = visits.filter(order__currency=asked["currency"])
    for key, path in (("plan", "order__plan"), ("salesperson", "order__salesperson")):
        if key in asked:
            visits = visits.filter(**{path: None if asked[key] == NONE else asked[key]})
    if "product" in asked:
        product = None if asked["product"] == NONE else asked["product"]
        visits = visits.alias(main_product=_MAIN_PRODUCT).filter(main_product=product)
    return _counted(visits, reader.today)


def _counted(visits: QuerySet[CloseVisit], today: datetime.date) -> Funnel:
    accepted = Q(outcome=CloseVisit.Outcome.ACCEPTED)
    # An accepted offer that nobody has measured yet is too early as well.
    ripe = Q(opened_on__lte=today - datetime.timedelta(days=DAYS_UNTIL_KEPT)) & ~(accepted & Q(is_kept=None))
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
