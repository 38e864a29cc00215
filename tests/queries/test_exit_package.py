"""What a customer takes along: all that is theirs, nothing of anybody else's, the same bytes each time, in little memory."""

import csv
import datetime
import io
import tracemalloc
import zipfile

import pytest

from soon.activity.actor import customer_in_portal, staff, system
from soon.models import Company, Customer
from soon.operations.chatter.log_note import log_note
from soon.operations.chatter.write_to_customer import write_to_customer
from soon.operations.chatter.write_to_staff import write_to_staff
from soon.operations.payments.reverse import reverse
from soon.operations.subscriptions.close import close
from soon.printing import pdf_of_invoice, pdf_of_order, pdf_of_receipt
from soon.queries import exit_package
from soon.queries.exit_package import name_of_package
from soon.queries.parcel import File, safe_name, zipped
from tests.builders import (
    AT,
    TODAY,
    a_close_reason,
    a_credit_note,
    a_customer,
    a_payment,
    a_quotation,
    a_sent_quotation,
    a_user,
    an_invoice,
    an_order,
)
from tests.printing.reading import texts_of

pytestmark = pytest.mark.django_db
WHEN = {"at": AT, "today": TODAY}


def package_of(customer: Customer) -> bytes:
    return b"".join(exit_package.exit_package(customer, today=TODAY))


def opened(customer: Customer) -> dict[str, bytes]:
    """Return the files of the customer's package by name."""
    with zipfile.ZipFile(io.BytesIO(package_of(customer))) as parcel:
        assert parcel.testzip() is None
        return {name: parcel.read(name) for name in parcel.namelist()}


