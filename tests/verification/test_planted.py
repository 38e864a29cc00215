"""One error of each kind is planted, past every guard of the database; each is found by just the checks meant for it."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from soon.activity.actor import system
from soon.models import Verification
from soon.models.guards import FINAL, install_guards
from soon.operations.verification import _tally
from soon.operations.verification.verify import verify
from soon.queries.verification.themes import ALL_THEMES, CHECKS, THEMES
from tests.builders import AT

from .breaking import checked_now, rows, sql, without
from .plants_of_revenue import ALL_PLANTS
from .world import World, a_world

pytestmark = pytest.mark.django_db
ABOUT_THE_DATABASE = {"constraints_in_force", "guards_in_force", "references_lead_somewhere"}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """One company for all tests here; what a test plants is taken back by its own transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield a_world()
        transaction.set_rollback(True)


def found(*, with_history: bool = False) -> Verification:
    return verify(actor=system(), clock=lambda: AT, themes=ALL_THEMES if with_history else THEMES)


def codes(result: Verification) -> set[str]:
    return {code for code, each in result.checked.items() if each["found"]}


@pytest.mark.parametrize(("meant", "plant"), [pytest.param(*each, id=each[1].__name__) for each in ALL_PLANTS])
def test_it_is_found_by_what_is_meant_for_it(world, meant, plant):
    plant(world)
    # By history an order is told from its lines and days, of which most plants are errors.
    result = found(with_history="movements_follow_from_history" in meant)
    assert codes(result) - {"constraints_in_force"} == meant
    notices = {code for code in meant if CHECKS[code].is_notice}
    assert bool(result.found) is not bool(notices)
    assert {each["check"] for each in result.findings} >= meant
    assert all(each["record"] for each in result.findings)


def test_every_check_is_planted():
    assert {code for meant, _ in ALL_PLANTS for code in meant} == set(CHECKS) - ABOUT_THE_DATABASE


def test_a_constraint_that_is_gone_is_found(world):
    without("soon_setaside", "one_open_set_aside_of_an_order")
    without("soon_invoice", "invoice_paid_within_total")
    result = found()
    assert codes(result) == {"constraints_in_force"}
    assert [(each["record"], each["facts"]) for each in result.findings] == [
        ("invoice_paid_within_total", {"table": "soon_invoice"}),
        ("one_open_set_aside_of_an_order", {"table": "soon_setaside"}),
    ]


@pytest.mark.only_on("postgresql")
def test_a_constraint_that_holds_for_new_rows_only_or_is_switched_off_is_found(world):
    [(reference,)] = rows(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'soon_orderline'::regclass AND confrelid = 'soon_product'::regclass"
    )
    checked_now()
    sql("ALTER TABLE soon_invoice DROP CONSTRAINT invoice_paid_within_total")
    sql("ALTER TABLE soon_invoice ADD CONSTRAINT invoice_paid_within_total CHECK (paid_minor <= total_minor) NOT VALID")
    sql(f"ALTER TABLE soon_orderline DROP CONSTRAINT {reference}")
    sql("ALTER TABLE soon_price DISABLE TRIGGER ALL")
    result = found()
    assert codes(result) == {"constraints_in_force"}
    assert {each["record"] for each in result.findings} == {
        "invoice_paid_within_total",
        "REFERENCES (product_id)",
        "REFERENCES (plan_id)",
    }


@pytest.mark.only_on("sqlite")
def test_a_record_that_is_not_there_is_missed(world):
    line = world.busy.lines.all()[0]
    sql("UPDATE soon_orderline SET product_id = 987654 WHERE id = %s", line.pk)
    result = found()
    assert codes(result) == {"references_lead_somewhere"}
    assert result.findings[0]["facts"] == {"table": "soon_orderline", "row": line.pk, "parent": "soon_product"}
    # What ends a test looks for the same.
    sql("UPDATE soon_orderline SET product_id = %s WHERE id = %s", line.product_id, line.pk)


@pytest.mark.parametrize("guard", ["soon_invoice_is_final", "soon_payment_stays", "soon_invoiceline_comes_first"])
def test_a_guard_that_is_gone_is_found(world, guard):
    checked_now()
    table = guard.removesuffix("_is_final").removesuffix("_stays").removesuffix("_comes_first")
    sql(f"DROP TRIGGER {guard}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    result = found()
    assert codes(result) == {"guards_in_force"}
    assert [(each["record"], each["facts"]) for each in result.findings] == [(guard, {"table": table})]
    install_guards(connection)
    assert found().found == 0


def test_a_guard_that_does_not_know_a_column_is_found(world):
    checked_now()
    sql("ALTER TABLE soon_settlement ADD COLUMN added varchar(10) NULL")
    result = found()
    assert [each["record"] for each in result.findings] == ["soon_settlement_is_final"]
    install_guards(connection)
    assert found().found == 0


@pytest.mark.only_on("postgresql")
def test_a_guard_that_is_switched_off_or_does_nothing_is_found(world):
    checked_now()
    sql("ALTER TABLE soon_invoice DISABLE TRIGGER soon_invoice_stays")
    assert [each["record"] for each in found().findings] == ["soon_invoice_stays"]
    sql("CREATE OR REPLACE FUNCTION soon_refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
    assert len(found().findings) == 2 * len(FINAL)


def test_many_findings_of_a_kind_are_counted_and_the_first_are_kept(world, monkeypatch):
    monkeypatch.setattr(_tally, "MOST_KEPT", 2)
    sql("UPDATE soon_order SET mrr_micro = mrr_micro + id WHERE plan_id IS NOT NULL")
    wrong = rows("SELECT count(*) FROM soon_order WHERE plan_id IS NOT NULL")[0][0]
    result = found()
    assert result.checked["mrr_is_lines"]["found"] == wrong > 5
    assert result.found == wrong + result.checked["movements_add_up"]["found"]
    assert len(result.findings) == 4 and all(each["record"] for each in result.findings)


def test_a_check_that_breaks_off_is_not_said_to_be_true(world):
    without("soon_orderline", "order_line_discount_in_range")
    sql("UPDATE soon_orderline SET discount_percent = 150 WHERE id = %s", world.busy.lines.all()[0].pk)
    result = found()
    assert "order_line_costs" not in result.checked and "mrr_is_lines" in result.checked
    [told] = [each for each in result.findings if each["check"] == "check_came_to_its_end"]
    assert told["record"] == "order_line_costs" and told["facts"]["error"].startswith("InvalidPrice")
