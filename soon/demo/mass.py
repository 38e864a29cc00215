"""A demo company of any size, for measuring and for trying a machine: subscriptions whose last month is still to be billed."""

import datetime
import json
from collections.abc import Sequence
from functools import lru_cache
from random import Random
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.kinds import KINDS, Kind
from soon.domain.billing import next_period_due
from soon.domain.order_numbers import order_number
from soon.domain.pricing import LinePrice, tax_on
from soon.domain.revenue import mrr_micro
from soon.models import Activity, CloseReason, Closure, Customer, Order, OrderLine, Plan, Product, User, search_key
from soon.models.bulk import insert_rows, reserve_ids
from soon.operations.installation.seed import seed
from soon.operations.movements.rebook import rebook
from soon.operations.numbers import take_numbers
from soon.operations.subscriptions.close_unpaid import UNPAID
from soon.operations.tally.fold import fold

from . import catalog, names, people
from .load import CannotLoadDemo, holds_real_data
from .timeline import ZONE, OnProgress

BATCH = 5_000
# Starts lie within so many days before today.
DAYS = 730
CUSTOMERS_PER_ORDER = 0.8
CHURNED, OFFERED = 0.10, 0.02
# Of a hundred orders so many pay by the month, and so on.
RHYTHMS = (("monthly", 85), ("quarterly", 5), ("yearly", 10))
# How orders ended: by whom, of what type, and where.
WAYS = (("ordinary", "portal"), ("ordinary", "portal"), ("ordinary", "backoffice"), ("non_payment", "system"))
# Of all closings, where staff noted a reason of their own, and where the system saw something.
NOTED = 0.1
DAY = datetime.timedelta(days=1)

Row = tuple[Any, ...]


def load_mass(orders: int, today: datetime.date, *, on_progress: OnProgress) -> None:
    """Store customers with `orders` orders: 88 of 100 In Progress, 10 closed on some day of the two years before `today`.

    Most are billed by the month, some by quarter or year; the period that contains `today` is due in each that runs.
    Batches are transactions of their own. Raises CannotLoadDemo for a database that holds anything.
    """
    if holds_real_data():
        raise CannotLoadDemo(_("This database holds data of its own. Load the demo company into an empty one."))
    factory = _prepare(today)
    for begin in range(0, orders, BATCH):
        with transaction.atomic():
            factory.store(min(BATCH, orders - begin))
        on_progress(min(begin + BATCH, orders), orders)
    fold()
    with connection.cursor() as cursor:
        # As the database does by itself after a while: what nobody changes any more is then read from indexes alone.
        is_free = connection.vendor == "postgresql" and not connection.in_atomic_block
        cursor.execute("VACUUM ANALYZE" if is_free else "ANALYZE")


@transaction.atomic
def _prepare(today: datetime.date) -> "Factory":
    seed()
    opened_at = datetime.datetime.combine(today - datetime.timedelta(days=DAYS), datetime.time(8), ZONE)
    team = people.hire(opened_at)
    sold = catalog.stock()
    factory = Factory(today, sold, people.sellers(team), opened_at)
    factory.first = True
    return factory


