"""The commands of `soon`: they start, stop, refuse in sentences, and change nothing when they refuse."""

import datetime
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from soon.jobs.prepare import prepare_static_files
from soon.jobs.serve import CannotServe, check_address
from soon.jobs.worker import Sweep, Worker
from soon.management.spoken import terminal_language
from soon.models import CloseReason, Customer, Letter, Order, Plan, PortalLink, Tax, User
from soon.operations.installation.seed import seed
from tests.builders import a_close_reason

STRONG = "mưa rào tháng Bảy 77"


# soon createadmin


@pytest.mark.django_db
def test_an_administrator_is_created_with_a_password_from_the_environment(monkeypatch, capsys):
    monkeypatch.setenv("SOON_ADMIN_PASSWORD", STRONG)
    call_command("createadmin", "--email", " Lan@Example.com", "--name", "Lan")
    user = User.objects.get()
    assert (user.email, user.name, user.role) == ("lan@example.com", "Lan", "administrator")
    assert user.check_password(STRONG)
    assert "lan@example.com" in capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "name", "password"),
    [
        ("lan@example.com", "Lan", "12345678"),
        ("lan@example.com", "Lan", "lan@example.com"),
        ("lan@example.com", " ", STRONG),
        ("not an address", "Lan", STRONG),
        ("old@example.com", "Lan", STRONG),
    ],
    ids=["easy", "like-the-email", "no-name", "no-email", "used"],
)
def test_a_bad_administrator_is_refused_in_words(monkeypatch, email, name, password):
    User.objects.create_user("old@example.com", name="Cũ", role="accountant")
    monkeypatch.setenv("SOON_ADMIN_PASSWORD", password)
    with pytest.raises(CommandError):
        call_command("createadmin", "--email", email, "--name", name)
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_a_password_is_typed_twice_and_never_an_option(monkeypatch):
    answers = iter([STRONG, "something else", STRONG, STRONG])
    monkeypatch.delenv("SOON_ADMIN_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda question: next(answers))
    options = ("createadmin", "--email", "lan@example.com", "--name", "Lan")
    with pytest.raises(CommandError):
        call_command(*options)
    call_command(*options)
    assert User.objects.get().check_password(STRONG)
    with pytest.raises((CommandError, SystemExit)):
        call_command(*options, "--password", STRONG)


@pytest.mark.django_db
def test_without_anybody_to_ask_the_command_says_what_to_set(monkeypatch):
    monkeypatch.delenv("SOON_ADMIN_PASSWORD", raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    with pytest.raises(CommandError, match="SOON_ADMIN_PASSWORD"):
        call_command("createadmin", "--email", "lan@example.com", "--name", "Lan")


@pytest.mark.parametrize(
    ("locale", "language"),
    [("vi_VN.UTF-8", "vi"), ("en_GB.UTF-8", "en"), ("C.UTF-8", "vi"), ("", "vi"), ("de_DE", "vi")],
)
def test_commands_speak_the_language_of_the_terminal(monkeypatch, locale, language):
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    assert terminal_language() == language


# What every installation holds


@pytest.mark.django_db
def test_a_new_installation_has_reasons_and_taxes():
    assert seed() is True
    assert [reason.name_en for reason in CloseReason.objects.for_customers()] == [
        "Subscription too expensive",
        "Subscription does not meet my requirements",
        "Subscription reached its end date",
        "I don't really use it",
        "Other",
    ]
    system = CloseReason.objects.exclude(system_code=None)
    assert set(system.values_list("system_code", flat=True)) == {"end_date_reached", "unpaid_too_long", "charge_failed"}
    assert not CloseReason.objects.for_staff().filter(system_code__isnull=False).exists()
    assert [int(tax.percent) for tax in Tax.objects.all()] == [0, 8, 10]


@pytest.mark.django_db
def test_what_people_changed_is_left_alone():
    seed()
    CloseReason.objects.filter(name_en="Other").delete()
    CloseReason.objects.filter(name_en="Subscription too expensive").update(name_en="Too dear")
    CloseReason.objects.filter(system_code="charge_failed").delete()
    assert seed() is False
    names = set(CloseReason.objects.for_customers().values_list("name_en", flat=True))
    assert "Other" not in names and "Subscription too expensive" not in names
    assert CloseReason.objects.filter(system_code="charge_failed").exists()


@pytest.mark.django_db
def test_reasons_that_were_there_first_are_not_mixed_with_ours():
    a_close_reason("Của chúng tôi")
    seed()
    assert CloseReason.objects.for_customers().count() == 1


def test_static_files_are_collected_when_something_changed(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    said: list[str] = []
    prepare_static_files(said.append)
    assert len(said) == 1 and (settings.STATIC_ROOT / "soon" / "app.css").exists()
    prepare_static_files(said.append)
    assert len(said) == 1
    (settings.STATIC_ROOT / "sources.sha256").write_text("of another release")
    prepare_static_files(said.append)
    assert len(said) == 2


# soon import


MAP = {
    "customer": {"external_id": {"column": "Mã"}, "name": {"column": "Tên"}, "email": {"column": "Thư"}},
    "subscription": {
        "external_id": {"column": "Mã"},
        "currency": {"value": "VND"},
        "start": {"on": {"column": "Ngày"}},
        "plan": {"value": {"vi": "Hằng quý", "unit": "month", "count": 3}},
        "product": {"value": {"code": "NET", "vi": "Internet"}},
        "price": {"column": "Giá", "per": "period"},
    },
}
CSV = "Mã;Tên;Thư;Ngày;Giá\n1;Nguyễn Văn Đạt;dat@example.com;2026-01-31;900000\n2;Lê Hà;;2026-03-16;300000\n"


def imported(tmp_path: Path, content: str | bytes = CSV, mapping: object = MAP) -> None:
    """Run the command on these contents, on 16 March 2026."""
    table, written = tmp_path / "file.csv", tmp_path / "map.json"
    table.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8-sig"))
    written.write_text(mapping if isinstance(mapping, str) else json.dumps(mapping), encoding="utf-8")
    call_command("import", "subscriptions", str(table), "--map", str(written), "--today", "2026-03-16")


@pytest.mark.django_db
def test_a_file_is_imported_with_the_days_and_prices_it_gives(tmp_path, capsys):
    imported(tmp_path)
    first, second = Order.objects.order_by("external_id")
    assert (first.customer.name, first.recurring_minor, first.mrr_micro) == ("Nguyễn Văn Đạt", 900_000, 300_000 * 10**6)
    assert (first.start_on, first.next_invoice_on) == (datetime.date(2026, 1, 31), datetime.date(2026, 4, 30))
    assert (second.next_invoice_on, second.lines.get().billed_until) == (datetime.date(2026, 3, 16), None)
    assert Customer.objects.matching("nguyen dat").get() == first.customer
    assert Plan.objects.get().name_in("en") == "Hằng quý"
    assert "2" in capsys.readouterr().out


@pytest.mark.django_db
def test_whoever_left_elsewhere_hears_nothing_of_the_import(tmp_path):
    seed()
    left = {"column": "Giá", "is": ["900000"], "reason": {"value": "Chuyển nhà"}, "audience": "staff"}
    imported(tmp_path, mapping=MAP | {"closed": left})
    assert Order.objects.get(state="churned").customer.email == "dat@example.com"
    assert (Letter.objects.count(), PortalLink.objects.count()) == (0, 0)


def changed(path: str, value: object) -> dict[str, object]:
    """Return MAP with the part at `path` set to `value`; None takes it out."""
    whole = json.loads(json.dumps(MAP))
    *parents, last = path.split(".")
    part = whole
    for name in parents:
        part = part[name]
    part.pop(last) if value is None else part.update({last: value})
    return whole


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("{", "JSON"),
        ("[]", "map"),
        (changed("subscription", None), "subscription"),
        (changed("customer.name", None), "name"),
        (changed("customer.age", {"value": "7"}), "age"),
        (changed("customer.name", {"column": "Tên", "value": "x"}), "customer.name"),
        (changed("customer.name", {"column": ""}), "customer.name"),
        (changed("customer.name", {"column": "Họ"}), "Họ"),
        (changed("subscription.start", {}), "subscription.start"),
        (changed("subscription.price.per", "year"), "subscription.price.per"),
        (changed("subscription.plan.value.unit", "fortnight"), "subscription.plan.value"),
        (changed("subscription.plan.value.count", 0), "subscription.plan.value"),
        (changed("subscription.plan.value.closable", "yes"), "closable"),
        (changed("subscription.plan", {"column": "Giá"}), "subscription.plan"),
        (changed("closed", {"column": "Giá", "is": ["1"], "reason": {"value": "x"}, "audience": "system"}), "closed.audience"),
    ],
)
def test_a_wrong_map_is_refused_with_its_place(tmp_path, mapping, words):
    with pytest.raises(CommandError, match=words):
        imported(tmp_path, mapping=mapping)
    assert not Customer.objects.exists() and not Plan.objects.exists()


@pytest.mark.django_db
def test_a_price_per_month_needs_a_plan_in_months(tmp_path):
    mapping = changed("subscription.plan.value.unit", "week")
    mapping["subscription"]["price"]["per"] = "month"
    with pytest.raises(CommandError, match="price"):
        imported(tmp_path, mapping=mapping)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "1|trống|empty"),
        (CSV.encode("utf-16"), "UTF-8"),
        (CSV.replace("Lê", "Lê\0"), "."),
        (CSV + "3;zu;kurz\n", "4"),
        (CSV.replace("Mã;Tên", "Tên;Tên"), "Tên"),
        (CSV + '3;"never closed', "."),
        (CSV.replace("dat@example.com", "dat(at)example"), "Thư"),
        (CSV.replace("2026-01-31", "31/01/2026"), "Ngày"),
        (CSV.replace("900000", "900.000,5"), "Giá"),
        (CSV.replace("Lê Hà", "L" * 201), "Tên"),
        (CSV.replace("2;Lê", "1;Lê"), "Mã"),
    ],
    ids=["empty", "utf-16", "nul", "short-row", "two-alike", "quote", "email", "day", "amount", "long", "double"],
)
def test_a_hostile_file_is_refused_and_nothing_is_loaded(tmp_path, content, words):
    with pytest.raises(CommandError, match=words):
        imported(tmp_path, content)
    assert not Customer.objects.exists() and not Plan.objects.exists()


