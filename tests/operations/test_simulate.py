"""`soon simulate`: what would be billed, by the contract; whatever is given, an answer within seconds."""

import io
import json
import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from soon.operations.billing.simulate import simulate

ROOT = Path(__file__).resolve().parents[2]
CONFORMANCE = Path(os.environ.get("SOON_SHARED", ROOT.parent / "shared")) / "conformance"

MONTHLY = {
    "id": "one",
    "interval": {"unit": "month", "count": 1},
    "alignment": "anniversary",
    "billing": "advance",
    "timezone": "Asia/Ho_Chi_Minh",
    "start": "2026-01-31",
    "currency": "USD",
    "items": [{"price": "31.00", "quantity": "1"}],
    "actions": [],
    "until": "2026-03-01",
}


def told(**fields):
    found = simulate(MONTHLY | fields)
    assert "error" not in found, found
    return found


def amounts(found) -> list[tuple[str, str, str]]:
    return [(document["date"], document["kind"], document["net"]) for document in found["documents"]]


def test_the_result_says_everything_the_contract_names():
    assert simulate(MONTHLY | {"tax_rate": "0.10"}) == {
        "id": "one",
        "periods": [["2026-01-31", "2026-02-28"], ["2026-02-28", "2026-03-31"]],
        "boundaries_utc": [
            {"local_date": "2026-01-31", "instant_utc": "2026-01-30T17:00:00Z"},
            {"local_date": "2026-02-28", "instant_utc": "2026-02-27T17:00:00Z"},
            {"local_date": "2026-03-31", "instant_utc": "2026-03-30T17:00:00Z"},
        ],
        "documents": [
            {
                "date": date,
                "kind": "invoice",
                "lines": [
                    {
                        "period": period,
                        "full_period": period,
                        "factor": factor,
                        "price": "31.00",
                        "quantity": "1",
                        "amount": "31.00",
                    }
                ],
                "net": "31.00",
                "tax": "3.10",
                "gross": "34.10",
            }
            for date, period, factor in (
                ("2026-01-31", ["2026-01-31", "2026-02-28"], "28/28"),
                ("2026-02-28", ["2026-02-28", "2026-03-31"], "31/31"),
            )
        ],
        "trial_end": None,
        "mrr": [{"on": "2026-01-31", "value": "31.00", "movement": "new", "delta": "31.00"}],
        "state": "in_progress",
    }


def close(on, effective_on=None):
    return {"type": "close", "on": on} | ({"effective_on": effective_on} if effective_on else {})


