"""Pauses that end by themselves: which ends are allowed, that the customer is told before, and that changing one says so."""

import datetime

import pytest
from django.utils.translation import override

from soon.activity.actor import customer_in_portal, staff, system
from soon.mail.render import render
from soon.models import Activity, Letter, Order, Pause
from soon.operations.refusal import Refusal
from soon.operations.subscriptions.announce_pause_ends import announce_pause_ends
from soon.operations.subscriptions.change_pause_end import change_pause_end
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.pause import CannotPause, pause
from soon.operations.subscriptions.resume import resume
from soon.operations.subscriptions.resume_due import resume_due
from soon.operations.subscriptions.undo_close import undo_close
from soon.operations.verification.verify import verify
from tests.builders import AT, a_close_reason, a_customer, a_draft_line, a_tax, a_user, an_invoice, an_order
from tests.operations.records import everything

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
BEGAN, PAUSED, ENDS = datetime.date(2026, 3, 16), datetime.date(2026, 3, 20), datetime.date(2026, 5, 10)
TOLD = ENDS - 7 * DAY


def on(day: datetime.date) -> dict:
    return {"actor": system(), "at": AT + (day - BEGAN), "today": day}


def worker(day: datetime.date) -> tuple[int, int]:
    """Return how many the clock told and resumed on `day`."""
    when = {"today": day, "clock": lambda: AT + (day - BEGAN)}
    return announce_pause_ends(**when), resume_due(**when)


def paused(resumes_on: datetime.date | None = ENDS, **fields) -> Order:
    order = an_order(start_on=BEGAN, **fields)
    an_invoice(order, BEGAN)
    pause(order, resumes_on=resumes_on, **on(PAUSED))
    return order


def state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def letters(order: Order) -> list[str]:
    return list(Letter.objects.filter(order=order, kind__contains="paus").order_by("pk").values_list("kind", flat=True))


def is_consistent() -> bool:
    result = verify(actor=system(), clock=lambda: AT)
    assert result.findings == []
    return result.found == 0


def test_a_pause_ends_on_its_day_after_its_customer_was_told():
    order = paused()
    assert worker(TOLD - DAY) == (0, 0)
    assert worker(TOLD) == (1, 0) and worker(TOLD) == (0, 0), "told once"
    assert worker(ENDS - DAY) == (0, 0)
    assert worker(ENDS) == (0, 1) and worker(ENDS) == (0, 0), "resumed once"
    order.refresh_from_db()
    assert (order.state, order.next_invoice_on, order.times_reopened) == ("in_progress", ENDS, 1)
    made = Pause.objects.get(order=order)
    assert (made.resumes_on, made.notice_sent_on, made.resumed_on) == (ENDS, TOLD, ENDS)
    assert letters(order) == ["subscription_paused", "pause_ends"]
    assert Letter.objects.filter(order=order, kind="subscription_resumed").count() == 1
    kinds = Activity.objects.filter(order=order, at__gt=AT + DAY).order_by("pk").values_list("kind", flat=True)
    assert [kind for kind in kinds if "paus" in kind or "resum" in kind] == [
        "subscription_paused_until",
        "pause_end_announced",
        "subscription_resumed",
    ]
    assert is_consistent()


def test_told_late_it_goes_on_later_by_as_much():
    order = paused()
    late = ENDS + 3 * DAY
    assert worker(late) == (1, 0), "a worker that was away"
    letter = Letter.objects.get(order=order, kind="pause_ends")
    assert letter.facts["resumes_on"] == "2026-05-20"
    assert worker(late + 6 * DAY) == (0, 0)
    # Away once more: days until it is back stay unbilled.
    back = late + 9 * DAY
    assert worker(back) == (0, 1)
    assert Pause.objects.get(order=order).resumed_on == back and is_consistent()


def test_the_clock_going_back_neither_tells_again_nor_ends_the_pause():
    order = paused()
    worker(TOLD)
    assert worker(TOLD - 5 * DAY) == (0, 0)
    # Told by a clock that was ahead: resumed only when the days are over by the clock that is right.
    assert worker(ENDS - DAY) == (0, 0) and state(order) == "paused"


def test_a_notice_that_is_too_young_keeps_it_paused_whatever_day_is_written():
    order = paused()
    worker(TOLD)
    Pause.objects.filter(order=order).update(notice_sent_on=ENDS - 3 * DAY)
    assert worker(ENDS + 3 * DAY) == (0, 0) and worker(ENDS + 4 * DAY) == (0, 1)


def test_one_that_fails_stops_no_other(monkeypatch):
    from soon.operations.subscriptions import _end_pause

    first, second = paused(), paused()
    went_on = _end_pause.go_on

    def break_first(order, *args, **kwargs):
        if order.pk == first.pk:
            raise ValueError("broken")
        return went_on(order, *args, **kwargs)

    monkeypatch.setattr(_end_pause, "go_on", break_first)
    worker(TOLD)
    assert worker(ENDS) == (0, 1)
    assert (state(first), state(second)) == ("paused", "in_progress")
    monkeypatch.undo()
    assert worker(ENDS + DAY) == (0, 1) and state(first) == "in_progress"


