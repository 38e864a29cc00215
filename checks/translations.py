"""Both languages complete: the catalogues hold exactly the strings of the code, each translated, none left over.

Works on a copy, so nothing in the work tree changes. `soon makemessages --all --no-obsolete` brings the catalogues up to date.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = Path("soon/locale")
PLACEHOLDER = re.compile(r"%\((\w+)\)|\{(\w+)\}")


def main() -> int:
    """Print every fault of every catalogue and return the exit code."""
    catalogues = sorted((ROOT / LOCALE).glob("*/LC_MESSAGES/*.po"))
    if not catalogues:
        print(f"No catalogue in {LOCALE}.")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        fresh = gathered(Path(folder))
        faults = [fault for path in catalogues for fault in compare(path, fresh / path.relative_to(ROOT))]
    print("\n".join(faults) or f"{len(catalogues)} catalogues complete.")
    return int(bool(faults))


def gathered(folder: Path) -> Path:
    """Copy the program to `folder` and gather its strings there as makemessages does."""
    shutil.copytree(ROOT / "soon", folder / "soon", ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    command = [sys.executable, "-m", "django", "makemessages", "--all", "--no-location", "--verbosity", "0"]
    # The settings name their own folder for catalogues: it must be the copy's.
    environment = os.environ | {"PYTHONPATH": str(folder)}
    if list((folder / LOCALE).glob("*/LC_MESSAGES/djangojs.po")):
        subprocess.run([*command, "--domain", "djangojs"], cwd=folder / "soon", env=environment, check=True)
    subprocess.run(command, cwd=folder / "soon", env=environment, check=True)
    return folder


def compare(path: Path, fresh: Path) -> list[str]:
    """Return the faults of the catalogue at `path`, given the same one brought up to date."""
    committed, current = read(path), read(fresh)
    name = path.relative_to(ROOT)
    before, now = keys(committed), keys(current)
    faults = [f"{name}: missing: {shown(key)}" for key in sorted(now - before, key=str)]
    # What makemessages finds no more it keeps as obsolete.
    faults += [f"{name}: no longer in the code: {shown(key)}" for key in sorted(before - now, key=str)]
    faults += [
        f"{name}: obsolete entry kept: {shown((message.id, message.context))}" for message in committed.obsolete.values()
    ]
    for message in committed:
        if message.id and (fault := faulty(message, committed.num_plurals)):
            faults.append(f"{name}: {fault}: {shown((message.id, message.context))}")
    return faults


def faulty(message: Message, plurals: int) -> str:
    """Say what is wrong with one entry; an empty string when nothing is."""
    wanted = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string)
    if message.fuzzy:
        return "fuzzy"
    if not all(strings) or (len(wanted) > 1 and len(strings) != plurals):
        return "not translated"
    # The first form of a plural may do without its number ("one invoice").
    if any(placeholders(string) != placeholders(wanted[-1]) for string in strings[-1:]):
        return "other placeholders than the English"
    return ""


def placeholders(text: str) -> set[str]:
    """Return the names of the values that a text takes."""
    return {percent or brace for percent, brace in PLACEHOLDER.findall(text)}


def read(path: Path) -> Catalog:
    """Read a catalogue as Babel sees it."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def keys(catalogue: Catalog) -> set[tuple[str | tuple[str, ...], str | None]]:
    """Return what identifies each living entry."""
    return {(tuple(m.id) if isinstance(m.id, list) else m.id, m.context) for m in catalogue if m.id}


def shown(key: tuple[object, object]) -> str:
    """Return an entry as a person wants to read it."""
    identifier, context = key
    return f"{identifier!r}" + (f" (context {context!r})" if context else "")


if __name__ == "__main__":
    sys.exit(main())
