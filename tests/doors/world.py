"""One small business with somebody of every kind in it, made once for many requests, and requests that leave no trace.

`the_world` is a fixture for modules: records made once, in a transaction that is taken back when the module is done.
"""

import datetime
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.template import Template
from django.test import Client

from soon.activity.actor import customer_in_portal, staff, system
from soon.models import Company, DataImport, Order, OrderChange, Plan, Price, User
from soon.operations.declarations.receive import receive
from soon.operations.declarations.statement import Statement
from soon.operations.imports.upload import upload
from soon.operations.installation.seed import seed
from soon.operations.subscriptions._changes import locked_order, schedule_discount
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.pause import pause
from tests.builders import (
    TODAY,
    a_billing_run,
    a_bulk_closing,
    a_close_reason,
    a_customer,
    a_payment,
    a_plan,
    a_product,
    a_quotation,
    a_rate,
    a_sent_quotation,
    a_set_aside,
    a_tax,
    a_user,
    a_verification,
    an_invoice,
    an_invoice_draft,
    an_order,
)
from tests.doors.portal import a_link
from tests.operations.records import everything

NOON = datetime.datetime(TODAY.year, TODAY.month, TODAY.day, 5, tzinfo=datetime.UTC)
STAFF = ("owner", "colleague", "accountant", "manager", "administrator")
CUSTOMERS = ("account", "link", "stranger")
READERS = ("nobody", *STAFF, *CUSTOMERS)


class World(SimpleNamespace):
    """Records and people by name; `keys` are their numbers, `sessions` the cookies of whoever is inside."""

    def names(self, reader: str) -> dict[str, Any]:
        """Return what the words in braces of an address or a form stand for.

        {reader} is whoever asks, {theirs} a customer whom they serve or may see anyway.
        """
        theirs = self.keys["of_colleague" if reader == "colleague" else "of_owner"]
        return self.keys | {"reader": self.keys.get(reader, ""), "theirs": theirs}


def a_file(by: User) -> DataImport:
    """Return a file that `by` has brought to move in with."""
    return upload(b"Name,Plan\nLan,Monthly\n", file_name="a.csv", actor=staff(by), at=NOON)


def make_world() -> World:
    """Make a business: `owner` sells to `customer` (who comes by account and by link), `stranger` is another customer."""
    seed()
    public = {"has_public_closing": True, "has_public_withdrawal": True}
    Company.objects.update_or_create(pk=1, defaults={"name": "Sen Việt"} | public)
    world = World(customer=a_customer(name="Công ty Hoa Sen"), newcomer=a_customer(), reason=a_close_reason("Quá đắt"))
    world.owner = a_user("salesperson")
    world.colleague = a_user("salesperson")
    world.accountant, world.manager, world.administrator = a_user("accountant"), a_user("manager"), a_user("administrator")
    world.of_owner, world.of_colleague = a_customer(salesperson=world.owner), a_customer(salesperson=world.colleague)
    world.account = a_user("customer", customer=world.customer)
    world.stranger = a_user("customer")
    world.person = a_user("salesperson")
    world.plan, world.idle_plan, world.tax, world.rate = a_plan(), a_plan("Chưa ai dùng"), a_tax(), a_rate("EUR")
    world.product = a_product("CLOUD", plan=world.plan)
    sold = {"customer": world.customer, "salesperson": world.owner}
    world.quotation, world.sent = a_quotation(plan=world.plan, **sold), a_sent_quotation(plan=world.plan, **sold)
    world.order, world.billed = an_order(plan=world.plan, **sold), an_order(plan=world.plan, **sold)
    world.cancelled = a_quotation(plan=world.plan, **sold)
    type(world.cancelled).objects.filter(pk=world.cancelled.pk).update(state="cancelled")
    world.leaving, world.churned = an_order(plan=world.plan, **sold), an_order(plan=world.plan, **sold)
    leaver = {"actor": customer_in_portal(world.customer), "at": NOON, "today": TODAY}
    close(world.leaving, reason=world.reason, effective_on=TODAY + datetime.timedelta(days=20), **leaver)
    close(world.churned, reason=world.reason, **leaver)
    world.invoice = an_invoice(world.billed)
    world.draft, world.payment = an_invoice_draft(order=world.billed), a_payment(world.invoice, 100_000)
    world.stuck = an_order(plan=world.plan, **sold)
    world.run = a_billing_run()
    world.bulk, world.brought = a_bulk_closing(world.stuck, by=world.manager), a_file(world.manager)
    # Paid a month of which a day was used.
    world.creditor = a_customer(name="Nguyễn Đã Trả")
    left = an_order(plan=world.plan, customer=world.creditor)
    a_payment(an_invoice(left))
    close(left, reason=world.reason, actor=customer_in_portal(world.creditor), at=NOON, today=TODAY)
    a_set_aside(world.stuck, world.run)
    world.verification = a_verification(order=world.order)
    world.declaration = receive(Statement("Lan", "lan@example.com", "S9", "d" * 40), at=NOON)
    world.paused = _paused(an_order(plan=world.plan, **sold))
    world.changing, world.change, world.other_plan = _changing(world, sold)
    world.portal_link = a_link(world.customer, world.order)
    world.keys = {name: getattr(value, "number", value.pk) for name, value in vars(world).items()}
    world.keys |= {
        "invoice": world.invoice.pk,
        "token": world.portal_link.token,
        "declared": "d" * 40,
        "today": TODAY.isoformat(),
    }
    world.sessions = {reader: _session(world, reader) for reader in READERS}
    world.digest = everything()
    return world


