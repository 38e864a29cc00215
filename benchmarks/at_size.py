"""The figures at size, each with the command that made it: billing runs, and pages of a million orders on PostgreSQL.

Every figure comes from a process of its own, on a PostgreSQL made for it with fsync and synchronous_commit on.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.harness import postgresql

SOON = Path(sys.executable).parent / "soon"
FIRST_DAY = "2026-03-31"
NEXT_DAYS = ("2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31")
ROOT = Path(__file__).resolve().parent.parent
TELCO = ROOT.parent / "shared" / "data" / "telco_customer_churn.csv"
# The tables that a run fills, lines before their documents.
WRITTEN = ("soon_invoiceline", "soon_invoice", "soon_activity", "soon_letter")

Row = tuple[str, str, str]


class Company:
    """A company of `orders` monthly subscriptions in a database of its own."""

    def __init__(self, folder: str, orders: int, database: str = "") -> None:
        self.database = database
        self.memory = 0
        self.environment = os.environ | {
            "DATABASE_URL": database,
            "SOON_DATA_DIR": folder,
            "SOON_SECRET_KEY": "bench",
            "SOON_ALLOWED_HOSTS": "testserver",
        }
        begun = time.perf_counter()
        self.soon(*(("demo", "--orders", str(orders), "--today", FIRST_DAY) if orders else ("prepare",)))
        self.seconds_to_load = time.perf_counter() - begun

    def soon(self, *words: str) -> str:
        """Run `soon` with `words`; return what it printed, and keep in `memory` the most MiB that this process itself held."""
        with tempfile.TemporaryFile("w+") as said:
            process = subprocess.Popen([SOON, *words], env=self.environment, stdout=said)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                raise subprocess.CalledProcessError(process.returncode, words)
            self.memory = usage.ru_maxrss // 1024
            said.seek(0)
            return said.read()

    def bill(self, day: str, *words: str) -> dict[str, Any]:
        """Bill everything due on `day`; return what `soon bill --json` says."""
        found: dict[str, Any] = json.loads(self.soon("bill", "--on", day, "--json", *words).splitlines()[-1])
        return found

    def asks(self, path: str) -> str:
        """Run a module of ours in the company's environment."""
        self.soon("prepare")
        command = [sys.executable, "-m", path]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout


@contextmanager
def company(orders: int, *, on_sqlite: bool = False) -> Iterator[Company]:
    """Make a company on a fresh database and remove both afterwards."""
    programs = postgresql.obtain()
    with tempfile.TemporaryDirectory() as folder:
        if on_sqlite:
            yield Company(folder, orders)
            return
        assert programs, "PostgreSQL is needed to measure"
        with postgresql.temporary_cluster(programs, postgresql.DURABLE) as url:
            with psycopg.connect(url.replace("/soon?", "/postgres?"), autocommit=True) as server:
                server.execute("CREATE DATABASE soon")
            yield Company(folder, orders, url)


def billing(orders: int = 100_000) -> Iterator[Row]:
    """Measure three months of billing with two workers, and COPY of the last month's rows."""
    with company(orders) as ours:
        ours.bill(FIRST_DAY, "--workers", "2")
        runs = [ours.bill(day, "--workers", "2") for day in NEXT_DAYS[:3]]
        per_second = statistics.median(run["per_second"] for run in runs)
        command = f"`soon bill --on DAY --workers 2`, {runs[0]['issued']:,} invoices a month"
        yield f"billing run on PostgreSQL, {orders:,} orders, two workers", f"{per_second:,.0f} invoices/s", command
        ratio = runs[-1]["seconds"] / statistics.median(copies(ours.database, runs[-1]["runs"][0]))
        yield "the same against COPY of the same rows", f"{ratio:.2f} × the COPY time", "`benchmarks.at_size.copies`"
        alone = ours.bill(NEXT_DAYS[3])
        yield "the same with one worker", f"{alone['per_second']:,.0f} invoices/s", "`soon bill --on DAY`"


def copies(database: str, run: int) -> list[float]:
    """Take out the rows that a run wrote and COPY them back, three times; return the seconds of each COPY with its commit."""
    seconds = []
    with psycopg.connect(database, autocommit=True) as connection:
        moment = connection.execute("SELECT started_at FROM soon_billingrun WHERE id = %s", [run]).fetchone()
        keys = f"SELECT id FROM soon_invoice WHERE issued_at >= '{moment[0]}'" if moment else ""
        where = {
            "soon_invoice": f"id IN ({keys})",
            "soon_invoiceline": f"invoice_id IN ({keys})",
            "soon_activity": f"invoice_id IN ({keys}) AND kind = 'invoice_issued'",
            "soon_letter": f"invoice_id IN ({keys})",
        }
        rows = {table: _taken(connection, table, where[table]) for table in WRITTEN}
        for _ in range(3):
            with connection.transaction():
                connection.execute("SET CONSTRAINTS ALL DEFERRED")
                connection.execute("SET LOCAL session_replication_role = replica")
                for table in ("soon_letter", "soon_activity", "soon_invoiceline", "soon_invoice"):
                    connection.execute(f"DELETE FROM {table} WHERE {where[table]}")
            connection.execute("VACUUM ANALYZE " + ", ".join(WRITTEN))
            begun = time.perf_counter()
            with connection.transaction():
                for table in WRITTEN:
                    with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
                        copy.write(rows[table])
            seconds.append(time.perf_counter() - begun)
    return seconds


