"""The statement of account in the back office and in the portal, and the ageing list."""

import csv
import datetime
import io

import pytest

from soon.activity.actor import system
from soon.operations.payments.register_on_account import register_on_account
from soon.operations.payments.reverse import reverse
from tests.builders import AT, TODAY, a_credit_note, a_customer, a_payment, an_invoice, an_order
from tests.doors.portal import by_account, by_link
from tests.doors.setting_up import HOSTILE, logged_in, text_of

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def on_a_day(clock):
    clock(2026, 3, 16)


@pytest.fixture
def customer():
    """Owes 1,000,000 of last year; this year 1,000,000 more, 300,000 credited, 1,500,000 paid and 200,000 of it taken back."""
    customer = a_customer(name="Biển Xanh", email="bien@example.com")
    old, new = datetime.date(2025, 12, 1), datetime.date(2026, 2, 1)
    first = an_invoice(an_order(customer=customer, start_on=old), old)
    second = an_invoice(an_order(customer=customer, start_on=new), new)
    a_credit_note(second, {second.lines.get().pk: 300_000}, today=datetime.date(2026, 2, 3))
    a_payment(first, 1_300_000, paid_on=datetime.date(2026, 2, 10), reference="=FT 1")
    bounced = a_payment(second, 200_000, paid_on=datetime.date(2026, 2, 20))
    reverse(bounced, reason="Nhầm khách", actor=system(), at=AT, today=TODAY)
    return customer


def rows(client, customer, query="") -> list[list[str]]:
    text = client.get(f"/customers/{customer.pk}/statement/?format=csv{query}").getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_every_entry_with_the_balance_after_it(customer):
    found = rows(logged_in("accountant"), customer)
    assert [row[0] for row in found[1:]] == [
        *("2026-01-01", "2026-02-01", "2026-02-03", "2026-02-10", "2026-02-20", "2026-03-16", "2026-03-16"),
    ]
    assert [row[3:6] for row in found[1:]] == [
        ["", "", "1000000"],
        ["1000000", "", "2000000"],
        ["", "300000", "1700000"],
        ["", "1300000", "400000"],
        ["", "200000", "200000"],
        ["200000", "", "400000"],
        ["", "", "400000"],
    ]
    # What a spreadsheet would run as a formula is text.
    assert found[4][2] == "'=FT 1"


def test_the_span_cuts_what_was_before_and_after(customer):
    found = rows(logged_in("accountant"), customer, "&from=2026-02-02&to=2026-02-19")
    assert [row[5] for row in found[1:]] == ["2000000", "1700000", "400000", "400000"]
    # A reversal counts on its own day: on the day before it the payment still stands.
    assert rows(logged_in("accountant"), customer, "&from=2026-03-01&to=2026-03-15")[-1][5] == "200000"
    assert rows(logged_in("accountant"), customer, "&from=2026-03-17&to=2026-03-20")[1][5] == "400000"


def test_the_page_links_every_document(customer):
    page = text_of(logged_in("accountant").get(f"/customers/{customer.pk}/statement/"))
    for words in ("Biển Xanh", "Opening balance", "CN/2026/00001", "Payment reversed: Bank transfer", "=FT 1", "400,000"):
        assert words in page, words
    assert page.count('href="/invoices/') >= 2
    assert page.count('href="/payments/') >= 3
    vietnamese = text_of(logged_in("manager", language="vi").get(f"/customers/{customer.pk}/statement/"))
    assert "Số dư cuối kỳ" in vietnamese


def test_one_statement_a_currency(customer):
    said = {"currency": "USD", "amount_minor": 5000, "paid_on": TODAY, "method": "cash"}
    register_on_account(customer, **said, actor=system(), at=AT, today=TODAY)
    client = logged_in("accountant")
    assert rows(client, customer, "&currency=USD")[-1][5:] == ["-50.00", "USD"]
    assert '<option value="USD">' in text_of(client.get(f"/customers/{customer.pk}/statement/"))
    assert "400,000" in text_of(client.get(f"/customers/{customer.pk}/statement/?currency=EUR"))


