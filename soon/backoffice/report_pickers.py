"""What reports can be narrowed to, as plain selects (templates/backoffice/reports/_pickers.html draws them)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _


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


def choices(given: Iterable[tuple[str, str]], chosen: str, *, with_all: bool = False) -> list[Choice]:
    """Return the lines for `given` keys and labels, `with_all` a first one for no choice; what is `chosen` is among them."""
    found = [Choice("", _("All"), not chosen)] if with_all else []
    found += [Choice(key, label, key == chosen) for key, label in given]
    if chosen and not any(choice.is_chosen for choice in found):
        # Something that is gone, or that nothing has: still what the reader asked for.
        found.append(Choice(chosen, chosen, True))
    return found
