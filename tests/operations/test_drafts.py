"""Draft invoices: prepared by hand, changed, thrown away, issued; and what is refused."""

import datetime
from decimal import Decimal

import pytest

from soon.activity.actor import staff, system
from soon.models import Activity, Customer, Invoice, InvoiceDraft, Letter
from soon.operations.invoices.create_draft import create_draft
from soon.operations.invoices.discard_draft import discard_draft
from soon.operations.invoices.issue_draft import issue_draft
from soon.operations.invoices.prepared import PreparedInvoice, PreparedLine
from soon.operations.invoices.revise_draft import revise_draft
from soon.operations.refusal import Refusal
from tests.builders import (
    AT,
    TODAY,
    a_customer,
    a_payment,
    a_product,
    a_tax,
    a_user,
    an_invoice,
    an_invoice_draft,
    an_order,
)
from tests.operations.money import assert_books_agree
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
WHO = {"actor": system(), "at": AT}
WHEN = WHO | {"today": TODAY}


def words(customer: Customer | None = None, *lines: PreparedLine, **fields) -> PreparedInvoice:
    """Return a draft as typed; of one line at 250,000 unless `lines` say otherwise."""
    values = {"currency": "VND", "lines": lines or (PreparedLine(a_product(), Decimal(1), 250_000),)} | fields
    return PreparedInvoice(customer or a_customer(), **values)


def test_a_draft_is_no_document_until_it_is_issued():
    lan = a_user("accountant", name="Lan")
    line = PreparedLine(
        a_product("TRAIN", name_vi="Đào tạo"), Decimal("1.5"), 400_000, "buổi sáng", Decimal(10), a_tax("8", name_vi="GTGT")
    )
    draft = create_draft(words(a_customer(), line, note="Hỏi lại Minh"), actor=staff(lan), at=AT)
    assert (draft.untaxed_minor, draft.tax_minor, draft.total_minor) == (540_000, 43_200, 583_200)
    assert not Invoice.objects.exists()
    assert not Letter.objects.exists()
    invoice = issue_draft(draft, expected_total_minor=583_200, **WHEN)
    assert (invoice.number, invoice.total_minor, invoice.issued_on, invoice.order) == ("INV/2026/00001", 583_200, TODAY, None)
    assert (invoice.due_on - TODAY, invoice.period_start) == (datetime.timedelta(days=15), None)
    stored = invoice.lines.get()
    assert (stored.description, stored.quantity, stored.tax_name) == ("Đào tạo – buổi sáng", Decimal("1.5"), "GTGT")
    assert (stored.derivation["rule"], stored.order_line) == ("once", None)
    assert not InvoiceDraft.objects.exists()
    told = Activity.objects.order_by("pk").values_list("kind", "invoice")
    assert list(told) == [("draft_created", None), ("invoice_issued", invoice.pk), ("draft_issued", invoice.pk)]
    assert Activity.objects.get(kind="draft_issued").facts == {"invoice": invoice.number, "author": "Lan"}
    assert Letter.objects.get().kind == "invoice"


def test_taxes_are_those_of_the_customer_on_the_day_of_issue():
    included = PreparedLine(a_product(), Decimal(1), 110_000, tax=a_tax("10", is_included=True))
    customer = a_customer()
    draft = create_draft(words(customer, included), **WHO)
    assert (draft.untaxed_minor, draft.tax_minor) == (100_000, 10_000)
    Customer.objects.filter(pk=customer.pk).update(is_tax_exempt=True)
    invoice = issue_draft(draft, **WHEN)
    assert (invoice.untaxed_minor, invoice.tax_minor) == (100_000, 0)
    assert invoice.lines.get().derivation["exempt_from_percent"] == "10"


def test_credit_of_the_customer_pays_for_it_first():
    order = an_order()
    a_payment(an_invoice(order), 1_400_000)
    invoice = issue_draft(an_invoice_draft(order=order), **WHEN)
    assert (invoice.order, invoice.paid_minor, invoice.open_minor) == (order, 400_000, 600_000)
    assert_books_agree(order.customer)


def test_a_draft_is_changed_as_a_whole():
    draft = an_invoice_draft()
    other, order = a_customer(), an_order()
    revise_draft(draft, draft=words(other, note="Khách mới"), **WHO)
    draft.refresh_from_db()
    assert (draft.customer, draft.total_minor, draft.note, draft.lines.count()) == (other, 250_000, "Khách mới", 1)
    revise_draft(draft, draft=words(order.customer, order=order), **WHO)
    assert Activity.objects.filter(kind="draft_changed").count() == 1


def test_a_discarded_draft_leaves_its_trace_and_no_gap():
    draft = an_invoice_draft()
    discard_draft(draft, **WHO)
    assert not InvoiceDraft.objects.exists()
    assert Activity.objects.get(kind="draft_discarded").facts["total"]["minor"] == 1_000_000
    assert issue_draft(an_invoice_draft(), **WHEN).number == "INV/2026/00001"


def test_what_is_refused_writes_nothing(english):
    order, foreign = an_order(), a_customer()
    draft, empty = an_invoice_draft(), create_draft(words(lines=()), **WHO)
    issued, dropped = an_invoice_draft(), an_invoice_draft()
    issue_draft(issued, **WHEN)
    discard_draft(dropped, **WHO)
    create_draft(words(), form_key="one form", **WHO)
    fine, huge = words(foreign), words(foreign, PreparedLine(a_product(), Decimal(2), 10**15))
    archived, misplaced = words(a_customer(archived_at=AT)), words(foreign, order=order)
    in_dollars = words(order.customer, order=order, currency="USD")
    asked = [
        ("customer is archived", lambda: create_draft(archived, **WHO)),
        ("belongs to another customer", lambda: create_draft(misplaced, **WHO)),
        ("The order is in VND", lambda: create_draft(in_dollars, **WHO)),
        ("amount is too large", lambda: create_draft(huge, **WHO)),
        ("already been stored", lambda: create_draft(fine, form_key="one form", **WHO)),
        ("belongs to another customer", lambda: revise_draft(draft, draft=misplaced, **WHO)),
        ("amount is too large", lambda: revise_draft(draft, draft=huge, **WHO)),
        ("no longer there", lambda: revise_draft(dropped, draft=fine, **WHO)),
        ("no lines", lambda: issue_draft(empty, **WHEN)),
        ("changed in the meantime", lambda: issue_draft(draft, expected_total_minor=999_999, **WHEN)),
        ("no longer there", lambda: issue_draft(issued, **WHEN)),
        ("no longer there", lambda: discard_draft(issued, **WHO)),
    ]
    before = everything()
    for said, verb in asked:
        with pytest.raises(Refusal, match=said):
            verb()
        assert everything() == before, said


def test_whose_drafts_somebody_sees():
    minh, lan = a_user("salesperson"), a_user("salesperson")
    of_order = an_invoice_draft(order=an_order(salesperson=minh))
    of_customer = an_invoice_draft(customer=a_customer(salesperson=minh))
    others = an_invoice_draft(customer=a_customer(salesperson=lan))
    assert set(InvoiceDraft.objects.visible_to(minh)) == {of_order, of_customer}
    assert set(InvoiceDraft.objects.visible_to(lan)) == {others}
    assert InvoiceDraft.objects.visible_to(a_user("accountant")).count() == 3
    assert not InvoiceDraft.objects.visible_to(a_user("customer")).exists()
    invoices = [issue_draft(draft, **WHEN) for draft in (of_order, of_customer, others)]
    assert set(Invoice.objects.visible_to(minh)) == set(invoices[:2])
