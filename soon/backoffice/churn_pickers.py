"""What the churn report can be narrowed to, as plain selects."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from soon.queries.churn_names import Names
from soon.queries.closing_facets import VOLUNTARY
from soon.queries.closings import CHANNEL
from soon.queries.listing import ListState
from soon.queries.listing.dimensions import NONE

from .report_pickers import Picker, choices


def pickers(state: ListState, names: Names, currencies: Sequence[str], *, sees_all: bool) -> list[Picker]:
    """Return the selects; that of the salesperson only for readers who see the orders of others."""
    asked = dict(state.drills)
    given: list[tuple[str, str, Mapping[str, str]]] = [
        ("plan", _("Recurring plan"), names.plans),
        ("product", _("Product"), names.products),
        ("salesperson", _("Salesperson"), {**names.people, NONE: _("None")}),
        ("channel", _("Channel"), {key: str(label) for key, label in CHANNEL.choices}),
        ("voluntary", _("Voluntary or not"), {key: str(label) for key, (label, _condition) in VOLUNTARY.values.items()}),
    ]
    found = [
        Picker(name, label, choices(given_choices.items(), asked.get(name, ""), with_all=True))
        for name, label, given_choices in given
        if sees_all or name != "salesperson"
    ]
    spoken = sorted({*currencies, asked["currency"]})
    return [*found, Picker("currency", _("Currency"), choices(zip(spoken, spoken, strict=True), asked["currency"]))]
