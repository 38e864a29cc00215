"""Documents as whoever receives them reads them: text, pages, and the code that a banking app scans."""

import datetime
import hashlib
import json
import re
import subprocess
import sys
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from soon.activity.actor import system
from soon.models import Company, Invoice, InvoiceLine
from soon.operations.invoices.credit import credit
from soon.printing import documents, pdf_of_invoice
from soon.printing.qr import qr_drawing
from soon.printing.typesetting import typeset
from tests.builders import AT, TODAY, a_customer, a_draft_line, a_plan, a_product, a_tax, an_invoice, an_order
from tests.domain.emv import read_transfer
from tests.printing.reading import codes_in, codes_on, pictures_on, texts_of

BANK = {"bank_bin": "970436", "bank_account_number": "0041000123456", "bank_account_name": "CTCP MANG SONG HAN"}


def our_bank(**fields):
    Company.objects.update_or_create(pk=1, defaults={"name": "Cty Sen Việt"} | BANK | fields)


def printed(lines=None, *, tax="8", **fields):
    """Return the invoice of one line of 1,250,000 with tax, or of `lines`."""
    line = a_draft_line(1_250_000, product=a_product(name_vi="Lưu trữ đám mây"), tax=a_tax(tax))
    return an_invoice(an_order(plan=a_plan(), lines=lines or [line], **fields))


@pytest.mark.django_db
def test_a_banking_app_reads_account_amount_and_reference_off_the_page():
    our_bank()
    invoice = printed()
    pdf = pdf_of_invoice(invoice)
    (code,) = codes_on(pdf)
    reference = invoice.number.replace("/", "")
    assert read_transfer(code) == {
        "bank": "970436",
        "account": "0041000123456",
        "amount": str(invoice.total_minor),
        "reference": reference,
    }
    (text,) = texts_of(pdf)
    for words in ("Vietcombank", "0041000123456", "CTCP MANG SONG HAN", "1.350.000 ₫", reference):
        assert words in text
    assert invoice.number in text
    # Drawn, not pasted: sharp in any size.
    assert pictures_on(pdf) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("bank", "currency", "price", "told"),
    [
        (BANK, "USD", 100, "Vietcombank"),
        (BANK | {"bank_account": "SWIFT BFTVVNVX"}, "USD", 100, "SWIFT BFTVVNVX"),
        (BANK | {"bank_account": "SWIFT BFTVVNVX"}, "VND", 0, ""),
        ({"bank_account": "VCB 0123"}, "VND", 100, "VCB 0123"),
        ({}, "VND", 100, ""),
    ],
)
def test_other_documents_carry_no_code_but_say_where_to_pay(bank, currency, price, told):
    Company.objects.update_or_create(pk=1, defaults={"name": "Sen"} | bank)
    line = a_draft_line(price, product=a_product())
    invoice = an_invoice(an_order(plan=a_plan(), lines=[line], currency=currency, customer=a_customer(currency=currency)))
    pdf = pdf_of_invoice(invoice)
    assert codes_on(pdf) == []
    (text,) = texts_of(pdf)
    assert (told or "Sen") in text
    assert (invoice.number.replace("/", "") in text) == bool(told)
    if told.startswith("SWIFT"):
        assert "0041000123456" not in text


@pytest.mark.django_db
def test_an_account_that_no_code_can_carry_is_still_printed():
    our_bank(bank_account_number="0041-000-123")
    pdf = pdf_of_invoice(printed())
    assert codes_on(pdf) == []
    assert "0041-000-123" in texts_of(pdf)[0]


@pytest.mark.django_db
def test_a_credit_note_names_its_invoice_and_the_reason_and_asks_for_nothing():
    our_bank()
    invoice = printed()
    reason = "Đóng đăng ký giữa kỳ, hoàn lại phần chưa dùng"
    note = credit(invoice, reason=reason, actor=system(), at=AT, today=TODAY)
    pdf = pdf_of_invoice(note)
    (text,) = texts_of(pdf)
    for words in ("Giấy báo có", note.number, invoice.number, reason, "Bằng chữ: Một triệu ba trăm năm mươi nghìn đồng"):
        assert words in text
    assert codes_on(pdf) == []
    assert "0041000123456" not in text


