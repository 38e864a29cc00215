"""Measure on this machine and write docs/benchmarks.md: `make bench`; `make bench ARGS=demo` measures one section alone.

Each figure is the median of three rounds. Pages are asked for inside one process, through all middleware, so the figures are
the application's own time without network and browser. Figures at size stand in at_size.py, the words about them in notes.md.
"""

import datetime
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import at_size as at_size_rows  # noqa: E402  (found through the line above)

ROUNDS = 3
REQUESTS = 40


@contextmanager
def demo_company() -> Iterator[float]:
    """Load the demo company into a fresh SQLite file; give the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "SOON_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "soon.config.settings",
            "SOON_SECRET_KEY": "bench",
            "SOON_ALLOWED_HOSTS": "testserver",
        }
        os.environ.pop("DATABASE_URL", None)
        import django
        from django.core.management import call_command

        django.setup()
        call_command("prepare", verbosity=0)
        started = time.perf_counter()
        call_command("demo", "--once", verbosity=0)
        yield time.perf_counter() - started


def milliseconds(ask: Callable[[], object], times: int = REQUESTS) -> str:
    """Return median and 95th percentile of `times` calls, each the median of three rounds."""
    ask()
    rounds = []
    for _ in range(ROUNDS):
        taken = []
        for _ in range(times):
            started = time.perf_counter()
            ask()
            taken.append(1000 * (time.perf_counter() - started))
        rounds.append((statistics.median(taken), statistics.quantiles(taken, n=20)[18]))
    median, late = (statistics.median(column) for column in zip(*rounds, strict=True))
    return f"{median:.1f} ms · p95 {late:.1f} ms"


def pages() -> Iterator[tuple[str, str]]:
    """Measure the pages of the closing flow."""
    from django.test import Client

    from soon.models import Order, User

    staff, customer = Client(), Client()
    staff.force_login(User.objects.get(email="manager@example.com"))
    buyer = User.objects.get(email="customer@example.com")
    customer.force_login(buyer)
    running = Order.objects.filter(state="in_progress").latest("pk").number
    own = Order.objects.filter(customer=buyer.customer, state="in_progress").latest("pk").number
    for name, client, path in (
        ("home page", staff, "/"),
        ("order list, first 80 rows with totals and pager", staff, "/orders/"),
        ("order list, churned, grouped by close reason", staff, "/orders/?filter=churned&group=reason"),
        ("order page", staff, f"/orders/{running}/"),
        ("close dialog", staff, f"/orders/{running}/closure/"),
        ("portal order page", customer, f"/portal/orders/{own}/"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        yield name, milliseconds(lambda client=client, path=path: client.get(path))


def closing() -> Iterator[tuple[str, str]]:
    """Measure closing by POST, one order after the other."""
    from django.test import Client

    from soon.models import CloseReason, Order, User

    client = Client()
    client.force_login(User.objects.get(email="manager@example.com"))
    reason = CloseReason.objects.for_staff().first()
    assert reason
    running = Order.objects.filter(state="in_progress", plan__isnull=False, closure=None, start_on__lte=datetime.date.today())
    numbers = iter(running.order_by("-pk").values_list("number", flat=True))

    def close_next() -> None:
        answer = client.post(f"/orders/{next(numbers)}/closure/", {"reason": reason.name_vi})
        assert answer.status_code == 302, answer.status_code

    yield "closing by POST", milliseconds(close_next, times=20)


def verbs() -> Iterator[tuple[str, str]]:
    """Measure issuing an invoice by hand, and its PDF."""
    from soon.activity.actor import system
    from soon.models import Invoice, Order
    from soon.operations.invoices.issue_next import issue_next
    from soon.printing import pdf_of_invoice

    order = Order.objects.filter(state="in_progress", plan__isnull=False, closure=None, changes=None).earliest("pk")
    at = datetime.datetime.now(datetime.UTC)
    yield "issuing an invoice by its verb", milliseconds(lambda: issue_next(order, actor=system(), at=at, today=at.date()))
    invoice = Invoice.objects.latest("pk")
    yield "PDF of an invoice", milliseconds(lambda: pdf_of_invoice(invoice))


def hardware() -> str:
    """Return what the figures depend on, and how fast the machine is now: shared ones differ by two from day to day."""
    import sqlite3

    import django

    begun = time.perf_counter()
    sum(number for number in range(10_000_000))
    additions = time.perf_counter() - begun
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, Django {django.get_version()}, "
        f"SQLite {sqlite3.sqlite_version} (WAL, synchronous=NORMAL); it adds up ten million numbers in {additions:.1f} s"
    )


SECTIONS: dict[str, Callable[[], Iterator[at_size_rows.Row]]] = {
    "billing": at_size_rows.billing,
    "billing_on_sqlite": at_size_rows.on_sqlite,
    "importing": at_size_rows.importing,
    "reports_on_sqlite": at_size_rows.reports_on_sqlite,
    "closing_many": at_size_rows.closing_many,
    "million": at_size_rows.growth,
}
ABOUT = """\
Written by `make bench`, which measures everything, or `make bench ARGS="billing million"`, which measures these sections
again and keeps the others as they were measured before."""
ABOUT_SIZE = """\
Companies made by `soon demo --orders N`: subscriptions by month, quarter or year with one to three lines and tax, a
tenth of them closed on some day of two years, to customers with an e-mail address. Each invoice is issued with its number,
lines, tax, chatter entry, letter and next date. PostgreSQL runs with fsync and synchronous_commit on, shared_buffers 2 GB,
max_wal_size 4 GB; the median of three months."""
MEASURED = ROOT / "benchmarks" / "measured.json"


def demo() -> Iterator[tuple[str, str]]:
    """Measure the demo company."""
    with demo_company() as seconds:
        yield "loading the demo company (about 300 orders, 18 months)", f"{seconds:.1f} s"
        yield from pages()
        yield from verbs()
        yield from closing()


def measure(section: str) -> None:
    """Measure one section, saying each figure as it comes, and keep its rows with the day and the machine."""
    rows = []
    for row in demo() if section == "demo" else SECTIONS[section]():
        print(" | ".join(row), flush=True)
        rows.append(row)
    known = json.loads(MEASURED.read_text())
    known[section] = {"on": f"{datetime.date.today():%Y-%m-%d}", "machine": hardware(), "rows": rows}
    MEASURED.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n")


def page() -> str:
    """Return what docs/benchmarks.md says: every section as it was measured last."""
    known = json.loads(MEASURED.read_text())
    at_size = [(*row, known[name]["on"]) for name in SECTIONS if name in known for row in known[name]["rows"]]
    of_demo = known["demo"]
    lines = [
        "# Benchmarks",
        "",
        ABOUT,
        "",
        *(f"- {machine}." for machine in sorted({section["machine"] for section in known.values()})),
        "",
        "## At size",
        "",
        ABOUT_SIZE,
        "",
        "| work | figure | command | measured |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in at_size),
        "",
        "## The demo company",
        "",
        f"On SQLite, inside one process; each figure is the median of three rounds. Measured {of_demo['on']}.",
        "",
        "| work | figure |",
        "|---|---|",
        *(f"| {name} | {figure} |" for name, figure in of_demo["rows"]),
        "",
        (ROOT / "benchmarks" / "notes.md").read_text(),
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and write the page."""
    for section in sys.argv[1:] or [*SECTIONS, "demo"]:
        measure(section)
        (ROOT / "docs" / "benchmarks.md").write_text(page())


if __name__ == "__main__":
    main()
