"""A verification sees the database as it stood at one moment, and keeps nobody from working meanwhile."""

import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, connections
from django.utils.translation import gettext_lazy

from soon.activity.actor import system
from soon.models import Customer, Verification
from soon.operations.verification.verify import verify
from soon.queries.verification.checks import Check, Finding, Moment, Theme, Walk
from tests.builders import AT, a_customer

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
CHECK = Check("nothing_moves", gettext_lazy("Name"), gettext_lazy("Name"), "customers")


def somebody_adds_a_customer() -> None:
    """Do so on a connection of its own, and wait for it."""

    def add() -> None:
        try:
            a_customer()
        finally:
            connections.close_all()

    worker = threading.Thread(target=add)
    worker.start()
    worker.join(10)
    assert not worker.is_alive(), "it had to wait for the verification"


def test_what_happens_meanwhile_is_not_seen_and_does_not_wait():
    a_customer()
    counts = []

    def look(moment: Moment) -> Iterator[Finding]:
        counts.append(Customer.objects.count())
        somebody_adds_a_customer()
        counts.append(sum(1 for _ in Customer.objects.iterator(1)))
        yield from ()

    before = connection.settings_dict, getattr(connection, "transaction_mode", None)
    result = verify(actor=system(), clock=lambda: AT, themes=[Theme("", (Walk((CHECK,), look),))])
    assert counts == [1, 1]
    assert Customer.objects.count() == 2
    assert result.checked == {"nothing_moves": {"looked_at": 1, "found": 0}}
    assert (connection.settings_dict, getattr(connection, "transaction_mode", None)) == before
    assert not connection.in_atomic_block


def test_one_that_fails_has_no_end_and_leaves_the_connection_as_it_was():
    def fail(moment: Moment) -> Iterator[Finding]:
        raise OperationalError("the disk is gone")
        yield

    before = connection.settings_dict
    with pytest.raises(OperationalError):
        verify(actor=system(), clock=lambda: AT, themes=[Theme("", (Walk((CHECK,), fail),))])
    assert Verification.objects.get().finished_at is None
    assert connection.settings_dict is before
    a_customer()


@pytest.mark.only_on("postgresql")
def test_what_is_read_comes_in_parts():
    """Nothing is read whole into memory: a cursor of the server hands out what is asked for."""
    names: list[str] = []

    def look(moment: Moment) -> Iterator[Finding]:
        rows = Customer.objects.iterator(1)
        next(rows)
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM pg_cursors")
            names.extend(name for (name,) in cursor.fetchall())
        rows.close()
        yield from ()

    a_customer()
    a_customer()
    verify(actor=system(), clock=lambda: AT, themes=[Theme("", (Walk((CHECK,), look),))])
    assert any("_django_curs" in name for name in names)
