"""Products alone: a row is a product with, if it says one, its price on a plan in a currency. Taxes and plans must be there."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from soon.domain.file_forms import FileForm
from soon.models import Company, Plan, Price, Product
from soon.operations.prices import PriceRow, store_prices
from soon.operations.products.create import create
from soon.operations.products.details import ProductDetails

from ._reading import Cells, Reading, currency_in
from ._records import ImportedProduct, price_key
from ._wrong import Wrong, filled
from .mapping import RecordMap, Source

LONGEST_NAME, LONGEST_CODE = 200, 40


class ProductReading(Reading[ImportedProduct]):
    """Reads rows of products; without a currency prices are in the company's."""

    def __init__(self, mapping: RecordMap, form: FileForm, today: datetime.date) -> None:
        super().__init__(form)
        self._sources = mapping.sources
        self._currency = mapping.sources.get("currency") or Source(value=Company.ours().currency)
        self._plans: list[Plan] | None = None

    def _made(self, cells: Cells) -> ImportedProduct:
        sources, price = self._sources, self._sources.get("price")
        has_price = price is not None and bool(price.text_in(cells))
        currency = self._tried(currency_in, self._currency, cells) if has_price else ""
        plan = self._tried(self._plan, sources.get("plan"), cells)
        if plan and price and not has_price:
            self._note(price, "empty")
        return ImportedProduct(
            row=self._row,
            code=self._tried(filled, sources["code"], cells, LONGEST_CODE),
            name_vi=self._tried(filled, sources["vi"], cells, LONGEST_NAME),
            name_en=self._tried(self._name_en, cells),
            tax=self._tried(self._tax, sources.get("tax"), cells),
            plan=plan,
            currency=currency,
            price_minor=self._tried(self._price_of, price, cells, currency or "USD") if has_price else None,
        )

    def _key(self, cells: Cells) -> str:
        price, plan = self._sources.get("price"), self._plan(self._sources.get("plan"), cells)
        code = filled(self._sources["code"], cells, LONGEST_CODE)
        # With a plan it is about a price, also where that is missing.
        if plan or (price and price.text_in(cells)):
            return price_key(code, plan, currency_in(self._currency, cells))
        return code.casefold()

    def _name_en(self, cells: Cells) -> str:
        source = self._sources.get("en")
        return filled(source, cells, LONGEST_NAME) if source and source.text_in(cells) else ""

    def _plan(self, source: Source | None, cells: Cells) -> Plan | None:
        text = source.text_in(cells) if source else ""
        if source is None or not text:
            return None
        if self._plans is None:
            self._plans = list(Plan.objects.current())
        found = [each for each in self._plans if text.casefold() in (each.name_vi.casefold(), each.name_en.casefold())]
        if len(found) != 1:
            raise Wrong(source, "several_plans" if found else "not_a_plan", text=text[:50])
        return found[0]


Place = tuple[str, int | None, str]


def new_products(batch: Sequence[ImportedProduct]) -> list[ImportedProduct]:
    """Return those of `batch` whose code, or whose price of that code, is not there."""
    there = codes()
    priced = _priced([there[each.code.casefold()] for each in batch if each.code.casefold() in there])
    return [
        each
        for each in batch
        if each.code.casefold() not in there or (each.price_minor is not None and _place(each) not in priced)
    ]


def codes() -> dict[str, int]:
    """Return the keys of all products by their codes, without regard to capitals."""
    return {code.casefold(): key for code, key in Product.objects.order_by().values_list("code", "pk")}


def store_products(new: Sequence[ImportedProduct], **_rest: Any) -> int:
    """Store products that are not there and prices that they do not have; what is there stays as it is.

    Raises CannotCreateProduct, CannotPrice; then the caller's transaction must not be committed.
    """
    there: dict[str, Product] = {}
    known = codes()
    wanted = Product.objects.in_bulk([known[each.code.casefold()] for each in new if each.code.casefold() in known])
    there |= {product.code.casefold(): product for product in wanted.values()}
    for each in new:
        if each.code.casefold() not in there:
            details = ProductDetails(code=each.code, name_vi=each.name_vi, name_en=each.name_en, tax=each.tax)
            there[each.code.casefold()] = create(details)
    rows = [
        PriceRow(there[each.code.casefold()], each.currency, each.price_minor, each.plan)
        for each in new
        if each.price_minor is not None
    ]
    store_prices(rows, instead_of=())
    return 0


def _place(each: ImportedProduct) -> Place:
    return each.code.casefold(), each.plan.pk if each.plan else None, each.currency


def _priced(keys: Iterable[int]) -> set[Place]:
    found = Price.objects.filter(product__in=set(keys)).order_by().values_list("product__code", "plan", "currency")
    return {(code.casefold(), plan, currency) for code, plan, currency in found}
