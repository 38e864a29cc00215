"""Whatever is done with a customer's money, in whatever order: every figure is the sum of what stands behind it."""

import datetime
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from soon.activity.actor import system
from soon.domain.statements import Span
from soon.models import Customer, Invoice, Order, Payment
from soon.operations.invoices.credit import credit
from soon.operations.invoices.issue_draft import issue_draft
from soon.operations.invoices.issue_next import issue_next
from soon.operations.payments.apply_credit import apply_credit
from soon.operations.payments.register_on_account import register_on_account
from soon.operations.payments.register_payment import register_payment
from soon.operations.payments.reverse import reverse
from soon.operations.refusal import Refusal
from soon.queries.statement import statement_of
from tests.builders import AT, TODAY, a_customer, a_draft_line, a_plan, a_product, a_tax, an_invoice_draft, an_order
from tests.operations.money import assert_books_agree, balance_of

pytestmark = pytest.mark.django_db
WHEN = {"actor": system(), "at": AT, "today": TODAY}
PAID = {"paid_on": TODAY, "method": "cash"}
STEPS = ("issue", "prepare", "pay", "pay", "on_account", "credit", "credit_part", "use", "reverse")
# What to do, to which of the records there are, and with how much: of a hundred, 150 is half too much.
step = st.tuples(st.sampled_from(STEPS), st.integers(0, 9), st.integers(1, 150))


@dataclass
class Books:
    """A customer, what they owe by our own count, and the invoices of a subscription."""

    customer: Customer
    order: Order
    owed_minor: int = 0
    done: list[str] = field(default_factory=list)

    def do(self, what: str, which: int, share: int) -> None:
        """Take one step and count what it should do to the balance; what is refused changes nothing."""
        try:
            with transaction.atomic():
                self.owed_minor += getattr(self, what)(which, share)
        except Refusal:
            self.done.append(f"{what} refused")
        else:
            self.done.append(what)

    def issue(self, which: int, share: int) -> int:
        return issue_next(self.order, **WHEN).total_minor

    def prepare(self, which: int, share: int) -> int:
        return issue_draft(an_invoice_draft(customer=self.customer), **WHEN).total_minor

    def pay(self, which: int, share: int) -> int:
        invoice = self.pick(Invoice.objects.filter(customer=self.customer, kind="invoice"), which)
        return -register_payment(invoice, amount_minor=invoice.total_minor * share // 100, **PAID, **WHEN).amount_minor

    def on_account(self, which: int, share: int) -> int:
        said = {"currency": "VND", "amount_minor": 10_007 * share} | PAID | WHEN
        return -register_on_account(self.customer, **said).amount_minor

    def credit(self, which: int, share: int) -> int:
        invoice = self.pick(Invoice.objects.filter(customer=self.customer), which)
        return -credit(invoice, reason="Hỏng", **WHEN).total_minor

    def credit_part(self, which: int, share: int) -> int:
        invoice = self.pick(Invoice.objects.filter(customer=self.customer, kind="invoice"), which)
        amounts = {line.pk: (line.net_minor + line.tax_minor) * share // 100 for line in invoice.lines.all()}
        return -credit(invoice, reason="Hỏng", amounts=amounts, **WHEN).total_minor

    def use(self, which: int, share: int) -> int:
        apply_credit(self.pick(Invoice.objects.filter(customer=self.customer), which), **WHEN)
        return 0

    def reverse(self, which: int, share: int) -> int:
        payment = self.pick(Payment.objects.filter(customer=self.customer), which)
        return reverse(payment, reason="Ngân hàng trả lại", **WHEN).amount_minor

    def pick(self, rows, which: int):
        found = list(rows.order_by("pk"))
        if not found:
            raise Refusal("there is none yet")
        return found[which % len(found)]


@settings(max_examples=25)
@given(st.lists(step, min_size=3, max_size=14))
def test_the_books_agree_after_every_step(steps):
    with transaction.atomic():
        customer, plan = a_customer(), a_plan()
        lines = [
            a_draft_line(333_333, product=a_product(plan=plan), tax=a_tax("8")),
            a_draft_line(99_999, product=a_product(plan=plan), tax=a_tax("10", is_included=True)),
        ]
        books = Books(customer, an_order(customer=customer, plan=plan, lines=lines, start_on=TODAY - datetime.timedelta(70)))
        for each in [("issue", 0, 0), *steps]:
            books.do(*each)
            assert balance_of(customer) == books.owed_minor, books.done
            assert_books_agree(customer)
        year = statement_of(customer, Span("VND", TODAY.replace(month=1, day=1), TODAY))
        after = statement_of(customer, Span("VND", TODAY + datetime.timedelta(days=1), TODAY + datetime.timedelta(days=9)))
        assert year.closing_minor == after.opening_minor == after.closing_minor == books.owed_minor
        transaction.set_rollback(True)
