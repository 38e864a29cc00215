"""soon report: the figures of the reports, for programs and terminals."""

import datetime
import re
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from soon.domain.permissions import ADMINISTRATOR
from soon.domain.zones import local_date
from soon.formatting import parse_day
from soon.management import churn_tables
from soon.management.report_table import ReportTable, as_json, as_lines
from soon.management.revenue_tables import movements_table, mrr_table, retention_table
from soon.management.spoken import SpokenCommand
from soon.models import Company, User
from soon.queries import churn_scope
from soon.queries.listing import Reader
from soon.queries.listing.dimensions import month_of
from soon.queries.month_span import month_before
from soon.queries.revenue.breakdown import BY, MONTH
from soon.queries.revenue.cohorts import UNITS
from soon.queries.revenue.rates import reporting_currency
from soon.queries.revenue.scope import MOST_MONTHS, Scope

MRR, MOVEMENTS, CHURN, REASONS, RETENTION = REPORTS = ("mrr", "movements", "churn", "reasons", "retention")
# What each report can be told apart by.
OFFERED = {
    MRR: (MONTH, *BY),
    MOVEMENTS: (MONTH, *BY),
    CHURN: churn_tables.BY,
    REASONS: churn_tables.BY_REASON,
    RETENTION: UNITS,
}
# A day stands for its month.
DAY = re.compile(r"([0-9]{4}-[0-9]{2})-[0-9]{2}")


class Command(SpokenCommand):
    purpose = gettext_lazy("Print the figures of a report: the same as its page, of the whole company.")

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("report", choices=REPORTS, help=_("which report"))
        parser.add_argument("--from", dest="first", metavar="MONTH", help=_("the first month, as 2026-01"))
        parser.add_argument("--to", dest="last", metavar="MONTH", help=_("the last month, as 2026-12; else that of today"))
        parser.add_argument(
            "--by", choices=sorted({by for each in OFFERED.values() for by in each}), help=_("told apart by what")
        )
        parser.add_argument(
            "--currency",
            metavar="CODE",
            help=_(
                "this currency alone; else all, in the company's currency, or of churn and reasons the company's currency alone"
            ),
        )
        parser.add_argument("--json", action="store_true", help=_("print one JSON object instead of a table"))

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["report"]
        by = options["by"] or OFFERED[name][0]
        if by not in OFFERED[name]:
            offered = ", ".join(OFFERED[name])
            raise CommandError(
                _("The report %(report)s can be told apart by: %(offered)s.") % {"report": name, "offered": offered}
            )
        table = _table(name, by, _query(options))
        if options["json"]:
            self.say(as_json(table))
            return
        for line in as_lines(table):
            self.say(line)


def _query(options: dict[str, Any]) -> QueryDict:
    """Return what is asked for as the address of the page says it; refuse what the page would leave out."""
    asked = {"from": _month(options["first"]), "to": _month(options["last"]), "currency": options["currency"]}
    for month in (asked["from"], asked["to"]):
        if month is not None and month_of(month) is None:
            raise CommandError(_("Write the month as 2026-01, not “%(text)s”.") % {"text": month})
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in asked.items() if value})
    return query


def _month(text: str | None) -> str | None:
    return DAY.sub(r"\1", text) if text and parse_day(text) else text


def _table(name: str, by: str, query: QueryDict) -> ReportTable:
    # Whoever can run commands may see everything.
    reader = Reader(user=User(role=ADMINISTRATOR), today=local_date(timezone.now(), Company.ours().time_zone))
    own = reporting_currency()
    if name in (CHURN, REASONS):
        state = churn_scope.scope(query, reader, own)
        _check(query, churn_scope.currency_of(state), reader.today, churn_scope.MOST_MONTHS)
        return churn_tables.churn_table(state, reader, by) if name == CHURN else churn_tables.reasons_table(state, reader, by)
    scope = Scope.read(query, reader, own)
    _check(query, scope.currency, reader.today, MOST_MONTHS)
    if name == RETENTION:
        if scope.currency:
            raise CommandError(_("Retention is shown of all currencies together. Leave out --currency."))
        return retention_table(scope, by)
    return mrr_table(scope, by) if name == MRR else movements_table(scope, by)


def _check(query: QueryDict, currency: str, today: datetime.date, most: int) -> None:
    """Refuse what was asked for but cannot be shown, so that no program takes other figures for its own.

    The last month may lie ahead: the report then ends with that of today, and says so.
    """
    if query.get("currency") and query["currency"] != currency:
        raise CommandError(_("“%(code)s” is not a currency.") % {"code": query["currency"]})
    first = month_of(query.get("from", ""))
    last = min(month_of(query.get("to", "")) or today, today).replace(day=1)
    if first and not month_before(last, most - 1) <= first <= last:
        words = _("Give a first month that is neither ahead nor after the last one, and at most %(most)d months.")
        raise CommandError(words % {"most": most})
