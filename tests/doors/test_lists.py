"""Every list of the back office: whatever its address says, however many rows, whoever asks."""

import csv
import datetime
import io
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from soon.activity.actor import system
from soon.models import Company, Customer, Invoice, Letter, Order, Payment, SavedView, User
from soon.operations.payments.register_payment import register_payment
from tests.builders import AT, TODAY, a_churned_order, a_customer, a_product, a_quotation, a_user, an_invoice, an_order

pytestmark = pytest.mark.django_db
LISTS = ("orders", "customers", "products", "invoices", "payments", "letters")


@pytest.fixture(autouse=True)
def today(clock):
    """Hold the clock at noon of TODAY."""
    clock(TODAY.year, TODAY.month, TODAY.day, 12)


@pytest.fixture
def manager() -> User:
    """Somebody who sees everything."""
    return a_user("manager")


@pytest.fixture
def page(client: Client, manager: User):
    """Fetch a list as the manager: `page("orders", "?filter=churned")`."""
    client.force_login(manager)
    return lambda name, query="": client.get(reverse(f"backoffice:{name}") + query)


def some_business(count: int = 1) -> None:
    """Make `count` records of every list."""
    for _each in range(count):
        invoice = an_invoice(an_order())
        values = {"amount_minor": 1000, "paid_on": TODAY, "method": "cash", "actor": system(), "at": AT, "today": TODAY}
        register_payment(invoice, **values)
        a_churned_order()


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_what_to_do(page, name):
    response = page(name)
    assert response.status_code == 200
    assert b'class="empty"' in response.content


@pytest.mark.parametrize("name", LISTS)
def test_ten_more_rows_ask_no_more_queries(page, name):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(name)
        return len(captured)

    some_business(1)
    page(name)
    before = queries()
    some_business(10)
    assert queries() == before
    assert before <= 8, "session, user, the company's time zone, saved views, totals, rows, and what is added to the rows"


@pytest.mark.parametrize("query", ["?group=reason&open=none", "?view=board", "?filter=churned&group=plan"])
def test_groups_and_board_ask_a_fixed_number_of_queries(page, django_assert_max_num_queries, query):
    some_business(5)
    with django_assert_max_num_queries(9):
        assert page("orders", query).status_code == 200


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        "?filter=x&filter=&group=x&sort=x&page=x&cols=x&open=x&view=x&format=x",
        "?q=%00%27%22%3Cscript%3E&page=0&sort=-",
        "?customer=99999999999999999999&plan=-1&order=abc&month=2026-99&kind=zzz&currency=%00",
        "?customer=none&month=none&start_month=none&reason=none&salesperson=none&tax=none",
        "?page=999999&sort=-pk;drop&q=" + "x" * 3000,
        "?group=month&open=nonsense&open=2026-03&group=customer",
    ],
)
def test_no_address_breaks_a_list(page, name, query):
    some_business()
    response = page(name, query)
    assert response.status_code == 200
    assert b"<script>" not in response.content


@pytest.mark.parametrize("name", LISTS)
def test_every_filter_grouping_column_and_order_works(page, name):
    some_business()
    spec = page(name).context["spec"]
    columns = ",".join(spec.column_of)
    for key in spec.filter_of:
        assert page(name, f"?filter={key}&cols={columns}").status_code == 200, key
    for key in spec.grouping_keys:
        opened = page(name, f"?group={key}").context["groups"][0].group.key
        response = page(name, f"?group={key}&open={opened}&cols={columns}")
        assert response.context["groups"][0].rows, key
    for key, column in spec.column_of.items():
        if column.sort:
            assert page(name, f"?sort={key}").status_code == page(name, f"?sort=-{key}").status_code == 200, key


def test_pages_hold_eighty_rows(page):
    Customer.objects.bulk_create(
        Customer(name=f"K{number:03}", search_key=f"k{number:03}", created_at=AT) for number in range(85)
    )
    first, second = page("customers"), page("customers", "?page=2")
    assert (len(first.context["rows"]), len(second.context["rows"])) == (80, 5)
    assert "1–80" in first.content.decode()
    assert len(page("customers", "?page=77").context["rows"]) == 5, "beyond the last page lies the last page"


def test_totals_are_of_all_pages(page):
    order = an_order()
    fields = {"currency": "USD", "created_at": AT, "customer": order.customer, "plan": order.plan}
    Order.objects.bulk_create(Order(number=f"X{number}", mrr_micro=100_000_000, **fields) for number in range(100))
    html = page("orders").content.decode()
    assert "100,00" in html.partition("<tfoot>")[2], "100 times 1 US$"
    assert "1.000.000" in html.partition("<tfoot>")[2]


def test_archived_records_are_shown_only_on_demand(page):
    product = a_product()
    type(product).objects.filter(pk=product.pk).update(archived_at=AT)
    assert page("products").context["total_count"] == 0
    assert page("products", "?filter=archived").context["total_count"] == 1


