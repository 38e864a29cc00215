"""One stylesheet and one script for the browser, many small files for people.

`css/app.css` names its parts by `@import … layer(…)`; the finder delivers them joined as
`soon/app.css`. The scripts in `js/` are joined in alphabetical order as `soon/app.js`.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

SOURCE = Path(__file__).resolve().parent.parent / "static" / "soon"

_IMPORT = re.compile(r'@import "(?P<path>[^"]+)" layer\((?P<layer>\w+)\);')
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
# Whole-line comments and indentation are for those who read the parts, not for the wire.
_FOR_READERS = re.compile(r"^\s*(//|/\*\*).*\n|^\s+", re.MULTILINE)
# So are a break after or before one of these, and the spaces around an operator: no text of ours holds either.
_BREAKS = re.compile(r"(?<=[;{,(])\n|\n(?=[}\]).?&|])")
_SPACES = re.compile(r" (=>|===|!==|=|&&) ")


def stylesheet() -> str:
    """Return css/app.css with every import replaced by the part it names, without comments."""
    css = SOURCE / "css"

    def part(found: re.Match[str]) -> str:
        text = (css / found["path"]).read_text(encoding="utf-8")
        return f"@layer {found['layer']} {{\n{text}}}\n"

    joined = _IMPORT.sub(part, (css / "app.css").read_text(encoding="utf-8"))
    return re.sub(r"^\s+", "", _COMMENT.sub("", joined), flags=re.MULTILINE)


def script() -> str:
    """Return the scripts of js/, joined by name, without their comments."""
    parts = (path.read_text(encoding="utf-8") for path in sorted((SOURCE / "js").glob("*.js")))
    code = "\n".join(_FOR_READERS.sub("", part) for part in parts)
    return _SPACES.sub(r"\1", _BREAKS.sub("", code))


BUNDLES: dict[str, tuple[str, Callable[[], str]]] = {
    "soon/app.css": ("css", stylesheet),
    "soon/app.js": ("js", script),
}

# A development server asks for both bundles at once, from two threads.
_ONE_AT_A_TIME = Lock()


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """Make the folder of this process; it goes when the process ends."""
    return tempfile.TemporaryDirectory(prefix="soon-bundles-")


def build(name: str) -> Path:
    """Write the bundle anew if one of its parts is newer, and return where it lies."""
    with _ONE_AT_A_TIME:
        return _build(name)


def _build(name: str) -> Path:
    folder, make = BUNDLES[name]
    target = Path(_folder().name) / name
    newest = max(path.stat().st_mtime for path in (SOURCE / folder).rglob("*") if path.is_file())
    if not target.exists() or target.stat().st_mtime < newest:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(make(), encoding="utf-8")
    return target


class BundleFinder(BaseFinder):
    """Offers the bundles to `collectstatic`, to the development server and to the tests."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(build(path))] if path in BUNDLES else []
        if find_all:
            return found
        return found[0] if found else []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in BUNDLES:
            build(name)
        storage = FileSystemStorage(location=_folder().name)
        for name in BUNDLES:
            yield name, storage
