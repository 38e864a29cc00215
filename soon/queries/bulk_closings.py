"""Questions about closings of many: their list, how far one is, and what became of each order."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from soon.models import BulkClosing, BulkClosingRow, User

from .listing import Column, Filter, ListSpec, Reader

ANSWERS = BulkClosingRow.Outcome


@dataclass(frozen=True)
class Progress:
    """How many orders of a closing of many are closed, refused and waiting."""

    closed: int
    refused: int
    waiting: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.closed + self.refused + self.waiting

    @property
    def done(self) -> int:
        """Those that have their answer."""
        return self.closed + self.refused


def bulk_closings_visible_to(user: User) -> QuerySet[BulkClosing]:
    """Return the closings of many that staff member `user` may see: all, or those they began."""
    found = BulkClosing.objects.select_related("by_user", "reason")
    return found if user.may("see_all_orders") else found.filter(by_user=user)


def progress_of(closing: BulkClosing) -> Progress:
    """Return how far `closing` is, in one query."""
    counted = dict(closing.rows.order_by().values_list("outcome").annotate(Count("pk")))
    return Progress(*(counted.get(outcome, 0) for outcome in (ANSWERS.CLOSED, ANSWERS.REFUSED, ANSWERS.WAITING)))


def with_progress(closings: Sequence[BulkClosing], reader: Reader) -> None:
    """Give each of `closings` its `progress`, in one query."""
    found: dict[int, dict[str, int]] = {closing.pk: {} for closing in closings}
    rows = BulkClosingRow.objects.filter(closing__in=found).order_by()
    for key, outcome, count in rows.values_list("closing", "outcome").annotate(Count("pk")):
        found[key][outcome] = count
    for closing in closings:
        counted = found[closing.pk]
        outcomes = (ANSWERS.CLOSED, ANSWERS.REFUSED, ANSWERS.WAITING)
        closing.progress = Progress(*(counted.get(each, 0) for each in outcomes))  # type: ignore[attr-defined]


def reason_of(closing: BulkClosing, reader: Reader | None = None) -> str:
    """Return the one reason, in the reader's language or in staff's own words."""
    return closing.own_words or (closing.reason.name if closing.reason else "")


def state_of(closing: BulkClosing, reader: Reader | None = None) -> tuple[str, str, str]:
    """Return how the state is drawn."""
    return "billing_run", "finished" if closing.finished_at else "running", ""


def _outcome(row: BulkClosingRow, reader: Reader) -> tuple[str, str, str]:
    return "bulk_row", row.outcome, ""


def _charged(row: BulkClosingRow, reader: Reader) -> list[tuple[int, str]]:
    return [(row.closure.charged_minor, row.order.currency)] if row.closure else []


def _credited(row: BulkClosingRow, reader: Reader) -> list[tuple[int, str]]:
    return [(row.closure.credited_minor, row.order.currency)] if row.closure else []


BULK_CLOSINGS = ListSpec(
    page="bulk_closings",
    title=_("Closings of many"),
    columns=(
        Column("started", _("Started"), "created_at", kind="moment", sort=("pk",), css="row-title"),
        Column("by", pgettext_lazy("bulk closing", "By"), "by_user.name", sort=("by_user__name",), css="words short-words"),
        Column("reason", _("Close Reason"), reason_of, css="words"),
        Column("closed", _("Closed"), "progress.closed", kind="number"),
        Column("refused", _("Refused"), "progress.refused", kind="number"),
        Column("waiting", _("Waiting"), "progress.waiting", kind="number"),
        Column("state", _("Status"), state_of, kind="pill", sort=("finished_at",)),
        Column("finished", _("Finished"), "finished_at", kind="moment", sort=("finished_at",), is_shown=False),
    ),
    record=("bulk_closing", "pk"),
    default_sort="-started",
    related=("by_user", "reason"),
    enrich=with_progress,
    icon="document-text",
    empty_title=_("Many subscriptions have never been closed at once"),
    empty_text=_("Choose subscriptions in their list, then press Close selected."),
)

BULK_ROWS = ListSpec(
    page="bulk_closing_rows",
    title=_("Closing of many"),
    columns=(
        Column("order", _("Order"), "order.number", sort=("order_id",), css="row-title"),
        Column("customer", _("Customer"), "order.customer.name", sort=("order__customer__search_key",), css="words"),
        Column("outcome", pgettext_lazy("bulk closing", "Result"), _outcome, kind="pill", sort=("outcome",)),
        Column("last_day", _("Last day of service"), "closure.last_day_on", kind="day", sort=("closure__effective_on",)),
        Column("charged", _("Last invoice"), _charged, kind="amounts", total="closure__charged_minor"),
        Column("credited", _("Given back"), _credited, kind="amounts", total="closure__credited_minor"),
        Column("refusal", _("Why not"), "refusal", css="words wrapped"),
    ),
    record=("order", "order.number"),
    filters=(
        Filter("closed", ANSWERS.CLOSED.label, Q(outcome=ANSWERS.CLOSED)),
        Filter("refused", ANSWERS.REFUSED.label, Q(outcome=ANSWERS.REFUSED)),
        Filter("waiting", ANSWERS.WAITING.label, Q(outcome=ANSWERS.WAITING)),
    ),
    default_sort="order",
    related=("order__customer", "closure"),
    currency="order__currency",
    icon="document-text",
    empty_title=_("Nothing here"),
    empty_text=_("No order of this closing fits what you chose."),
)
