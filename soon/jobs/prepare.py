"""Making an installation ready to run: tables, what they must hold, and the files that browsers fetch."""

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from soon.config import bundles
from soon.domain import lifecycle
from soon.models import Movement, Order
from soon.operations.installation.seed import seed
from soon.operations.movements.rebuild import rebuild

Report = Callable[[str], None]

# Any number that nothing else in the database locks.
LOCK_NUMBER = 5_004_001


def prepare_database(report: Report) -> None:
    """Bring the tables to this release and seed a new installation. Quick when nothing is to be done.

    Of several that start at once one does it, and the others wait.
    """
    with _database_to_ourselves():
        if _has_migrations_to_apply():
            report(_("Preparing the database…"))
            call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        seed()
        _tell_revenue_from_history(report)


def prepare_static_files(report: Report) -> None:
    """Collect what browsers fetch, unless nothing changed since the last time."""
    root = Path(settings.STATIC_ROOT)
    stamp = root / "sources.sha256"
    sources = _fingerprint_of_sources()
    with _locked(root.with_name(f"{root.name}.lock")):
        if stamp.exists() and stamp.read_text(encoding="ascii") == sources:
            return
        report(_("Collecting static files…"))
        call_command("collectstatic", verbosity=0, interactive=False)
        stamp.write_text(sources, encoding="ascii")


def _tell_revenue_from_history(report: Report) -> None:
    """Write the movements of revenue of a database that is older than they are; begun again where it was broken off."""
    earning = Order.objects.filter(state=lifecycle.IN_PROGRESS, mrr_micro__gt=0, plan__isnull=False)
    # Told customer by customer, so that the last one's order has them only when all have.
    last = earning.order_by("-customer", "pk").first()
    if last and not Movement.objects.filter(order=last).exists():
        report(_("Telling the monthly revenue from what happened…"))
        rebuild()


@contextmanager
def _database_to_ourselves() -> Iterator[None]:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "postgresql":
        # On a connection of its own, in a transaction that ends with it: so it also holds behind PgBouncer.
        guard = connection.copy()
        try:
            guard.set_autocommit(False)
            with guard.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_NUMBER])
            yield
        finally:
            guard.close()
    elif name == ":memory:" or name.startswith("file:"):
        yield
    else:
        with _locked(Path(f"{name}.lock")):
            yield


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the file `path` for this process; the system lets go of it even if we are killed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _has_migrations_to_apply() -> bool:
    # Imported here, because loading it costs time that other commands need not spend.
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _fingerprint_of_sources() -> str:
    """Return a short text that changes when a static file is added, changed or removed, without reading them all."""
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]["BACKEND"]).encode())
    for name, path in sorted(_sources()):
        state = path.stat()
        digest.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _sources() -> Iterator[tuple[str, Path]]:
    # The bundles are made from files that the other finder lists, by rules that stand in bundles.py.
    yield "bundles.py", Path(bundles.__file__)
    for finder in get_finders():
        if not isinstance(finder, bundles.BundleFinder):
            for name, storage in finder.list([]):
                yield name, Path(storage.path(name))
