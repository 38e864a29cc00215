"""What the churn report can be narrowed to, as plain selects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from soon.queries.churn_names import Names
from soon.queries.closing_facets import VOLUNTARY
from soon.queries.closings import CHANNEL
from soon.queries.listing import ListState
from soon.queries.listing.dimensions import NONE


@dataclass(frozen=True)
class Choice:
    """A line of a select."""

    key: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Picker:
    """A select with its name in the address."""

    name: str
    label: str
    choices: Sequence[Choice]


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
        Picker(name, label, _choices(choices.items(), asked.get(name, ""), with_all=True))
        for name, label, choices in given
        if sees_all or name != "salesperson"
    ]
    spoken = sorted({*currencies, asked["currency"]})
    return [*found, Picker("currency", _("Currency"), _choices(zip(spoken, spoken, strict=True), asked["currency"]))]


def _choices(given: Iterable[tuple[str, str]], chosen: str, *, with_all: bool = False) -> list[Choice]:
    choices = [Choice("", _("All"), not chosen)] if with_all else []
    choices += [Choice(key, label, key == chosen) for key, label in given]
    if chosen and not any(choice.is_chosen for choice in choices):
        # Something that nothing was closed with, or that is gone: still what the reader asked for.
        choices.append(Choice(chosen, chosen, True))
    return choices
