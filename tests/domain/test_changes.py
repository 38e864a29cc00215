"""What a change moves, told as documents people can check with a calendar: closing, another plan, items, pausing."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from soon.domain.agreements import Agreement, CannotChange, Changed, bill, together
from soon.domain.billing import BillableLine, Terms
from soon.domain.changes import add_item, change_plan, next_boundary, remove_item, set_quantity
from soon.domain.closing import end_service, settle_close, settles_on
from soon.domain.pausing import pause, resume
from soon.domain.periods import CALENDAR, MONTH, YEAR, DateOutOfRange, Interval, InvalidSchedule, Schedule, first_paid_day
from soon.domain.pricing import LinePrice
from soon.domain.taxes import TaxRule

MONTHLY, QUARTERLY, YEARLY = Interval(MONTH), Interval(MONTH, 3), Interval(YEAR)
APR_1 = datetime.date(2026, 4, 1)
TAX = TaxRule(Decimal(10))


def day(text: str) -> datetime.date:
    """Return a day of 2026 written "04-11", or of any year written in full."""
    return datetime.date.fromisoformat(text if len(text) == 10 else f"2026-{text}")


def line(key: str, minor: int, quantity: int = 1) -> BillableLine:
    return BillableLine(key, LinePrice(minor, Decimal(quantity)))


def running(until, *lines, start="04-01", interval=MONTHLY, in_arrears=False, **schedule) -> Agreement:
    """Return an agreement billed up to and including a day."""
    terms = Terms(Schedule(interval, day(start), **schedule), in_arrears)
    return bill(Agreement(terms, lines or (line("a", 3000),)), day(until))[0]


def told(changed: Changed) -> list[str]:
    """Return the documents of a change, one text each: kind, its lines as key, first day, fraction and net, and the total."""
    texts = []
    for document in changed.settlement.documents():
        lines = []
        for charge, sign in document.entries:
            days = f"@{charge.period.service.start:%m-%d}:{charge.billed.derivation.fraction}" if charge.period else ""
            lines.append(f"{charge.key}{days}={sign * charge.billed.net_minor}")
        texts.append(f"{'credit' if document.is_credit_note else 'invoice'} {' '.join(lines)} → {document.net_minor}")
    return texts


CLOSINGS = [
    # agreement, first day not served, documents
    ("in the middle: 20 of 30 days come back", running("04-01"), "04-11", ["credit a@04-11:20/30=2000 → 2000"]),
    ("on the start day: everything comes back", running("04-01"), "04-01", ["credit a@04-01:30/30=3000 → 3000"]),
    ("on a boundary, its period not billed yet", running("04-30"), "05-01", []),
    ("on a boundary, its period billed", running("05-01"), "05-01", ["credit a@05-01:31/31=3000 → 3000"]),
    ("on the last day", running("04-30"), "04-30", ["credit a@04-30:1/30=100 → 100"]),
    (
        "back in the period before: each period by its own days",
        running("05-01"),
        "04-16",
        ["credit a@04-16:15/30=1500 a@05-01:31/31=3000 → 4500"],
    ),
    ("in the future: the part that will be used is owed", running("04-20"), "05-11", ["invoice a@05-01:10/31=968 → 968"]),
    ("before the trial ends: nothing was ever owed", running("04-05", start="04-15"), "04-06", []),
    ("on the day the trial ends", running("04-14", start="04-15"), "04-15", []),
    ("a stub comes back by the days of its whole", running("04-12", start="04-12", alignment=CALENDAR), "04-21",
     ["credit a@04-21:10/30=1000 → 1000"]),
    ("in arrears: what was used is owed", running("04-10", in_arrears=True), "04-11", ["invoice a@04-01:10/30=1000 → 1000"]),
    ("in arrears on a boundary that was billed", running("05-01", in_arrears=True), "05-01", []),
    ("in arrears on a boundary not billed", running("04-30", in_arrears=True), "05-01", ["invoice a@04-01:30/30=3000 → 3000"]),
    ("in arrears on the start day", running("04-01", in_arrears=True), "04-01", []),
    (
        "in arrears after two missed months",
        running("04-10", in_arrears=True),
        "06-11",
        ["invoice a@04-01:30/30=3000 a@05-01:31/31=3000 a@06-01:10/30=1000 → 7000"],
    ),
    (
        "in arrears, earlier than what was billed: it comes back",
        running("05-01", in_arrears=True),
        "04-21",
        ["credit a@04-21:10/30=1000 → 1000"],
    ),
    (
        "several items, each rounded by itself",
        running("04-01", line("a", 100), line("b", 100)),
        "04-11",
        ["credit a@04-11:20/30=67 b@04-11:20/30=67 → 134"],
    ),
    ("an item sold once does not come back", running("04-01", line("a", 3000), replace(line("x", 500), is_recurring=False)),
     "04-11", ["credit a@04-11:20/30=2000 → 2000"]),
]  # fmt: skip


@pytest.mark.parametrize(("agreement", "end", "documents"), [row[1:] for row in CLOSINGS], ids=[row[0] for row in CLOSINGS])
def test_closing(agreement, end, documents):
    changed = settle_close(agreement, day(end))
    assert told(changed) == documents
    assert changed.agreement.terms.ends_on == day(end)
    # It is over: nothing more falls due, and settling it again moves nothing.
    assert bill(changed.agreement, day("2028-01-01"))[1] == []
    assert told(settle_close(changed.agreement, day(end))) == []


CHANGES = [
    # agreement, change, documents, then billed through, net amounts of the next documents
    ("a dearer plan now", running("04-01"), lambda a: change_plan(a, [line("b", 6000)], day("04-11")),
     ["invoice a@04-11:20/30=-2000 b@04-11:20/30=4000 → 2000"], "05-01", [6000]),
    ("a cheaper plan now: a credit note beside the invoice", running("04-01"),
     lambda a: change_plan(a, [line("b", 1500)], day("04-11")),
     ["credit a@04-11:20/30=2000 → 2000", "invoice b@04-11:20/30=1000 → 1000"], "05-01", [1500]),
    ("another plan of the same price: an invoice of nothing shows the change", running("04-01"),
     lambda a: change_plan(a, [line("b", 3000)], day("04-11")),
     ["invoice a@04-11:20/30=-2000 b@04-11:20/30=2000 → 0"], "05-01", [3000]),
    ("another plan on a boundary that was billed", running("05-01"), lambda a: change_plan(a, [line("b", 6000)], day("05-01")),
     ["invoice a@05-01:31/31=-3000 b@05-01:31/31=6000 → 3000"], "06-01", [6000]),
    ("another plan on a boundary not billed: the next period", running("04-30"),
     lambda a: change_plan(a, [line("b", 6000)], day("05-01")), ["invoice b@05-01:31/31=6000 → 6000"], "06-01", [6000]),
    ("another plan in arrears: the old is owed up to it", running("04-10", in_arrears=True),
     lambda a: change_plan(a, [line("b", 6000)], day("04-11")), ["invoice a@04-01:10/30=1000 → 1000"], "05-01", [4000]),
    ("from monthly to yearly: the year counts from the same anchor", running("05-01"),
     lambda a: change_plan(a, [line("b", 36500)], day("05-11"), YEARLY),
     ["invoice a@05-11:21/31=-2032 b@05-11:325/365=32500 → 30468"], "2027-04-01", [36500]),
    ("from yearly to monthly", running("04-01", line("a", 36500), interval=YEARLY),
     lambda a: change_plan(a, [line("b", 3000)], day("07-11"), MONTHLY),
     ["credit a@07-11:264/365=26400 → 26400", "invoice b@07-11:21/31=2032 → 2032"], "08-01", [3000]),
    ("from monthly to quarterly in arrears", running("05-01", in_arrears=True),
     lambda a: change_plan(a, [line("b", 9100)], day("05-11"), QUARTERLY),
     ["invoice a@05-01:10/31=968 → 968"], "07-01", [5100]),
    ("another plan before the trial ends: the old never costs anything", running("04-05", start="04-15"),
     lambda a: change_plan(a, [line("b", 6000)], day("04-06")), [], "04-15", [6000]),
    ("an item more", running("04-01"), lambda a: add_item(a, line("b", 1000, 2), day("04-16")),
     ["invoice b@04-16:15/30=1000 → 1000"], "05-01", [5000]),
    ("an item more in arrears waits for the end of the period", running("04-10", in_arrears=True),
     lambda a: add_item(a, line("b", 1000), day("04-16")), [], "05-01", [3500]),
    ("an item less", running("04-01", line("a", 3000), line("b", 600)), lambda a: remove_item(a, "b", day("04-16")),
     ["credit b@04-16:15/30=300 → 300"], "05-01", [3000]),
    ("an item less in arrears is owed up to the day", running("04-10", line("a", 3000), line("b", 600), in_arrears=True),
     lambda a: remove_item(a, "b", day("04-16")), ["invoice b@04-01:15/30=300 → 300"], "05-01", [3000]),
    ("more of an item", running("04-01"), lambda a: set_quantity(a, "a", Decimal(3), day("04-16")),
     ["invoice a@04-16:15/30=-1500 a@04-16:15/30=4500 → 3000"], "05-01", [9000]),
    ("the same quantity is no change", running("04-01"), lambda a: set_quantity(a, "a", Decimal(1), day("04-16")),
     [], "05-01", [3000]),
    ("paused, what was billed comes back", running("04-01"), lambda a: pause(a, day("04-11")),
     ["credit a@04-11:20/30=2000 → 2000"], "07-01", []),
    ("paused in arrears, what was used is owed", running("04-10", in_arrears=True), lambda a: pause(a, day("04-11")),
     ["invoice a@04-01:10/30=1000 → 1000"], "07-01", []),
    ("paused on a boundary not billed", running("04-30"), lambda a: pause(a, day("05-01")), [], "07-01", []),
    ("goes on in another period", pause(running("04-01"), day("04-11")).agreement, lambda a: resume(a, day("05-16")),
     ["invoice a@05-16:16/31=1548 → 1548"], "06-01", [3000]),
    ("goes on in the same period", pause(running("04-01"), day("04-11")).agreement, lambda a: resume(a, day("04-21")),
     ["invoice a@04-21:10/30=1000 → 1000"], "05-01", [3000]),
    ("goes on in arrears: the days without service are not owed",
     pause(running("04-10", in_arrears=True), day("04-11")).agreement,
     lambda a: resume(a, day("04-21")), [], "05-01", [1000]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("agreement", "change", "documents", "until", "later"), [row[1:] for row in CHANGES], ids=[row[0] for row in CHANGES]
)
def test_changing(agreement, change, documents, until, later):
    changed = change(agreement)
    assert told(changed) == documents
    assert [document.net_minor for document in bill(changed.agreement, day(until))[1]] == later


def test_credits_know_the_price_of_each_slice():
    agreement = running("04-01")
    for on, quantity in (("04-11", 2), ("04-21", 4)):
        agreement = set_quantity(agreement, "a", Decimal(quantity), day(on)).agreement
    # Back to 6 April: 5 days at 30.00, 10 at 60.00 and 10 at 120.00 a month.
    assert told(settle_close(agreement, day("04-06"))) == [
        "credit a@04-06:5/30=500 a@04-11:10/30=2000 a@04-21:10/30=4000 → 6500"
    ]


def test_a_plan_for_the_next_period_changes_nothing_before():
    agreement = running("04-20")
    on = next_boundary(agreement, day("04-20"))
    assert on == day("05-01")
    assert next_boundary(running("04-05", start="04-15"), day("04-05")) == day("04-15")
    changed = change_plan(agreement, [line("b", 6000)], on)
    assert told(changed) == ["invoice b@05-01:31/31=6000 → 6000"]


def test_several_changes_on_one_day_leave_only_the_last():
    agreement, on = running("04-01"), day("04-11")
    more = set_quantity(agreement, "a", Decimal(5), on)
    other = change_plan(more.agreement, [line("b", 6000)], on)
    added = add_item(other.agreement, line("c", 300), on)
    removed = remove_item(added.agreement, "c", on)
    paused = pause(removed.agreement, on)
    resumed = resume(paused.agreement, on)
    closed = settle_close(resumed.agreement, on)
    steps = [more, other, added, removed, paused, resumed, closed]
    # What was billed and given back on the day itself cancels out; the first line comes back as if closed at once.
    assert sum(step.settlement.gross_minor for step in steps) == settle_close(agreement, on).settlement.gross_minor == -2000
    all_of_it = together(more.settlement, other.settlement)
    assert all_of_it.gross_minor == -2000 + 4000


def test_a_service_that_never_began_owes_nothing_not_even_what_is_sold_once():
    lines = (line("a", 3000), replace(line("x", 500), is_recurring=False))
    assert told(settle_close(Agreement(Terms(Schedule(MONTHLY, APR_1)), lines), APR_1)) == []
    assert told(settle_close(Agreement(Terms(Schedule(MONTHLY, APR_1)), lines), day("04-02"))) == [
        "invoice a@04-01:1/30=100 x=500 → 600"
    ]


def test_closing_while_paused_owes_nothing_more():
    paused = pause(running("04-01"), day("04-11")).agreement
    # What was given back counts as not billed.
    assert paused.line("a").billed_until == day("04-11")
    assert told(settle_close(paused, day("06-15"))) == []
    # For a day before the pause, the days served after it come back too.
    assert told(settle_close(paused, day("04-06"))) == ["credit a@04-06:5/30=500 → 500"]


def test_credits_in_steps_never_exceed_the_charge():
    agreement = running("04-01", line("a", 100))
    first = settle_close(agreement, day("04-21"))
    again = replace(first.agreement, terms=replace(first.agreement.terms, ends_on=None))
    assert told(first) == ["credit a@04-21:10/30=33 → 33"]
    assert told(settle_close(again, day("04-11"))) == ["credit a@04-11:10/30=34 → 34"]


@pytest.mark.parametrize(
    ("price", "net", "tax"),
    # Of 1,000,000 ₫, $31.00 and 31.000 KD, 14 of 31 days come back: 451,612.9, 14.00 and 14.000.
    [(1_000_000, 451_613, 45_161), (3_100, 1_400, 140), (31_000, 14_000, 1_400), (1, 0, 0), (2, 1, 0)],
)
def test_amounts_are_whole_minor_units_of_any_currency(price, net, tax):
    agreement = running("05-01", BillableLine("a", LinePrice(price), TAX), start="05-01")
    document = settle_close(agreement, day("05-18")).settlement.documents()[0]
    assert (document.net_minor, document.tax_minor) == (net, tax)


def test_what_an_agreement_does_not_allow_is_refused():
    agreement = running("04-01", line("a", 3000), replace(line("x", 500), is_recurring=False))
    paused = pause(agreement, day("04-11")).agreement
    ended = end_service(agreement, day("04-21"))
    on = day("04-21")
    refused = [
        lambda: add_item(agreement, line("a", 1), on),
        lambda: remove_item(agreement, "a", on),
        lambda: remove_item(agreement, "nothing", on),
        lambda: set_quantity(agreement, "x", Decimal(2), on),
        lambda: pause(paused, on),
        lambda: resume(agreement, on),
        lambda: settle_close(ended, day("04-22")),
        *(lambda verb=verb: verb(ended, on) for verb in (pause, lambda one, at: change_plan(one, [line("b", 1)], at))),
        lambda: resume(replace(paused, terms=ended.terms), on),
        lambda: next_boundary(Agreement(Terms(None), ()), on),
    ]
    for change in refused:
        with pytest.raises(CannotChange):
            change()


def test_a_known_end_is_never_moved_back_and_cuts_the_last_period():
    agreement = end_service(
        end_service(Agreement(Terms(Schedule(MONTHLY, APR_1)), (line("a", 3000),)), day("05-11")), day("06-11")
    )
    assert agreement.terms.ends_on == day("05-11")
    assert [document.net_minor for document in bill(agreement, day("12-31"))[1]] == [3000, 968]


@pytest.mark.parametrize(
    ("booked", "effective", "settled"),
    [("04-10", "04-11", "04-10"), ("04-10", "04-10", "04-10"), ("04-10", "04-01", "04-10"), ("04-10", "05-01", "05-01")],
)
def test_a_closing_for_a_later_day_is_settled_on_that_day(booked, effective, settled):
    assert settles_on(day(booked), day(effective)) == day(settled)


def test_a_trial_moves_the_first_paid_day():
    assert [first_paid_day(APR_1, days) for days in (0, 14)] == [APR_1, day("04-15")]
    for senseless, error in ((-1, InvalidSchedule), (True, InvalidSchedule), (10**9, DateOutOfRange), (10**40, DateOutOfRange)):
        with pytest.raises(error):
            first_paid_day(APR_1, senseless)
