"""A file in the hands of the worker: checked, loaded whole or in parts, killed and taken up, by one worker or two."""

import datetime
import json
from itertools import count

import pytest

from soon.activity.actor import staff
from soon.domain.file_forms import FileForm
from soon.models import Customer, DataImport, DataImportPiece, DataImportProblem, Movement, Order
from soon.operations.billing.run import Stop
from soon.operations.imports import _carry_on_loading as loading
from soon.operations.imports.begin_loading import CannotBeginLoading, begin_loading
from soon.operations.imports.carry_on import carry_on
from soon.operations.imports.check import CannotCheck, check
from soon.operations.imports.choose_form import choose_form
from soon.operations.imports.discard import CannotDiscard, discard
from soon.operations.imports.forget_old import forget_old
from soon.operations.imports.upload import CannotUpload, upload
from tests.builders import AT, TODAY, a_user
from tests.imports.files import MAP, ROWS, as_csv
from tests.operations.records import everything
from tests.operations.test_billing_run import contradictions

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
BAD = "B1;;;Đang dùng;Tháng;Internet;9,5;1;31/02/2026;;;;;;;"


def an_upload(rows=ROWS, by=None) -> DataImport:
    return upload(as_csv(rows), file_name="khách.csv", actor=staff(by or a_user("manager", language="en")), at=AT)


def worked_on(data_import: DataImport, stop: Stop | None = None) -> DataImport:
    data_import = DataImport.objects.select_related("by_user").get(pk=data_import.pk)
    carry_on(data_import, clock=lambda: AT, stop=stop or Stop())
    return DataImport.objects.select_related("by_user").get(pk=data_import.pk)


def a_checked(rows=ROWS) -> DataImport:
    made = an_upload(rows)
    check(made, mapping=MAP, actor=staff(made.by_user), at=AT, today=TODAY)
    return worked_on(made)


def begun(data_import: DataImport, mode: str) -> DataImport:
    return begin_loading(data_import, mode=mode, actor=staff(data_import.by_user), today=TODAY)


def many(number: int) -> list[str]:
    return [f"M{key};Tên {key};;Đang dùng;Tháng;Internet;250.000;1;01/02/2026;;;;;;;" for key in range(number)]


def test_what_is_recognised_is_kept_and_the_map_of_the_last_like_it_is_offered():
    first = an_upload()
    assert (first.form["delimiter"], first.form["decimal"], first.form["encoding"]) == (";", ",", "utf-8")
    assert (first.preview[0][:2], first.mapping) == (["A1", "Nguyễn Văn Đạt"], {})
    check(first, mapping=MAP, actor=staff(first.by_user), at=AT, today=TODAY)
    assert an_upload(many(1)).mapping == MAP
    assert upload(b"a,b\n1,2\n", file_name="x.csv", actor=staff(first.by_user), at=AT).mapping == {}


def test_a_check_counts_and_names_everything_and_writes_nothing_else():
    made = an_upload([*ROWS, BAD, ROWS[0]])
    before = (Customer.objects.count(), Order.objects.count())
    check(made, mapping=MAP, actor=staff(made.by_user), at=AT, today=TODAY)
    made = worked_on(made)
    assert (made.state, made.rows_total, made.rows_bad) == ("checked", 9, 2)
    told = [(each.row, each.column) for each in made.problems.all()]
    assert told == [(9, "Tên"), (9, "Giá"), (9, "Bắt đầu"), (10, "Mã")]
    assert made.counts["states"] == {"in_progress": 2, "paused": 1, "churned": 2, "quotation": 1, "cancelled": 1}
    assert (made.counts["customers"], made.counts["plans"], made.counts["products"]) == (7, 2, 2)
    assert (made.counts["owed"], made.counts["credit"]) == ({"VND": 150_000}, {"VND": 20_000})
    assert before == (Customer.objects.count(), Order.objects.count())


def test_all_or_nothing_is_refused_with_bad_rows_and_loads_the_rest_with_skipping():
    made = a_checked([*ROWS, BAD])
    with pytest.raises(CannotBeginLoading):
        begun(made, "all_or_nothing")
    done = worked_on(begun(made, "skip_bad_rows"))
    assert (done.state, done.rows_loaded, done.rows_skipped, done.rows_closed) == ("finished", 7, 1, 2)
    assert not contradictions()


def test_all_or_nothing_loads_all_and_the_same_file_again_nothing():
    done = worked_on(begun(a_checked(), "all_or_nothing"))
    assert (done.state, done.rows_loaded, done.rows_closed) == ("finished", 7, 2)
    orders = list(Order.objects.order_by("pk").values_list())
    for mode in ("all_or_nothing", "skip_bad_rows"):
        again = worked_on(begun(a_checked(), mode))
        assert (again.rows_loaded, again.rows_known) == (0, 7)
    assert list(Order.objects.order_by("pk").values_list()) == orders
    assert not contradictions()


@pytest.mark.parametrize("mode", ["all_or_nothing", "skip_bad_rows"])
def test_killed_at_any_batch_it_is_taken_up_and_nothing_is_there_twice(mode, monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 10)
    made = begun(a_checked([*many(20), *ROWS, *many(48)[20:]]), mode)
    real, deaths, seen = loading.load, [3, 1, 2, 6], []
    batches = count(1)

    def dying(batch, **words):
        loaded = real(batch, **words)
        if deaths and next(batches) == deaths[0]:
            seen.append(Order.objects.count())
            raise KeyboardInterrupt
        return loaded

    monkeypatch.setattr(loading, "load", dying)
    monkeypatch.setattr("soon.operations.imports._load_apart.load", dying)
    while made.state == "loading":
        try:
            made = worked_on(made)
        except KeyboardInterrupt:
            deaths.pop(0)
            # Another version may cut batches elsewhere: those rows of one that are done are done.
            monkeypatch.setattr(loading, "BATCH", 10 - len(deaths))
            batches = count(1)
            assert mode == "skip_bad_rows" or not Order.objects.exists()
    assert (made.state, made.rows_loaded + made.rows_known) == ("finished", 55)
    assert len(seen) >= 3 and (made.rows_loaded, made.rows_known) == (55, 0)
    assert Order.objects.count() == Customer.objects.count() == 55
    assert not contradictions()