def test_nobody_without_an_address_is_resumed_unasked():
    order = paused()
    order.customer.email = ""
    order.customer.save()
    assert worker(TOLD) == (0, 0) and worker(ENDS + 30 * DAY) == (0, 0)
    assert state(order) == "paused"
    resume(order, **on(ENDS))
    assert state(order) == "in_progress"


def test_an_end_that_comes_first_is_not_overtaken():
    order = paused()
    worker(TOLD)
    close(order, reason=a_close_reason(), effective_on=ENDS, **on(TOLD))
    assert worker(ENDS) == (0, 0)
    undo_close(order, **on(ENDS - DAY))
    assert worker(ENDS) == (0, 1)
    closed = paused()
    close(closed, reason=a_close_reason(), **on(TOLD - DAY))
    assert worker(TOLD) == (0, 0) and worker(ENDS) == (0, 0) and state(closed) == "churned"


def test_another_end_is_told_and_announced_anew():
    order = paused()
    worker(TOLD)
    later = ENDS + 10 * DAY
    change_pause_end(order, resumes_on=later, **on(TOLD + DAY))
    assert worker(ENDS) == (0, 0), "not on the old day"
    # Back to the day that was told of before: that letter is history.
    change_pause_end(order, resumes_on=ENDS + 8 * DAY, **on(ENDS))
    change_pause_end(order, resumes_on=later, **on(ENDS + DAY))
    assert worker(later - 7 * DAY) == (1, 0) and worker(later) == (0, 1)
    assert letters(order).count("pause_ends") == 2 and letters(order).count("pause_end_changed") == 3
    other = paused()
    change_pause_end(other, resumes_on=None, **on(PAUSED))
    change_pause_end(other, resumes_on=None, **on(PAUSED))
    assert worker(ENDS) == (0, 0) and letters(other) == ["subscription_paused", "pause_end_changed"]
    assert Activity.objects.filter(order=other, kind="pause_end_left_open").count() == 1
    assert is_consistent()


SOON = PAUSED + 6 * DAY


@pytest.mark.parametrize(
    ("resumes_on", "fields", "words"),
    [
        (PAUSED, {}, "after the pause begins"),
        (SOON, {}, "Choose 27 March 2026"),
        (datetime.date(2026, 9, 1), {"ends_on": datetime.date(2026, 9, 1)}, "31 August 2026"),
        (ENDS, {"email": ""}, "no e-mail address"),
    ],
)
def test_an_end_that_cannot_be_is_refused_before_and_during_the_pause(resumes_on, fields, words):
    order = an_order(start_on=BEGAN, customer=a_customer(email=fields.get("email", "an@example.com")))
    Order.objects.filter(pk=order.pk).update(ends_on=fields.get("ends_on"))
    assert words in refused(pause, order, resumes_on)
    pause(order, **on(PAUSED))
    assert words in refused(change_pause_end, order, resumes_on)


def refused(verb, order: Order, resumes_on: datetime.date | None, actor=None) -> str:
    """Return why `verb` is refused, after making sure that it wrote nothing."""
    before = everything()
    with override("en"), pytest.raises(CannotPause) as refusal:
        verb(order, resumes_on=resumes_on, **on(PAUSED) | ({"actor": actor} if actor else {}))
    assert everything() == before
    with override("en"):
        return str(refusal.value)


def test_only_staff_with_the_right_change_an_end_and_only_of_a_pause():
    order = paused()
    for actor in (customer_in_portal(order.customer), staff(a_user("accountant"))):
        assert refused(change_pause_end, order, None, actor) == "You may not change when a pause ends."
    change_pause_end(order, resumes_on=ENDS + DAY, **on(PAUSED) | {"actor": staff(a_user("salesperson"))})
    resume(order, **on(PAUSED))
    assert "Only a paused" in refused(change_pause_end, order, ENDS)
    assert issubclass(CannotPause, Refusal)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_letters_say_what_when_until_when_and_how_much(language):
    order = paused(lines=[a_draft_line(3_100_000, tax=a_tax("10"))], customer=a_customer(language=language))
    worker(TOLD)
    worker(ENDS)
    day = {
        "en": ("20 March 2026", "10 May 2026", "₫2,860,000", "₫3,410,000"),
        "vi": ("ngày 20 tháng 3 năm 2026", "ngày 10 tháng 5 năm 2026", "2.860.000 ₫", "3.410.000 ₫"),
    }[language]
    expected = {
        "subscription_paused": (day[0], day[1], "7", day[2]),
        "pause_ends": (day[1], day[3]),
        "subscription_resumed": (day[1],),
    }
    for kind, words in expected.items():
        message = render(Letter.objects.get(order=order, kind=kind))
        bodies = [message.body.replace("\xa0", " "), message.alternatives[0][0].replace("\xa0", " ")]
        for word in (*words, order.number):
            assert all(word in body for body in bodies), (kind, word, bodies[0])
        assert order.number in message.subject and "\n" not in message.subject