def table(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def a_leaver(**fields) -> Customer:
    """Return a customer with an order that was billed, credited, paid, spoken about and closed, and a quotation never sent."""
    customer = a_customer(**{"name": "Nguyễn Ẩn", "language": "en"} | fields)
    order = an_order(customer=customer, salesperson=a_user("salesperson", name="Trần Lan"))
    invoice = an_invoice(order)
    a_credit_note(invoice, {invoice.lines.get().pk: 100_000})
    a_payment(invoice, 300_000, reference="=HYPERLINK(1)")
    reverse(a_payment(invoice, 200_000), reason="Nhầm", actor=system(), **WHEN)
    write_to_staff(order, text="Một\nhai", actor=customer_in_portal(customer), at=AT)
    write_to_customer(order, text="Vâng ạ", actor=staff(order.salesperson), at=AT)
    log_note(order, text="Khách khó tính", actor=staff(order.salesperson), at=AT)
    a_quotation(customer=customer)
    close(order, reason=a_close_reason(), actor=customer_in_portal(customer), **WHEN)
    return customer


def test_it_holds_every_paper_and_table_of_the_customer():
    Company.objects.update_or_create(pk=1, defaults={"name": "Sen Việt", "email": "sen@example.com"})
    customer = a_leaver()
    order = customer.orders.get(state="churned")
    files = opened(customer)
    closure = order.closure
    documents = {
        f"{'invoices' if each.kind == 'invoice' else 'credit-notes'}/{each.number.replace('/', '-')}.pdf": pdf_of_invoice(each)
        for each in customer.invoices.all()
    }
    assert len(documents) == 3
    assert files.items() >= documents.items()
    assert files[f"contracts/{order.number}.pdf"] == pdf_of_order(order)
    assert files[f"closings/closing-{order.number}-{closure.effective_on}.pdf"] == pdf_of_receipt(closure)
    tables = {"invoices.csv", "payments.csv", "messages.csv"}
    assert len(files) == len(documents) + 2 + len(tables) + 1 and files.keys() >= tables
    read_me = files["read-me.txt"].decode("utf-8-sig")
    assert "Sen Việt: papers of Nguyễn Ẩn" in read_me and "invoices/ – Invoices: 1" in read_me
    assert "credit-notes/ – Credit notes: 2" in read_me and "sen@example.com" in read_me and "newest" not in read_me


def test_tables_hold_amounts_and_words_as_they_are_and_no_formula():
    files = opened(a_leaver())
    payments = table(files["payments.csv"])
    assert [row[2:] for row in payments[1:]] == [
        ["", "INV/2026/00001", "200000", "VND", "2026-03-16"],
        ["'=HYPERLINK(1)", "INV/2026/00001", "300000", "VND", ""],
    ]
    invoices = table(files["invoices.csv"])
    assert invoices[-1][5:] == ["1000000", "0", "1000000", "1000000", "VND"]
    said = [row[1:] for row in table(files["messages.csv"])[1:]]
    number = said[0][0]
    assert [number, "Nguyễn Ẩn", "Một\nhai"] in said and [number, "Trần Lan", "Vâng ạ"] in said
    assert any("closed the subscription" in words for _, _, words in said)
    # Notes of staff, and quotations that were never sent, are not the customer's.
    assert not any("khó tính" in words for _, _, words in said) and {row[0] for row in said} == {number}


def test_it_speaks_the_customers_language_with_names_that_are_safe_everywhere():
    customer = a_leaver(language="vi")
    with zipfile.ZipFile(io.BytesIO(package_of(customer))) as parcel:
        names = parcel.namelist()
        assert all(name.isascii() and ".." not in name and not name.startswith("/") for name in names)
        assert {info.date_time for info in parcel.infolist()} == {(2026, 3, 16, 12, 0, 0), (2026, 3, 16, 0, 0, 0)}
    assert name_of_package(customer, TODAY).endswith("-2026-03-16.zip")


def test_the_same_papers_have_the_same_bytes():
    customer = a_leaver()
    assert package_of(customer) == package_of(customer)


def test_nothing_of_another_customer_is_in_it():
    stranger = a_leaver(name="Lê Hà", email="ha@example.com")
    a_sent_quotation(customer=stranger)
    own = a_leaver()
    theirs = ["Lê Hà", "ha@example.com", *stranger.orders.values_list("number", flat=True)]
    theirs += stranger.invoices.values_list("number", flat=True)
    assert len(theirs) > 6
    for name, content in opened(own).items():
        text = " ".join(texts_of(content)) if name.endswith(".pdf") else content.decode()
        for word in theirs:
            assert word not in text and safe_name(word) not in name, (name, word)


def test_of_too_many_papers_the_newest_are_printed_and_the_table_holds_all(monkeypatch):
    monkeypatch.setattr(exit_package, "MOST_PAPERS", 1)
    customer = a_customer(language="en")
    order = an_order(customer=customer, start_on=TODAY - datetime.timedelta(days=70))
    numbers = [an_invoice(order).number.replace("/", "-") for _ in range(2)]
    files = opened(customer)
    assert [name for name in files if name.startswith("invoices/")] == [f"invoices/{numbers[1]}.pdf"]
    assert "Of these the newest 1 are here on paper." in files["read-me.txt"].decode()
    assert len(table(files["invoices.csv"])) == 3


def test_a_parcel_is_sent_while_it_is_made():
    part = bytes(range(256)) * 4_000
    at = datetime.datetime(1975, 1, 1)

    def files():
        for number in range(60):
            yield File(f"{number}.bin", at, iter([part] * 2))

    tracemalloc.start()
    size = sum(map(len, zipped(files())))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 200_000 and peak < 6 * len(part) < 120 * len(part)


@pytest.mark.parametrize(
    ("text", "safe"),
    [("INV/2026/00001", "INV-2026-00001"), ("../../etc", "etc"), ("Hợp đồng", "H-p-ng"), ("a\\b:c\n", "a-b-c-"), ("", "-")],
)
def test_names_of_files_are_safe(text, safe):
    assert safe_name(text) == safe


def test_a_name_that_is_taken_gets_a_number():
    at = datetime.datetime(2026, 1, 1)
    content = b"".join(zipped(File(name, at, [b"x"]) for name in ("a/b.pdf", "A/B.pdf", "a/b.pdf")))
    assert zipfile.ZipFile(io.BytesIO(content)).namelist() == ["a/b.pdf", "A/B-2.pdf", "a/b-3.pdf"]
