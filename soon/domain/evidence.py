"""A chain of evidence: texts, each sealed with the hash of the one before, so that none can be changed, left out or moved."""

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

# How to check a chain by hand, for whoever receives one.
RULE = "hash = SHA-256 in lower-case hexadecimal of the UTF-8 text: previous_hash + line feed + content"
# What a content says about its own place; no content may use the name for anything else.
ENTRY = "entry"


class NotCanonical(ValueError):
    """A content that has no one text: a float, a naive moment, or something that is no plain value."""


class Link(NamedTuple):
    """An entry's place in its chain (from 1), its exact text, and the hashes before and of it (the first has "" before it)."""

    position: int
    content: str
    previous_hash: str
    hash: str


def canonical(content: Mapping[str, Any]) -> str:
    """Return the one JSON text of `content`: keys sorted, no spaces, letters as they are, moments in UTC.

    Raises NotCanonical.
    """
    return json.dumps(_plain(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def hash_of(previous_hash: str, content: str) -> str:
    """Return the hash of an entry with the text `content` that follows the one with `previous_hash`, see RULE."""
    return hashlib.sha256(f"{previous_hash}\n{content}".encode()).hexdigest()


def link(contents: Iterable[str], *, after: int = 0, previous_hash: str = "") -> Iterator[Link]:
    """Yield `contents` as the entries of a chain that follow position `after`, whose hash is `previous_hash`."""
    for position, content in enumerate(contents, start=after + 1):
        own = hash_of(previous_hash, content)
        yield Link(position, content, previous_hash, own)
        previous_hash = own


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {_key(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, datetime.datetime):
        return moment_text(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise NotCanonical(f"no plain value: {type(value).__name__}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise NotCanonical(f"a name must be text: {key!r}")
    return key


def moment_text(value: datetime.datetime) -> str:
    """Return an aware moment as evidence writes it, in UTC with microseconds. Raises NotCanonical for a naive one."""
    if value.tzinfo is None:
        raise NotCanonical("nobody knows when a naive moment is")
    return value.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
