"""What a file brings: customers, products, plans, subscriptions of every status, past closings, balances, and nothing twice."""

import datetime

import pytest

from soon.activity.actor import system
from soon.models import CloseReason, Invoice, Letter, Movement, Order, Payment, Product
from soon.operations.billing.run import run
from soon.operations.imports.load_all_rows import CannotLoad, load_all_rows
from soon.operations.imports.read_table import read_table
from soon.operations.imports.recognise import recognise
from soon.operations.imports.table import Table
from soon.operations.installation.seed import seed
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.reopen import reopen
from soon.operations.subscriptions.resume import resume
from soon.queries.revenue.months import monthly_revenue
from soon.queries.revenue.scope import Scope
from tests.builders import AT, TODAY
from tests.imports.files import HEADING, ROWS, as_csv, as_xlsx, the_map
from tests.operations.records import everything
from tests.operations.test_billing_run import contradictions

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def load(rows=ROWS, **changes):
    mapping = the_map(**changes)
    return read_and_load(read_table(as_csv(rows), said=mapping.said), mapping)


def read_and_load(table: Table, mapping):
    words = {"actor": system(), "at": AT, "today": TODAY, "on_progress": lambda done, total: None}
    return load_all_rows(table, mapping=mapping, **words)


def orders() -> dict[str, Order]:
    found = Order.objects.select_related("customer", "plan", "closure__reason").prefetch_related("lines")
    return {order.external_id: order for order in found}


def test_every_status_comes_with_its_days_prices_and_money_and_everything_is_still_true():
    seed()
    loaded = load()
    assert (loaded.stored, loaded.closed, loaded.known) == (7, 2, 0)
    found = orders()
    running, paused, left, offered, cancelled, leaving, later = (found[f"A{number}"] for number in range(1, 8))
    states = [found[f"A{number}"].state for number in range(1, 8)]
    assert states == ["in_progress", "paused", "churned", "quotation", "cancelled", "in_progress", "in_progress"]
    assert (running.next_invoice_on, running.lines.get().billed_until) == (datetime.date(2026, 4, 15),) * 2
    assert (paused.recurring_minor, paused.lines.get().quantity, paused.next_invoice_on) == (450_000, 1.5, None)
    assert paused.pauses.get().paused_on == datetime.date(2026, 3, 1)
    assert left.ends_on == left.closure.effective_on == datetime.date(2025, 6, 5)
    assert (left.closure.reason.name_vi, left.closure.reason.archived_at) == ("Chuyển nhà", AT)
    assert (left.mrr_micro, left.closure.lost_mrr_micro) == (200_000 * 10**6,) * 2
    assert (offered.confirmed_at, cancelled.start_on) == (None, datetime.date(2026, 1, 1))
    assert (leaving.closes_on, later.next_invoice_on) == (datetime.date(2026, 6, 1), datetime.date(2026, 4, 20))
    assert set(Product.objects.values_list("code", "name_vi")) == {("INTERNET", "Internet"), ("DIEN-THOAI", "Điện thoại")}
    owed = Invoice.objects.get()
    assert (owed.number, owed.total_minor, owed.due_on) == ("OB/2026/00001", 150_000, datetime.date(2026, 3, 31))
    assert (Payment.objects.get().customer, Payment.objects.get().unused_minor) == (left.customer, 20_000)
    assert not Letter.objects.exists()
    assert not contradictions()


def test_loading_twice_changes_nothing():
    load()
    before = everything()
    again = load()
    assert (again.stored, again.known) == (0, 7)
    assert everything() == before


def test_life_goes_on_after_the_import():
    seed()
    load()
    found = orders()
    run(bills_until=datetime.date(2026, 4, 15), actor=system(), clock=lambda: AT + 30 * DAY)
    assert found["A1"].invoices.exclude(number__startswith="OB/").get().period_start == datetime.date(2026, 4, 15)
    at, today = AT + 30 * DAY, TODAY + 30 * DAY
    resume(found["A2"], actor=system(), at=at, today=today)
    close(found["A1"], reason=CloseReason.objects.for_staff().first(), actor=system(), at=at, today=today)
    assert not contradictions()