def test_asked_to_stop_it_goes_on_later():
    made = begun(a_checked(), "all_or_nothing")
    assert worked_on(made, Stop(is_wanted=True)).state == "loading"
    assert Order.objects.count() == 0
    assert worked_on(made).state == "finished"


def test_two_workers_at_once_load_each_row_once(monkeypatch):
    monkeypatch.setattr(loading, "BATCH", 10)
    made = begun(a_checked(many(35)), "skip_bad_rows")
    stale = DataImport.objects.select_related("by_user").get(pk=made.pk)
    real = loading._load_batch

    def meanwhile(data_import, file, rows, at):
        monkeypatch.setattr(loading, "_load_batch", real)
        carry_on(stale, clock=lambda: AT, stop=Stop())
        return real(data_import, file, rows, at)

    monkeypatch.setattr(loading, "_load_batch", meanwhile)
    done = worked_on(made)
    assert (done.state, done.rows_loaded, Order.objects.count()) == ("finished", 35, 35)


def test_one_file_is_loaded_at_a_time():
    first, second = a_checked(), a_checked(many(1))
    begun(first, "all_or_nothing")
    before = everything()
    with pytest.raises(CannotBeginLoading):
        begun(second, "all_or_nothing")
    assert everything() == before
    worked_on(first)
    assert worked_on(begun(second, "all_or_nothing")).rows_loaded == 1


def test_what_cannot_be_stored_after_all_is_skipped_or_undoes_everything(monkeypatch):
    real = loading.load

    def picky(batch, **words):
        if any(each.external_id == "A3" for each in batch):
            raise CannotCheck("A3 is not wanted")
        return real(batch, **words)

    monkeypatch.setattr(loading, "load", picky)
    monkeypatch.setattr("soon.operations.imports._load_apart.load", picky)
    failed = worked_on(begun(a_checked(), "all_or_nothing"))
    assert (failed.state, failed.error, Order.objects.count()) == ("failed", "A3 is not wanted", 0)
    done = worked_on(begun(a_checked(), "skip_bad_rows"))
    assert (done.state, done.rows_loaded, done.rows_skipped) == ("finished", 6, 1)
    assert DataImportProblem.objects.get(data_import=done).row == 4
    assert not contradictions()


def test_a_file_that_cannot_be_read_to_its_end_goes_back_to_whoever_brought_it():
    by = a_user("manager", language="en")
    content = as_csv(many(3)) + b"\r\nM9;a\0b"
    made = upload(content, file_name="x.csv", actor=staff(by), at=AT)
    check(made, mapping=MAP, actor=staff(by), at=AT, today=TODAY)
    made = worked_on(made)
    assert made.state == "uploaded" and "NUL" in made.error


def test_another_form_is_read_at_once_and_a_wrong_one_changes_nothing():
    made = an_upload()
    choose_form(made, form=FileForm(delimiter=";", decimal="."), actor=staff(made.by_user))
    made.refresh_from_db()
    assert made.form["decimal"] == "."


def test_without_the_right_nothing_happens_and_what_is_done_stays_done():
    made, seller = a_checked(), staff(a_user("salesperson"))
    before = everything()
    with pytest.raises(CannotUpload):
        upload(as_csv(), file_name="x", actor=seller, at=AT)
    with pytest.raises(CannotCheck):
        check(made, mapping=MAP, actor=seller, at=AT, today=TODAY)
    with pytest.raises(CannotBeginLoading):
        begin_loading(made, mode="skip_bad_rows", actor=seller, today=TODAY)
    with pytest.raises(CannotDiscard):
        discard(made, actor=seller, at=AT)
    assert everything() == before
    done = worked_on(begun(made, "all_or_nothing"))
    with pytest.raises(CannotDiscard):
        discard(done, actor=staff(done.by_user), at=AT)
    with pytest.raises(CannotCheck):
        check(done, mapping=MAP, actor=staff(done.by_user), at=AT, today=TODAY)


def test_a_map_of_columns_that_are_not_there_is_refused():
    made = an_upload()
    mapping = json.loads(json.dumps(MAP))
    mapping["customer"]["phone"] = {"column": "Điện thoại"}
    with pytest.raises(CannotCheck, match="Điện thoại"):
        check(made, mapping=mapping, actor=staff(made.by_user), at=AT, today=TODAY)


def test_files_are_deleted_after_thirty_days_and_when_discarded():
    done, waiting, thrown = worked_on(begun(a_checked(), "all_or_nothing")), an_upload([BAD]), an_upload()
    discard(thrown, actor=staff(thrown.by_user), at=AT)
    assert not thrown.pieces.exists()
    assert forget_old(at=AT + 30 * DAY) == 0
    assert forget_old(at=AT + 31 * DAY) == 2
    assert not DataImportPiece.objects.exists() and not DataImportProblem.objects.exists()
    done.refresh_from_db()
    waiting.refresh_from_db()
    assert (done.state, waiting.state, done.preview) == ("finished", "discarded", [])
    assert Movement.objects.exists()