class Factory:
    """Makes batches of orders with their customers, lines, closures and chatter, in one statement for each table."""

    def __init__(self, today: datetime.date, sold: catalog.Catalog, sellers: Sequence[User], opened_at: datetime.datetime):
        self._random = Random(21)  # noqa: S311 - a made-up company, nothing to guess
        self._today = today
        self._plans = [sold.plans[key] for key, share in RHYTHMS for _ in range(share)]
        self._opened_at = opened_at
        self._sellers = [seller.pk for seller in sellers]
        self._reasons = list(CloseReason.objects.filter(system_code=None).order_by("pk").values_list("pk", flat=True))
        self._unpaid = CloseReason.objects.get(system_code=UNPAID).pk
        self._goods = {
            sold.plans[key].pk: [
                (sold.products[row.code], sold.prices[row.code, key, "VND"]) for row in catalog.PRODUCTS if row.is_recurring
            ]
            for key, _ in RHYTHMS
        }
        self.first = False

    def store(self, count: int) -> None:
        """Store `count` orders and the customers they need."""
        buyers = self._meet(max(1, round(count * CUSTOMERS_PER_ORDER)))
        orders, lines, closures, activities = [], [], [], []
        keys, closure_keys = reserve_ids(Order, count), iter(reserve_ids(Closure, count))
        for index, (key, number) in enumerate(zip(keys, take_numbers("S", 0, count), strict=True)):
            buyer = buyers[index] if index < len(buyers) else self._random.choice(buyers)
            plan = self._random.choice(self._plans)
            places = range(self._random.choice((1, 1, 1, 1, 1, 1, 1, 2, 2, 3)))
            positions = [self._line(key, buyer, plan, place) for place in places]
            order = self._order(key, number, buyer, plan, positions, closure_keys)
            orders.append(order[:-2])
            lines += [(*line[:-1], order[-1]) for line in positions]
            if order[-2]:
                closures.append(order[-2])
                activities.append(self._ending(key, buyer, order[-2]))
            activities.append(self._activity(key, buyer, order[-1]))
        insert_rows(Order, _ORDER, orders)
        insert_rows(OrderLine, _LINE, lines)
        # After what was sold, which closures copy.
        insert_rows(Closure, _CLOSURE, closures)
        insert_rows(Activity, _ACTIVITY, activities)
        rebook(keys)

    def _meet(self, count: int) -> Sequence[int]:
        keys = reserve_ids(Customer, count)
        insert_rows(Customer, _CUSTOMER, [self._customer(key) for key in keys])
        if self.first:
            people.open_account(Customer.objects.get(pk=keys[0]), self._opened_at)
            self.first = False
        return keys

    def _customer(self, key: int) -> Row:
        draw = self._random.choice
        is_company = self._random.random() < 0.4
        if is_company:
            name = f"{draw(names.TRADES)[0]} {draw(names.BRANDS)} {key}"
        else:
            name = f"{draw(names.FAMILIES)} {draw(names.MIDDLE_F)} {draw(names.GIVEN_F)}"
        email, phone = f"khach{key}@example.com", f"0199 {key // 10000:03d} {key % 10000:04d}"
        street = f"{self._random.randrange(1, 400)} Trần Phú"
        words = f"{_plain(name)} {email} {phone}"
        same = ("Đà Nẵng", "50000", "VN", "", False, "vi", "VND", "Asia/Ho_Chi_Minh")
        return (key, name, is_company, "", email, phone, street, *same, draw(self._sellers), "", words, self._opened_at)

    def _line(self, order: int, buyer: int, plan: Plan, place: int) -> Row:
        product, price = self._random.choice(self._goods[plan.pk])
        quantity = self._random.choice((1, 1, 1, 1, 2, 3, 5))
        net, tax = _amounts(price, quantity, product)
        return (order, buyer, 10 * (place + 1), product.pk, "", True, quantity, price, 0, product.tax_id, net, tax, None)

    def _order(self, key: int, number: int, buyer: int, plan: Plan, lines: Sequence[Row], closure_keys: Any) -> Row:
        """Return the row of an order, and after it the row of its closure, if any, and up to where its lines are billed."""
        net, tax = sum(line[10] for line in lines), sum(line[11] for line in lines)
        fate = self._random.random()
        # Days of starts and of endings lie evenly in the span.
        ends_on = self._today - DAY * self._random.randrange(DAYS - 30) if fate < CHURNED else None
        last = ends_on or self._today
        start_on = last - DAY * self._random.randrange(1, (last - self._opened_at.date()).days)
        closure, state, closure_row = None, Order.State.IN_PROGRESS, None
        billed_until, next_invoice_on = self._cursors(plan, start_on)
        confirmed_at: datetime.datetime | None = self._opened_at
        if ends_on:
            closure, state, billed_until, next_invoice_on = next(closure_keys), Order.State.CHURNED, ends_on, None
            closure_row = self._closure(closure, key, buyer, _mrr(net, plan), ends_on)
        elif fate < CHURNED + OFFERED:
            state, confirmed_at, billed_until, next_invoice_on = Order.State.QUOTATION_SENT, None, None, None
        seller = self._random.choice(self._sellers)
        row = (key, order_number(number), buyer, plan.pk, "VND", seller, state, "Asia/Ho_Chi_Minh", "", "")
        dates = (self._opened_at, confirmed_at, start_on, 0, ends_on, next_invoice_on, closure)
        return (*row, *dates, net, _mrr(net, plan), net, tax, net + tax, closure_row, billed_until)

    def _cursors(self, plan: Plan, start_on: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
        """Return up to where an order is billed, all but the period that contains today, and when that fell due."""
        schedule = plan.schedule_from(start_on)
        begun_on = schedule.period_containing(self._today).service.start
        due = next_period_due(schedule, begun_on, None, in_arrears=False)
        return (None if begun_on == start_on else begun_on), due.due_on if due else None

    def _closure(self, key: int, order: int, buyer: int, mrr: int, ends_on: datetime.date) -> Row:
        at = _morning(ends_on)
        kind, channel = self._random.choice(WAYS)
        reason = self._unpaid if channel == "system" else self._random.choice(self._reasons)
        seen = self._random.random()
        staff_reason = self._random.choice(self._reasons) if seen < NOTED else None
        signs = '["unpaid"]' if seen > 1 - NOTED else "[]"
        said = (kind, channel, "", at, "Asia/Ho_Chi_Minh", reason, "", staff_reason, signs)
        return (key, order, buyer, *said, ends_on, ends_on, mrr, "none", at)

    def _activity(self, order: int, buyer: int, billed_until: datetime.date | None) -> Row:
        """Tell of the order as an import does, if it was billed up to some day elsewhere."""
        kind = KINDS["imported" if billed_until else "order_confirmed"]
        if billed_until:
            return self._entry(order, buyer, kind, {"external_id": f"{order}", "billed_until_on": billed_until.isoformat()})
        return self._entry(order, buyer, kind, {"start_on": self._today.isoformat()})

    def _ending(self, order: int, buyer: int, closure: Row) -> Row:
        ends_on = closure[_CLOSURE.index("effective_on")]
        days = {"effective_on": ends_on.isoformat(), "last_day_on": (ends_on - DAY).isoformat()}
        row = self._entry(order, buyer, KINDS["closed_by_customer"], {"reason": None, **days})
        return (*row[:-1], _morning(ends_on))

    def _entry(self, order: int, buyer: int, kind: Kind, told: dict[str, str | None]) -> Row:
        return (buyer, order, kind.code, json.dumps(told), "", kind.audience, "system", "", "system", self._opened_at)


_CUSTOMER = (
    "id name is_company contact_name email phone street city postcode country tax_number is_tax_exempt language currency "
    "time_zone salesperson_id note search_key created_at"
).split()
_LINE = (
    "order_id customer_id position product_id description is_recurring quantity unit_price_minor discount_percent tax_id "
    "net_minor tax_minor billed_until"
).split()
_ORDER = (
    "id number customer_id plan_id currency salesperson_id state time_zone note customer_reference created_at confirmed_at "
    "start_on trial_days ends_on next_invoice_on closure_id recurring_minor mrr_micro untaxed_minor tax_minor total_minor"
).split()
_CLOSURE = (
    "id order_id customer_id type channel by_name submitted_at time_zone reason_id own_words staff_reason_id signs "
    "requested_on effective_on lost_mrr_micro credit_policy took_effect_at"
).split()
_ACTIVITY = "customer_id order_id kind facts text audience actor_kind actor_name channel at".split()


@lru_cache(maxsize=10_000)
def _plain(name: str) -> str:
    return search_key(name)


@lru_cache(maxsize=10_000)
def _amounts(price: int, quantity: int, product: Product) -> tuple[int, int]:
    net = LinePrice(price * quantity).net_minor
    return net, tax_on(net, product.tax.percent) if product.tax else 0


@lru_cache(maxsize=10_000)
def _mrr(net: int, plan: Plan) -> int:
    return mrr_micro(net, plan.interval)


def _morning(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(9), ZONE)
