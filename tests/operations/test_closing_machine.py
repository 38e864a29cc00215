"""A subscription that is billed, paid, closed, undone and reopened in any order, by a clock that is late at times.

Whatever is done, the customer is charged for each day that was served and for no other. That is counted here day by day, with
dates and fractions only: from the invoices and credit notes on one side, from what was done to the subscription on the other.
"""

import datetime
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from functools import partial

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from soon.activity.actor import customer_in_portal, system
from soon.models import Closure, Invoice, InvoiceLine, Order, OrderChange
from soon.operations.billing.run import run
from soon.operations.payments.register_payment import register_payment
from soon.operations.quotations.confirm import confirm
from soon.operations.refusal import Refusal
from soon.operations.subscriptions._changes import CannotChange, locked_order, schedule_discount
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.pause import pause
from soon.operations.subscriptions.reopen import reopen
from soon.operations.subscriptions.resume import resume
from soon.operations.subscriptions.undo_close import undo_close
from soon.operations.verification.verify import verify
from soon.queries.verification.themes import ALL_THEMES
from tests.builders import a_close_reason, a_draft_line, a_plan, a_product, a_quotation, a_tax
from tests.operations.money import assert_books_agree

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
STARTS = [datetime.date(2024, 1, 31), datetime.date(2024, 2, 29), datetime.date(2026, 3, 16), datetime.date(2026, 11, 1)]
PLANS = [("month", 1), ("month", 3), ("week", 2), ("day", 10)]
# Prices that no number of days divides.
PRICES = [1_000_003, 333_333, 1]


def days_from(start: datetime.date, end: datetime.date) -> set[datetime.date]:
    return {start + DAY * number for number in range((end - start).days)}


class Undone(Exception):
    """What was done is to be undone."""