@pytest.mark.parametrize(
    ("fields", "documents"),
    [
        # 17 of 31 days, and the rest of the calendar month only
        ({"start": "2026-07-15", "alignment": "calendar", "until": "2026-08-01"},
         [("2026-07-15", "invoice", "17.00"), ("2026-08-01", "invoice", "31.00")]),
        ({"start": "2026-07-15", "alignment": "calendar", "anchor_day": 31, "until": "2026-10-01"},
         [("2026-07-15", "invoice", "16.00"), ("2026-07-31", "invoice", "31.00"), ("2026-08-31", "invoice", "31.00"),
          ("2026-09-30", "invoice", "31.00")]),
        ({"billing": "arrears", "start": "2026-03-01", "until": "2026-05-01"},
         [("2026-04-01", "invoice", "31.00"), ("2026-05-01", "invoice", "31.00")]),
        # a trial of ten days moves the anchor
        ({"start": "2026-03-05", "trial_days": 10, "until": "2026-04-15"},
         [("2026-03-15", "invoice", "31.00"), ("2026-04-15", "invoice", "31.00")]),
        ({"start": "2026-03-01", "until": "2026-05-01", "actions": [{"type": "end", "effective_on": "2026-04-11"}]},
         [("2026-03-01", "invoice", "31.00"), ("2026-04-01", "invoice", "10.33")]),
        # the day of closing is still served, so 16 of 31 days come back
        ({"start": "2026-10-01", "until": "2026-11-02", "actions": [close("2026-10-15")]},
         [("2026-10-01", "invoice", "31.00"), ("2026-10-15", "credit_note", "16.00")]),
        # on the boundary nothing is left to give back, and nothing more is billed
        ({"start": "2026-10-01", "until": "2026-12-02", "actions": [close("2026-10-20", "2026-11-01")]},
         [("2026-10-01", "invoice", "31.00")]),
        # for the first day: a service that never began owes nothing
        ({"start": "2026-10-01", "until": "2026-10-09", "actions": [close("2026-10-01", "2026-10-01")]}, []),
        # before the trial ends: nothing was ever owed
        ({"start": "2026-10-01", "trial_days": 14, "until": "2026-12-01", "actions": [close("2026-10-05")]}, []),
        # in arrears the part that was used is billed at the end
        ({"billing": "arrears", "start": "2026-10-01", "until": "2026-12-01", "actions": [close("2026-10-10")]},
         [("2026-10-10", "invoice", "10.00")]),
        # another plan: 20 of 30 days of the old come back, 20 of 30 of the new are charged
        ({"start": "2026-04-01", "until": "2026-04-30", "items": [{"price": "30.00"}],
          "actions": [{"type": "change_plan", "on": "2026-04-11", "items": [{"price": "60.00"}]}]},
         [("2026-04-01", "invoice", "30.00"), ("2026-04-11", "invoice", "20.00")]),
        ({"start": "2026-04-01", "until": "2026-05-01", "items": [{"price": "30.00"}],
          "actions": [{"type": "change_plan", "on": "2026-04-11", "at": "next_period", "items": [{"price": "60.00"}]}]},
         [("2026-04-01", "invoice", "30.00"), ("2026-05-01", "invoice", "60.00")]),
        ({"start": "2026-04-01", "until": "2026-05-01", "items": [{"price": "30.00"}],
          "actions": [{"type": "add_item", "on": "2026-04-16", "price": "10.00", "quantity": "2"}]},
         [("2026-04-01", "invoice", "30.00"), ("2026-04-16", "invoice", "10.00"), ("2026-05-01", "invoice", "50.00")]),
        ({"start": "2026-04-01", "until": "2026-05-20", "items": [{"price": "30.00"}],
          "actions": [{"type": "pause", "on": "2026-04-11"}, {"type": "resume", "on": "2026-05-16"}]},
         [("2026-04-01", "invoice", "30.00"), ("2026-04-11", "credit_note", "20.00"), ("2026-05-16", "invoice", "15.48")]),
        ({"currency": "VND", "items": [{"price": "1000000"}], "start": "2026-07-15", "alignment": "calendar",
          "until": "2026-07-20"}, [("2026-07-15", "invoice", "548387")]),
        ({"currency": "KWD", "items": [{"price": "1.000"}], "start": "2026-07-15", "alignment": "calendar",
          "until": "2026-07-20"}, [("2026-07-15", "invoice", "0.548")]),
        # quarters from January, weeks from Monday
        ({"interval": {"unit": "month", "count": 3}, "alignment": "calendar", "start": "2026-02-10", "until": "2026-04-01",
          "items": [{"price": "90.00"}]}, [("2026-02-10", "invoice", "50.00"), ("2026-04-01", "invoice", "90.00")]),
        ({"interval": {"unit": "week"}, "alignment": "calendar", "start": "2026-07-15", "until": "2026-07-20",
          "items": [{"price": "7.00"}]}, [("2026-07-15", "invoice", "5.00"), ("2026-07-20", "invoice", "7.00")]),
        # an instant is a date of its zone
        ({"start": "2026-03-31T20:00:00Z", "until": "2026-04-01"}, [("2026-04-01", "invoice", "31.00")]),
    ],
)  # fmt: skip
def test_what_would_be_billed(fields, documents):
    assert amounts(told(**fields)) == documents


