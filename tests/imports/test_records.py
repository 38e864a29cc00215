"""Files of customers, products or plans alone, and subscriptions with tax and discount: what comes of them, what is wrong."""

import datetime
import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from soon.activity.actor import staff, system
from soon.models import Activity, Customer, DataImport, Invoice, Letter, Order, Payment, Plan, Price, Product, Tax
from soon.operations.imports.begin_loading import begin_loading
from soon.operations.imports.check import check
from soon.operations.imports.load_all_rows import CannotLoad, load_all_rows
from soon.operations.imports.read_map import CannotReadMap, read_map
from soon.operations.imports.read_table import read_table
from soon.operations.imports.upload import upload
from tests.builders import AT, TODAY, a_customer, a_plan, a_tax, a_user
from tests.imports.files import HEADING, MAP, ROWS
from tests.imports.test_pages import filled, mapped, uploaded, words_of, worked
from tests.imports.test_worker import worked_on
from tests.operations.records import everything
from tests.operations.test_billing_run import contradictions

pytestmark = pytest.mark.django_db
FORM = {"delimiter": ";", "decimal": ","}


def a_tax_named(name: str, percent: int, **fields) -> Tax:
    return a_tax(str(percent), name_vi=name, name_en="", **fields)


def columns(**names: str) -> dict[str, dict[str, str]]:
    return {field: {"column": column} for field, column in names.items()}


# kind: the heading, rows that are right, and their map.
FILES = {
    "customers": (
        "Mã;Tên;Thư;Tiền;Còn nợ;Hạn",
        (
            "K1;Công ty Hoa Sen;sen@example.com;VND;150.000;31/03/2026",
            ";Lê Hà;HA@example.com;USD;-20,50;",
            "K3;Lê Hà;;;;",
        ),
        {
            "customer": columns(external_id="Mã", name="Tên", email="Thư") | columns(currency="Tiền"),
            "balance": columns(owed="Còn nợ", due="Hạn"),
        },
    ),
    "products": (
        "Mã;Tên;Anh;Thuế;Gói;Giá;Tiền",
        (
            "NET;Mạng;Internet;8%;Hằng tháng;900.000;VND",
            "net;Khác;;;hằng THÁNG;35,50;USD",
            "NET;Mạng;;;;1.500.000;VND",
            "TEL;Điện thoại;;VAT 8;;;",
        ),
        {
            "product": columns(code="Mã", vi="Tên", en="Anh", tax="Thuế", plan="Gói", price="Giá", currency="Tiền"),
        },
    ),
    "plans": (
        "Tên;Anh;Chu kỳ;Đóng",
        ("Tháng;Monthly;tháng;có", "Quý;;3 months;", "Tháng;;12 tháng;0", "Tuần;;every 2 weeks;no"),
        {"plan": columns(vi="Tên", en="Anh", period="Chu kỳ", closable="Đóng")},
    ),
}


def content_of(kind: str, rows=None) -> bytes:
    heading, good, _mapping = FILES[kind]
    return "\n".join([heading, *(good if rows is None else rows)]).encode()


def map_of(kind: str) -> dict:
    return {"file": FORM, **FILES[kind][2]}


def load(kind: str, rows=None):
    mapping = read_map(json.dumps(map_of(kind)), kind=kind)
    table = read_table(content_of(kind, rows), said=mapping.said)
    words = {"actor": system(), "at": AT, "today": TODAY, "on_progress": lambda done, total: None}
    return load_all_rows(table, mapping=mapping, **words)


@pytest.fixture
def catalogue() -> None:
    a_tax_named("VAT 8", 8)
    a_plan("Hằng tháng", name_en="Monthly")


def test_customers_come_with_what_they_owe_and_everything_is_still_true():
    known = a_customer(name="Lê Hà", email="other@example.com")
    loaded = load("customers")
    assert (loaded.stored, loaded.known) == (3, 0)
    sen, ha = Customer.objects.get(external_id="K1"), Customer.objects.get(email="HA@example.com")
    assert (ha.external_id, ha.currency, ha.name) == (None, "USD", "Lê Hà") and ha != known
    owed = Invoice.objects.get()
    assert (owed.customer, owed.total_minor, owed.due_on, owed.order) == (sen, 150_000, datetime.date(2026, 3, 31), None)
    assert owed.number.startswith("OB/")
    credit = Payment.objects.get()
    assert (credit.customer, credit.currency, credit.unused_minor) == (ha, "USD", 2050)
    assert Activity.objects.filter(kind="customer_created", customer=sen).exists()
    assert list(Customer.objects.matching("hoa sen")) == [sen]
    assert not Letter.objects.exists() and not contradictions()


