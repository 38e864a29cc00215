"""The demo company: believable, complete, the same every time, and within the rules."""

import datetime
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F, Q, Sum

from soon.activity.actor import system
from soon.demo import plots
from soon.demo.load import CannotLoadDemo, load_demo
from soon.demo.people import LOGINS, PASSWORD
from soon.models import (
    Activity,
    CloseReason,
    Closure,
    Company,
    Customer,
    Invoice,
    InvoiceDraft,
    Letter,
    NumberSeries,
    Order,
    OrderChange,
    Payment,
    Plan,
    User,
)
from soon.operations.verification.verify import verify
from tests.builders import a_customer, a_user

TODAY = datetime.date(2026, 11, 23)

# What happens in it does not depend on the database; that PostgreSQL takes it too shows test_demo_on_postgresql.py.
pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup, django_db_blocker) -> Iterator[None]:
    """The demo company, loaded once for all tests here; what a test changes is taken back by its own transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(TODAY, on_progress=lambda done, total: None)
        yield
        transaction.set_rollback(True)


def test_it_is_as_large_as_a_small_business():
    assert Customer.objects.count() == 200
    assert 290 <= Order.objects.count() <= 310
    assert Invoice.objects.count() > 1000
    assert Payment.objects.count() > 1000
    by_state = Counter(Order.objects.values_list("state", flat=True))
    assert set(by_state) == set(Order.State.values)
    assert by_state["in_progress"] > 150 and by_state["churned"] > 50
    assert set(Order.objects.values_list("currency", flat=True)) == {"VND", "USD"}


def test_its_history_is_eighteen_months_long_and_never_later_than_yesterday():
    first = Order.objects.order_by("created_at").first()
    assert datetime.timedelta(days=500) < TODAY - first.created_at.date() < datetime.timedelta(days=551)
    start_of_today = datetime.datetime(2026, 11, 22, 17, tzinfo=datetime.UTC)
    assert not Activity.objects.filter(at__gte=start_of_today).exists()
    assert not Invoice.objects.filter(Q(issued_on__gte=TODAY) | Q(issued_at__gte=start_of_today)).exists()
    assert not Payment.objects.filter(paid_on__gte=TODAY).exists()


def test_numbers_have_no_gap_and_rise_with_the_days():
    for series in NumberSeries.objects.filter(code="INV"):
        issued = Invoice.objects.filter(number__startswith=f"INV/{series.year}/").order_by("number")
        assert [invoice.number for invoice in issued] == [f"INV/{series.year}/{n:05d}" for n in range(1, series.last + 1)]
        days = [invoice.issued_on for invoice in issued]
        assert days == sorted(days)


def test_nothing_bends_the_rules():
    connection.check_constraints()
    assert Order.objects.filter(state="churned").count() == Closure.objects.in_effect().count()
    for invoice in Invoice.objects.filter(kind="invoice").annotate(got=Sum("settlements__amount_minor")):
        assert invoice.paid_minor == (invoice.got or 0)
    for invoice in Invoice.objects.annotate(net=Sum("lines__net_minor"), tax=Sum("lines__tax_minor")):
        assert (invoice.untaxed_minor, invoice.tax_minor) == (invoice.net, invoice.tax)
    for closure in Closure.objects.select_related("order"):
        assert closure.effective_on == closure.order.ends_on
        assert closure.lost_mrr_micro == closure.order.mrr_micro


def test_something_is_booked_for_days_to_come():
    scheduled = Order.objects.filter(state="in_progress", closure__isnull=False)
    assert scheduled.count() >= 6 and not scheduled.filter(ends_on__lte=TODAY).exists()
    assert len(set(scheduled.values_list("ends_on__month", flat=True))) >= 4
    assert OrderChange.objects.open().exists()


def test_money_goes_astray_now_and_then():
    assert Payment.objects.filter(reversed_at__isnull=False).count() >= 5
    assert Payment.objects.filter(invoice__isnull=False, amount_minor__gt=F("invoice__total_minor")).count() >= 10
    assert Invoice.objects.filter(kind="credit_note").count() >= 5
    assert Activity.objects.filter(kind="credit_used").exists()
    assert InvoiceDraft.objects.count() == 3


def test_some_bills_are_paid_in_part_and_some_are_overdue():
    assert Invoice.objects.filter(paid_minor__gt=0, paid_minor__lt=F("total_minor")).count() > 5
    overdue = Invoice.objects.overdue_on(TODAY).count()
    assert 20 < overdue < Invoice.objects.count() // 5
    assert 3 <= Order.objects.due_on(TODAY).count() < 40


def test_reasons_are_spread_unevenly_and_some_are_in_own_words():
    counts = Counter(Closure.objects.filter(reason__isnull=False).values_list("reason__name_en", flat=True)).most_common()
    assert len(counts) >= 7 and counts[0][1] > 3 * counts[-1][1]
    assert Closure.objects.exclude(own_words="").count() >= 3
    assert set(Closure.objects.values_list("channel", flat=True)) == {"portal", "backoffice", "system"}
    assert not Closure.objects.filter(channel="portal", order__plan__is_closable=False).exists()


def test_nobody_is_mailed_about_the_past_and_no_address_is_real():
    assert Letter.objects.exists() and not Letter.objects.filter(sent_at=None).exists()
    for model in (Customer, User):
        domains = {email.split("@")[1] for email in model.objects.values_list("email", flat=True)}
        assert all(domain == "example.com" or domain.endswith(".example.com") for domain in domains)
    assert Customer.objects.values("email").distinct().count() == 200


def test_everybody_can_log_in():
    for email, (role, name) in LOGINS.items():
        user = User.objects.get(email=email)
        assert user.check_password(PASSWORD) and (user.role, user.name) == (role, name)
    assert authenticate(None, email="admin@example.com", username="admin@example.com", password="wrong") is None
    assert User.objects.filter(role="salesperson").count() > 1
    assert Company.ours().has_demo_data


def test_the_customer_with_an_account_meets_every_sort_of_order():
    orders = Order.objects.filter(customer=User.objects.get(email="customer@example.com").customer)
    assert set(orders.values_list("state", "plan__is_closable")) >= {
        ("in_progress", True),
        ("in_progress", False),
        ("churned", True),
        ("quotation_sent", True),
    }
    assert orders.filter(state="in_progress", plan__is_closable=True, closure=None).exists(), "there is one to close"
    assert Company.ours().makes_offers and CloseReason.objects.for_customers().exclude(offer="").exists()


def test_plans_and_system_reasons_are_those_of_every_business():
    units = set(Plan.objects.values_list("interval_unit", "interval_count"))
    assert units >= {("week", 1), ("month", 1), ("month", 3), ("year", 1)}
    assert {True, False} == set(Plan.objects.values_list("is_closable", flat=True))
    assert set(CloseReason.objects.exclude(system_code=None).values_list("audience", flat=True)) == {"system"}
    assert CloseReason.objects.for_customers().count() == 5


def test_it_contradicts_nothing():
    at = datetime.datetime.combine(TODAY, datetime.time(5), datetime.UTC)
    result = verify(actor=system(), clock=lambda: at)
    assert result.found == 0, result.findings


def test_the_same_day_gives_the_same_plots():
    customers, sellers = list(Customer.objects.select_related("salesperson")), list(User.objects.filter(role="salesperson"))

    def invented() -> list[plots.Plot]:
        return plots.invent(Random(1), customers, sellers, 549, TODAY)

    assert invented() == invented()


def test_it_is_loaded_once(capsys):
    with pytest.raises(CannotLoadDemo):
        load_demo(TODAY, on_progress=lambda done, total: None)
    with pytest.raises(CommandError):
        call_command("demo")
    capsys.readouterr()
    call_command("demo", "--once")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("make", [a_customer, a_user])
def test_it_is_not_loaded_beside_real_data(make, capsys):
    Company.objects.update(has_demo_data=False)
    make()
    before = Customer.objects.count()
    with pytest.raises(CannotLoadDemo):
        load_demo(TODAY, on_progress=lambda done, total: None)
    call_command("demo", "--once")
    assert capsys.readouterr().out
    assert Customer.objects.count() == before
