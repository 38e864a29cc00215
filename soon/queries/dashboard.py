"""The dashboard: what is earned, lost, owed, done and booked, for the months of a scope and the reader who looks."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from django.db.models import Case, Count, Sum, Value, When
from django.db.models.functions import TruncMonth

from soon.domain.exchange import RateTable
from soon.domain.retention import Rate, share
from soon.domain.revenue_months import Course, Month
from soon.models import BillingRun, CloseReason, Invoice, RevenueTally, SetAside, Verification

from .ageing import BUCKETS
from .balances import OPEN_MINOR
from .billing_runs import with_amounts
from .churn import closings, reason_key
from .churn_names import Names
from .closing_facets import REASON
from .invoices import IS_OPEN
from .listing import ListState, Reader
from .month_span import month_before, months_between, written_month
from .revenue.forecast import Forecast, forecast
from .revenue.months import MonthlyRevenue, ahead, monthly_revenue, rates_of
from .revenue.retention import moves_of
from .revenue.scope import NARROWED_BY, Scope

TOP_REASONS, TOP_PLANS = 5, 6
# A line of fewer months shows no course.
FEWEST_IN_CHART = 12


@dataclass(frozen=True)
class Reason:
    """A close reason: closings that took effect, and the revenue lost with them in millionths; `query` is their list."""

    text: str
    count: int
    lost: Fraction
    query: str


@dataclass(frozen=True)
class Losses:
    """All closings of the period, the reasons that most of them had, and how much the others are."""

    count: int
    lost: Fraction
    top: Sequence[Reason]
    other_count: int
    other_lost: Fraction
    query: str


@dataclass(frozen=True)
class PlanPart:
    """What a plan (its key and name) earns at the end of the period, and what part of the whole that is."""

    key: str
    text: str
    earned: Fraction
    share: Fraction


@dataclass(frozen=True)
class Plans:
    """The plans that earn most at the end of the period, how many others earn something, and how much."""

    top: Sequence[PlanPart]
    others: int
    other_earned: Fraction
    other_share: Fraction


@dataclass(frozen=True)
class Overdue:
    """What is overdue today: the number of invoices, and what is open by currency, in all and by how long."""

    count: int
    open_minor: Mapping[str, int]
    by_age: Sequence[tuple[str, int, Mapping[str, int]]]


@dataclass(frozen=True)
class Work:
    """How billing stands: the last run, how many subscriptions are set aside, the last check that came to an end.

    Runs and checks are of the whole company: None for readers who may not see it, and where there was none.
    """

    run: BillingRun | None
    set_aside: int
    check: Verification | None


@dataclass(frozen=True)
class Pace:
    """How fast customers and revenue are lost in a month: over all months, what was lost of what each month began with."""

    customers: Rate
    revenue: Rate


@dataclass(frozen=True)
class Dashboard:
    """Everything on the page. `period` and `before` are the months chosen, and as many before them, each as one."""

    scope: Scope
    revenue: MonthlyRevenue
    months: Sequence[Month]
    period: Month
    before: Month
    pace: Pace
    pace_before: Pace
    losses: Losses
    plans: Plans
    overdue: Overdue | None
    work: Work
    forecast: Forecast

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever earned, up to now."""
        return not any(month.opening or month.closing or month.amounts for month in self.months)


def dashboard(scope: Scope, reader: Reader, names: Names, *, sees_checks: bool) -> Dashboard:
    """Return the dashboard of `scope`, a number of queries that is fixed."""
    scope = scope.without(*NARROWED_BY)
    revenue = monthly_revenue(replace(scope, first=_earliest(scope), last=scope.today.replace(day=1)))
    months = {month.begins: month for month in revenue.course.months}
    shown = _chart_months(scope)
    period, before = _whole(months, scope.months), _whole(months, _months_before(scope))
    # What revenue leaves out, because a rate is missing, is nowhere worth anything.
    rates = rates_of(scope, revenue.currencies)
    rates = replace(rates, rates={each: rows for each, rows in rates.rates.items() if each not in revenue.course.unrated})
    return Dashboard(
        scope=scope,
        revenue=revenue,
        months=[months[begins] for begins in shown],
        period=period,
        before=before,
        pace=_pace(months, scope.months),
        pace_before=_pace(months, _months_before(scope)),
        losses=_losses(scope, reader, rates),
        plans=_plans(scope, names, rates, period),
        overdue=_overdue(scope, reader) if reader.user.may("see_invoices") else None,
        work=_work(reader, sees_checks=sees_checks),
        forecast=forecast(scope, revenue),
    )


def _earliest(scope: Scope) -> datetime.date:
    return min(_months_before(scope)[0], _chart_months(scope)[0])


def _months_before(scope: Scope) -> list[datetime.date]:
    """Return as many months as `scope` has, before it."""
    return months_between(month_before(scope.first, len(scope.months)), month_before(scope.first))


def _chart_months(scope: Scope) -> list[datetime.date]:
    """Return the months of the chart: those of `scope`, and earlier ones where they are too few for a course."""
    return months_between(min(scope.first, month_before(scope.last, FEWEST_IN_CHART - 1)), scope.last)


