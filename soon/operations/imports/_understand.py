"""Understanding a row of a file of subscriptions by its map."""

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from soon.domain import lifecycle
from soon.domain.file_forms import FileForm
from soon.domain.grids import MonthGrid
from soon.domain.written import plain_number

from ._customer_fields import customer_of
from ._reading import LARGEST_PRICE, Cells, Reading, currency_in
from ._wrong import Wrong, filled
from .mapping import MappedProduct, ProductChoice, Source, SubscriptionMap
from .subscription import ImportedSubscription

T = TypeVar("T")

DAY = datetime.timedelta(days=1)
# Longer than any subscription has run; keeps a slip of the keyboard from reaching year 1.
MOST_MONTHS = 1200
MOST_PIECES = Decimal(10**6)
LONGEST_ID = 100


class SubscriptionReading(Reading[ImportedSubscription]):
    """Reads rows by one map and one form of the file; starts given in months are counted back from `today`."""

    def __init__(self, mapping: SubscriptionMap, form: FileForm, today: datetime.date) -> None:
        super().__init__(form)
        self._map = mapping
        self._today = today

    def _made(self, cells: Cells) -> ImportedSubscription:
        mapping = self._map
        customer = self._tried(customer_of, mapping.customer, cells)
        external_id = self._tried(filled, mapping.external_id, cells, LONGEST_ID)
        currency = self._tried(currency_in, mapping.currency, cells)
        plan = self._tried(_chosen, mapping.plan.column, mapping.plan.by_text, cells)
        product = self._tried(_product, mapping.product, cells)
        months = plan.interval.months if plan and mapping.price_is_per_month else 1
        price = self._tried(self._price_of, mapping.price, cells, currency or "USD", otherwise=0) * months
        quantity = self._tried(self._quantity, cells, otherwise=Decimal(1))
        if price * quantity > LARGEST_PRICE * max(months, 1):
            self._note(mapping.price, "too_large")
        start = self._tried(self._start, cells)
        state = self._tried(self._state, cells)
        ended_on, reason = self._ending(cells, state, start)
        return ImportedSubscription(
            row=self._row,
            customer=customer,
            external_id=external_id,
            currency=currency,
            plan=plan,
            product=product,
            price_minor=price,
            quantity=quantity,
            discount_percent=self._tried(self._discount, cells),
            tax=self._tried(self._tax, mapping.tax, cells),
            state=state,
            start_on=start,
            next_invoice_on=self._next_invoice(cells, state, start),
            ended_on=ended_on,
            reason=reason,
            balance_minor=self._tried(self._balance_of, mapping.balance, cells, currency or "USD", otherwise=0),
            due_on=self._tried(self._day_or_none, mapping.balance.due_on if mapping.balance else None, cells),
        )

    def _key(self, cells: Cells) -> str:
        return filled(self._map.external_id, cells, LONGEST_ID)

    def _quantity(self, cells: Cells) -> Decimal:
        source = self._map.quantity
        text = source.text_in(cells) if source else ""
        if source is None or not text:
            return Decimal(1)
        plain = plain_number(text, self._form.decimal)
        if plain is None or not 0 < Decimal(plain) <= MOST_PIECES or len(plain.partition(".")[2]) > 3:
            raise Wrong(source, "not_a_quantity", text=text[:50])
        return Decimal(plain)

    def _discount(self, cells: Cells) -> Decimal:
        source = self._map.discount
        text = source.text_in(cells) if source else ""
        if source is None or not text:
            return Decimal(0)
        plain = plain_number(text.rstrip("% "), self._form.decimal)
        if plain is None or not 0 <= Decimal(plain) <= 100 or len(plain.partition(".")[2]) > 2:
            raise Wrong(source, "not_a_discount", text=text[:50])
        return Decimal(plain)

    def _start(self, cells: Cells) -> datetime.date:
        source = self._map.start
        if not self._map.start_counts_months:
            return self._day(source, cells)
        text = source.text_in(cells)
        if not (text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) <= MOST_MONTHS):
            raise Wrong(source, "not_months", text=text[:50])
        # Counted from today, so that the 31st goes back to 28 February and not to 3 March.
        return MonthGrid(MonthGrid.month_of(self._today), self._today.day, 1).boundary(-int(text))

    def _state(self, cells: Cells) -> str:
        choice, closing = self._map.state, self._map.closing
        state = _chosen(choice.column, choice.by_text, cells) if choice else lifecycle.IN_PROGRESS
        if closing is None:
            return state
        if closing.column:
            is_closed = cells[closing.column].strip() in closing.texts
        else:
            is_closed = choice is None and closing.last_on is not None and bool(closing.last_on.text_in(cells))
        return lifecycle.CHURNED if is_closed else state

    def _ending(self, cells: Cells, state: str | None, start: datetime.date | None) -> tuple[datetime.date | None, str]:
        """Return the first day not served, and the reason of a closed one."""
        closing = self._map.closing
        if state == lifecycle.PAUSED:
            since = self._tried(self._day_or_none, self._map.paused_on, cells)
            if since and start and self._map.paused_on and since < start:
                self._note(self._map.paused_on, "before_start")
            return since, ""
        if state != lifecycle.CHURNED:
            return None, ""
        if closing is None:
            self._note(Source(), "no_reason_column")
            return None, ""
        reason = self._tried(filled, closing.reason, cells, 200, otherwise="")
        last_on = self._tried(self._day_or_none, closing.last_on, cells)
        if last_on and start and closing.last_on and last_on < start:
            self._note(closing.last_on, "before_start")
        return last_on + DAY if last_on else None, reason

    def _next_invoice(self, cells: Cells, state: str | None, start: datetime.date | None) -> datetime.date | None:
        source = self._map.next_invoice
        if source is None or state != lifecycle.IN_PROGRESS:
            return None
        day = self._tried(self._day_or_none, source, cells)
        if day and start and day < start:
            self._note(source, "before_start")
        return day


def _chosen(column: str, by_text: Mapping[str, T], cells: Cells) -> T:
    text = cells[column].strip() if column else ""
    if text not in by_text:
        if not text:
            raise Wrong(Source(column), "empty")
        raise Wrong(Source(column), "unknown_text", text=text[:50])
    return by_text[text]


def _product(choice: ProductChoice, cells: Cells) -> MappedProduct:
    if choice.name is None:
        return _chosen(choice.column, choice.by_text, cells)
    name = filled(choice.name, cells, 200)
    code = choice.code.text_in(cells) if choice.code else ""
    if choice.code and len(code) > 40:
        raise Wrong(choice.code, "too_long", count=40)
    return MappedProduct(code, name, "")
