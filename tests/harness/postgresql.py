"""A PostgreSQL of the tests' own: made in a temporary folder, reached by a socket in it, gone afterwards."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.harness import debian

DEBIAN_FOLDER = Path("/usr/lib/postgresql")
OLDEST = 15
# A test that a power cut destroys is simply run again.
DURABLE = {"fsync": "on", "synchronous_commit": "on", "shared_buffers": "2GB", "max_wal_size": "4GB"}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def find() -> Path | None:
    """Return the folder of the newest initdb and pg_ctl that we support; None without."""
    folders = [Path(path).resolve().parent for path in (shutil.which("initdb"), shutil.which("pg_ctl")) if path]
    folders += DEBIAN_FOLDER.glob("*/bin")
    found = {folder: _version(folder) for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()}
    supported = {folder: version for folder, version in found.items() if version >= OLDEST}
    return max(supported, key=lambda folder: supported[folder], default=None)


def obtain() -> Path | None:
    """Return the folder of PostgreSQL's programs, fetching them from Debian when there are none yet."""
    if folder := find():
        return folder
    debian.install("postgresql")
    return find()


@contextmanager
def temporary_cluster(programs: Path, kept: dict[str, str] = FAST) -> Iterator[str]:
    """Start a new PostgreSQL with the settings `kept` (FAST or DURABLE) and yield its address (DATABASE_URL).

    It is stopped and removed whatever happens.
    """
    # A socket's path may have about 100 letters, so not below a deep TMPDIR.
    home = Path(tempfile.mkdtemp(prefix="soon-pg-", dir="/tmp"))
    data, owner = home / "data", _owner(home)
    try:
        _run(programs / "initdb", "--pgdata", data, *_initial_options(), cwd=home, **owner)
        settings = kept | {"listen_addresses": "", "unix_socket_directories": str(home), "max_connections": "100"}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        control = (programs / "pg_ctl", "--pgdata", data, "--wait", "--silent")
        _run(*control, "--log", home / "log", "--options", options, "start", cwd=home, **owner)
        try:
            yield f"postgresql://soon@/soon?host={home}"
        finally:
            _run(*control, "--mode", "immediate", "stop", cwd=home, **owner)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _initial_options() -> tuple[str, ...]:
    # The plain C locale would not know that Đ and đ are one letter.
    return ("--username", "soon", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")


def _owner(home: Path) -> dict[str, Any]:
    """Give `home` to an unprivileged user when we are root, because PostgreSQL refuses root; say how to become that user."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(home, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _version(folder: Path) -> int:
    words = subprocess.run([folder / "initdb", "--version"], capture_output=True, text=True).stdout
    match = re.search(r"(\d+)", words)
    return int(match[1]) if match else 0


def _run(*command: str | Path, **options: Any) -> None:
    # The server inherits its starter's output: a pipe would never close.
    with tempfile.TemporaryFile() as words:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=words, stderr=words, **options)
        if done.returncode:
            words.seek(0)
            raise RuntimeError(f"{Path(command[0]).name} failed:\n{words.read().decode(errors='replace')}")
