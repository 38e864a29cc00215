"""Every address has an access test as owner, colleague, stranger and nobody: each URL name stands in `tests/doors/access.py`.

That file holds `ACCESS`, a dictionary by URL name ("backoffice:order"); a new address without a line there fails here.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, path
from django.views.decorators.http import require_GET

from tests.house_rules.source import none

# Served by our own tools, the same for everybody.
OPEN_TO_ALL = {"jsi18n"}


def names(patterns: Iterable[URLPattern | URLResolver], namespace: str = "") -> Iterator[str]:
    """Return the full name of every address; one without a name is shown by its route."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry.url_patterns, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        else:
            yield f"{namespace}{entry.name or f'(no name: {entry.pattern})'}"


def access_table() -> set[str]:
    """Return the names that have an access test; none while there is no table."""
    try:
        return set(import_module("tests.doors.access").ACCESS)
    except ModuleNotFoundError as absent:
        if absent.name not in ("tests.doors", "tests.doors.access"):
            raise
        return set()


def untested(patterns: Iterable[URLPattern | URLResolver], table: set[str]) -> list[str]:
    """Return the addresses that nobody tests for access."""
    return sorted(set(names(patterns)) - table - OPEN_TO_ALL)


def test_every_address_has_an_access_test():
    none(untested(get_resolver().url_patterns, access_table()))


def test_every_access_test_has_an_address():
    assert sorted(access_table() - set(names(get_resolver().url_patterns))) == []


@pytest.mark.parametrize("name", ["order", None])
def test_a_planted_address_is_found(name):
    pattern = path("orders/<number>/", require_GET(lambda request, number: None), name=name)
    assert untested([pattern], {"orders"}) == [name or "(no name: orders/<number>/)"]
    assert untested([pattern], {"order"}) == ([] if name else ["(no name: orders/<number>/)"])
