"""The rows of lines as texts: as posted, as stored, and with what the catalogue fills in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from soon.queries.catalogue import Catalogue, catalogue

from .fields import amount_for_input, number_for_input
from .order_lines import MOST_LINES, ONCE, PREFIX, RECURRING, LineForm, Row
from .pick_fields import MOST_OPTIONS


def stock_for(rows: list[Row]) -> Catalogue:
    """Return the catalogue for a form with these lines."""
    return catalogue([row.get("product", "") for row in rows], [row.get("tax", "") for row in rows], most=MOST_OPTIONS)


def typed_row(line: Any, charge: str, currency: str) -> Row:
    """Return a stored line, of an order or of a draft invoice, as it would be typed."""
    return {
        "product": str(line.product_id),
        "description": line.description,
        "charge": charge,
        "quantity": number_for_input(line.quantity),
        "unit_price": amount_for_input(line.unit_price_minor, currency),
        "discount_percent": number_for_input(line.discount_percent) if line.discount_percent else "",
        "tax": str(line.tax_id or ""),
        "filled": "",
    }


def with_memory(rows: list[Row], plan: str, currency: str) -> list[Row]:
    """Return stored `rows` that know which of their prices are the catalogue's own, and are otherwise left as they are."""
    stock = stock_for(rows)
    return [row | {"filled": fill(row, plan, currency, stock).get("filled", "")} for row in rows]


@dataclass(frozen=True)
class Filled:
    """What the catalogue gave a line, and for which product, plan, currency and way of charging."""

    product: str = ""
    plan: str = ""
    currency: str = ""
    charge: str = RECURRING
    price: str = ""
    tax: str = ""

    @classmethod
    def read(cls, text: str) -> "Filled":
        """Return what `text` of a form says; nothing for a text of another shape."""
        parts = text.split("|")
        return cls(*parts) if len(parts) == 6 else cls()

    def __str__(self) -> str:
        return f"{self.product}|{self.plan}|{self.currency}|{self.charge}|{self.price}|{self.tax}"


def fill(row: Row, plan: str, currency: str, stock: Catalogue) -> Row:
    """Return `row` with price, tax and way of charging from the catalogue where nobody typed their own.

    The quantity, the discount, the words, and every price that differs from what the catalogue gave are left alone.
    """
    product = next((each for each in stock.products if str(each.pk) == row.get("product")), None)
    if product is None:
        return row
    row = dict(row)
    last = Filled.read(row.get("filled", ""))
    if last.product != row["product"]:
        if row.get("charge") in ("", None, last.charge):
            row["charge"] = _usual_charge(product.pk, plan, currency, stock)
        if row.get("tax", "") == last.tax:
            row["tax"] = str(product.tax_id or "")
    plan_id = _id(plan) if row.get("charge") != ONCE else None
    price_minor = stock.price(product.pk, plan_id, currency)
    price = "" if price_minor is None else amount_for_input(price_minor, currency)
    here = (row["product"], plan, currency, row["charge"])
    typed = row.get("unit_price", "").strip()
    if not typed or (typed == last.price and here != (last.product, last.plan, last.currency, last.charge)):
        row["unit_price"] = price
    elif typed == last.price:
        price = typed
    row["filled"] = str(Filled(*here, price, str(product.tax_id or "")))
    return row


def _id(text: str) -> int | None:
    """Return a posted id; None for anything that cannot be one."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _usual_charge(product_id: int, plan: str, currency: str, stock: Catalogue) -> str:
    """Return how a product is charged that was just picked: once where it only has such a price."""
    plan_id = _id(plan)
    every_period = stock.price(product_id, plan_id, currency) if plan_id else None
    return ONCE if every_period is None and stock.price(product_id, None, currency) is not None else RECURRING


def rows_of(data: Mapping[str, str]) -> list[Row]:
    """Return the posted lines as typed, without those marked for removal."""
    names = list(LineForm.base_fields)
    count = min(_id(data.get(f"{PREFIX}-TOTAL_FORMS", "")) or 0, MOST_LINES + 1)
    kept = [place for place in range(count) if not data.get(f"{PREFIX}-{place}-DELETE")]
    # A line of which nothing was sent is no line: a false count draws no huge page.
    sent = [place for place in kept if any(f"{PREFIX}-{place}-{name}" in data for name in names)]
    return [{name: data.get(f"{PREFIX}-{place}-{name}", "") for name in names} for place in sent]


def posted(rows: list[Row]) -> dict[str, str]:
    """Return `rows` as a browser would post them."""
    data = {f"{PREFIX}-TOTAL_FORMS": str(len(rows)), f"{PREFIX}-INITIAL_FORMS": "0"}
    return data | {f"{PREFIX}-{place}-{name}": text for place, row in enumerate(rows) for name, text in row.items()}