def test_revenue_and_state_follow_what_happens():
    actions = [
        {"type": "add_item", "on": "2026-02-10", "price": "9.00", "id": "more"},
        {"type": "remove_item", "on": "2026-02-20", "item": "more"},
        close("2026-03-05", "2026-03-10"),
    ]
    found = told(until="2026-04-01", actions=actions)
    assert [(step["on"], step["movement"], step["value"]) for step in found["mrr"]] == [
        ("2026-01-31", "new", "31.00"),
        ("2026-02-10", "expansion", "40.00"),
        ("2026-02-20", "contraction", "31.00"),
        ("2026-03-10", "churn", "0.00"),
    ]
    assert found["state"] == "churned"


DEEP: list = []
for _ in range(400):
    DEEP = [DEEP]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (None, ""), ([], ""), ("x", ""), (7, ""), ({}, ""),
        (MONTHLY | {"interval": {"unit": "month", "count": 0}}, "interval.count"),
        (MONTHLY | {"interval": {"unit": "fortnight", "count": 1}}, "interval.unit"),
        (MONTHLY | {"interval": {"unit": "month", "count": True}}, "interval.count"),
        (MONTHLY | {"alignment": "lunar"}, "alignment"),
        (MONTHLY | {"alignment": "calendar", "anchor_day": 32}, "anchor_day"),
        (MONTHLY | {"billing": "never"}, "billing"),
        (MONTHLY | {"timezone": "Asia/Atlantis"}, "timezone"),
        (MONTHLY | {"timezone": "../../etc/passwd"}, "timezone"),
        (MONTHLY | {"start": "2026-02-30"}, "start"),
        (MONTHLY | {"start": 20260101}, "start"),
        (MONTHLY | {"start": "0001-01-01"}, "start"),
        (MONTHLY | {"until": "9999-12-31"}, "until"),
        (MONTHLY | {"start": "2026-12-31T23:59:60Z"}, "start"),
        (MONTHLY | {"interval": {"unit": "year", "count": 10_000}}, "interval"),
        (MONTHLY | {"interval": {"unit": "year", "count": 10**30}}, "interval.count"),
        (MONTHLY | {"interval": {"unit": "month", "count": 1, "half": True}}, "interval.half"),
        (MONTHLY | {"timezone": "A" * 10**6}, "timezone"),
        (MONTHLY | {"timezone": "a\0b"}, "timezone"),
        (MONTHLY | {"items": {"price": "1"}}, "items"),
        (MONTHLY | {"items": [{"price": Decimal("1e999999999")}]}, "items[0].price"),
        (MONTHLY | {"items": [{"price": "999999999999", "quantity": "999999999"}]}, "items[0].price"),
        (MONTHLY | {"items": [{"id": "a", "price": "1"}, {"id": "a", "price": "1"}]}, "items[1].id"),
        (MONTHLY | {"items": [{"price": "1"}] * 200, "until": "2099-01-01"}, "items"),
        (MONTHLY | {"actions": [{"type": "pause", "on": "2026-02-01"}] * 201}, "actions"),
        (MONTHLY | {"actions": [{"type": "pause", "on": "2026-02-01"}] * 2}, "actions[1]"),
        (MONTHLY | {"actions": [{"type": "change_plan", "on": "2026-02-01"}]}, "actions[0].items"),
        (MONTHLY | {"actions": [{"type": "change_plan", "on": "2026-02-01", "items": [{"price": "1"}] * 200}] * 200},
         "actions["),
        (MONTHLY | {"actions": [{"type": "set_quantity", "on": "2026-02-01", "item": 7, "quantity": "2"}]}, "actions[0]"),
        (MONTHLY | {"currency": "XXX"}, "currency"),
        (MONTHLY | {"items": [{"price": "1.001"}]}, "items[0].price"),
        (MONTHLY | {"items": [{"price": "NaN"}]}, "items[0].price"),
        (MONTHLY | {"items": [{"price": 1.5}]}, "items[0].price"),
        (MONTHLY | {"items": [{"price": "1", "quantity": "-1"}]}, "items[0].quantity"),
        (MONTHLY | {"items": [{"price": "9" * 40}]}, "items[0].price"),
        (MONTHLY | {"items": [{"price": "1"}] * 1_000_000}, "items"),
        (MONTHLY | {"tax_rate": "-0.1"}, "tax_rate"),
        (MONTHLY | {"tax_rate": "20"}, "tax_rate"),
        (MONTHLY | {"trial_days": -1}, "trial_days"),
        (MONTHLY | {"until": "9998-12-31", "interval": {"unit": "day", "count": 1}}, "until: more than"),
        (MONTHLY | {"actions": [{"type": "explode", "on": "2026-02-01"}]}, "actions[0].type"),
        (MONTHLY | {"actions": [{"type": "close", "on": "2025-01-01"}]}, "actions[0].on"),
        (MONTHLY | {"actions": [{"type": "resume", "on": "2026-02-01"}]}, "actions[0]"),
        (MONTHLY | {"actions": DEEP}, "actions"),
        (MONTHLY | {"colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_a_scenario_that_makes_no_sense_is_told_which_field_and_nothing_else(given, field):
    begun = time.perf_counter()
    found = simulate(given)
    assert time.perf_counter() - begun < 3
    assert set(found) == {"id", "error"} and found["error"].startswith(field), found


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        # half a character; numbers without end; what JSON does not know; objects deep in a field
        (r'{"id": "\ud800"}', {"id": "\ud800", "error": "start: is missing"}),
        ('{"id": 1, "trial_days": 1e400, "start": "2026-01-01", "until": "2026-01-01"}', "trial_days: "),
        ('{"id": 1, "trial_days": %s, "start": "2026-01-01", "until": "2026-01-01"}' % ("9" * 10**6), "trial_days: "),
        ('{"id": 1, "trial_days": NaN, "start": "2026-01-01", "until": "2026-01-01"}', "trial_days: "),
        ('{"id": 1, "trial_days": %s, "start": "2026-01-01", "until": "2026-01-01"}' % ("[" * 900 + "]" * 900), "trial_days: "),
        ("[]", []),
    ],
    ids=["half a character", "1e400", "a million digits", "NaN", "deep", "nothing"],
)  # fmt: skip
def test_the_command_answers_hostile_texts(text, answer, capsys):
    asked(text)
    found = json.loads(capsys.readouterr().out)
    assert found == answer if not isinstance(answer, str) else found["error"].startswith(answer)


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 10**5, "\xff", '{"id": 1} {"id": 2}'], ids=["empty", "open", "deep", "bytes", "two"]
)
def test_the_command_refuses_in_a_sentence_what_is_no_json(text):
    with pytest.raises(CommandError, match="JSON"):
        asked(text)