@pytest.mark.django_db
def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CommandError, match=r"nowhere\.csv"):
        (tmp_path / "map.json").write_text(json.dumps(MAP))
        call_command("import", "subscriptions", str(tmp_path / "nowhere.csv"), "--map", str(tmp_path / "map.json"))


# soon worker


@pytest.mark.django_db
def test_a_sweep_that_fails_never_stops_the_others(caplog):
    done: list[str] = []

    def fails() -> None:
        raise RuntimeError("one bad record")

    worker = Worker([Sweep("bad", fails), Sweep("good", lambda: done.append("good"))])
    worker.work_once()
    worker.work_once()
    assert done == ["good", "good"] and "one bad record" in caplog.text


def test_a_worker_without_its_parent_ends():
    Worker([Sweep("never", lambda: pytest.fail("it is an orphan"))], parent=1 if os.getppid() != 1 else 2).run()


# soon serve


def test_a_taken_port_is_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotServe, match=str(port)):
            check_address("127.0.0.1", port)
    check_address("127.0.0.1", port)


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """`soon serve` in a process group of its own, as a terminal starts it, on an SQLite in `folder`."""
    environment = os.environ | {
        "SOON_DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "PORT": str(port),
        "LANG": "en_GB.UTF-8",
        "DJANGO_SETTINGS_MODULE": "soon.config.settings",
    }
    command = [sys.executable, "-c", "from soon.cli import main; main()", "serve"]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def answers(port: int, seconds: float) -> bool:
    """Wait until the log-in page comes; say whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/") as page:
                return page.status == 200
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    return False


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def alive(group: int) -> bool:
    """Say whether a process of `group` still works; one that is dead but not yet buried does not."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _parent, its_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                return True
    return False