def test_products_come_with_their_prices_and_taxes(catalogue):
    loaded = load("products")
    assert (loaded.stored, loaded.known) == (4, 0)
    net, tel = Product.objects.get(code="NET"), Product.objects.get(code="TEL")
    assert (net.name_vi, net.name_en, net.tax.percent, tel.tax) == ("Mạng", "Internet", 8, net.tax)
    plan = Plan.objects.get()
    prices = {(price.plan, price.currency): price.amount_minor for price in net.prices.select_related("plan")}
    assert prices == {(plan, "VND"): 900_000, (plan, "USD"): 3550, (None, "VND"): 1_500_000}
    assert list(Product.objects.matching("dien thoai")) == [tel] and not tel.prices.exists()
    more = load("products", [*FILES["products"][1], "tel;X;;;;200;USD"])
    assert (more.stored, more.known, tel.prices.get().amount_minor) == (1, 4, 20_000)
    assert (
        load("products", ["NET;X;;;;7;VND"]).known == 1 and Price.objects.get(plan=None, product=net).amount_minor == 1_500_000
    )
    assert not contradictions()


def test_plans_come_with_their_periods():
    assert load("plans").stored == 4
    found = {(plan.name_vi, plan.interval_count, plan.interval_unit, plan.is_closable) for plan in Plan.objects.all()}
    weekly = ("Tuần", 2, "week", False)
    assert found == {("Tháng", 1, "month", True), ("Quý", 3, "month", False), ("Tháng", 12, "month", False), weekly}
    assert not contradictions()


@pytest.mark.parametrize("kind", FILES)
def test_the_same_file_twice_changes_nothing(catalogue, kind):
    stored = load(kind).stored
    before = everything()
    again = load(kind)
    assert (again.stored, again.known) == (0, stored)
    assert everything() == before


# kind, the row, the columns of its problems, and words of them.
HOSTILE = [
    ("customers", ";Lê Hà;;;;", ["Mã"], "neither a customer number"),
    ("customers", "K1;;;;;", ["Tên"], "empty"),
    ("customers", "K1;Lê;nobody;;;", ["Thư"], "nobody"),
    ("customers", "K1;=1+1;;;;", ["Tên"], "formula"),
    ("customers", f"{'K' * 101};Lê;;;;", ["Mã"], "100"),
    ("customers", "K1;Lê;;XYZ;;", ["Tiền"], "XYZ"),
    ("customers", "K1;Lê;;VND;150k;31/02/2026", ["Còn nợ", "Hạn"], "150k"),
    ("customers", f"K1;Lê;;VND;{'9' * 16};", ["Còn nợ"], "too large"),
    ("customers", "K1;Lê;;;1;", ["Tiền"], "not a currency"),
    ("customers", "K1;Lê;;VND;1;\nK1;Lê;;VND;1;", ["Mã"], "stands in row 2"),
    ("customers", ";Lê;a@b.vn;;;\n;Lê;A@b.vn;;;", ["Mã"], "stands in row 2"),
    ("customers", "K1;Lê;;", [""], "4 cells"),
    ("products", ";;;;;;", [], ""),
    ("products", ";Mạng;;;;;", ["Mã"], "empty"),
    ("products", f"{'N' * 41};;;;;;", ["Mã", "Tên"], "40"),
    ("products", "N;Mạng;=x;;;;", ["Anh"], "formula"),
    ("products", "N;Mạng;;9%;;;", ["Thuế"], "9%"),
    ("products", "N;Mạng;;VAT;;;", ["Thuế"], "VAT"),
    ("products", "N;Mạng;;5;;;", ["Thuế"], "more than one"),
    ("products", "N;Mạng;;;Hằng năm;1;VND", ["Gói"], "Hằng năm"),
    ("products", "N;Mạng;;;Đôi;1;VND", ["Gói"], "more than one"),
    ("products", "N;Mạng;;;Hằng tháng;;", ["Giá"], "empty"),
    ("products", "N;Mạng;;;;-1;VND", ["Giá"], "negative"),
    ("products", "N;Mạng;;;;1e9;VND", ["Giá"], "1e9"),
    ("products", "N;Mạng;;;;1,5;VND", ["Giá"], "1,5"),
    ("products", "N;Mạng;;;;1;$$$", ["Tiền"], "$$$"),
    ("products", "N;Mạng;;;;1;VND\nn;Mạng;;;;2;VND", ["Mã"], "stands in row 2"),
    ("plans", ";;tháng;", ["Tên"], "empty"),
    ("plans", "Tháng;;;", ["Chu kỳ"], "billing period"),
    ("plans", "Tháng;;0 tháng;", ["Chu kỳ"], "0 tháng"),
    ("plans", "Tháng;;-1 tháng;", ["Chu kỳ"], "-1"),
    ("plans", "Tháng;;1,5 tháng;", ["Chu kỳ"], "1,5"),
    ("plans", "Tháng;;1000 tháng;", ["Chu kỳ"], "1000"),
    ("plans", "Tháng;;400 quý;", ["Chu kỳ"], "400"),
    ("plans", "Tháng;;5 fortnights;", ["Chu kỳ"], "fortnights"),
    ("plans", "Tháng;;month;maybe", ["Đóng"], "maybe"),
    ("plans", f"{'T' * 201};=x;month;", ["Tên", "Anh"], "200"),
    ("plans", "Tháng;;month;\nTháng;;1 tháng;1", ["Tên"], "stands in row 2"),
]


