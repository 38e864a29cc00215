"""Many files as one ZIP, sent while it is made: in memory there is never more than a part of one of them."""

import datetime
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# The first year that the format knows.
EPOCH = datetime.datetime(1980, 1, 1)  # noqa: DTZ001 - times in a ZIP are local and have no zone
READABLE_BY_ALL = 0o644 << 16


@dataclass(frozen=True)
class File:
    """One file of a parcel: its name in folders, the local time it is from, and its content, read when its turn comes."""

    name: str
    written_at: datetime.datetime
    parts: Iterable[bytes]


class _Pipe:
    """What a ZIP is written to; it hands on what came since it was asked last."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._waiting.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: whoever reads takes what there is."""

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        data = b"".join(self._waiting)
        self._waiting.clear()
        return data


def zipped(files: Iterable[File]) -> Iterator[bytes]:
    """Yield `files` as a ZIP, in their order; the same files give the same bytes. A name that is taken gets a number."""
    pipe = _Pipe()
    names: set[str] = set()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as parcel:  # type: ignore[call-overload]
        for file in files:
            name = _one_more(file.name, names)
            names.add(name.lower())
            info = zipfile.ZipInfo(name, max(file.written_at.replace(tzinfo=None), EPOCH).timetuple()[:6])
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, READABLE_BY_ALL, 3
            with parcel.open(info, "w") as inside:
                for part in file.parts:
                    inside.write(part)
                    if data := pipe.taken():
                        yield data
            if data := pipe.taken():
                yield data
    yield pipe.taken()


def safe_name(text: str) -> str:
    """Return `text` as one part of a file name that is safe on every system: letters and digits of ASCII, "-", "_" and "."."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).lstrip(".-")[:100] or "-"


def _one_more(name: str, names: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    number, free = 1, name
    while free.lower() in names:
        number += 1
        free = f"{stem}-{number}{dot}{ending}"
    return free
