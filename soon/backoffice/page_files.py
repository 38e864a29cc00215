"""The tables of pages that are not lists of the engine, as files: close reasons, declarations, what will be billed, checks."""

import datetime
from collections.abc import Iterable, Iterator, Sequence

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from soon.models import CloseReason, Declaration
from soon.queries.csv_text import Plain
from soon.queries.upcoming import Upcoming
from soon.queries.verification.results import Group

from .cells import major
from .table_files import Head, Table, table_file


def reasons_file(reasons: Iterable[CloseReason], kind: str) -> HttpResponseBase:
    """Return close reasons, with how often each was given, as a file of `kind` "csv" or "xlsx"."""
    heads = (
        Head(_("Name in Vietnamese")),
        Head(_("Name in English")),
        Head(_("Category")),
        Head(_("Comment")),
        Head(_("Who may choose it")),
        Head(_("Closures"), "number"),
        Head(_("Reasons of the system")),
        Head(_("Archived"), "moment"),
    )
    rows = (
        [
            each.name_vi,
            each.name_en,
            each.get_category_display(),
            each.get_comment_policy_display(),
            each.get_audience_display(),
            each.used,  # type: ignore[attr-defined]  # counted by the query
            _("Yes") if each.system_code else _("No"),
            _moment(each.archived_at),
        ]
        for each in reasons
    )
    return table_file(Table("close-reasons", _("Close Reasons"), heads, rows), kind)


def declarations_file(declarations: Iterable[Declaration], kind: str, *, are_handled: bool) -> HttpResponseBase:
    """Return declarations made without log-in, waiting or handled ones, as a file of `kind` "csv" or "xlsx"."""
    last = [Head(_("Order")), Head(_("Handled by"))] if are_handled else [Head(_("Wanted end"), "day")]
    heads = (
        Head(_("Submitted"), "moment"),
        Head(_("Type")),
        Head(_("Name")),
        Head(_("E-mail")),
        Head(_("Contract reference")),
        *last,
    )
    rows = (
        [
            _moment(each.submitted_at),
            each.get_kind_display(),
            each.name,
            each.email,
            each.reference,
            *(_handling(each) if are_handled else [each.wanted_on]),
        ]
        for each in declarations
    )
    return table_file(Table("declarations", _("Declarations"), heads, rows), kind)


def _handling(declaration: Declaration) -> list[Plain]:
    order = declaration.order.number if declaration.closure and declaration.order else pgettext("declaration", "Set aside")
    return [order, declaration.handled_by.name if declaration.handled_by else _("At once, by itself")]


def upcoming_file(upcoming: Upcoming, name: str, kind: str) -> HttpResponseBase:
    """Return the documents to come as a file of `kind` "csv" or "xlsx", called after the order or plan `name`."""
    heads = (
        Head(_("Invoice date"), "day"),
        Head(_("Start date"), "day"),
        Head(_("Last day of service"), "day"),
        Head(_("Description")),
        Head(_("Untaxed amount"), "money"),
        Head(_("Tax"), "money"),
        Head(_("Total"), "money"),
        Head(_("Currency")),
    )
    return table_file(Table(f"upcoming-{name}", _("What will be billed?"), heads, _lines_to_come(upcoming)), kind)


def _lines_to_come(upcoming: Upcoming) -> Iterator[Sequence[Plain]]:
    currency = upcoming.order.currency
    for document in upcoming.documents:
        period = document.period
        days = [period.start, period.last_day] if period else [None, None]
        for line in document.lines:
            amounts = [major(minor, currency) for minor in (line.net_minor, line.tax_minor, line.net_minor + line.tax_minor)]
            yield [document.issued_on, *days, line.description, *amounts, currency]


def checks_file(groups: Iterable[Group], name: str, kind: str) -> HttpResponseBase:
    """Return what a verification checked, with what it found, as a file of `kind` "csv" or "xlsx"."""
    heads = (
        Head(_("Theme")),
        Head(_("Check")),
        Head(_("Looked at"), "number"),
        Head(_("Found"), "number"),
        Head(_("Record")),
        Head(_("Contradiction")),
    )
    return table_file(Table(f"verification-{name}", _("Is everything still true?"), heads, _checks(groups)), kind)


def _checks(groups: Iterable[Group]) -> Iterator[Sequence[Plain]]:
    for group in groups:
        for row in group.rows:
            check: list[Plain] = [str(group.title), str(row.truth), row.looked_at, row.found]
            yield from ([*check, told.record, told.sentence] for told in row.told)
            if not row.told:
                yield [*check, None, None]


def _moment(moment: datetime.datetime | None) -> Plain:
    return timezone.localtime(moment).replace(tzinfo=None) if moment else None