class Living(RuleBasedStateMachine):
    """One subscription, from its confirmation on. `stretches` are the days it is served: from, and until (None: no end yet)."""

    def __init__(self) -> None:
        super().__init__()
        self.nothing_stays = transaction.atomic()
        self.nothing_stays.__enter__()
        a_close_reason(audience="system", system_code="end_date_reached")
        self.reason = a_close_reason()
        self.moments = 0

    def teardown(self) -> None:
        try:
            if hasattr(self, "order"):
                # The worker may be late; that is worth knowing, but no contradiction.
                result = verify(actor=system(), clock=self.moment, themes=ALL_THEMES)
                assert result.found == 0, result.findings
        finally:
            transaction.set_rollback(True)
            self.nothing_stays.__exit__(None, None, None)

    @initialize(
        start=st.sampled_from(STARTS),
        unit=st.sampled_from(PLANS),
        alignment=st.sampled_from(["anniversary", "calendar"]),
        arrears=st.booleans(),
        served=st.booleans(),
        trial=st.sampled_from([0, 0, 9]),
        term=st.sampled_from([None, None, 100]),
        begins_in=st.sampled_from([0, 0, 12]),
        policy=st.sampled_from(["unused_days", "none"]),
    )
    def begin(self, start, unit, alignment, arrears, served, trial, term, begins_in, policy) -> None:
        plan = a_plan(
            interval_unit=unit[0],
            interval_count=unit[1],
            alignment=alignment,
            in_arrears=arrears,
            closing_day_is_served=served,
            credit_policy=policy,
        )
        lines = [a_draft_line(price, product=a_product(plan=plan), tax=a_tax("8")) for price in PRICES]
        lines.append(a_draft_line(70_000, is_recurring=False))
        self.ends_by_itself_on = start + DAY * term if term else None
        quotation = a_quotation(plan=plan, lines=lines, start_on=start, trial_days=trial, ends_on=self.ends_by_itself_on)
        self.today = start - DAY * begins_in
        self.order = confirm(quotation, actor=system(), at=self.moment(), today=self.today)
        self.went_on_on = start
        self.first_paid_on = start + DAY * trial
        self.in_arrears, self.served_on_closing = arrears, served
        self.ends_on = self.ends_by_itself_on
        self.stretches: list[list[datetime.date | None]] = [[start, self.ends_by_itself_on]]
        self.keeps_what_is_paid = policy == "none"
        # Days that stay charged though they were not served, because a closing that took effect gave nothing back; and those
        # that will, where one is to come.
        self.kept: set[datetime.date] = set()
        self.to_keep: set[datetime.date] = set()

    def moment(self) -> datetime.datetime:
        """Return the next moment of today."""
        self.moments += 1
        noon = datetime.datetime.combine(self.today, datetime.time(5), datetime.UTC)
        return noon + datetime.timedelta(seconds=self.moments)

    @property
    def when(self):
        return {"at": self.moment(), "today": self.today}

    @property
    def start(self) -> datetime.date:
        return self.order.start_on

    @property
    def at_once(self) -> datetime.date:
        """The end of a subscription closed today."""
        return max(self.today + DAY * self.served_on_closing, self.start)

    @rule(days=st.sampled_from([1, 3, 14, 15, 31, 45]), worker_is_on=st.booleans())
    def time_passes(self, days: int, worker_is_on: bool) -> None:
        self.today += DAY * days
        if worker_is_on:
            self.the_worker_runs()

    @rule()
    def the_worker_runs(self) -> None:
        run(bills_until=self.today, actor=system(), clock=self.moment)
        self.order.refresh_from_db()
        end = self.order.ends_on
        assert self.order.state == "churned" or end is None or end > self.today
        horizon = self.today if self.in_arrears else self.today + DAY
        missing = {day for day in self.served_until(horizon) if self.must_be_billed(day)} - self.billed().keys()
        assert not missing, sorted(missing)

    def must_be_billed(self, day: datetime.date) -> bool:
        """Return whether a day served up to now is to be on an invoice by now: in arrears when its period is over."""
        return not self.in_arrears or self.order.state == "churned"

    @rule(share=st.sampled_from([30, 100, 100, 130]))
    def the_customer_pays(self, share: int) -> None:
        invoice = Invoice.objects.filter(order=self.order).open().order_by("pk").first()
        if invoice:
            amount = max(1, invoice.open_minor * share // 100)
            paid = {"paid_on": self.today, "method": "cash", "actor": system()} | self.when
            register_payment(invoice, amount_minor=amount, **paid)

    @precondition(lambda self: self.order.state == "in_progress" and not self.order.closure_id)
    @rule(percent=st.sampled_from([20, 50, Decimal("12.5")]), periods=st.integers(1, 3))
    def discounted(self, percent: Decimal | int, periods: int) -> None:
        with suppress(CannotChange):
            schedule_discount(locked_order(self.order), Decimal(percent), periods, actor=system(), **self.when)

    def changes_are_made(self) -> None:
        """Let the worker come first where a change is due: a settlement takes the terms of the day on which it is made."""
        if OrderChange.objects.due_on(self.today).filter(order=self.order).exists():
            self.the_worker_runs()

    @precondition(lambda self: self.order.is_serving and not self.order.closure_id)
    @rule(which=st.sampled_from(["today", "end", "ahead", "back"]), days=st.integers(2, 70), by_customer=st.booleans())
    def closed(self, which: str, days: int, by_customer: bool) -> None:
        ahead = {"today": None, "end": "end", "ahead": self.at_once + DAY * days, "back": self.today - DAY * days}[which]
        if which == "end":
            ahead = max(self.at_once, self.order.next_invoice_on or self.at_once)
        if which == "back":
            ahead = max(ahead, self.went_on_on)
            ahead = None if ahead > self.at_once else ahead
        end = ahead or self.at_once
        if self.ends_by_itself_on and end > self.ends_by_itself_on:
            return
        self.to_keep = {day for day in self.billed() if day >= end} if self.keeps_what_is_paid else set()
        is_customer = by_customer and which != "back"
        actor = customer_in_portal(self.order.customer) if is_customer else system()
        closure = close(self.order, reason=self.reason, effective_on=ahead, actor=actor, **self.when)
        self.order.refresh_from_db()
        assert closure.effective_on == end
        self.ends_on = end
        # Dated back to the day it was reopened, it ends before a day that the closing before had charged.
        self.stretches = [[begins, min(ends or end, end)] for begins, ends in self.stretches]
        assert (self.order.state == "churned") == (end <= max(self.today + DAY, self.start))

    @precondition(lambda self: self.order.is_serving and self.order.closure_id and self.order.ends_on > self.today)
    @rule()
    def undone(self) -> None:
        undo_close(self.order, actor=customer_in_portal(self.order.customer), **self.when)
        self.order.refresh_from_db()
        self.ends_on = self.ends_by_itself_on
        if self.order.state == "in_progress":
            self.stretches[-1][1] = self.ends_by_itself_on

    @precondition(
        lambda self: (
            self.order.state == "churned"
            and not (self.ends_by_itself_on and self.ends_by_itself_on <= max(self.today, self.order.ends_on))
        )
    )
    @rule()
    def reopened(self) -> None:
        ended_on = self.stretches[-1][1]
        self.went_on_on = max(self.today, self.start)
        self.kept |= self.to_keep
        reopen(self.order, actor=system(), **self.when)
        self.order.refresh_from_db()
        self.ends_on = self.ends_by_itself_on
        # A day that the closing had charged is not billed again.
        self.stretches.append([max(self.today, self.start, ended_on), self.ends_by_itself_on])

    @precondition(lambda self: self.order.state == "in_progress" and not self.order.closure_id and self.at_once > self.start)
    @rule()
    def paused(self) -> None:
        self.changes_are_made()
        if self.order.state != "in_progress":
            return
        if self.ends_by_itself_on and self.ends_by_itself_on <= self.at_once:
            return
        pause(self.order, actor=system(), **self.when)
        self.order.refresh_from_db()
        self.paused_on = self.at_once
        # Of what is beyond all is given back, whatever the plan says of closing.
        self.kept = {day for day in self.kept if day < self.at_once}
        # Paused again on the day it was resumed, it ends where the pause before ended.
        self.stretches = [[begins, min(ends or self.at_once, self.at_once)] for begins, ends in self.stretches]

    @precondition(
        lambda self: self.order.state == "paused" and (not self.order.ends_on or self.order.ends_on > self.today + DAY)
    )
    @rule()
    def resumed(self) -> None:
        ended_on = self.stretches[-1][1]
        self.went_on_on = max(self.today, self.paused_on)
        resume(self.order, actor=customer_in_portal(self.order.customer), **self.when)
        self.order.refresh_from_db()
        self.stretches.append([max(self.today, ended_on), self.order.ends_on])

    @precondition(lambda self: self.order.state != "quotation")
    @rule(verb=st.sampled_from(["close", "pause", "resume", "reopen", "undo"]), days=st.sampled_from([1, 2, 5, 40]))
    def somebody_acts_by_a_clock_that_went_back(self, verb: str, days: int) -> None:
        """Whatever is not refused contradicts nothing, also when the clock is right again. Then it is as if it never was."""
        slow = {"at": self.moment() - DAY * days, "today": self.today - DAY * days, "actor": system()}
        verbs = {"pause": pause, "resume": resume, "reopen": reopen, "undo": undo_close}
        act = verbs.get(verb, partial(close, reason=self.reason))
        with suppress(Undone), transaction.atomic():
            try:
                act(self.order, **slow)
            except Refusal as refused:
                raise Undone from refused
            run(bills_until=self.today, actor=system(), clock=self.moment)
            assert set(self.billed().values()) <= {1}
            assert_books_agree(self.order.customer)
            result = verify(actor=system(), clock=self.moment, themes=ALL_THEMES)
            assert result.found == 0, result.findings
            raise Undone
        self.order.refresh_from_db()

    @invariant()
    def each_day_served_is_charged_once_and_no_other(self) -> None:
        if not hasattr(self, "order"):
            return
        billed = self.billed()
        assert all(times == 1 for times in billed.values()), billed
        if self.order.closes_on:
            # What was billed beyond is given back on the day itself, because until then it can be undone.
            billed = Counter({day: times for day, times in billed.items() if day < self.order.closes_on})
        last = max(billed, default=self.today)
        kept = self.kept | (self.to_keep if self.order.state == "churned" else set())
        served = self.served_until(last + DAY) | {day for day in kept if day <= last}
        assert billed.keys() <= served, sorted(billed.keys() - served)
        # Nothing is left out before a day that was billed.
        assert served == billed.keys() or not billed, sorted(served - billed.keys())
        if self.order.state == "churned":
            assert billed.keys() == self.served_until(datetime.date.max) | kept
        once = InvoiceLine.objects.filter(order_line__order=self.order, order_line__is_recurring=False)
        assert once.filter(is_charge=True).count() <= 1 and not once.filter(is_charge=False).exists()
        assert once.exists() or not billed

    @invariant()
    def the_money_is_that_of_the_days(self) -> None:
        if not hasattr(self, "order"):
            return
        for line in self.order.lines.filter(is_recurring=True):
            exact: Fraction = Fraction(0)
            kept = documents = 0
            for row in InvoiceLine.objects.filter(order_line=line).select_related("invoice"):
                sign = -1 if row.invoice.kind == "credit_note" else 1
                start, end = map(datetime.date.fromisoformat, row.derivation["whole_period"])
                share = Fraction((row.period_end - row.period_start).days, (end - start).days)
                exact += sign * share * line.unit_price_minor * (1 - Fraction(row.discount_percent) / 100)
                kept += sign * row.net_minor
                documents += 1
            assert abs(kept - exact) <= Fraction(documents, 2), (kept, exact)
        assert_books_agree(self.order.customer)

    @invariant()
    def a_discount_counts_for_its_periods_and_no_other(self) -> None:
        if not hasattr(self, "order"):
            return
        made = OrderChange.objects.filter(order=self.order, cancelled_at=None)
        begins = list(
            made.filter(kind="discount").order_by("takes_effect_on").values_list("takes_effect_on", "discount_percent")
        )
        ends = list(made.filter(kind="discount_ends").order_by("takes_effect_on").values_list("takes_effect_on", flat=True))
        spans = list(zip(begins, ends, strict=True))
        charges = InvoiceLine.objects.filter(order_line__order=self.order, is_charge=True, period_start__isnull=False)
        for first_on, charged in charges.values_list("period_start", "discount_percent"):
            agreed = [percent for (begins_on, percent), ends_on in spans if begins_on <= first_on < ends_on]
            assert [charged] == (agreed or [0]), (first_on, charged, spans)

    @invariant()
    def its_state_is_that_of_its_closures(self) -> None:
        if not hasattr(self, "order"):
            return
        order = Order.objects.select_related("closure").get(pk=self.order.pk)
        closures = list(Closure.objects.filter(order=order).standing())
        assert closures == ([order.closure] if order.closure else [])
        assert (order.state == "churned") == bool(order.closure and order.closure.took_effect_at)
        assert order.ends_on == self.ends_on
        assert order.times_reopened == len(self.stretches) - 1
        assert order.next_invoice_on is None or order.ends_on is None or order.next_invoice_on <= order.ends_on

    def billed(self) -> Counter[datetime.date]:
        """Return the days of which all lines alike were charged, less those given back."""
        *by_line, of_the_tiny = [self.billed_of(line.pk) for line in self.order.lines.filter(is_recurring=True)]
        assert all(each == by_line[0] for each in by_line)
        # Of so little nothing may be left to give back.
        assert by_line[0].keys() <= of_the_tiny.keys() and set(of_the_tiny.values()) <= {1}
        return by_line[0]

    def billed_of(self, line: int) -> Counter[datetime.date]:
        days: Counter[datetime.date] = Counter()
        for row in InvoiceLine.objects.filter(order_line=line).select_related("invoice"):
            change = -1 if row.invoice.kind == "credit_note" else 1
            for day in days_from(row.period_start, row.period_end):
                days[day] += change
        return Counter({day: times for day, times in days.items() if times})

    def served_until(self, end: datetime.date) -> set[datetime.date]:
        """Return the days that are served and paid for, before `end`."""
        last = min(end, datetime.date(2028, 1, 1))
        served: set[datetime.date] = set()
        for begins, ends in self.stretches:
            served |= days_from(max(begins, self.first_paid_on), min(ends or last, last))
        return served


# Shrinking would take minutes; the steps of a failure are few as they are. The same lives each time, so that a change that
# breaks one is told from a life that nobody led before.
SETTINGS = settings(
    max_examples=16, stateful_step_count=14, phases=[Phase.generate], report_multiple_bugs=False, derandomize=True
)


def test_whatever_is_done_each_day_served_is_charged_once_and_no_other():
    run_state_machine_as_test(Living, settings=SETTINGS)
