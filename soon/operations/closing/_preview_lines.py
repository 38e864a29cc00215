"""The amounts of a closing or a pause, line by line, as somebody looks at them before."""

from collections.abc import Iterable
from dataclasses import dataclass

from soon.domain.closing_money import ClosingMoney
from soon.models import InvoiceLine, Order
from soon.operations.billing._read import Catalogue
from soon.queries.why import Why, why

from ._facts import OrderFacts


@dataclass(frozen=True, slots=True)
class PreviewLine:
    """An amount that is charged or given back (negative), tax included, with its derivation; minor units."""

    description: str
    invoice: str
    net_minor: int
    tax_minor: int
    is_given_back: bool
    why: Why | None

    @property
    def gross_minor(self) -> int:
        """Net and tax together."""
        return self.net_minor + self.tax_minor


def lines_of(order: Order, facts: OrderFacts, money: ClosingMoney, catalogue: Catalogue) -> Iterable[PreviewLine]:
    """Return what `money` of `order` charges and gives back, each amount by the line that it is for."""
    subscription = facts.subscription
    language = subscription.buyer.language
    for document in money.charges:
        for charge in document.charges:
            place = charge.key
            if not isinstance(place, int):
                continue
            name = catalogue.name_of(subscription.lines[place].product_id, language)
            billed = charge.billed
            told = why(billed.derivation.as_facts(), order)
            yield PreviewLine(name, "", billed.net_minor, billed.tax_minor, is_given_back=False, why=told)
    keys = [credit.line for credit in money.credits]
    lines = InvoiceLine.objects.select_related("invoice").in_bulk(keys) if keys else {}
    for credit in money.credits:
        line = lines[credit.line]
        told = why(credit.derivation)
        yield PreviewLine(
            line.description, line.invoice.number, credit.net_minor, credit.tax_minor, is_given_back=True, why=told
        )
