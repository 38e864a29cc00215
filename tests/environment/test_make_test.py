"""`make test` itself: what was not run is said last and fails under CI; the temporary PostgreSQL is always gone afterwards."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests.harness import postgresql
from tests.run import Run, close


def ended(name: str, code: int, summary: str) -> Run:
    return Run(name, "", [], lines=["tests/x.py ..", f"===== {summary} =====", ""], code=code)


PASSED = ended("sqlite", 0, "12 passed in 1.50s")


@pytest.mark.parametrize(
    ("runs", "not_run", "ci", "code", "last"),
    [
        ([PASSED], [], "true", 0, "Passed: everything ran on sqlite, nothing skipped."),
        ([PASSED, ended("postgresql", 1, "1 failed in 2s")], [], "", 1, "FAILED: everything ran on sqlite and postgresql"),
        ([PASSED], ["PostgreSQL (no initdb)"], "", 0, "NOT RUN: PostgreSQL (no initdb)"),
        ([PASSED], ["PostgreSQL (no initdb)"], "true", 1, "NOT RUN: PostgreSQL (no initdb) — under CI=true that is a failure"),
    ],
)
def test_the_last_line_says_what_did_not_run(runs, not_run, ci, code, last, capsys, monkeypatch):
    monkeypatch.setenv("CI", ci)
    assert close(runs, not_run, []) == code
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith(last)
    assert "    sqlite | 12 passed in 1.50s" in lines


def test_a_skipped_test_is_counted():
    assert ended("sqlite", 0, "12 passed, 3 skipped, 1 deselected in 61.50s (0:01:01)").skipped == 3


def test_the_temporary_cluster_is_gone_even_after_a_failure():
    programs = postgresql.find()
    if programs is None:
        # Named in the last line of `make test` already.
        return
    with pytest.raises(ZeroDivisionError), postgresql.temporary_cluster(programs) as url:
        home = Path(parse_qs(urlsplit(url).query)["host"][0])
        connection = psycopg.connect(host=str(home), user="soon", dbname="postgres", autocommit=True)
        assert connection.execute("SELECT lower('ĐĂNG KÝ')").fetchone() == ("đăng ký",)
        raise ZeroDivisionError
    assert not home.exists()
    # Nobody answers any more: the server itself is gone, not only its folder.
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
