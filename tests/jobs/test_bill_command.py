"""`soon bill`: for people, for programs, in a terminal, in a pipe, interrupted, and shared among processes."""

import datetime
import fcntl
import json
import os
import pty
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.models import Sum

from soon.demo.mass import load_mass
from soon.management.progress import pace
from soon.models import BillingRun, Invoice, InvoiceLine, Order, OrderLine, SetAside
from soon.operations.installation.seed import seed
from tests.builders import TODAY, a_customer, a_plan, an_order
from tests.operations.records import everything

DAY = datetime.timedelta(days=1)
SOON = [sys.executable, "-c", "from soon.cli import main; main()"]


@pytest.fixture(autouse=True)
def in_english(monkeypatch, clock) -> Iterator[None]:
    """Speak English at noon of TODAY, and give the signals back that the command took."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    clock(TODAY.year, TODAY.month, TODAY.day, 12)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def bill(capsys):
    """Run the command and return what it said; with --json as an object."""

    def run(*options: str) -> Any:
        capsys.readouterr()
        call_command("bill", *options)
        said = capsys.readouterr()
        assert said.err == "", "no progress bar in a pipe"
        return json.loads(said.out) if "--json" in options else said.out.splitlines()

    return run


def broken_order() -> Order:
    """Return an order that is due and that no rule can bill."""
    order, impossible = an_order(), datetime.date(9999, 12, 20)
    Order.objects.filter(pk=order.pk).update(start_on=impossible)
    OrderLine.objects.filter(order=order).update(billed_until=impossible)
    return order


def environment(**fields: str) -> dict[str, str]:
    """Return the environment of a `soon` of its own."""
    return os.environ | {"LANG": "en_GB.UTF-8", "DJANGO_SETTINGS_MODULE": "soon.config.settings"} | fields


@pytest.mark.django_db
def test_for_people_and_for_programs(bill):
    an_order(price_minor=1_500_000)
    an_order(price_minor=4_900, currency="USD")
    said = bill()
    assert re.fullmatch(r"2 invoices issued in [\d.]+ s \([\d,]+ a second\)\.", said[0])
    assert said[1:] == ["  USD: 1 invoice, $49.00", "  VND: 1 invoice, ₫1,500,000"]
    for _ in range(3):
        an_order()
    found = bill("--json")
    assert found.pop("seconds") > 0 and found.pop("per_second") > 0
    run = BillingRun.objects.get(pk=found.pop("runs")[0])
    assert found == {
        "bills_until": "2026-03-16",
        "issued": 3,
        "ended": 0,
        "set_aside": 0,
        "totals": {"VND": {"documents": 3, "total_minor": 3_000_000}},
        "stopped": False,
    }
    assert (run.issued, run.channel, run.started_by) == (3, "system", None)
    assert run.finished_at


@pytest.mark.django_db
def test_nothing_due_begins_no_run(bill):
    an_order(start_on=TODAY + DAY)
    assert bill() == ["Nothing is due."]
    assert bill("--json")["runs"] == []
    assert not BillingRun.objects.exists()
    assert bill("--on", TODAY.isoformat(), "--json")["issued"] == 0
    assert BillingRun.objects.count() == 1, "a run that somebody asked for by its day leaves a trace"


@pytest.mark.django_db
def test_a_dry_run_shows_totals_and_plans_and_writes_nothing(bill):
    plan = a_plan("Hằng ngày", name_en="Daily", interval_unit="day")
    an_order(plan=plan, start_on=TODAY - 2 * DAY, price_minor=70_000)
    an_order()
    broken_order()
    before = everything()
    said = bill("--dry-run", "--on", TODAY.isoformat())
    assert said == [
        "4 invoices would be issued.",
        "  VND: 4 invoices, ₫1,210,000",
        "  Daily: 3 invoices, ₫210,000",
        "  Monthly: 1 invoice, ₫1,000,000",
        "1 subscription would be set aside.",
        "Nothing was written.",
    ]
    found = bill("--dry-run", "--json")
    assert found.pop("seconds") > 0
    assert found["by_plan"][0] == {"plan": plan.pk, "name": "Daily", "currency": "VND", "documents": 3, "total_minor": 210_000}
    assert (found["would_issue"], found["would_end"], found["would_set_aside"]) == (4, 0, 1)
    assert everything() == before
    done = bill("--json")
    assert (done["issued"], done["totals"], done["set_aside"]) == (4, found["totals"], 1), "and then just that is done"


@pytest.mark.django_db
def test_what_is_set_aside_is_said_and_is_no_failure(bill):
    broken_order()
    sound = an_order()
    assert bill()[2:] == [
        "1 subscription could not be billed and is set aside.",
        "1 set-aside subscription waits for somebody: Invoices ‣ Set aside.",
    ]
    assert Invoice.objects.get().order == sound
    assert bill() == ["Nothing is due.", "1 set-aside subscription waits for somebody: Invoices ‣ Set aside."]


@pytest.mark.django_db
def test_without_a_day_everybody_has_their_own_today(bill, clock):
    behind, here = an_order(customer=a_customer(time_zone="Pacific/Honolulu"), start_on=TODAY - DAY), an_order()
    an_order(customer=a_customer(time_zone="Pacific/Honolulu"))
    found = bill("--json")
    assert len(found["runs"]) == 2
    assert dict(Invoice.objects.values_list("order", "issued_on")) == {behind.pk: TODAY - DAY, here.pk: TODAY}


@pytest.mark.django_db
def test_a_day_ahead_catches_up_first_and_ends_what_ends(bill):
    """A run for a day 90 days ahead after three missed months."""
    seed()
    behind = an_order(start_on=TODAY - 92 * DAY)
    term = an_order()
    Order.objects.filter(pk=term.pk).update(ends_on=TODAY + 60 * DAY)
    found = bill("--json", "--on", (TODAY + 90 * DAY).isoformat())
    assert (found["issued"], found["ended"]) == (7 + 2, 1)
    starts = list(Invoice.objects.filter(order=behind).order_by("pk").values_list("period_start", flat=True))
    assert starts == sorted(starts) and len(starts) == 7
    term.refresh_from_db()
    assert term.state == "churned"
    assert bill("--json", "--on", (TODAY + 90 * DAY).isoformat())["issued"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--on", "2028-03-16"], "more than a year ahead"),
        (["--on", "16/3/2026"], "2026-11-23, "),
        (["--workers", "0"], "--workers takes a number from 1"),
        (["--batch", "0"], "--batch takes a number from 1"),
        pytest.param(["--workers", "2"], "SQLite lets one process write", marks=pytest.mark.only_on("sqlite")),
    ],
)
def test_refusals_in_words_that_write_nothing(options, words):
    an_order()
    before = everything()
    with pytest.raises(CommandError, match=words):
        call_command("bill", *options)
    assert everything() == before


@pytest.mark.django_db
def test_a_database_that_went_away_is_a_sentence(monkeypatch):
    def away(*args, **options):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("soon.operations.billing.run._walk_on", away)
    an_order()
    with pytest.raises(CommandError, match="What was issued stays"):
        call_command("bill")
    assert BillingRun.objects.get().finished_at is None


@pytest.mark.parametrize(
    ("done", "total", "elapsed", "words"),
    [
        (0, 1000, 30, ""),
        (500, 1000, 0.5, ""),
        (5000, 20_000, 2, "2,500 a second, 0:06 left"),
        (10, 1000, 20, "0.5 a second, 33:00 left"),
    ],
)
def test_the_pace_is_told_once_it_is_known(done, total, elapsed, words, english):
    assert pace(done, total, elapsed) == words


@pytest.mark.slow
@pytest.mark.only_on("sqlite")
def test_ctrl_c_ends_after_the_batch_in_hand_and_the_next_run_goes_on(tmp_path):
    fields = environment(SOON_DATA_DIR=str(tmp_path), DATABASE_URL="")
    subprocess.run([*SOON, "demo", "--orders", "1500", "--today", "2026-03-01"], env=fields, check=True, capture_output=True)
    # In small steps, so that much is left when the key is pressed, however quick the machine is and late the reader.
    shown, code = in_a_terminal([*SOON, "bill", "--on", "2026-05-01", "--batch", "3"], fields, interrupt_after=rb"\d left")
    assert code == 130
    assert re.search(r"\d% \|.*a second, \d+:\d\d left", shown), "rate and remaining time stand beside the bar"
    assert "Stopped after the batch in hand" in shown
    rest = subprocess.run(
        [*SOON, "bill", "--on", "2026-05-01", "--json"], env=fields, check=True, capture_output=True, text=True
    )
    with sqlite3.connect(tmp_path / "soon.sqlite3") as database:
        runs = database.execute("SELECT issued, finished_at IS NOT NULL FROM soon_billingrun ORDER BY id").fetchall()
        counts = database.execute(
            "SELECT count(*), count(DISTINCT number), count(DISTINCT order_id || period_start) FROM soon_invoice"
        ).fetchone()
    assert [is_finished for _issued, is_finished in runs] == [0, 1]
    assert runs[0][0] > 0 and runs[1][0] == json.loads(rest.stdout)["issued"] > 0
    assert set(counts) == {runs[0][0] + runs[1][0]}


def in_a_terminal(command: list[str], fields: dict[str, str], interrupt_after: bytes) -> tuple[str, int]:
    """Run `command` in a terminal, press Ctrl-C once it shows what fits; return what it showed and its exit code."""
    process, terminal = pty.fork()
    if process == 0:
        os.execvpe(command[0], command, fields)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    shown, is_interrupted = b"", False
    while True:
        try:
            shown += (part := os.read(terminal, 4096))
        except OSError:
            break
        if not part:
            break
        if not is_interrupted and re.search(interrupt_after, shown):
            is_interrupted = True
            os.write(terminal, b"\x03")
    _process, status = os.waitpid(process, 0)
    os.close(terminal)
    return shown.decode(), os.waitstatus_to_exitcode(status)


@pytest.mark.slow
@pytest.mark.only_on("postgresql")
@pytest.mark.django_db(transaction=True)
def test_processes_share_one_run(tmp_path: Path):
    load_mass(1500, TODAY, on_progress=lambda done, total: None)
    due = Order.objects.due_on(TODAY).count()
    at = connection.settings_dict
    url = f"postgresql://{at['USER']}@/{at['NAME']}?host={at['HOST']}"
    command = [*SOON, "bill", "--on", TODAY.isoformat(), "--workers", "3", "--batch", "50", "--json"]
    done = subprocess.run(
        command, env=environment(DATABASE_URL=url, SOON_DATA_DIR=str(tmp_path)), capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    run = BillingRun.objects.get()
    assert (found["runs"], found["issued"], run.finished_at is not None) == ([run.pk], run.issued, True)
    assert run.issued == Invoice.objects.count() >= due
    assert run.totals.get(currency="VND").total_minor == Invoice.objects.aggregate(Sum("total_minor"))["total_minor__sum"]
    assert InvoiceLine.objects.values("order_line", "period_start").distinct().count() == InvoiceLine.objects.count()
    serials = sorted(int(number.rsplit("/", 1)[1]) for number in Invoice.objects.values_list("number", flat=True))
    assert serials == list(range(1, len(serials) + 1)), "numbers without a gap"
    assert not SetAside.objects.exists()
    assert not Order.objects.due_on(TODAY).exists()