def test_the_largest_scenarios_are_answered_within_seconds():
    begun = time.perf_counter()
    daily = told(interval={"unit": "day", "count": 1}, until="2036-12-31")
    crowd = told(items=[{"price": "1"}] * 200, until="2034-03-01")
    assert time.perf_counter() - begun < 5
    assert len(daily["documents"]) == 3988 and len(crowd["documents"]) == 98


def asked(text: str) -> None:
    """Give `text` to the command as its standard input, a character a byte."""
    with mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode("latin-1")))):
        call_command("simulate", "-")


def test_the_command_answers_a_list_in_order_and_the_wrong_ones_do_not_stop_the_others(capsys):
    scenarios = [MONTHLY, MONTHLY | {"id": 2, "currency": "?"}, MONTHLY | {"id": 3}]
    asked(json.dumps(scenarios))
    answers = json.loads(capsys.readouterr().out)
    assert [(answer["id"], "error" in answer) for answer in answers] == [("one", False), (2, True), (3, False)]


def test_cases_of_other_projects_where_they_are_at_hand():
    checker, cases = CONFORMANCE / "check.py", CONFORMANCE / "cases.json"
    if not checker.exists():
        print(f"not run: no {checker}; set SOON_SHARED to the folder that holds conformance/check.py")
        return
    command = [sys.executable, checker, cases, "--", Path(sys.executable).parent / "soon", "simulate", "-"]
    # The program's own settings, not those of the tests.
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
    passed, failed = (int(word) for word in done.stdout.split()[-4::2])
    assert passed > 60 and failed == 0
