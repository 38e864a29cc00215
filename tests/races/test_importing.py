"""Two workers at one file at the same moment, and two people who begin to load at the same moment."""

import pytest
from django.db import OperationalError

from soon.activity.actor import staff
from soon.models import Customer, DataImport, Order
from soon.operations.billing.run import Stop
from soon.operations.imports import _carry_on_loading as loading
from soon.operations.imports.begin_loading import begin_loading
from soon.operations.imports.carry_on import carry_on
from tests.builders import AT, TODAY
from tests.imports.test_worker import a_checked, begun, many
from tests.operations.test_billing_run import contradictions
from tests.races.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_work(key: int):
    def work() -> None:
        carry_on(DataImport.objects.select_related("by_user").get(pk=key), clock=lambda: AT, stop=Stop())

    return work


@pytest.mark.parametrize("mode", ["all_or_nothing", "skip_bad_rows"])
def test_two_workers_load_each_row_once(mode, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 10)
    made = begun(a_checked(many(40)), mode)
    results = at_once(at_work(made.pk), at_work(made.pk))
    assert not [each for each in results if isinstance(each, Exception) and not isinstance(each, OperationalError)]
    # Whoever found the file taken left it; what is left is done at the next turn.
    at_work(made.pk)()
    made.refresh_from_db()
    assert (made.state, made.rows_loaded, made.rows_known) == ("finished", 40, 0)
    assert Order.objects.count() == Customer.objects.count() == 40
    assert not contradictions()


def test_of_two_files_that_begin_at_once_one_is_loaded():
    first, second = a_checked(many(1)), a_checked(many(2))

    def begin(data_import):
        return lambda: begin_loading(data_import, mode="all_or_nothing", actor=staff(data_import.by_user), today=TODAY)

    at_once(begin(first), begin(second))
    assert DataImport.objects.filter(state="loading").count() == 1