@pytest.mark.django_db
def test_vietnamese_is_text_that_can_be_searched_and_copied():
    our_bank(street="Số 1 đường Lê Duẩn, phường Hải Châu", city="Đà Nẵng")
    customer = a_customer(name="Nguyễn Thị Ngọc Quỳnh Ưởng Ệ")
    tax = a_tax("8")
    lines = [
        a_draft_line(1_000_000, product=a_product(name_vi="Đường truyền Internet cáp quang tốc độ cao"), tax=tax),
        a_draft_line(450_000, product=a_product(name_vi="Phí hòa mạng"), is_recurring=False),
    ]
    (text,) = texts_of(pdf_of_invoice(printed(lines, customer=customer)))
    for words in (
        "Số 1 đường Lê Duẩn, phường Hải Châu",
        "Nguyễn Thị Ngọc Quỳnh Ưởng Ệ",
        "Đường truyền Internet cáp quang tốc độ cao 16/03/2026 – 15/04/2026",
        "Thuế 8% trên 1.000.000 ₫ 80.000 ₫",
        "Không tính thuế trên 450.000 ₫ 0 ₫",
        "Tổng cộng 1.530.000 ₫",
        "Bằng chữ: Một triệu năm trăm ba mươi nghìn đồng",
        "Trang 1/1",
    ):
        assert words in text


@pytest.mark.django_db
def test_prices_that_contain_their_tax_say_so():
    included = a_tax("10", is_included=True)
    both = [a_draft_line(110_000, product=a_product(), tax=tax) for tax in (included, a_tax("8"))]
    alone = documents._invoice(printed(both[:1]))
    assert alone["price_note"]
    assert alone["lines"][0]["notes"][1:] == []
    assert (alone["lines"][0]["unit_price"], alone["lines"][0]["amount"]) == ("110.000", "100.000")
    beside_others = documents._invoice(printed(both))
    assert not beside_others["price_note"]
    assert [len(line["notes"]) for line in beside_others["lines"]] == [2, 1]


@pytest.mark.django_db
def test_two_hundred_lines_go_over_pages_that_each_make_sense():
    our_bank()
    product, tax = a_product(name_vi="Thuê máy chủ ảo tại trung tâm dữ liệu Đà Nẵng"), a_tax("8")
    lines = [a_draft_line(1000 + n, product=product, description=f"dòng {n:03d}", tax=tax) for n in range(200)]
    pdf = pdf_of_invoice(invoice := printed(lines))
    texts = texts_of(pdf)
    assert 8 <= len(texts) <= 12
    assert [re.search(r"Trang (\d+/\d+)", text)[1] for text in texts] == [f"{n}/{len(texts)}" for n in range(1, len(texts) + 1)]
    assert all("Mô tả Số lượng Đơn giá Thuế Thành tiền (VND)" in text and invoice.number in text for text in texts)
    assert re.findall(r"dòng (\d{3})", " ".join(texts)) == [f"{n:03d}" for n in range(200)]
    assert [("Tổng cộng" in text, "Bằng chữ" in text) for text in texts] == [(False, False)] * (len(texts) - 1) + [(True, True)]
    assert read_transfer(codes_on(pdf)[0])["amount"] == str(invoice.total_minor)
    assert not codes_on(pdf, 0)


