"""Every address as everybody: the table of access.py is true, and whoever is refused has written nothing."""

import pytest
from django.urls import reverse

from tests.doors.access import ACCESS
from tests.doors.world import READERS, World, ask, world_of_module

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    yield from world_of_module(django_db_blocker)


def address(name: str, world: World, reader: str = "") -> tuple[str, dict[str, str]]:
    """Return the address called `name` and its valid form, as `reader` would send it."""
    row, names = ACCESS[name], world.names(reader)
    path = {key: value.format(**names) for key, value in row.path.items()}
    return reverse(name, kwargs=path), {key: value.format(**names) for key, value in row.data.items()}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ACCESS)
def test_everybody_is_answered_as_the_table_says(world, name, method):
    answers, wrote = {}, []
    for reader in READERS:
        url, data = address(name, world, reader)
        answer = ask(world, reader, method, url, data if method == "POST" else None)
        answers[reader] = answer.kind
        if answer.wrote:
            wrote.append(reader)
    assert answers == ACCESS[name].expected(method)
    assert wrote == []
