"""soon verify: words, JSON, silence, and exit codes that a script can tell apart."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from soon.models import Order, Verification
from soon.operations.movements.rebook import rebook
from tests.builders import an_invoice, an_order

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def in_english(monkeypatch, clock):
    """Let the terminal speak English at noon of a day on which nothing is due."""
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    clock(2026, 3, 16, 12)


@pytest.fixture
def order():
    """An order of which something will be wrong."""
    order = an_order()
    an_invoice(order)
    return order


def contradict(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(mrr_micro=order.mrr_micro + 1_000_000)
    rebook([order.pk])


def test_one_line_for_each_check_and_a_sum(order, capsys):
    call_command("verify")
    lines = capsys.readouterr().out.splitlines()
    assert "  ✓ The MRR of each order is that of its recurring lines. (1 orders)" in lines
    assert "Everything is still true." in lines[-1]
    assert Verification.objects.get().started_by is None


def test_a_contradiction_is_told_and_is_exit_code_1(order, capsys):
    contradict(order)
    with pytest.raises(SystemExit) as end:
        call_command("verify", "--quiet")
    assert end.value.code == 1
    assert capsys.readouterr().out.splitlines() == [
        "Subscriptions",
        "  ✗ The MRR of each order is that of its recurring lines. (1 orders)",
        f"      {order.number}: Its lines give ₫1,000,000 a month, the order says ₫1,000,001.",
        "1 contradiction was found.",
    ]


def test_quiet_says_nothing_when_everything_is_true(order, capsys):
    call_command("verify", "--quiet")
    assert capsys.readouterr().out == ""


def test_json_holds_checks_and_findings(order, capsys):
    contradict(order)
    with pytest.raises(SystemExit):
        call_command("verify", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["found"] == 1 and told["verification"] == Verification.objects.get().pk
    [wrong] = [check for check in told["checks"] if check["found"]]
    assert wrong == {
        "code": "mrr_is_lines",
        "truth": "The MRR of each order is that of its recurring lines.",
        "looked_at": 1,
        "found": 1,
        "is_notice": False,
    }
    [finding] = told["findings"]
    assert (finding["check"], finding["record"], finding["key"]) == ("mrr_is_lines", order.number, order.pk)
    assert finding["sentence"].startswith("Its lines give")


def test_a_database_that_cannot_be_read_is_exit_code_2(order, monkeypatch):
    def fail(**arguments):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr("soon.management.commands.verify.verify", fail)
    with pytest.raises(CommandError, match="Nothing was checked") as refusal:
        call_command("verify")
    assert refusal.value.returncode == 2