def a_page(*descriptions, **fields):
    """Return what is printed of an invoice with one line for each of `descriptions` that is nowhere stored."""
    lines = [
        InvoiceLine(description=words, quantity=Decimal(1), unit_price_minor=5, net_minor=5, tax_minor=0)
        for words in descriptions
    ]
    seller = {"name": "Sen"} | BANK
    values = {"pk": 1, "number": "INV/2026/00031", "currency": "VND", "issued_on": TODAY, "due_on": TODAY, "seller": seller}
    invoice = Invoice(**values | {"total_minor": 5 * len(lines), "buyer": {"name": "Mai"}} | fields)
    invoice._prefetched_objects_cache = {"lines": lines}
    with translation.override("vi"):
        return documents._invoice(invoice)


def test_sums_are_never_alone_on_a_page():
    widths = set()
    for count in range(1, 45):
        texts = texts_of(typeset("document.typ", a_page(*(f"dòng {n}." for n in range(count))), dated=AT))
        last = re.findall(r"dòng (\d+)\.", texts[-1])
        assert last[-2:] == [str(n) for n in range(count)][-2:], count
        assert "Tổng cộng" in texts[-1]
        assert "INV202600031" in texts[-1]
        widths.add(len(texts))
    assert widths == {1, 2}


@pytest.mark.parametrize("length", [60, 250, 400, 530])
def test_sums_stay_with_long_lines_too(length):
    """Under the longest letterhead, and in a table that is short, nearly short, and long."""
    buyer = {"name": "Mai " * 50, "street": "phố " * 50, "reference": "số " * 30}
    for count in range(1, 9):
        descriptions = [("chữ " * length)[:length] + f"dòng {n}." for n in range(count)]
        texts = texts_of(typeset("document.typ", a_page(*descriptions, buyer=buyer, reason="vì " * 100), dated=AT))
        assert f"dòng {count - 1}." in texts[-1], count
        assert "Tổng cộng" in texts[-1]
        assert [f"dòng {n}." in " ".join(texts) for n in range(count)] == [True] * count


def test_a_short_table_goes_to_the_next_page_with_its_sums():
    lengths = set()
    for rows in range(22, 40):
        buyer = {"name": "Mai", "street": "\n".join(["phố"] * rows)}
        texts = texts_of(typeset("document.typ", a_page("dòng 0.", "dòng 1.", buyer=buyer), dated=AT))
        assert [("dòng 0." in text, "dòng 1." in text, "Tổng cộng" in text) for text in texts][-1] == (True, True, True), rows
        lengths.add(len(texts))
    assert lengths == {1, 2}


@pytest.mark.parametrize("words", ["chữ\n" * 190, "chữ " * 199, "chữ\n" * 60, "chữ\n" * 9, "chữ " * 140])
def test_lines_of_any_length_are_printed_to_their_end(words):
    texts = texts_of(typeset("document.typ", a_page(*[words + "hết"] * 3), dated=AT))
    assert " ".join(texts).count("chữ ") == 3 * words.count("chữ")
    assert " ".join(texts).count("hết") == 3
    assert "Tổng cộng" in texts[-1]


def test_another_process_prints_the_same_bytes():
    page = a_page("một", "hai", "ba")
    here = hashlib.sha256(typeset("document.typ", page, dated=AT)).hexdigest()
    script = (
        "import sys, json, hashlib, datetime, django; django.setup()\n"
        "from soon.printing.typesetting import typeset\n"
        "page, dated = json.load(sys.stdin)\n"
        "pdf = typeset('document.typ', page, dated=datetime.datetime.fromisoformat(dated))\n"
        "print(hashlib.sha256(pdf).hexdigest())"
    )
    there = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps([page, AT.isoformat()]),
        env={"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONHASHSEED": "7", "TZ": "America/Lima", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout.strip() == here
    assert hashlib.sha256(typeset("document.typ", page, dated=AT + datetime.timedelta(1))).hexdigest() != here


@settings(max_examples=25, deadline=None)
@given(st.from_regex(r"[0-9A-Za-z ]{1,140}", fullmatch=True))
def test_any_text_of_a_code_is_read_back(text):
    drawing = qr_drawing(text)
    assert codes_in(drawing.size, drawing.path) == [text]
