"""Credit notes: what can still be taken back of a line, and how an amount given back splits into net and tax."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import DomainError
from .money import round_ratio

# The rule of every line of a credit note made by hand; closing has a rule of its own for unused days.
CREDITED_PART = "credited_part"


class NotCreditable(DomainError):
    """An amount that is nothing, or more than what was not credited before."""


@dataclass(frozen=True, slots=True)
class Creditable:
    """A line of an invoice in minor units: what it charged, and what earlier credit notes took back of it."""

    net_minor: int
    tax_minor: int
    credited_net_minor: int = 0
    credited_tax_minor: int = 0

    @property
    def charged_minor(self) -> int:
        """Net and tax together, as charged."""
        return self.net_minor + self.tax_minor

    @property
    def open_minor(self) -> int:
        """What can still be given back, tax included."""
        return self.charged_minor - self.credited_net_minor - self.credited_tax_minor

    def part(self, gross_minor: int) -> tuple[int, int]:
        """Return net and tax of giving back `gross_minor` of what was paid for the line. Raises NotCreditable.

        The tax has the line's own proportion, rounded half up; whatever the parts, all of them add up to the line's net and
        tax, because no part takes more of either than is left.
        """
        if not 0 < gross_minor <= self.open_minor:
            raise NotCreditable(f"{gross_minor} of {self.open_minor}")
        tax = round_ratio(gross_minor * self.tax_minor, self.charged_minor)
        most_tax = self.tax_minor - self.credited_tax_minor
        least_tax = gross_minor - (self.net_minor - self.credited_net_minor)
        tax = min(max(tax, least_tax), most_tax)
        return gross_minor - tax, tax

    def as_facts(self, gross_minor: int) -> dict[str, object]:
        """Return from what the part was computed, as JSON can hold it (see `part_from`)."""
        return {
            "rule": CREDITED_PART,
            "gross_minor": gross_minor,
            "charged": [self.net_minor, self.tax_minor],
            "taken_back": [self.credited_net_minor, self.credited_tax_minor],
        }


def part_from(facts: Mapping[str, Any]) -> tuple[int, int]:
    """Return net and tax in minor units, computed again from the facts of a credited part alone."""
    return Creditable(*facts["charged"], *facts["taken_back"]).part(facts["gross_minor"])
