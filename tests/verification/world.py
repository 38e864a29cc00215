"""A small company with everything in it that `soon verify` looks at, made by the verbs alone."""

import datetime
import json
from dataclasses import dataclass
from decimal import Decimal

from soon.activity.actor import system
from soon.models import Invoice, Order, Payment
from soon.operations.billing.run import run
from soon.operations.imports.load_all_rows import load_all_rows
from soon.operations.imports.read_map import read_map
from soon.operations.imports.read_table import read_table
from soon.operations.installation.seed import seed
from soon.operations.invoices.issue_draft import issue_draft
from soon.operations.payments.pay_out import pay_out
from soon.operations.payments.register_on_account import register_on_account
from soon.operations.payments.reverse import reverse
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.pause import pause
from tests.builders import (
    AT,
    TODAY,
    a_close_reason,
    a_credit_note,
    a_customer,
    a_draft_line,
    a_payment,
    a_plan,
    a_product,
    a_sent_quotation,
    a_set_aside,
    a_tax,
    an_invoice,
    an_invoice_draft,
    an_order,
)

WHEN = {"actor": system(), "at": AT, "today": TODAY}
NEW_YEAR = datetime.date(2026, 1, 1)
MAP = {
    "customer": {"external_id": {"column": "Mã"}, "name": {"column": "Tên"}, "email": {"column": "Thư"}},
    "subscription": {
        "external_id": {"column": "Mã"},
        "currency": {"value": "VND"},
        "start": {"on": {"column": "Ngày"}},
        "plan": {"value": {"vi": "Hằng quý", "unit": "month", "count": 3}},
        "product": {"value": {"code": "NET", "vi": "Internet"}},
        "price": {"column": "Giá", "per": "period"},
    },
}
CSV = "Mã;Tên;Thư;Ngày;Giá\n1;Nguyễn Văn Đạt;dat@example.com;2026-01-31;900000\n2;Lê Hà;;2026-03-16;300000\n"


@dataclass
class World:
    """Records that tests plant errors on. `busy` has three periods of two lines, and one line sold once."""

    busy: Order
    other: Order
    churned: Order
    expired: Order
    imported: Order
    once: Order
    quotation: Order
    first: Invoice
    second: Invoice
    note: Invoice
    payment: Payment
    unused: Payment


def a_world() -> World:
    """Return a company on TODAY: sold, billed, paid, credited, closed and imported."""
    seed()
    monthly, tax, included = a_plan(), a_tax("8"), a_tax("10", is_included=True)
    seats = a_draft_line(
        333_333, product=a_product("SEAT", plan=monthly), quantity=Decimal(3), discount_percent=Decimal(10), tax=tax
    )
    support = a_draft_line(200_000, product=a_product("SUPPORT", plan=monthly), tax=included)
    setup = a_draft_line(500_000, product=a_product("SETUP"), is_recurring=False)
    busy = an_order(start_on=NEW_YEAR, plan=monthly, lines=[seats, support, setup], customer=a_customer())
    other = an_order(start_on=NEW_YEAR, plan=monthly, lines=[seats], customer=a_customer(is_tax_exempt=True, email=""))
    _sell_all_sorts(monthly, included)
    expired = an_order(start_on=NEW_YEAR, ends_on=datetime.date(2026, 2, 20))
    churned, imported = an_order(start_on=datetime.date(2026, 3, 1)), _import()
    once = an_order(plan=None, lines=[setup])
    run(bills_until=TODAY, actor=system(), clock=lambda: AT)
    close(churned, reason=a_close_reason(), **WHEN)
    an_invoice(imported)
    first, second, *_ = busy.invoices.order_by("period_start")
    payment = a_payment(first, first.total_minor - 1)
    # More than is due: the rest pays for the draft and the next invoice.
    a_payment(second, second.total_minor + 300_000)
    issue_draft(an_invoice_draft(customer=busy.customer), **WHEN)
    note = a_credit_note(second, {second.lines.all()[0].pk: 250_001})
    # It is left as credit, which pays for a part of the next.
    issue_draft(an_invoice_draft(customer=busy.customer), **WHEN)
    note.refresh_from_db()
    reverse(a_payment(other.invoices.order_by("pk")[0]), reason="Sai", **WHEN)
    account = {"paid_on": TODAY, "method": "cash", **WHEN}
    unused = register_on_account(once.customer, currency="VND", amount_minor=700_000, **account)
    paid_twice = a_customer()
    register_on_account(paid_twice, currency="VND", amount_minor=80_000, **account)
    pay_out(paid_twice, currency="VND", amount_minor=30_000, **account)
    a_set_aside(other)
    orders = {"busy": busy, "other": other, "churned": churned, "expired": expired, "imported": imported, "once": once}
    for order in orders.values():
        order.refresh_from_db()
    return World(**orders, quotation=a_sent_quotation(), first=first, second=second, note=note, payment=payment, unused=unused)


def _sell_all_sorts(monthly, included) -> None:
    """Sell what is billed in another way: in arrears, by the calendar, after a trial, by the week, in another currency."""
    an_order(start_on=NEW_YEAR, plan=a_plan("Trả sau", in_arrears=True))
    an_order(start_on=datetime.date(2026, 1, 17), plan=a_plan("Theo lịch", alignment="calendar", interval_count=3))
    an_order(start_on=NEW_YEAR, plan=monthly, trial_days=14)
    weekly = a_plan("Hằng tuần", interval_unit="week")
    dollars = a_draft_line(1_999, product=a_product("USD"), tax=included)
    an_order(start_on=NEW_YEAR, plan=weekly, currency="USD", lines=[dollars], customer=a_customer(currency="USD"))
    paused = an_order(start_on=NEW_YEAR, plan=monthly)
    an_invoice(paused)
    pause(paused, **WHEN)


def _import() -> Order:
    load_all_rows(read_table(CSV.encode()), mapping=read_map(json.dumps(MAP)), on_progress=lambda done, total: None, **WHEN)
    return Order.objects.get(external_id="1")