def ends(group: int, seconds: float = 15) -> bool:
    """Wait until no process of `group` works any more; say whether that came true."""
    end = time.monotonic() + seconds
    while alive(group) and time.monotonic() < end:
        time.sleep(0.1)
    return not alive(group)


@pytest.mark.slow
@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_server_starts_quickly_and_takes_its_worker_along(tmp_path_factory, ending):
    # One folder for all three: the first start makes everything, later ones have to be quick.
    folder = tmp_path_factory.getbasetemp() / "served"
    was_there = (folder / "static" / "sources.sha256").exists()
    port = free_port()
    with serving(folder, port) as process:
        assert answers(port, 5 if was_there else 60)
        assert alive(process.pid)
        process.send_signal(ending)
        process.wait(15)
        assert ends(process.pid)
        said = process.stdout.read() if process.stdout else ""
    assert f"http://127.0.0.1:{port}/" in said
    assert "soon-demo" not in said


@pytest.mark.slow
@pytest.mark.only_on("sqlite")
def test_two_servers_that_start_at_once_prepare_one_database_and_a_killed_worker_comes_back(tmp_path):
    first, second = free_port(), free_port()
    with serving(tmp_path, first) as one, serving(tmp_path, second) as other:
        assert answers(first, 60)
        assert answers(second, 60)
        assert (one.poll(), other.poll()) == (None, None)
        (worker,) = workers_of(one.pid)
        os.kill(worker, signal.SIGKILL)
        end = time.monotonic() + 20
        while not (again := workers_of(one.pid) - {worker}) and time.monotonic() < end:
            time.sleep(0.1)
        assert len(again) == 1
        one.terminate()
        assert ends(one.pid)


def workers_of(group: int) -> set[int]:
    """Return the processes of `group` that are workers."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _parent, its_group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX" and b"worker" in (folder / "cmdline").read_bytes():
                found.add(int(folder.name))
    return found