def _paused(order: Order) -> Order:
    pause(order, actor=system(), at=NOON, today=TODAY)
    return order


def _changing(world: World, sold: dict[str, Any]) -> tuple[Order, OrderChange, Plan]:
    """Return an order with a change that waits, and a plan that it could change to."""
    order = an_order(plan=world.plan, **sold)
    other = a_plan("Hằng quý", interval_count=3)
    for line in world.order.lines.all():
        Price.objects.create(product=line.product, plan=other, currency=order.currency, amount_minor=900)
    change = schedule_discount(locked_order(order), Decimal(10), 2, actor=system(), at=NOON, today=TODAY)
    return order, change, other


def _session(world: World, reader: str) -> str:
    """Return the cookie of `reader`, once inside."""
    client = Client()
    if reader == "link":
        client.get(f"/portal/link/{world.portal_link.token}/")
    elif reader != "nobody":
        client.force_login(getattr(world, reader))
    return client.cookies["sessionid"].value if reader != "nobody" else ""


def world_of_module(django_db_blocker: Any) -> Iterator[World]:
    """Yield a world that lasts as long as the module's tests, with the clock at its noon."""
    log = logging.getLogger("django.request")
    level = log.level
    log.setLevel(logging.ERROR)  # a refusal is no news here
    with django_db_blocker.unblock(), time_machine.travel(NOON, tick=False), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)
    log.setLevel(level)


@contextmanager
def drawn_without_records() -> Iterator[None]:
    """Render pages as for readers: Django's test client else copies the context of every part of every page into the answer."""
    recording = Template._render
    Template._render = lambda template, context: template.nodelist.render(context)
    try:
        yield
    finally:
        Template._render = recording


@dataclass(frozen=True)
class Answer:
    """What a request was answered, and whether it wrote anything of the business although it was refused or only read."""

    response: Any
    wrote: bool = False

    @property
    def kind(self) -> int | str:
        """The status; for a redirect to another door its name."""
        if self.response.status_code != 302:
            return int(self.response.status_code)
        path = self.response.headers["Location"].split("?")[0]
        doors = {"/account/login/": "log in", "/portal/": "portal", "/": "back office"}
        return doors.get(path, "preview" if path.startswith("/portal/preview/") else 302)


def ask(world: World, reader: str, method: str, url: str, data: Any = None, **options: Any) -> Answer:
    """Send one request of `reader` and take it back at once, whatever it did."""
    # A browser of its own, since an answer may change the cookies.
    client = Client(headers={"Accept-Language": "en"})
    if session := world.sessions[reader]:
        client.cookies["sessionid"] = session
    statements: list[str] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and '"django_session"' not in sql:
            statements.append(sql)
        return execute(sql, params, many, context)

    # The limits on logging in are for people, not for a table of requests.
    cache.clear()
    with transaction.atomic():
        with connection.execute_wrapper(watch):
            response = getattr(client, method.lower())(url, data, **options)
        answer = Answer(response)
        # A page that a redirect led to says nothing about the form that led there.
        accepted = response.status_code in (200, 204, 302) or getattr(response, "redirect_chain", None)
        may_write = method == "POST" and accepted and answer.kind != "log in"
        # Rows are compared only where a statement wrote at all: there are thousands of requests.
        wrote = bool(statements) and not may_write and everything() != world.digest
        transaction.set_rollback(True)
    return Answer(response, wrote)
