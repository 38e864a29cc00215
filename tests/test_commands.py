"""The commands of `soon`: they start, stop, refuse in sentences, and change nothing when they refuse."""

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
from soon.management.spoken import terminal_language
from soon.models import CloseReason, Tax, User
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
    assert set(system.values_list("system_code", flat=True)) == {
        *("end_date_reached", "unpaid_too_long", "charge_failed", "not_said", "withdrawal"),
    }
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