@pytest.mark.parametrize(
    ("due_in", "paid", "credited", "state"),
    [
        (0, 0, 0, "due"),
        (-1, 0, 0, "overdue"),
        (0, 1, 1, "partly_paid"),
        (-1, 1, 0, "overdue"),
        (-1, 10**6, 10, "paid"),
        (-1, 10**6, 10**6, "credited"),
    ],
)
def test_the_payment_state_is_that_of_today(page, due_in, paid, credited, state):
    # Invoices are due fifteen days after their date.
    day = TODAY + datetime.timedelta(days=due_in - 15)
    invoice = an_invoice(an_order(start_on=day), day)
    Invoice.objects.filter(pk=invoice.pk).update(paid_minor=paid, credited_minor=credited)
    states = ("due", "overdue", "partly_paid", "paid", "credited")
    shown = {key for key in states if page("invoices", f"?filter={key}").context["total_count"]}
    assert shown == {state}
    invoice.refresh_from_db()
    assert invoice.payment_state(TODAY) == state


def test_a_salesperson_sees_their_own_and_counts_their_own(client):
    seller = a_user("salesperson")
    an_invoice(an_order(salesperson=seller))
    an_invoice(an_order())
    client.force_login(seller)
    for name in ("orders", "invoices"):
        assert client.get(reverse(f"backoffice:{name}")).context["total_count"] == 1, name
    rows = list(csv.reader(client.get(reverse("backoffice:orders") + "?format=csv").getvalue().decode().splitlines()))
    assert len(rows) == 2
    customers = client.get(reverse("backoffice:customers") + "?cols=running").context["rows"]
    assert sorted(row.cells[0].html for row in customers) == ["0", "1"], "customers are everybody's, their orders are not"


def test_a_salesperson_does_not_learn_whom_colleagues_serve(client):
    lan, order, other = a_user("salesperson"), an_order(), a_churned_order()
    client.force_login(lan)
    Order.objects.filter(pk=other.pk).update(salesperson=lan)
    assert order.customer.name not in client.get("/customers/?filter=running").content.decode()
    assert other.customer.name in client.get("/customers/?filter=churned").content.decode()


def test_days_and_times_are_those_of_the_company(client, clock):
    # Nine in the morning in Hanoi is still yesterday in Los Angeles.
    clock(2026, 4, 1, 9)
    Company.objects.create(pk=1, name="Sunset", time_zone="America/Los_Angeles")
    order = an_order(start_on=datetime.date(2026, 4, 1))
    Order.objects.update(created_at=timezone.now(), confirmed_at=timezone.now())
    client.force_login(a_user("manager", language="en"))
    assert order.number not in client.get("/orders/?filter=to_invoice").content.decode().split("</thead>")[-1]
    assert "31 Mar 2026, 19:00" in client.get("/orders/?cols=number,created").content.decode()
    assert order.number in client.get("/orders/?confirmed_month=2026-03&cols=number").content.decode()
    exported = b"".join(client.get("/orders/?cols=number,created&format=csv").streaming_content).decode()
    assert "2026-03-31 19:00:00" in exported


@pytest.mark.parametrize("name", LISTS)
def test_strangers_are_kept_out(client, name):
    url = reverse(f"backoffice:{name}")
    assert client.get(url).status_code == 302
    client.force_login(a_user("customer"))
    assert client.get(url).status_code == 403
    assert client.get(url + "?format=csv").status_code == 403
    assert client.post(url, {"action": "keep_view", "name": "x"}).status_code == 403
    assert not SavedView.objects.exists()


class TestFiles:
    """CSV and XLSX hold what the page shows, and nothing that runs."""

    def rows(self, response) -> list[list[str]]:
        """Return the lines of a CSV answer without its mark."""
        text = response.getvalue().decode()
        assert text.startswith("\ufeff")
        return list(csv.reader(io.StringIO(text[1:])))

    def test_csv_holds_the_filtered_rows_and_shown_columns(self, page):
        churned = a_churned_order()
        an_order()
        head, *body = self.rows(page("orders", "?filter=churned&cols=number,mrr,closed&format=csv"))
        assert len(head) == 4, "the currency stands beside money"
        assert body == [[churned.number, "1000000", TODAY.isoformat(), "VND"]]

    @pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\tx"])
    def test_text_never_becomes_a_formula(self, page, name):
        customer = a_customer(name=name)
        assert customer.name == name
        _head, line = self.rows(page("customers", "?cols=name&format=csv"))
        assert line == [f"'{name}"]

    @pytest.mark.parametrize("phone", ["+84905123456", "-5", "-1.5"])
    def test_a_number_stays_a_number(self, page, phone):
        a_customer(phone=phone)
        _head, line = self.rows(page("customers", "?cols=phone&format=csv"))
        assert line == [phone]

    @pytest.mark.parametrize("name", LISTS)
    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_every_list_with_all_its_columns(self, page, name, kind):
        some_business()
        columns = ",".join(page(name).context["spec"].column_of)
        response = page(name, f"?cols={columns}&format={kind}")
        assert response.status_code == 200
        assert f"{name}-2026-03-16.{kind}" in response["Content-Disposition"]
        assert len(response.getvalue()) > 100

    def test_xlsx_holds_numbers_and_text_but_no_formulas(self, page):
        an_order(customer=a_customer(name="=HYPERLINK(1)"))
        book = ZipFile(io.BytesIO(page("orders", "?format=xlsx").getvalue()))
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<v>1000000</v>" in sheet

    def test_selected_rows_only(self, client, page):
        first, second, third = an_order(), an_order(), a_quotation()
        page("orders")
        url = reverse("backoffice:orders") + "?cols=number"
        lines = self.rows(client.post(url, {"action": "csv", "selected": [first.pk, third.pk, "x", "9" * 30]}))
        assert lines[1:] == [[third.number], [first.number]]
        assert second.number not in str(lines)

    def test_nothing_selected_says_so(self, client, page):
        page("orders")
        response = client.post(reverse("backoffice:orders"), {"action": "csv"}, follow=True)
        assert len(response.context["messages"]) == 1


