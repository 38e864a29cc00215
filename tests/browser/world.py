"""A small business with something on every page, and the words that its people read."""

from dataclasses import dataclass
from typing import Any

from soon.activity.actor import staff, system
from soon.jobs.sweeps import load_files
from soon.models import (
    BillingRun,
    BulkClosing,
    CloseReason,
    Company,
    Customer,
    DataImport,
    Declaration,
    Invoice,
    InvoiceDraft,
    Order,
    Payment,
    Plan,
    PortalLink,
    Product,
    Rate,
    Tax,
    User,
    Verification,
)
from soon.operations.billing.run import Stop
from soon.operations.chatter.log_note import log_note
from soon.operations.declarations.receive import receive
from soon.operations.declarations.statement import Statement
from soon.operations.imports.check import check
from soon.operations.imports.upload import upload
from soon.operations.installation.seed import seed
from soon.operations.payments.register_payment import register_payment
from tests.builders import (
    AT,
    TODAY,
    a_billing_run,
    a_bulk_closing,
    a_churned_order,
    a_customer,
    a_draft_line,
    a_plan,
    a_product,
    a_quotation,
    a_rate,
    a_sent_quotation,
    a_set_aside,
    a_user,
    a_verification,
    an_invoice,
    an_invoice_draft,
    an_order,
)
from tests.doors.portal import a_link
from tests.imports import files

# Long enough to break a layout that was made for short words.
LONG_NAME = "Công ty Trách nhiệm hữu hạn Một thành viên Thương mại Dịch vụ Vận tải Nguyễn Phước Nghĩa Quảng Nam"


@dataclass(frozen=True)
class World:
    """What was made, by name."""

    admin: User
    sales: User
    user: User
    buyer: User
    customer: Customer
    plan: Plan
    product: Product
    reason: CloseReason
    tax: Tax
    rate: Rate
    company: Company
    quotation: Order
    sent: Order
    order: Order
    churned: Order
    invoice: Invoice
    draft: InvoiceDraft
    payment: Payment
    run: BillingRun
    many_at_once: BulkClosing
    stuck: Order
    verification: Verification
    link: PortalLink
    declaration: Declaration

    @property
    def uploaded(self) -> DataImport:
        """A file whose columns are to be assigned."""
        return DataImport.objects.filter(state="uploaded").first() or brought(self.admin)

    @property
    def checked(self) -> DataImport:
        """A file with some rows that are not right."""
        if not DataImport.objects.filter(state="checked").exists():
            check(brought(self.admin), mapping=files.MAP, actor=staff(self.admin), at=AT, today=TODAY)
            load_files(Stop())
        return DataImport.objects.filter(state="checked").get()


def brought(by: User) -> DataImport:
    """Return a file that `by` uploaded, with a row that is wrong from end to end."""
    content = files.as_csv([*files.ROWS, "B1;;nobody;?;Tuần;;9,5;0;31/02/2026;;;;;;;"])
    return upload(content, file_name="khách hàng và đăng ký 2026.csv", actor=staff(by), at=AT)


def a_world(**fields: Any) -> World:
    """Make a business with long names, an order in every state, a part payment, a note and a customer with a log-in."""
    seed()
    public = {"has_public_closing": True, "has_public_withdrawal": True}
    bank = public | {
        "bank_bin": "970436",
        "bank_account_number": "0041000123456",
        "bank_account_name": "CTCP MANG VIEN THONG SONG HAN",
    }
    Company.objects.update_or_create(pk=1, defaults=bank)
    admin, sales = a_user(name="Nguyễn Thị Phương Thảo"), a_user("salesperson")
    buyer = a_user("customer", customer=a_customer(name=LONG_NAME, street="127/4A Nguyễn Phước Nguyên", city="Đà Nẵng"))
    customer, plan = buyer.customer, a_plan()
    assert customer
    product = a_product("NET-300", plan=plan, price_minor=12_345_678, name_vi="Internet cáp quang doanh nghiệp 300 Mbps")
    common = {"customer": customer, "plan": plan, "salesperson": sales, "lines": [a_draft_line(12_345_678, product=product)]}
    reason = CloseReason.objects.for_staff()[0]
    order = an_order(**common | fields)
    invoice = an_invoice(order)
    pay = {"amount_minor": 5_000_000, "paid_on": TODAY, "method": "cash", "actor": system(), "at": AT, "today": TODAY}
    payment = register_payment(invoice, **pay)
    log_note(order, text="Khách hẹn gọi lại vào sáng thứ Hai tuần sau.", actor=system(), at=AT)
    run, stuck = a_billing_run(issued=1), an_order(plan=plan)
    a_set_aside(stuck, run)
    return World(
        admin=admin,
        sales=sales,
        user=sales,
        buyer=buyer,
        customer=customer,
        plan=plan,
        product=product,
        reason=reason,
        tax=Tax.objects.all()[0],
        rate=a_rate(),
        company=Company.ours(),
        quotation=a_quotation(**common),
        sent=a_sent_quotation(**common),
        order=order,
        churned=a_churned_order(reason, **common),
        invoice=invoice,
        draft=an_invoice_draft(order=order),
        payment=payment,
        run=run,
        many_at_once=a_bulk_closing(stuck),
        stuck=stuck,
        verification=a_verification(order=order),
        link=a_link(customer),
        declaration=receive(Statement(LONG_NAME, "lan@example.com", "PO 2026/17", "d" * 40, cause="Mất mạng."), at=AT),
    )