@pytest.mark.parametrize("text", [*HOSTILE.values(), "0001-01-01", "2026-02-30"])
def test_days_that_nobody_can_mean_are_left_out(customer, text):
    client = logged_in("accountant")
    answer = client.get(f"/customers/{customer.pk}/statement/", {"from": text, "to": text, "currency": text})
    assert answer.status_code == 200
    assert answer.context["span"].first_on == datetime.date(2026, 1, 1)


def test_on_paper_it_is_the_same_each_time(customer):
    client = logged_in("accountant")
    url = f"/customers/{customer.pk}/statement/pdf/?currency=VND&from=2026-01-01&to=2026-03-16"
    answer = client.get(url)
    assert answer.content.startswith(b"%PDF-")
    assert "statement-VND-2026-01-01-2026-03-16.pdf" in answer["Content-Disposition"]
    assert client.get(url).content == answer.content


@pytest.mark.parametrize("enter", [by_account, by_link])
def test_customers_read_their_own(customer, enter):
    client = enter(customer)
    page = text_of(client.get("/portal/statement/"))
    for words in ("Statement of account", "INV/2026/00001", "This amount is to be paid.", "400,000"):
        assert words in page, words
    # Why staff took a payment back stays with staff; there is no page of a payment here.
    assert "Nhầm khách" not in page
    assert "/payments/" not in page
    assert client.get("/portal/statement/pdf/").content.startswith(b"%PDF-")
    assert "/portal/statement/" in text_of(client.get("/portal/invoices/"))
    other = text_of(enter(a_customer()).get("/portal/statement/"))
    assert "INV/" not in other


def test_only_who_sees_all_orders_reads_statements(customer):
    for role, status in (("accountant", 200), ("manager", 200), ("salesperson", 403)):
        assert logged_in(role).get(f"/customers/{customer.pk}/statement/").status_code == status
    assert "Statement" not in text_of(logged_in("salesperson").get(f"/customers/{customer.pk}/"))


def test_the_ageing_list_has_a_line_a_customer_with_totals_below():
    for name, overdue in (("An", (-15, 1, 30)), ("Bình", (31, 60)), ("Chi", (61, 90)), ("Dũng", (91,))):
        customer = a_customer(name=name)
        for days in overdue:
            issued = TODAY - (days + 15) * DAY
            an_invoice(an_order(customer=customer, start_on=issued), issued)
    client = logged_in("accountant")
    answer = client.get(client.get("/reports/ageing/")["Location"])
    sums = {
        each.group.text: {key: value.get("VND") for key, value in each.group.sums.items()} for each in answer.context["groups"]
    }
    million = 10**6
    assert sums == {
        "An": {"not_due": million, "to_30": 2 * million, "open": 3 * million, "to_60": None, "to_90": None, "over_90": None},
        "Bình": {"to_60": 2 * million, "open": 2 * million, "not_due": None, "to_30": None, "to_90": None, "over_90": None},
        "Chi": {"to_90": 2 * million, "open": 2 * million, "not_due": None, "to_30": None, "to_60": None, "over_90": None},
        "Dũng": {"over_90": million, "open": million, "not_due": None, "to_30": None, "to_60": None, "to_90": None},
    }
    assert "8,000,000" in answer.context["total"]["cells"][-1].html
    # A customer's line leads to their open invoices, each in its column.
    [line] = [each for each in answer.context["groups"] if each.group.text == "Bình"]
    alone = client.get(f"/reports/ageing/{line.all_url}")
    assert alone.context["total_count"] == 2
    cells = {cell.label: cell.html for cell in alone.context["rows"][0].cells}
    assert "1,000,000" in cells["31–60 days"]
    assert cells["1–30 days"] == ""
    assert "31–60 ngày" in text_of(logged_in("manager", language="vi").get("/reports/ageing/?group=customer"))
