"""Every gate but the tests: `make check`. All of them run, so that one fault does not hide the next; the table comes last."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TEMPLATES = "soon/templates"
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "soon.config.settings",
    "SOON_SECRET_KEY": "only for checks",
    "DATABASE_URL": "sqlite:///:memory:",
}
OURS = ("soon", "tests", "checks", "benchmarks", "requirements")

sys.path.insert(0, str(ROOT))

from tests.harness import debian  # noqa: E402  (found through the line above)


def gates() -> dict[str, list[str]]:
    """Return each gate's name and command, the quick ones first."""
    python = [name for name in OURS if (ROOT / name).exists()]
    templates = sorted(str(path.relative_to(ROOT)) for path in (ROOT / TEMPLATES).rglob("*.html"))
    return {
        "format": [tool("ruff"), "format", "--check", *python],
        "lint": [tool("ruff"), "check", *python],
        "imports": [tool("lint-imports")],
        "templates: lint": [tool("djlint"), "--lint", "--quiet", TEMPLATES],
        "templates: format": [tool("djade"), "--check", "--target-version", "5.2", *templates],
        "migrations": [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        "deploy": [sys.executable, "-m", "django", "check", "--fail-level", "WARNING"],
        "translations": [sys.executable, "checks/translations.py"],
        "types": [tool("mypy")],
    }


def tool(name: str) -> str:
    """Return the path of a tool of the virtual environment."""
    return str(BIN / name)


def run(name: str, command: list[str]) -> bool:
    """Run one gate, show what it says when it fails, and return whether it passed."""
    environment = os.environ | SETTINGS
    begun = time.monotonic()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    print(f"{'ok' if done.returncode == 0 else 'FAILED':<8}{name} ({time.monotonic() - begun:.1f} s)", flush=True)
    if done.returncode:
        print("\n".join(f"    {line}" for line in done.stdout.rstrip().splitlines()), flush=True)
    return done.returncode == 0


def main(only: list[str]) -> int:
    """Run all gates, or those named; return the exit code."""
    not_run = []
    chosen = {name: command for name, command in gates().items() if not only or name.split(":")[0] in only}
    if "translations" in chosen and not gettext_found():
        not_run.append("translations (no xgettext: install gettext)")
        del chosen["translations"]
    results = {name: run(name, command) for name, command in chosen.items()}
    print()
    for name, passed in results.items():
        print(f"{'ok' if passed else 'FAILED':<8}{name}")
    in_ci = os.environ.get("CI", "").lower() in ("true", "1")
    if not_run:
        print(f"NOT RUN: {'; '.join(not_run)}" + (" — under CI=true that is a failure" if in_ci else ""))
    return int(not all(results.values()) or (in_ci and bool(not_run)))


def gettext_found() -> bool:
    """Look for the gettext programs, fetching them from Debian when there are none yet."""
    if not shutil.which("xgettext"):
        debian.install("gettext")
    return bool(shutil.which("xgettext"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
