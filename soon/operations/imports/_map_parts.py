"""The parts that every map is written with, and how each is refused."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from soon.domain.file_forms import CSV, DECIMAL_SIGNS, DELIMITERS, ENCODINGS, QUOTES, XLSX
from soon.operations.refusal import Refusal

from .mapping import MappedBalance, RecordMap, Source, SubscriptionMap

Chosen = TypeVar("Chosen")

FileMap = SubscriptionMap | RecordMap


class CannotReadMap(Refusal):
    """The map is not written as a map is."""


def wrong(place: str, words: object) -> CannotReadMap:
    """Return the refusal of a map that is wrong at `place`."""
    return CannotReadMap(_("The map is wrong at “%(place)s”: %(words)s.") % {"place": place, "words": words})


def object_in(found: Any, place: str, required: set[str] | None = None, allowed: set[str] | None = None) -> dict[str, Any]:
    """Return a copy of the object that stands at `place`, which has `required` names and no others but `allowed` ones."""
    required = required or set()
    if not isinstance(found, dict):
        raise wrong(place, _("an object in braces is expected"))
    if missing := sorted(required - found.keys()):
        raise wrong(place, _("“%(name)s” is missing") % {"name": missing[0]})
    if unknown := sorted(found.keys() - required - (allowed or set())):
        raise wrong(place, _("“%(name)s” is not known here") % {"name": unknown[0]})
    return dict(found)


def text_in(found: Any, place: str) -> str:
    """Return the text that stands at `place` and is not blank."""
    if not isinstance(found, str) or not found.strip():
        raise wrong(place, _("a text is expected"))
    return found


def one_of(found: Any, place: str, values: Sequence[Chosen]) -> Chosen:
    """Return what stands at `place` and is one of `values`."""
    # 1 == True in Python, but not in a map.
    for value in values:
        if type(found) is type(value) and found == value:
            return value
    raise wrong(place, _("one of these is expected: %(words)s") % {"words": ", ".join(map(json.dumps, values))})


def source_in(found: Any, place: str) -> Source:
    """Return the source that stands at `place`."""
    parts = object_in(found, place, allowed={"column", "value", "else"})
    if set(parts) not in ({"column"}, {"value"}, {"column", "else"}):
        raise wrong(place, _("give either “column” or “value”"))
    texts = {name: text_in(value, f"{place}.{name}") for name, value in parts.items()}
    return Source(texts.get("column", ""), texts.get("value", "") or texts.get("else", ""))


def optional(parts: Mapping[str, Any], name: str, place: str) -> Source | None:
    """Return the source of that name, where there is one."""
    return source_in(parts[name], f"{place}.{name}") if name in parts else None


def balance_in(found: Any) -> MappedBalance:
    """Return where opening balances stand."""
    parts = object_in(found, "balance", allowed={"owed", "credit", "due"})
    if not {"owed", "credit"} & parts.keys():
        raise wrong("balance", _("give “owed”, “credit” or both"))
    return MappedBalance(*(optional(parts, name, "balance") for name in ("owed", "credit", "due")))


def said_in(found: Any) -> dict[str, Any]:
    """Return what the map says of the form of its file."""
    words: dict[str, tuple[str | bool, ...]] = {
        "kind": (CSV, XLSX),
        "encoding": tuple(ENCODINGS),
        "delimiter": DELIMITERS,
        "quote": QUOTES,
        "decimal": DECIMAL_SIGNS,
        "day_first": (True, False),
    }
    parts = object_in(found, "file", allowed={*words, "sheet"})
    known: dict[str, Any] = {name: one_of(value, f"file.{name}", words[name]) for name, value in parts.items() if name in words}
    if parts.get("sheet"):
        known["sheet"] = text_in(parts["sheet"], "file.sheet")
    return known
