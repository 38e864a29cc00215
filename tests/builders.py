"""Business records for tests: plain functions, each with an example of its kind that a test changes by name.

A record made here is stored directly, without its verb, so that a test of one verb does not hang on another.
"""

import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from soon.activity.actor import staff, system
from soon.models import (
    BillingRun,
    BulkClosing,
    CloseReason,
    Customer,
    Invoice,
    InvoiceDraft,
    Order,
    Payment,
    Plan,
    Price,
    Product,
    Rate,
    SetAside,
    Tax,
    User,
    Verification,
)
from soon.operations.bulk_closings.begin import begin as begin_closing_many
from soon.operations.invoices.create_draft import create_draft
from soon.operations.invoices.credit import credit
from soon.operations.invoices.issue_next import issue_next
from soon.operations.invoices.prepared import PreparedInvoice, PreparedLine
from soon.operations.payments.register_payment import register_payment
from soon.operations.quotations.confirm import confirm
from soon.operations.quotations.create import create
from soon.operations.quotations.draft import Draft, DraftLine
from soon.operations.quotations.send import send
from soon.operations.subscriptions.close import close

# Noon of the day on which nothing special happens.
TODAY = datetime.date(2026, 3, 16)
AT = datetime.datetime(2026, 3, 16, 5, 0, tzinfo=datetime.UTC)
PASSWORD = "soon-demo"
_numbers = count(1)


def a_user(role: str = "administrator", **fields: Any) -> User:
    """Return a person in `role` who can log in with PASSWORD; the role customer gets a customer of their own."""
    number = next(_numbers)
    values = {"name": f"Trần Lan {number}", "email": f"{role}{number}@example.com", "created_at": AT} | fields
    if role == "customer" and "customer" not in values:
        values["customer"] = a_customer()
    return User.objects.create_user(values.pop("email"), values.pop("password", PASSWORD), role=role, **values)


def a_customer(**fields: Any) -> Customer:
    """Return a Vietnamese customer who pays in VND."""
    number = next(_numbers)
    values = {"name": f"Công ty Hoa Sen {number}", "email": f"hoasen{number}@example.com", "created_at": AT} | fields
    customer = Customer(**values)
    customer.refresh_search_key()
    customer.save()
    return customer


def a_plan(name: str = "Hằng tháng", **fields: Any) -> Plan:
    """Return a closable plan billed every month from the start day."""
    return Plan.objects.create(**{"name_vi": name, "name_en": "Monthly", "is_closable": True} | fields)


def a_tax(percent: str = "8", **fields: Any) -> Tax:
    """Return a tax of `percent`."""
    return Tax.objects.create(
        **{"name_vi": f"GTGT {percent}%", "name_en": f"VAT {percent}%", "percent": Decimal(percent)} | fields
    )


def a_rate(currency: str = "USD", rate: str = "26000", valid_from_on: datetime.date = datetime.date(2025, 1, 1)) -> Rate:
    """Return what a currency is worth in the company's from a day on."""
    return Rate.objects.create(currency=currency, rate=Decimal(rate), valid_from_on=valid_from_on)


def a_product(code: str = "", *, plan: Plan | None = None, price_minor: int = 1_000_000, **fields: Any) -> Product:
    """Return a product; with a `plan` it has a price of `price_minor` VND on it."""
    code = code or f"P{next(_numbers):03d}"
    product = Product(**{"code": code, "name_vi": f"Dịch vụ {code}", "name_en": f"Service {code}"} | fields)
    product.refresh_search_key()
    product.save()
    if plan:
        Price.objects.create(product=product, plan=plan, currency="VND", amount_minor=price_minor)
    return product


def a_close_reason(name: str = "", **fields: Any) -> CloseReason:
    """Return a reason that customers and staff may choose."""
    name = name or f"Quá đắt {next(_numbers)}"
    return CloseReason.objects.create(**{"name_vi": name, "name_en": f"{name} (en)"} | fields)


def a_draft(**fields: Any) -> Draft:
    """Return a draft for one unit at `price_minor` (1,000,000 VND) a period of its plan, without tax."""
    price_minor = fields.pop("price_minor", 1_000_000)
    plan = fields.pop("plan") if "plan" in fields else a_plan()
    lines = fields.pop("lines", None) or [a_draft_line(price_minor, product=a_product(plan=plan, price_minor=price_minor))]
    values = {"customer": fields.pop("customer", None) or a_customer(), "currency": "VND", "plan": plan, "lines": lines}
    return Draft(**values | fields)


def a_draft_line(price_minor: int = 1_000_000, **fields: Any) -> DraftLine:
    """Return a recurring line of one unit."""
    values = {"product": fields.pop("product", None) or a_product(), "quantity": Decimal(1), "is_recurring": True}
    return DraftLine(unit_price_minor=price_minor, **values | fields)


