"""Issued documents stay as they are, also for somebody who speaks SQL to the database, on either of the two."""

import pytest
from django.db import IntegrityError, connection, transaction

from soon.activity.actor import system
from soon.models import Invoice, Payment
from soon.models.guards import FINAL
from soon.operations.payments.pay_out import pay_out
from soon.operations.payments.register_on_account import register_on_account
from tests.builders import AT, TODAY, a_churned_order, a_payment, an_invoice, an_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def settled() -> Payment:
    """A payment that settled an invoice; beside it a closing with its evidence."""
    order = a_churned_order()
    paid_too_much = {"paid_on": TODAY, "method": "cash", "actor": system(), "at": AT, "today": TODAY}
    register_on_account(order.customer, currency="VND", amount_minor=500_000, **paid_too_much)
    pay_out(order.customer, currency="VND", amount_minor=1_000, **paid_too_much)
    return a_payment(an_invoice())


def run(sql: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def columns_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


@pytest.mark.parametrize("table", FINAL)
def test_no_row_is_deleted(settled, table):
    with pytest.raises(IntegrityError, match="final"):
        run(f"DELETE FROM {table}")


@pytest.mark.parametrize("table", FINAL)
def test_no_column_changes_but_those_that_count_money(settled, table):
    for column in columns_of(table):
        # Whatever the type: another value of the same column, or one where there was none.
        change = f"UPDATE {table} SET {column} = {other_value(table, column)}"
        if column in FINAL[table]:
            continue
        with pytest.raises(IntegrityError, match="final"):
            run(change)


def other_value(table: str, column: str) -> str:
    """Return an SQL literal that `column` can hold and does not hold yet."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table}")
        value = cursor.fetchone()[0]
        described = {each.name: each for each in connection.introspection.get_table_description(cursor, table)}
        kind = connection.introspection.get_field_type(described[column].type_code, described[column])
    if "Integer" in kind or kind in ("AutoField", "BigAutoField", "DecimalField"):
        return "77" if value != 77 else "78"
    if kind == "BooleanField":
        return "NOT " + column
    if kind == "DateField":
        return "'2020-01-01'"
    if kind == "DateTimeField":
        return "'2020-01-01 00:00:00+00:00'"
    return "'{\"a\": 1}'" if kind in ("JSONField",) else "'[]'"


def test_what_counts_money_moves_within_its_bounds(settled):
    run("UPDATE soon_invoice SET paid_minor = 0, credited_minor = 5")
    for sql in (
        "UPDATE soon_invoice SET paid_minor = total_minor + 1",
        "UPDATE soon_invoice SET credited_minor = total_minor + 1",
        "UPDATE soon_invoice SET paid_minor = -1",
        "UPDATE soon_payment SET used_minor = amount_minor + 1",
        "UPDATE soon_payment SET used_minor = -1",
        # Reversed, but still in use; or without a reason.
        "UPDATE soon_payment SET reversed_at = registered_at, reversal_reason = 'x'",
        "UPDATE soon_payment SET reversed_at = registered_at, used_minor = 0",
    ):
        with pytest.raises(IntegrityError):
            run(sql)


def test_a_document_takes_no_line_later():
    invoice = an_invoice(an_order())
    names = [name for name in columns_of("soon_invoiceline") if name not in ("id", "period_start")]
    with pytest.raises(IntegrityError, match="takes no more lines"):
        run(f"INSERT INTO soon_invoiceline ({', '.join(names)}) SELECT {', '.join(names)} FROM soon_invoiceline")
    assert invoice.lines.count() == 1


def test_the_guards_name_every_table_of_money():
    documents = {Invoice._meta.db_table, "soon_invoiceline", "soon_settlement", Payment._meta.db_table}
    assert set(FINAL) == documents | {"soon_evidence", "soon_payout"}
