"""Moving in on the command line: a rehearsal, XLSX, and the good rows of a file with the others to mend."""

import json

import pytest
from django.core.management import CommandError, call_command

from soon.models import Customer, Order
from soon.operations.imports.recognise import recognise
from tests.imports.files import MAP, ROWS, as_csv, as_xlsx, cells

BAD = "B1;;;Đang dùng;Tháng;Internet;9,5;1;31/02/2026;;;;;;;"


@pytest.fixture
def command(tmp_path, settings):
    def run(content: bytes, *options: str, mapping=MAP) -> None:
        (tmp_path / "file").write_bytes(content)
        (tmp_path / "map.json").write_text(json.dumps(mapping), encoding="utf-8")
        words = ("subscriptions", str(tmp_path / "file"), "--map", str(tmp_path / "map.json"), "--today", "2026-03-16")
        call_command("import", *words, *options)

    return run


@pytest.mark.django_db
def test_a_rehearsal_tells_every_problem_and_loads_nothing(command, capsys):
    command(as_csv(), "--dry-run")
    assert "7" in capsys.readouterr().out
    with pytest.raises(CommandError):
        command(as_csv([*ROWS, BAD]), "--dry-run")
    told = capsys.readouterr().out
    assert all(column in told for column in ("“Tên”", "“Giá”", "“Bắt đầu”"))
    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_bad_rows_are_skipped_written_to_a_file_mended_and_loaded(command, tmp_path, capsys):
    out = tmp_path / "out.csv"
    command(as_csv([*ROWS, BAD]), "--skip-bad-rows", str(out))
    assert Order.objects.count() == 7
    skipped = out.read_text(encoding="utf-8-sig")
    assert skipped.count("\n") == 2 and "31/02/2026" in skipped and recognise(out.read_bytes()).delimiter == ";"
    mended = skipped.replace("31/02/2026", "28/02/2026").replace("9,5", "9").replace("B1;;", "B1;Võ An;")
    command(mended.encode(), "--skip-bad-rows", str(out))
    assert Order.objects.get(external_id="B1").recurring_minor == 9
    assert out.read_text(encoding="utf-8-sig").count("\n") == 1


@pytest.mark.django_db
def test_a_spreadsheet_is_loaded_like_a_csv_file(command):
    command(as_xlsx(cells()), mapping=MAP | {"file": {"decimal": ","}})
    assert Order.objects.count() == 7