def _whole(months: Mapping[datetime.date, Month], wanted: Sequence[datetime.date]) -> Month:
    return Course([months[begins] for begins in wanted], {}).whole


def _pace(months: Mapping[datetime.date, Month], wanted: Sequence[datetime.date]) -> Pace:
    moves = [moves_of(months[begins]) for begins in wanted]
    left, customers = sum(each.left for each in moves), sum(each.customers for each in moves)
    lost, opening = sum(Fraction(each.lost) for each in moves), sum(Fraction(each.opening) for each in moves)
    return Pace(share(left, customers), share(lost, opening))


def _losses(scope: Scope, reader: Reader, rates: RateTable) -> Losses:
    """Return closings by reason, each worth what the rate of its month says: two queries."""
    edges = [("from", written_month(scope.first)), ("to", written_month(scope.last))]
    edges += [("currency", scope.currency)] if scope.currency else []
    state = ListState(filters=("in_effect",), drills=tuple(edges))
    known = {str(reason.pk): reason.name for reason in CloseReason.objects.order_by()}
    counts, losts = defaultdict[str, int](int), defaultdict[str, Fraction](Fraction)
    rows = closings(state, reader).annotate(begins=TruncMonth("effective_on"))
    found = rows.order_by().values("begins", "currency", "reason").annotate(closed=Count("*"), lost=Sum("lost_mrr_micro"))
    for each in found:
        counts[reason_key(each)] += each["closed"]
        worth = rates.of_month(each["currency"], each["begins"]) or Fraction()
        losts[reason_key(each)] += (each["lost"] or 0) * worth
    names = {key: known.get(key) or REASON.text_for(key) for key in counts}
    ranked = sorted(counts, key=lambda key: (-counts[key], -losts[key], names[key]))
    top, others = ranked[:TOP_REASONS], ranked[TOP_REASONS:]
    return Losses(
        sum(counts.values()),
        sum(losts.values(), Fraction()),
        [Reason(names[key], counts[key], losts[key], state.with_drill("reason", key).query) for key in top],
        sum(counts[key] for key in others),
        sum((losts[key] for key in others), Fraction()),
        state.query,
    )


def _plans(scope: Scope, names: Names, rates: RateTable, period: Month) -> Plans:
    """Return the plans by what they earn at the end of the period, at the rates of its last month: two queries."""
    earned = defaultdict[str, Fraction](Fraction)
    tally = scope.narrowed(RevenueTally.objects.filter(month_on__lte=scope.last))
    # The tally knows whole months only: what lies ahead in the running one is taken out again.
    for rows, sign in ((tally, 1), (ahead(scope), -1)):
        for plan, currency, micro in rows.values_list("plan_id", "currency").annotate(micro=Sum("amount_micro")):
            if scope.currency in ("", currency):
                earned[str(plan)] += sign * micro * (rates.of_month(currency, scope.last) or Fraction())
    whole = period.closing
    parts = [PlanPart(key, names.of_plan(key), found, found / whole) for key, found in earned.items() if found and whole]
    parts.sort(key=lambda part: (-part.earned, part.text))
    top, others = parts[:TOP_PLANS], parts[TOP_PLANS:]
    rest = sum((part.earned for part in others), Fraction())
    return Plans(top, len(others), rest, rest / whole if whole else Fraction())


def _overdue(scope: Scope, reader: Reader) -> Overdue:
    """Return what is overdue on the reader's day, of the invoices they may see: one query."""
    rows = Invoice.objects.visible_to(reader.user).filter(IS_OPEN, due_on__lt=reader.today).order_by()
    if scope.currency:
        rows = rows.filter(currency=scope.currency)
    spans = [(key, reader.today - datetime.timedelta(days=most or 0)) for key, _label, _least, most in BUCKETS]
    age = Case(*(When(due_on__gte=day, then=Value(key)) for key, day in spans[1:-1]), default=Value(spans[-1][0]))
    counts, sums = defaultdict[str, int](int), defaultdict[str, dict[str, int]](dict)
    for key, currency, number, minor in (
        rows.annotate(age=age).values_list("age", "currency").annotate(n=Count("*"), open=Sum(OPEN_MINOR))
    ):
        counts[key] += number
        sums[key][currency] = minor
    whole = defaultdict[str, int](int)
    for each in sums.values():
        for currency, minor in each.items():
            whole[currency] += minor
    ages = [(str(label), counts[key], sums[key]) for key, label, _least, _most in BUCKETS[1:]]
    return Overdue(sum(counts.values()), dict(sorted(whole.items())), ages)


def _work(reader: Reader, *, sees_checks: bool) -> Work:
    runs: list[BillingRun] = []
    if reader.user.may("see_all_orders"):
        runs = list(BillingRun.objects.select_related("started_by")[:1])
        with_amounts(runs, reader)
    checks = Verification.objects.filter(finished_at__isnull=False).defer("checked", "findings")
    return Work(
        runs[0] if runs else None,
        SetAside.objects.visible_to(reader.user).open().count(),
        checks.first() if sees_checks else None,
    )