def _taken(connection: psycopg.Connection[Any], table: str, where: str) -> bytes:
    with connection.cursor().copy(f"COPY (SELECT * FROM {table} WHERE {where}) TO STDOUT") as copy:
        return b"".join(bytes(piece) for piece in copy)


def growth(orders: int = 1_000_000) -> Iterator[Row]:
    """Measure the cost of an invoice and the memory of a worker at 10,000 and at `orders`, then the pages there."""
    cost = {}
    with company(10_000) as small:
        small.bill(FIRST_DAY)
        few = small.memory
        cost[10_000] = statistics.median(1e6 / small.bill(day)["per_second"] for day in NEXT_DAYS[:3])
    with company(orders) as large:
        yield f"`soon demo --orders {orders}`", f"{large.seconds_to_load:.0f} s", f"`soon demo --orders {orders}`"
        cost[orders] = 1e6 / large.bill(FIRST_DAY)["per_second"]
        memory = large.memory
        more = 100 * (cost[orders] / cost[10_000] - 1)
        words = f"{cost[10_000]:.0f} → {cost[orders]:.0f} µs ({more:+.0f} %)"
        yield f"cost of an invoice, 10,000 → {orders:,} orders, one worker", words, "`soon bill --on DAY`"
        yield f"memory of a worker, 10,000 → {orders:,} orders", f"{few} → {memory} MiB", "`ru_maxrss` of `soon bill --on DAY`"
        begun = time.perf_counter()
        large.soon("verify", "--quiet")
        yield f"everything verified at {orders:,} orders", f"{time.perf_counter() - begun:.0f} s", "`soon verify`"
        begun = time.perf_counter()
        large.soon("verify", "--quiet", "--rebuild-movements")
        yield (
            "the same with all movements made anew",
            f"{time.perf_counter() - begun:.0f} s",
            "`soon verify --rebuild-movements`",
        )
        for module in ("benchmarks.reports", "benchmarks.exports", "benchmarks.pages"):
            for name, figure in json.loads(large.asks(module).splitlines()[-1]):
                yield f"{name}, {orders:,} orders on PostgreSQL", figure, f"`python -m {module}`"


def on_sqlite(orders: int = 100_000) -> Iterator[Row]:
    """Measure three months of billing on SQLite."""
    with company(orders, on_sqlite=True) as ours:
        ours.bill(FIRST_DAY)
        runs = [ours.bill(day) for day in NEXT_DAYS[:3]]
        per_second = statistics.median(run["per_second"] for run in runs)
        yield f"billing run on SQLite, {orders:,} orders", f"{per_second:,.0f} invoices/s", "`soon bill --on DAY`"


def reports_on_sqlite(orders: int = 50_000) -> Iterator[Row]:
    """Measure the reports on SQLite."""
    with company(orders, on_sqlite=True) as ours:
        for name, figure in json.loads(ours.asks("benchmarks.reports").splitlines()[-1]):
            yield f"{name}, {orders:,} orders on SQLite", figure, "`python -m benchmarks.reports`"


def importing() -> Iterator[Row]:
    """Measure loading a file of 7,043 subscriptions that is not ours; nothing where it is not beside the project."""
    if not TELCO.exists():
        print(f"{TELCO} is not there, so importing is not measured", flush=True)
        return
    command = "`soon import subscriptions telco_customer_churn.csv --map docs/examples/telco.json`"
    for vendor in ("PostgreSQL", "SQLite"):
        with company(0, on_sqlite=vendor == "SQLite") as ours:
            begun = time.perf_counter()
            ours.soon("import", "subscriptions", str(TELCO), "--map", str(ROOT / "docs/examples/telco.json"))
            yield f"importing 7,043 subscriptions on {vendor}", f"{time.perf_counter() - begun:.1f} s", command


def closing_many(orders: int = 11_600) -> Iterator[Row]:
    """Measure closing 10,000 subscriptions at once, each with an unpaid invoice, a letter and its evidence."""
    with company(orders) as ours:
        ours.bill(FIRST_DAY)
        found = json.loads(ours.asks("benchmarks.closing_many").splitlines()[-1])
        words = f"{found['per_second']:,.0f} subscriptions/s ({found['seconds']:.0f} s)"
        yield f"closing many: {found['closed']:,} orders on PostgreSQL", words, "`python -m benchmarks.closing_many`"