class TestSavedViews:
    """A list kept under a name, for oneself."""

    def keep(self, client, name: str, query: str = "?filter=churned&page=3&junk=1") -> None:
        """Keep the list of orders as it is at `query`."""
        response = client.post(reverse("backoffice:orders") + query, {"action": "keep_view", "name": name})
        assert response.status_code == 302

    def test_keep_open_change_delete(self, client, page, manager):
        a_churned_order()
        page("orders")
        self.keep(client, "  Đã   rời bỏ ")
        view = SavedView.objects.get()
        assert (view.user, view.page, view.name, view.query) == (manager, "orders", "Đã rời bỏ", "filter=churned")
        choice = page("orders", "?filter=churned").context["tools"].saved[0]
        assert (choice.label, choice.url, choice.is_active) == ("Đã rời bỏ", "?filter=churned", True)
        self.keep(client, "Đã rời bỏ", "?filter=mine")
        assert SavedView.objects.get().query == "filter=mine"
        client.post(reverse("backoffice:orders"), {"action": "delete_view", "saved": view.pk})
        assert not SavedView.objects.exists()

    @pytest.mark.parametrize("name", ["", "   ", "\x00", "x" * 81])
    def test_a_view_needs_a_name(self, client, page, name):
        page("orders")
        self.keep(client, name)
        assert not SavedView.objects.exists()

    def test_nobody_deletes_another_ones_view(self, client, page):
        theirs = SavedView.objects.create(user=a_user(), page="orders", name="x")
        page("orders")
        client.post(reverse("backoffice:orders"), {"action": "delete_view", "saved": theirs.pk})
        client.post(reverse("backoffice:orders"), {"action": "delete_view", "saved": "1 or 1=1"})
        assert SavedView.objects.filter(pk=theirs.pk).exists()
        assert page("orders").context["tools"].saved == []

    def test_fifty_are_enough(self, client, page, manager):
        SavedView.objects.bulk_create(SavedView(user=manager, page="orders", name=f"{number}") for number in range(50))
        page("orders")
        self.keep(client, "one more")
        assert SavedView.objects.count() == 50


def test_letters_that_failed_are_told_from_those_that_wait(page):
    a_churned_order()
    waiting = Letter.objects.first()
    assert page("letters", "?filter=failed&filter=retrying").context["total_count"] == 0
    Letter.objects.filter(pk=waiting.pk).update(attempts=5, given_up_at=AT, last_error="550 no such user")
    assert page("letters", "?filter=failed").context["total_count"] == 1


def test_what_is_chosen_stands_in_the_search_as_chips(page):
    order = a_churned_order()
    chips = page("orders", f"?filter=churned&filter=mine&plan={order.plan_id}&group=reason").context["tools"].chips
    assert [chip.kind for chip in chips] == ["filter", "filter", "filter", "group"]
    assert order.plan.name in chips[2].label
    assert all("group=reason" in chip.remove_url for chip in chips[:3])
    assert "group" not in chips[3].remove_url


def test_payments_lead_to_their_invoice(page):
    some_business()
    payment = Payment.objects.get()
    assert reverse("backoffice:invoice", args=[payment.invoice_id]) in page("payments").content.decode()


def test_the_board_counts_and_adds_up_by_state(page):
    a_quotation()
    for _each in range(22):
        an_order()
    columns = {column.state: column for column in page("orders", "?view=board").context["board"]}
    assert {state: column.count for state, column in columns.items()} == {
        "quotation": 1,
        "quotation_sent": 0,
        "in_progress": 22,
        "churned": 0,
    }
    assert "22.000.000" in columns["in_progress"].mrr
    assert len(columns["in_progress"].cards) == 20
    assert page("orders", columns["in_progress"].url).context["total_count"] == 22
