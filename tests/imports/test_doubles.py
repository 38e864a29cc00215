"""Rows that are known again by the same key: only the first counts, and it counts also where it is not right."""

import json

import pytest

from soon.activity.actor import system
from soon.models import Customer, Order, Price, Product
from soon.operations.imports.load_good_rows import load_good_rows
from soon.operations.imports.read_map import read_map
from soon.operations.imports.read_table import read_table
from tests.builders import AT, TODAY, a_plan
from tests.imports.files import ROWS, as_csv, the_map
from tests.imports.test_records import content_of, map_of

pytestmark = pytest.mark.django_db


def skipped(content: bytes, mapping) -> dict[int, list[str]]:
    """Load the good rows; return of each other one what is wrong with it."""
    words = {"actor": system(), "at": AT, "today": TODAY, "on_progress": lambda rows: None}
    _loaded, problems = load_good_rows(read_table(content, said=mapping.said), mapping=mapping, **words)
    found: dict[int, list[str]] = {}
    for each in problems:
        found.setdefault(each.row, []).append(each.code)
        assert each.code != "double" or each.facts["row"] == 2
    return found


def test_a_subscription_is_not_loaded_in_place_of_a_bad_row_of_its_number():
    rows = [ROWS[0].replace("900.000", "-1"), ROWS[1], ROWS[3].replace("A4", " A1 "), ROWS[4].replace("A5;Võ Dung", "A1;")]
    assert skipped(as_csv(rows), the_map()) == {2: ["negative"], 4: ["double"], 5: ["empty"]}
    assert list(Order.objects.values_list("external_id", flat=True)) == ["A2"]
    assert not Customer.objects.filter(name="Phạm Cúc").exists()


def test_bad_rows_without_a_number_are_no_reason_to_skip_others():
    rows = [ROWS[0].replace("A1;", ";"), ROWS[1].replace("A2;", ";"), "A3;too few", ROWS[2]]
    assert skipped(as_csv(rows), the_map()) == {2: ["empty"], 3: ["empty"], 4: ["cells"]}


@pytest.mark.parametrize(
    ("kind", "rows", "expected"),
    [
        ("customers", ["K1;Hoa;no address;;;", "K1;Khác;;;;", "K2;Hoa;;;;"], {2: ["not_an_email"], 3: ["double"]}),
        ("customers", [";Hoa;HOA@example.com;VND;x;", ";Hoa;hoa@example.com;;;"], {2: ["not_an_amount"], 3: ["double"]}),
        ("plans", ["Tháng;;tháng;maybe", "Tháng;;1 month;", "Tháng;;năm;"], {2: ["not_yes_or_no"], 3: ["double"]}),
    ],
)
def test_customers_and_plans_are_known_again_in_bad_rows(kind, rows, expected):
    assert skipped(content_of(kind, rows), read_map(json.dumps(map_of(kind)), kind=kind)) == expected


@pytest.mark.parametrize(
    ("bad", "problem"), [("NET;Mạng;;;Hằng tháng;x;VND", "not_an_amount"), ("NET;Mạng;;;Hằng tháng;;VND", "empty")]
)
def test_other_prices_of_a_product_are_no_doubles_of_a_bad_one(bad, problem):
    a_plan("Hằng tháng", name_en="Monthly")
    others = ["NET;Mạng;;;Monthly;35,50;USD", "NET;Mạng;;;;1.500.000;VND", "NET;Mạng;;;;;"]
    rows = [bad, "net;Mạng;;;Monthly;900.000;VND", *others]
    found = skipped(content_of("products", rows), read_map(json.dumps(map_of("products")), kind="products"))
    assert found == {2: [problem], 3: ["double"]}
    assert (Product.objects.count(), Price.objects.count()) == (1, 2)
