"""Everything that differs between two installations comes from the environment, read here and nowhere else."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off", ""}


def flag(name: str, *, default: bool) -> bool:
    """Return the yes/no variable `name`; raise ImproperlyConfigured for any other word."""
    word = os.environ.get(name, "true" if default else "false").strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name}={word!r} is neither yes nor no")


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated variable `name` as a list without blanks."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def data_folder() -> Path:
    """Return the folder of everything this installation writes (database, letters, collected static files)."""
    return Path(os.environ.get("SOON_DATA_DIR", "var")).resolve()


def secret_key() -> str:
    """Return the signing key: from the environment, else from a private file outside the repository, made once."""
    if key := os.environ.get("SOON_SECRET_KEY"):
        return key
    config_home = Path(os.environ.get("XDG_CONFIG_HOME", Path.home() / ".config"))
    path = Path(os.environ.get("SOON_SECRET_KEY_FILE", config_home / "soon" / "secret-key"))
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return _made_once(path)


def _made_once(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Written beside and linked into place: of two processes that start together, both read the winner's key.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()


def database() -> dict[str, Any]:
    """Return Django's settings for the database that DATABASE_URL names; SQLite in the data folder by default."""
    url = os.environ.get("DATABASE_URL") or f"sqlite:///{data_folder() / 'soon.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path.removeprefix("/")) or ":memory:")
    if parts.scheme in ("postgres", "postgresql"):
        return _postgresql(url)
    raise ImproperlyConfigured(f"DATABASE_URL starts with {parts.scheme!r}; it must be sqlite or postgresql")


def _sqlite(path: str) -> dict[str, Any]:
    if path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            # A writer takes its lock at BEGIN, so two writers queue up instead of failing half-way.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # PgBouncer in transaction mode gives each transaction another session: no server-side cursors.
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": dict(query),
    }
