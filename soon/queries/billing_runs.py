"""Questions about billing runs: their list, and what one of them did."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import DateTimeField, F, Q, QuerySet, Value
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from soon.activity.feed import channel_words
from soon.models import BillingRun, BillingRunTotal, Closure, SetAside, User
from soon.models.billing import SILENCE

from .listing import ChoiceDimension, Column, Filter, ListSpec, MonthDimension, Reader, RecordDimension

# How many of the orders that a run set aside its page names.
MOST_NAMED = 100

_IS_OPEN = Q(finished_at=None)
_IS_SILENT = Q(progressed_at__lt=F("silent_since"))


def billing_runs(at: datetime.datetime) -> QuerySet[BillingRun]:
    """Return all runs as they stand at the moment `at`, for the list."""
    moments = {"seen_at": at, "silent_since": at - SILENCE}
    return BillingRun.objects.annotate(
        **{name: Value(moment, output_field=DateTimeField()) for name, moment in moments.items()}
    )


def with_amounts(runs: Sequence[BillingRun], reader: Reader) -> None:
    """Give each of `runs` its `amounts`: (minor units, currency) for every currency, in one query."""
    amounts: dict[int, list[tuple[int, str]]] = {run.pk: [] for run in runs}
    rows = BillingRunTotal.objects.filter(run__in=amounts).order_by("currency")
    for key, minor, currency in rows.values_list("run_id", "total_minor", "currency"):
        amounts[key].append((minor, currency))
    for run in runs:
        run.amounts = amounts[run.pk]  # type: ignore[attr-defined]


def starter_of(run: BillingRun, reader: Reader | None = None) -> str:
    """Return who started `run`: a person, or the system by the worker or by `soon bill`."""
    return run.started_by.name if run.started_by else gettext("The system")


def seconds_of(run: BillingRun, reader: Reader | None = None) -> Decimal:
    """Return how long `run` worked, to a tenth of a second."""
    return round(Decimal(run.seconds), 1)


def pill_of(run: BillingRun, reader: Reader | None = None) -> tuple[str, str, str]:
    """Return how the state of a run from `billing_runs` is drawn."""
    return "billing_run", run.state_at(run.seen_at), ""  # type: ignore[attr-defined]


RUNS = ListSpec(
    page="billing_runs",
    title=_("Billing runs"),
    columns=(
        Column("started", pgettext_lazy("billing run", "Started"), "started_at", kind="moment", sort=("started_at",),
               css="row-title"),
        Column("until", _("Billed until"), "bills_until", kind="day", sort=("bills_until",)),
        Column("by", _("Started by"), starter_of, sort=("started_by__name",), css="words"),
        Column("channel", _("Through"), lambda run, reader: channel_words(run.channel), is_shown=False),
        Column("issued", _("Invoices"), "issued", kind="number", sort=("issued",)),
        Column("amount", pgettext_lazy("billing run", "Amount"), "amounts", kind="amounts"),
        Column("ended", pgettext_lazy("billing run", "Ended"), "ended", kind="number", sort=("ended",)),
        Column("set_aside", pgettext_lazy("billing run", "Set aside"), "set_aside", kind="number", sort=("set_aside",)),
        Column("seconds", _("Seconds"), seconds_of, kind="number"),
        Column("finished", pgettext_lazy("billing run", "Finished"), "finished_at", kind="moment", sort=("finished_at",),
               is_shown=False),
        Column("state", _("Status"), pill_of, kind="pill"),
    ),
    record=("billing_run", "pk"),
    filters=(
        Filter("running", pgettext_lazy("billing run", "Running"), _IS_OPEN & ~_IS_SILENT),
        Filter("interrupted", pgettext_lazy("billing run", "Interrupted"), _IS_OPEN & _IS_SILENT),
        Filter("finished", pgettext_lazy("billing run", "Finished"), Q(finished_at__isnull=False)),
        Filter("with_set_aside", _("With subscriptions set aside"), Q(set_aside__gt=0), group="set_aside"),
    ),
    dimensions=(
        MonthDimension("month", pgettext_lazy("billing run", "Month"), "bills_until"),
        RecordDimension("by", _("Started by"), "started_by", model=User),
        ChoiceDimension("channel", _("Through"), "channel", choices=Closure.Channel.choices),
    ),
    default_sort="-started",
    related=("started_by",),
    enrich=with_amounts,
    icon="arrow-path",
    empty_title=_("No billing run yet"),
    empty_text=_("The worker starts one as soon as something is due. You can also start one yourself, with Bill now."),
)  # fmt: skip


@dataclass(frozen=True)
class RunSheet:
    """What the page of a run shows; `set_asides` are at most MOST_NAMED of `set_aside_count`."""

    run: BillingRun
    totals: Sequence[BillingRunTotal]
    set_asides: Sequence[SetAside]
    set_aside_count: int

    @property
    def has_more(self) -> bool:
        """Whether more were set aside than the page names."""
        return self.set_aside_count > len(self.set_asides)


def run_sheet(run: BillingRun, reader: User) -> RunSheet:
    """Return `run` with its totals and the orders that it set aside and `reader` may see: three queries."""
    found = SetAside.objects.visible_to(reader).filter(run=run)
    named = list(found.select_related("order", "customer", "owner").order_by("resolved_at", "pk")[:MOST_NAMED])
    return RunSheet(run, list(run.totals.all()), named, found.count() if len(named) == MOST_NAMED else len(named))