@pytest.mark.parametrize(("kind", "row", "wrong", "words"), HOSTILE)
def test_a_wrong_cell_is_named_and_nothing_is_loaded(catalogue, kind, row, wrong, words):
    a_tax_named("VAT 5", 5)
    a_tax_named("Thuế năm", 5)
    a_plan("Đôi", name_en="")
    a_plan("Đôi", name_en="", interval_unit="year")
    before = everything()
    if not wrong:
        assert load(kind, row.split("\n")).stored == 0
    else:
        with pytest.raises(CannotLoad) as refused:
            load(kind, row.split("\n"))
        assert [problem.column for problem in refused.value.problems] == wrong
        with override("en"):
            assert words in " ".join(problem.words for problem in refused.value.problems)
    assert everything() == before


@pytest.mark.parametrize(
    ("kind", "mapping", "words"),
    [
        ("customers", {"customer": columns(email="Thư")}, "name"),
        ("customers", {"customer": columns(name="Tên"), "subscription": {}}, "subscription"),
        ("products", {"product": columns(code="Mã", vi="Tên", plan="Gói")}, "product"),
        ("products", {"product": columns(code="Mã", vi="Tên"), "balance": columns(owed="Giá")}, "balance"),
        ("plans", {"plan": columns(vi="Tên")}, "period"),
        ("plans", FILES["customers"][2], "plan"),
        ("subscriptions", FILES["customers"][2], "subscription"),
    ],
)
def test_a_map_of_something_else_is_refused(kind, mapping, words):
    with pytest.raises(CannotReadMap, match=words):
        read_map(json.dumps(mapping), kind=kind)


@pytest.mark.parametrize(("kind", "bad"), [("customers", ";X;;;;"), ("products", ";X;;;;;"), ("plans", "X;;;")])
def test_the_worker_checks_and_skips_and_carries_on(catalogue, kind, bad, monkeypatch):
    monkeypatch.setattr("soon.operations.imports._carry_on_loading.BATCH", 2)
    by = staff(a_user("manager", language="en"))
    good = len(FILES[kind][1])
    made = upload(content_of(kind, [*FILES[kind][1], bad]), file_name="a.csv", actor=by, at=AT, kind=kind)
    check(made, mapping=map_of(kind), actor=by, at=AT, today=TODAY)
    made = worked_on(made)
    assert (made.state, made.rows_total, made.rows_bad) == ("checked", good + 1, 1)
    assert made.counts["records"] == {"customers": 3, "products": 2, "plans": 4}[kind]
    done = worked_on(begin_loading(made, mode="skip_bad_rows", actor=by, today=TODAY))
    assert (done.state, done.rows_loaded, done.rows_known, done.rows_skipped) == ("finished", good, 0, 1)
    # Taken up again from the beginning, as after a death before it was noted how far it came.
    DataImport.objects.filter(pk=done.pk).update(state="loading", loaded_until=0)
    before = {name: rows for name, rows in everything().items() if name not in ("DataImport", "DataImportProblem")}
    assert worked_on(done).rows_known == good
    assert {name: rows for name, rows in everything().items() if name in before} == before
    assert upload(content_of(kind), file_name="b.csv", actor=by, at=AT, kind=kind).mapping == map_of(kind)
    assert upload(content_of(kind), file_name="b.csv", actor=by, at=AT).mapping == {}