def test_revenue_moves_on_the_days_of_the_file():
    load()
    moved = Movement.objects.filter(order__external_id="A3").order_by("moved_on").values_list("moved_on", flat=True)
    assert list(moved) == [datetime.date(2024, 6, 5), datetime.date(2025, 6, 5)]


def test_who_left_on_a_day_unknown_is_not_counted_on_the_day_of_the_import():
    seed()
    began = {"L1": "05/06/2025", "L2": "15/03/2026", "L3": "16/03/2026", "L4": "20/03/2026"}
    loaded = load([f"{key};Tên {key};;Đã rời;Tháng;Internet;250.000;1;{day};;;;Chuyển nhà;;;" for key, day in began.items()])
    assert (loaded.stored, loaded.closed) == (4, 4)
    found = orders()
    assert {order.state for order in found.values()} == {"churned"}
    ends = {key: order.closure.effective_on for key, order in found.items()}
    # One that begins on that day is still served on it, and one that has not begun ends where it would have begun.
    assert ends == {"L1": TODAY, "L2": TODAY, "L3": TODAY + DAY, "L4": datetime.date(2026, 3, 20)}
    month = monthly_revenue(Scope(TODAY.replace(day=1), TODAY.replace(day=1), TODAY, reporting="VND")).course.months[0]
    assert (month.closing, month.customers_at_end) == (250_000 * 10**6, 1)
    assert not Invoice.objects.exists() and not Letter.objects.exists()
    assert not contradictions()
    at, today = AT + 5 * DAY, TODAY + 5 * DAY
    reopen(found["L1"], actor=system(), at=at, today=today)
    assert not contradictions()


def test_xlsx_brings_the_same():
    days = [datetime.date(2026, 1, 15), datetime.date(2026, 4, 15)]
    row = ["A1", "Nguyễn Văn Đạt", "", "Đang dùng", "Tháng", "Internet", 900000, 1, *days]
    table, mapping = [list(HEADING), row], the_map()
    content = as_xlsx(table)
    loaded = read_and_load(read_table(content, form=recognise(content)), mapping)
    assert loaded.stored == 1
    order = Order.objects.get()
    assert (order.start_on, order.next_invoice_on, order.recurring_minor) == (*days, 900_000)


@pytest.mark.parametrize(
    ("old", "new", "column", "words"),
    [
        ("15/01/2026", "31/02/2026", "Bắt đầu", "31/02/2026"),
        ("900.000", "1.250.000,50", "Giá", "1.250.000,50"),
        ("900.000", "9.00", "Giá", "9.00"),
        ("900.000", "-1", "Giá", ""),
        ("900.000", "9" * 20, "Giá", ""),
        ("900.000;1;", "900.000;0;", "SL", "0"),
        ("15/04/2026", "14/01/2026", "Hóa đơn tới", ""),
        ("04/06/2025", "04/06/2023", "Rời ngày", ""),
        ("01/03/2026", "01/01/2026", "Tạm dừng từ", ""),
        ("Chuyển nhà", "", "Lý do", ""),
        ("Đang dùng", "Sống", "Trạng thái", "Sống"),
        ("Tháng;Internet;900", "Tuần;Internet;900", "Gói", "Tuần"),
        ("Nguyễn Văn Đạt", "=cmd|' /C calc'!A0", "Tên", "=cmd"),
        ("150.000", "150k", "Còn nợ", "150k"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_loaded(old, new, column, words):
    rows = "\n".join(ROWS).replace(old, new, 1).split("\n")
    before = everything()
    with pytest.raises(CannotLoad) as refused:
        load(rows)
    assert {problem.column for problem in refused.value.problems} == {column}
    assert words in str(refused.value)
    assert everything() == before


def test_nine_hundred_thousand_is_not_taken_for_nine_hundred():
    with pytest.raises(CannotLoad, match=r"900\.000"):
        load(ROWS[:1], file={"delimiter": ";", "decimal": "."})


def test_every_problem_of_a_row_is_told():
    with pytest.raises(CannotLoad) as refused:
        load(["A1;;nobody;Sống;Tháng;Internet;x;1;31/02/2026;;;;;;;"])
    columns = [problem.column for problem in refused.value.problems]
    assert columns == ["Tên", "Giá", "Bắt đầu", "Trạng thái"]