def a_quotation(**fields: Any) -> Order:
    """Return a quotation made by its verb from a_draft(**fields)."""
    return create(a_draft(**fields), actor=system(), at=AT)


def a_sent_quotation(**fields: Any) -> Order:
    """Return a quotation sent to its customer."""
    return send(a_quotation(**fields), actor=system(), at=AT)


def an_order(*, start_on: datetime.date = TODAY, **fields: Any) -> Order:
    """Return a subscription In Progress since `start_on`, confirmed by its verb, not invoiced yet."""
    return confirm(a_quotation(start_on=start_on, **fields), actor=system(), at=AT, today=start_on)


def an_invoice(order: Order | None = None, today: datetime.date = TODAY) -> Invoice:
    """Return the invoice of the next period of `order`, issued `today` by its verb."""
    return issue_next(order or an_order(), actor=system(), at=AT, today=today)


def an_invoice_draft(**fields: Any) -> InvoiceDraft:
    """Return a draft invoice made by its verb, for two hours of work at 500,000 VND, without tax."""
    line = PreparedLine(product=fields.pop("product", None) or a_product(), quantity=Decimal(2), unit_price_minor=500_000)
    customer = fields.pop("customer", None) or (fields["order"].customer if fields.get("order") else a_customer())
    return create_draft(PreparedInvoice(customer, **{"currency": "VND", "lines": [line]} | fields), actor=system(), at=AT)


def a_payment(invoice: Invoice, amount_minor: int | None = None, **fields: Any) -> Payment:
    """Return a payment of the whole invoice, or of `amount_minor`, registered by its verb."""
    values = {"paid_on": TODAY, "method": "bank_transfer", "actor": system(), "at": AT, "today": TODAY} | fields
    return register_payment(invoice, amount_minor=amount_minor or invoice.total_minor, **values)


def a_credit_note(invoice: Invoice, amounts: dict[int, int] | None = None, **fields: Any) -> Invoice:
    """Return a credit note of the whole invoice, or of `amounts` by line, issued by its verb."""
    values = {"reason": "Không dùng được dịch vụ", "actor": system(), "at": AT, "today": TODAY} | fields
    return credit(invoice, amounts=amounts, **values)


def a_billing_run(**fields: Any) -> BillingRun:
    """Return a finished run that issued nothing."""
    moments = {"started_at": AT, "progressed_at": AT, "finished_at": AT}
    return BillingRun.objects.create(**{"bills_until": TODAY, "channel": "system"} | moments | fields)


def a_bulk_closing(*orders: Order, by: User | None = None, **fields: Any) -> BulkClosing:
    """Return a closing of `orders` (else of one) begun by its verb, of which nothing is carried out yet."""
    keys = [order.pk for order in orders or [an_order()]]
    values = {"own_words": "Ngừng cung cấp", "at": AT} | fields
    return begin_closing_many(keys, actor=staff(by or a_user("manager")), **values)


def a_verification(**fields: Any) -> Verification:
    """Return a result that found three contradictions and something worth knowing, all of `order`."""
    order = fields.pop("order", None) or an_order()
    about = {"record": order.number, "noun": "order", "key": order.pk}
    days = {"due_on": "2026-04-16", "says_on": "2026-04-17"}
    values = {
        "started_at": AT,
        "finished_at": AT + datetime.timedelta(seconds=4),
        "found": 3,
        "checked": {
            "order_adds_up": {"looked_at": 1234, "found": 0},
            "next_invoice_is_next": {"looked_at": 1234, "found": 3},
            "nothing_left_behind": {"looked_at": 1234, "found": 1},
        },
        "findings": [
            {"check": "next_invoice_is_next", **about, "facts": days},
            {"check": "nothing_left_behind", **about, "facts": {"due_on": "2026-03-10"}},
        ],
    }
    return Verification.objects.create(**values | fields)


def a_set_aside(order: Order | None = None, run: BillingRun | None = None, **fields: Any) -> SetAside:
    """Return what keeps `order` out of billing, as a run sets it aside whose error nobody foresaw."""
    order = order or an_order()
    values = {"due_on": TODAY, "set_aside_at": AT, "error": "ZeroDivisionError: division by zero", "owner": order.salesperson}
    return SetAside.objects.create(order=order, customer=order.customer, run=run or a_billing_run(), **values | fields)


def a_churned_order(reason: CloseReason | None = None, **fields: Any) -> Order:
    """Return a subscription that its verb closed on TODAY."""
    order = an_order(**fields)
    close(order, reason=reason or a_close_reason(), actor=system(), at=AT, today=TODAY)
    order.refresh_from_db()
    return order