@pytest.mark.parametrize(
    ("kind", "guessed", "told"),
    [
        ("customers", {"column_customer_id": "Mã", "column_owed": "Còn nợ", "column_currency": "Tiền tệ"}, "New customers 3"),
        ("products", {"column_product_code": "Mã", "column_tax": "Thuế", "column_plan": "Gói"}, "New prices 3"),
        ("plans", {"column_plan_name": "Tên", "column_period": "Chu kỳ", "column_closable": "Đóng"}, "New plans 4"),
    ],
)
def test_a_file_is_brought_on_the_pages(catalogue, kind, guessed, told):
    browser = Client()
    browser.force_login(a_user("manager", language="en"))
    content = content_of(kind).replace("Tiền".encode(), "Tiền tệ".encode(), 1)
    page = uploaded(browser, content, kind=kind)
    sent = filled(page)
    assert guessed.items() <= sent.items() and "price_per" not in sent
    page = mapped(browser, page)
    worked()
    assert told in words_of(browser.get(page.request["PATH_INFO"]))
    made = DataImport.objects.get()
    browser.post(reverse("backoffice:import_loading", args=[made.pk]), {"mode": "all_or_nothing"})
    worked()
    assert f"Loaded {len(FILES[kind][1])}" in words_of(browser.get(page.request["PATH_INFO"]))
    again = filled(uploaded(browser, content, kind=kind))
    assert again.items() >= {name: value for name, value in sent.items() if value}.items()


@pytest.mark.parametrize("kind", FILES)
def test_the_command_loads_them(catalogue, kind, tmp_path, capsys):
    (tmp_path / "file.csv").write_bytes(content_of(kind))
    (tmp_path / "map.json").write_text(json.dumps(map_of(kind)))
    words = ("import", kind, str(tmp_path / "file.csv"), "--map", str(tmp_path / "map.json"))
    call_command(*words, "--dry-run")
    assert not DataImport.objects.exists() and not Customer.objects.exists() and not Product.objects.exists()
    call_command(*words)
    assert str(len(FILES[kind][1])) in capsys.readouterr().out
    assert {"customers": Customer, "products": Product, "plans": Plan}[kind].objects.exists()
    with pytest.raises(CommandError):
        call_command("import", "invoices", str(tmp_path / "file.csv"), "--map", str(tmp_path / "map.json"))


def subscriptions(tax: str, discount: str):
    mapping = json.loads(json.dumps(MAP))
    mapping["subscription"] |= columns(tax="Thuế", discount="Giảm")
    read = read_map(json.dumps(mapping))
    content = "\n".join([";".join([*HEADING, "Thuế", "Giảm"]), f"{ROWS[0]};{tax};{discount}", f"{ROWS[2]};;"])
    words = {"actor": system(), "at": AT, "today": TODAY, "on_progress": lambda done, total: None}
    return load_all_rows(read_table(content.encode(), said=read.said), mapping=read, **words)


@pytest.mark.parametrize(
    ("tax", "discount", "is_exempt", "net", "taxed"),
    [
        ("vat 8", "", False, 900_000, 72_000),
        ("8 %", "12,5%", False, 787_500, 63_000),
        ("GTGT 10", "", False, 818_182, 81_818),
        ("8", "100", False, 0, 0),
        ("8", "10", True, 810_000, 0),
        ("", "33,33", False, 600_030, 0),
    ],
)
def test_subscriptions_bring_tax_and_discount(tax, discount, is_exempt, net, taxed):
    a_tax_named("VAT 8", 8)
    a_tax_named("GTGT 10", 10, is_included=True)
    if is_exempt:
        a_customer(external_id="A1", is_tax_exempt=True)
    assert subscriptions(tax, discount).stored == 2
    order = Order.objects.get(external_id="A1")
    assert (order.untaxed_minor, order.tax_minor, order.mrr_micro) == (net, taxed, net * 10**6)
    line = order.lines.get()
    assert (line.net_minor, line.tax_minor, line.unit_price_minor) == (net, taxed, 900_000)
    assert line.discount_percent == Decimal(discount.rstrip("%").replace(",", ".") or 0)
    assert not contradictions()


@pytest.mark.parametrize(
    ("tax", "discount", "column"),
    [
        ("9", "", "Thuế"),
        ("old", "", "Thuế"),
        ("8", "-1", "Giảm"),
        ("8", "100,01", "Giảm"),
        ("", "5,125", "Giảm"),
        ("", "x", "Giảm"),
    ],
)
def test_taxes_must_be_there_and_discounts_be_percentages(tax, discount, column):
    a_tax_named("VAT 8", 8)
    Tax.objects.filter(pk=a_tax_named("Old", 9).pk).update(archived_at=AT)
    before = everything()
    with pytest.raises(CannotLoad) as refused:
        subscriptions(tax, discount)
    assert [problem.column for problem in refused.value.problems] == [column]
    assert everything() == before
