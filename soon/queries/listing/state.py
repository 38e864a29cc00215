"""What the address of a list says. The address is the whole state, so every list can be kept, sent and opened again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from .spec import ListSpec

LONGEST_SEARCH = 200
LONGEST_VALUE = 250
MOST_OPEN = 5


@dataclass(frozen=True)
class ListState:
    """The readable parts of an address; `drills` are (dimension, value) pairs."""

    q: str = ""
    filters: tuple[str, ...] = ()
    drills: tuple[tuple[str, str], ...] = ()
    group: str = ""
    open: tuple[str, ...] = ()
    sort: str = ""
    columns: tuple[str, ...] = ()
    view: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: QueryDict, spec: ListSpec) -> "ListState":
        """Return what `query` says about the list; whatever `spec` does not know is left out."""
        group = query.get("group", "")
        view = query.get("view", "")
        asked = set(_words(query.getlist("cols")))
        return cls(
            q=search_text(query),
            filters=tuple(each.key for each in spec.all_filters if each.key in query.getlist("filter")),
            drills=tuple(_drills(query, spec)),
            group=group if group in spec.grouping_keys else "",
            open=tuple(dict.fromkeys(_clean(key)[:LONGEST_VALUE] for key in query.getlist("open")))[:MOST_OPEN],
            sort=_sort(query.get("sort", ""), spec),
            columns=tuple(column.key for column in spec.columns if column.key in asked),
            view=view if view in spec.views else "",
            page=_page(query.get("page", "")),
        )

    def but(self, **changes: Any) -> "ListState":
        """Return the same state with `changes`, on its first page unless they say otherwise."""
        return replace(self, **{"page": 1, **changes})

    def with_filter(self, key: str) -> "ListState":
        """Return the state with filter `key` put in, or taken out where it is in."""
        kept = tuple(each for each in self.filters if each != key)
        return self.but(filters=kept if len(kept) < len(self.filters) else (*kept, key))

    def with_open(self, key: str) -> "ListState":
        """Return the state with group `key` unfolded, or folded where it is open; the longest open one gives way."""
        kept = tuple(each for each in self.open if each != key)
        opened = kept if len(kept) < len(self.open) else (*kept, key)[-MOST_OPEN:]
        return self.but(open=opened, page=self.page)

    def with_drill(self, dimension: str, value: str) -> "ListState":
        """Return the state narrowed to `value` of `dimension`, without the grouping that led there."""
        kept = tuple(each for each in self.drills if each[0] != dimension)
        return self.but(drills=(*kept, (dimension, value)), group="" if self.group == dimension else self.group, open=())

    def without_drill(self, dimension: str) -> "ListState":
        """Return the state no longer narrowed by `dimension`."""
        return self.but(drills=tuple(each for each in self.drills if each[0] != dimension))

    def pairs(self) -> list[tuple[str, str]]:
        """Return the state as names and values of an address."""
        single = {"q": self.q, "group": self.group, "sort": self.sort, "cols": ",".join(self.columns), "view": self.view}
        pairs = [(name, value) for name, value in single.items() if value]
        pairs += [("filter", key) for key in self.filters]
        pairs += self.drills
        pairs += [("open", key) for key in self.open if self.group]
        return pairs + ([("page", str(self.page))] if self.page > 1 else [])

    @property
    def query(self) -> str:
        """The state as an address writes it, without the question mark."""
        query = QueryDict(mutable=True)
        for name, value in self.pairs():
            query.appendlist(name, value)
        return query.urlencode()

    @property
    def url(self) -> str:
        """The state as a link to the same page."""
        return f"?{self.query}"

    @property
    def is_narrowed(self) -> bool:
        """Whether rows may be missing because of a search, filter or value."""
        return bool(self.q or self.filters or self.drills)


def search_text(query: QueryDict) -> str:
    """Return what ?q= asks for, without what no database can look for."""
    return " ".join(_clean(query.get("q", ""))[:LONGEST_SEARCH].split())


def _clean(text: str) -> str:
    # PostgreSQL stores no NUL, and half a surrogate pair has no encoding.
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _words(values: Iterable[str]) -> list[str]:
    return [word for value in values for word in value.split(",")]


def _sort(text: str, spec: ListSpec) -> str:
    column = spec.column_of.get(text.removeprefix("-"))
    return text if column and column.sort else ""


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 and int(text) else 1


def _drills(query: QueryDict, spec: ListSpec) -> Iterable[tuple[str, str]]:
    for key, dimension in spec.dimension_of.items():
        value = _clean(query.get(key, ""))[:LONGEST_VALUE]
        if value and dimension.condition(value) is not None:
            yield key, value
