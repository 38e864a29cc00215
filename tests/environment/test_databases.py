"""The tests run on the database they say, set up as in production."""

import os

import pytest
from django.db import connection


def test_the_database_is_the_one_that_make_test_announced():
    assert connection.vendor == os.environ.get("SOON_TEST_DATABASE", connection.vendor)


@pytest.mark.only_on("sqlite")
@pytest.mark.django_db
def test_sqlite_keeps_foreign_keys_and_lets_readers_read_while_somebody_writes():
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.transaction_mode == "IMMEDIATE"


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db
def test_postgresql_is_one_that_we_support():
    assert connection.pg_version >= 150000


@pytest.mark.only_on("postgresql")
@pytest.mark.django_db
def test_postgresql_compiles_no_statement():
    """Where statistics promise many rows, compiling costs a second each time the statement is asked."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
