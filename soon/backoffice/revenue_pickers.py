"""What a report on revenue can be narrowed to, and what it says about currencies it cannot convert."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from soon import formatting
from soon.queries.churn_names import Names
from soon.queries.listing.dimensions import NONE
from soon.queries.revenue.scope import PERIOD_NAMES, Scope, months_of_period

from .report_pickers import Choice, Picker, choices

MOST_MONTHS_NAMED = 3


def pickers(scope: Scope, names: Names, currencies: Sequence[str]) -> list[Picker]:
    """Return the selects: plan, product, salesperson (for readers who see the orders of others) and currency."""
    given: list[tuple[str, str, Mapping[str, str]]] = [
        ("plan", _("Recurring plan"), names.plans),
        ("product", _("Product"), names.products),
        ("salesperson", _("Salesperson"), {**names.people, NONE: _("None")}),
    ]
    found = [
        Picker(name, label, choices(known.items(), getattr(scope, name), with_all=True))
        for name, label, known in given
        if scope.own_of is None or name != "salesperson"
    ]
    spoken = sorted({*currencies, scope.reporting})
    lines = choices(zip(spoken, spoken, strict=True), scope.currency)
    everything = _("All, in %(currency)s") % {"currency": scope.reporting}
    return [*found, Picker("currency", _("Currency"), [Choice("", everything, not scope.currency), *lines])]


def periods(scope: Scope) -> list[Choice]:
    """Return the presets; the key is the query that shows the same for another period."""
    found = []
    for period, name in PERIOD_NAMES.items():
        first, last = months_of_period(period, scope.today)
        shown = replace(scope, period=period, first=first, last=last)
        found.append(Choice(shown.query, str(name), period == scope.period))
    return found


@dataclass(frozen=True)
class Unrated:
    """A currency that is left out, and when its rate is unknown, in words."""

    currency: str
    when: str


def unrated_words(unrated: Mapping[str, Sequence[datetime.date]]) -> list[Unrated]:
    """Return which currencies are left out of a report, with the months whose rate is missing."""
    return [Unrated(currency, _months_in_words(months)) for currency, months in unrated.items()]


def _months_in_words(months: Sequence[datetime.date]) -> str:
    named = ", ".join(formatting.month(begins) for begins in months[:MOST_MONTHS_NAMED])
    if not (others := len(months) - MOST_MONTHS_NAMED) > 0:
        return named
    words = ngettext("%(months)s and %(others)d more month", "%(months)s and %(others)d more months", others)
    return words % {"months": named, "others": others}
