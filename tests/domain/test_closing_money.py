"""The money of a closing: the cases everybody can compute on paper, and what holds for every price, tax and day."""

import datetime
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soon.domain.agreements import Agreement, CannotChange, bill
from soon.domain.billing import BillableLine, Terms, next_document
from soon.domain.closing import end_service, settles_on
from soon.domain.closing_money import ChargedLine, ClosingFacts, ClosingMoney, OpenInvoice, closing_money
from soon.domain.crediting import Creditable
from soon.domain.money import round_half_up
from soon.domain.periods import ALIGNMENTS, DAY, MONTH, WEEK, YEAR, Interval, Schedule
from soon.domain.pricing import LinePrice
from soon.domain.taxes import NO_TAX, TaxRule

# Yearly from 1 January of a common year, monthly from 1 April (30 days), quarterly from 1 April (91 days).
JANUARY, APRIL = datetime.date(2025, 1, 1), datetime.date(2025, 4, 1)


def facts_after(
    agreement: Agreement, until: datetime.date, paid_minor: int | None = None, credit_minor: int = 0
) -> ClosingFacts:
    """Return the facts of `agreement` billed up to `until`, each document an invoice; what is paid pays the oldest first."""
    billed, documents = bill(agreement, until)
    parts = iter(billed.billed)
    charged, opens, left = [], [], paid_minor
    for number, document in enumerate(documents):
        for charge in document.charges:
            if charge.period:
                part = replace(next(parts), key=(number, charge.key))
                charged.append(ChargedLine(number, part, Creditable(charge.billed.net_minor, charge.billed.tax_minor)))
        paid = document.gross_minor if left is None else min(left, document.gross_minor)
        left = None if left is None else left - paid
        if document.gross_minor > paid:
            opens.append(OpenInvoice(number, document.gross_minor - paid))
    return ClosingFacts(replace(billed, billed=()), tuple(charged), tuple(opens), credit_minor)


def sold(
    price_minor: int, tax: TaxRule = NO_TAX, *, interval: Interval, start: datetime.date, arrears: bool = False
) -> Agreement:
    return Agreement(Terms(Schedule(interval, start), arrears), (BillableLine("service", LinePrice(price_minor), tax),))


def on_top(percent: int) -> TaxRule:
    return TaxRule(Decimal(percent))


# Price, tax and interval; start and last day served; what is given back, net and tax. Cents or dong.
GIVEN_BACK = {
    "P1: 30.00 for April, closed on the 10th": (30_00, NO_TAX, Interval(MONTH), APRIL, 10, (20_00, 0)),
    "P2: 1,200.00 for 365 days, 100 used": (1_200_00, NO_TAX, Interval(YEAR), JANUARY, 100, (871_23, 0)),
    "P3: 3,650,000 dong and 10 % for 365 days, 100 used": (
        3_650_000, on_top(10), Interval(YEAR), JANUARY, 100, (2_650_000, 265_000),
    ),
    "P4: 1,000,000 dong for 91 days, 40 used": (1_000_000, NO_TAX, Interval(MONTH, 3), APRIL, 40, (560_440, 0)),
    "P6: the end of the period": (30_00, NO_TAX, Interval(MONTH), APRIL, 30, (0, 0)),
    "the first day alone is used": (30_00, NO_TAX, Interval(MONTH), APRIL, 1, (29_00, 0)),
    "no day is used": (30_00, on_top(20), Interval(MONTH), APRIL, 0, (30_00, 6_00)),
    "a leap year has 366 days": (366_00, NO_TAX, Interval(YEAR), datetime.date(2024, 1, 1), 60, (306_00, 0)),
}  # fmt: skip


@pytest.mark.parametrize("case", GIVEN_BACK)
def test_what_is_given_back(case):
    price, tax, interval, start, used, (net, tax_minor) = GIVEN_BACK[case]
    money = closing_money(
        facts_after(sold(price, tax, interval=interval, start=start), start),
        start + datetime.timedelta(days=used),
        gives_back=True,
    )
    assert (money.credited_minor - money.credited_tax_minor, money.credited_tax_minor) == (net, tax_minor)
    # Everything was paid, so nothing is reduced and all of it is the customer's.
    assert (money.charges, money.reduced_minor, money.left_minor, money.owed_minor) == ((), 0, net + tax_minor, 0)


# P5: 100 + 20 % for 30 days, 15 used, so 60 are given back. Paid: reduces the invoice by, left for the customer, still owed.
OFFSETS = {
    "all": (120_00, 0, (0, 60_00, 0)),
    "three quarters": (90_00, 0, (30_00, 30_00, 0)),
    "half": (60_00, 0, (60_00, 0, 0)),
    "nothing": (0, 0, (60_00, 0, 60_00)),
    "a little": (10_00, 0, (60_00, 0, 50_00)),
    # Credit from elsewhere is the customer's already; it is neither given back nor used up by a closing without an invoice.
    "all, with credit from elsewhere": (120_00, 7_00, (0, 60_00, 0)),
}


@pytest.mark.parametrize("paid", OFFSETS)
def test_p5_an_unpaid_invoice_is_reduced_and_only_what_was_paid_is_left(paid):
    paid_minor, credit_minor, expected = OFFSETS[paid]
    agreement = sold(100_00, on_top(20), interval=Interval(MONTH), start=APRIL)
    facts = facts_after(agreement, APRIL, paid_minor, credit_minor)
    money = closing_money(facts, datetime.date(2025, 4, 16), gives_back=True)
    assert money.credited_minor == 60_00
    assert (money.reduced_minor, money.left_minor, money.owed_minor) == expected
    # Nobody gets money that they did not pay.
    assert money.left_minor <= paid_minor


def test_what_its_own_invoice_does_not_need_reduces_the_oldest_unpaid_one_first():
    agreement = sold(30_00, interval=Interval(MONTH), start=APRIL)
    facts = facts_after(agreement, datetime.date(2025, 6, 1))
    # April lacks 4.00, May 9.00, June is paid; closed on 15 June: 15.00 of June are given back.
    facts = replace(facts, open_invoices=(OpenInvoice(0, 4_00), OpenInvoice(1, 9_00)))
    money = closing_money(facts, datetime.date(2025, 6, 16), gives_back=True)
    assert (money.credited_minor, money.reductions, money.left_minor, money.owed_minor) == (15_00, {0: 4_00, 1: 9_00}, 2_00, 0)
    # June itself lacks 6.00: those go first, and what is left after that goes to April.
    facts = replace(facts, open_invoices=(OpenInvoice(0, 14_00), OpenInvoice(2, 6_00)))
    money = closing_money(facts, datetime.date(2025, 6, 16), gives_back=True)
    assert (money.reductions, money.left_minor, money.owed_minor) == ({0: 9_00, 2: 6_00}, 0, 5_00)


def test_days_of_several_periods_are_given_back_each_of_its_own_invoice():
    facts = facts_after(sold(30_00, interval=Interval(MONTH), start=APRIL), datetime.date(2025, 6, 1))
    money = closing_money(facts, datetime.date(2025, 4, 16), gives_back=True)
    assert [(credit.invoice, credit.gross_minor) for credit in money.credits] == [(0, 15_00), (1, 30_00), (2, 30_00)]


def test_p7_a_closing_on_the_day_of_billing_settled_before_billing_credits_nothing():
    agreement = sold(30_00, interval=Interval(MONTH), start=APRIL)
    may = datetime.date(2025, 5, 1)
    not_billed = facts_after(agreement, APRIL)
    money = closing_money(not_billed, may, gives_back=True)
    assert (money.charges, money.credits) == ((), ())
    # And no invoice is to come, whichever of both is done first.
    assert next_document(*_terms_and_lines(end_service(not_billed.agreement, may))) is None
    billed = closing_money(facts_after(agreement, may), may, gives_back=True)
    assert (billed.charged_minor, billed.credited_minor) == (0, 30_00)


def _terms_and_lines(agreement: Agreement) -> tuple[Terms, tuple[BillableLine, ...]]:
    return agreement.terms, agreement.lines


def test_p9_what_is_sold_once_is_never_given_back_but_owed():
    service, setup = BillableLine("service", LinePrice(30_00)), BillableLine("setup", LinePrice(50_00), is_recurring=False)
    agreement = Agreement(Terms(Schedule(Interval(MONTH), APRIL)), (service, setup))
    billed = closing_money(facts_after(agreement, APRIL), datetime.date(2025, 4, 16), gives_back=True)
    assert (billed.credited_minor, billed.charged_minor) == (15_00, 0)
    # Not billed yet, it is charged whole beside the days that were served.
    never = closing_money(ClosingFacts(agreement), datetime.date(2025, 4, 16), gives_back=True)
    assert [(charge.key, charge.billed.net_minor) for each in never.charges for charge in each.charges] == [
        ("service", 15_00),
        ("setup", 50_00),
    ]


def test_credit_that_is_there_pays_the_last_invoice_and_only_what_was_given_back_is_left():
    agreement = sold(30_00, interval=Interval(MONTH), start=APRIL, arrears=True)
    half_a_month = datetime.date(2025, 4, 16)
    for credit_minor, owed_minor in ((0, 15_00), (6_00, 9_00), (15_00, 0), (40_00, 0)):
        money = closing_money(replace(facts_after(agreement, APRIL), credit_minor=credit_minor), half_a_month, gives_back=True)
        assert (money.charged_minor, money.owed_minor, money.left_minor) == (15_00, owed_minor, 0)


# Credit from before; 50.00 for a setup are charged and 15.00 given back: what is owed then, and what is left of the 15.00.
@pytest.mark.parametrize(("before", "owed", "left"), [(0, 35_00, 0), (20_00, 15_00, 0), (40_00, 0, 5_00), (60_00, 0, 15_00)])
def test_older_credit_pays_the_last_invoice_before_what_is_given_back(before, owed, left):
    agreement = sold(30_00, interval=Interval(MONTH), start=APRIL)
    setup = BillableLine("setup", LinePrice(50_00), is_recurring=False)
    facts = facts_after(agreement, APRIL, credit_minor=before)
    facts = replace(facts, agreement=replace(facts.agreement, lines=(*facts.agreement.lines, setup)))
    money = closing_money(facts, datetime.date(2025, 4, 16), gives_back=True)
    assert (money.charged_minor, money.credited_minor) == (50_00, 15_00)
    assert (money.owed_minor, money.left_minor) == (owed, left)


def test_what_was_credited_by_hand_is_not_given_back_again():
    facts = facts_after(sold(100_00, on_top(20), interval=Interval(MONTH), start=APRIL), APRIL)
    [line] = facts.charged
    for credited, expected in (((40_00, 8_00), (50_00, 10_00)), ((80_00, 16_00), (20_00, 4_00)), ((100_00, 20_00), (0, 0))):
        creditable = Creditable(100_00, 20_00, *credited)
        by_hand = replace(facts, charged=(line._replace(creditable=creditable),))
        money = closing_money(by_hand, datetime.date(2025, 4, 16), gives_back=True)
        assert (money.credited_minor - money.credited_tax_minor, money.credited_tax_minor) == expected


def test_a_day_after_the_end_that_is_known_is_refused():
    agreement = sold(30_00, interval=Interval(MONTH), start=APRIL)
    fixed = replace(agreement, terms=replace(agreement.terms, ends_on=datetime.date(2025, 6, 1)))
    with pytest.raises(CannotChange):
        closing_money(ClosingFacts(fixed), datetime.date(2025, 6, 2), gives_back=True)


def test_figures_that_differ_have_another_fingerprint():
    agreement = sold(30_00, interval=Interval(MONTH), start=APRIL)
    facts = facts_after(agreement, APRIL, paid_minor=0)
    day = datetime.date(2025, 4, 16)
    same = closing_money(facts, day, gives_back=True)
    others: list[ClosingMoney] = [
        closing_money(facts, day, gives_back=False),
        closing_money(facts, day + datetime.timedelta(days=1), gives_back=True),
        closing_money(replace(facts, credit_minor=1), day, gives_back=True),
        closing_money(replace(facts, open_invoices=(OpenInvoice(0, 29_99),)), day, gives_back=True),
        closing_money(ClosingFacts(agreement), day, gives_back=True),
    ]
    fingerprints = [each.fingerprint() for each in (same, *others)] + [same.fingerprint("none"), same.fingerprint(1)]
    assert len(set(fingerprints)) == len(fingerprints)
    assert closing_money(facts, day, gives_back=True).fingerprint() == fingerprints[0]


@pytest.mark.parametrize(
    ("effective", "settles"),
    [(-40, 0), (0, 0), (1, 0), (2, 2), (30, 30)],
)
def test_a_closing_is_settled_at_once_unless_days_to_come_are_served(effective, settles):
    booked = datetime.date(2024, 2, 28)
    assert settles_on(booked, booked + datetime.timedelta(days=effective)) == booked + datetime.timedelta(days=settles)


prices = st.builds(
    LinePrice, st.integers(0, 10**10), st.decimals("0.001", "999", places=3), st.sampled_from([Decimal(0), Decimal("12.5")])
)
taxes = st.builds(TaxRule, st.sampled_from([Decimal(0), Decimal(8), Decimal("8.5")]), st.booleans(), st.booleans())
intervals = st.sampled_from([Interval(WEEK), Interval(DAY, 10), Interval(MONTH), Interval(MONTH, 3), Interval(YEAR)])


@dataclass(frozen=True)
class Case:
    """A subscription that was billed, and the day on which it is closed."""

    agreement: Agreement
    facts: ClosingFacts
    end: datetime.date

    @property
    def start(self) -> datetime.date:
        return self.agreement.terms.schedule.start_on


@st.composite
def cases(draw):
    start = draw(st.dates(datetime.date(2023, 12, 1), datetime.date(2025, 2, 1)))
    schedule = Schedule(draw(intervals), start, draw(st.sampled_from(ALIGNMENTS)))
    lines = [BillableLine(number, draw(prices), draw(taxes)) for number in range(draw(st.integers(1, 3)))]
    lines += [BillableLine("setup", draw(prices), is_recurring=False)] * draw(st.booleans())
    agreement = Agreement(Terms(schedule, draw(st.booleans())), tuple(lines))
    billed = start + datetime.timedelta(days=draw(st.integers(0, 130)))
    end = start + datetime.timedelta(days=draw(st.integers(0, 130)))
    facts = facts_after(agreement, billed, draw(st.none() | st.integers(0, 10**13)), draw(st.sampled_from([0, 1, 10**9])))
    return Case(agreement, facts, end)


@given(cases())
@settings(max_examples=80)
def test_no_line_gives_back_more_than_it_charged_and_no_money_appears(case):
    money = closing_money(case.facts, case.end, gives_back=True)
    creditable = {line.key: line.creditable for line in case.facts.charged}
    opens = {each.key: each.open_minor for each in case.facts.open_invoices}
    for credit in money.credits:
        assert 0 <= credit.net_minor <= creditable[credit.line].net_minor
        assert 0 <= credit.tax_minor <= creditable[credit.line].tax_minor
    assert all(0 < amount <= opens[key] for key, amount in money.reductions.items())
    assert 0 <= money.reduced_minor <= money.credited_minor
    # All that is there before is there afterwards: owed less credit moves by what is charged and given back.
    credit_after = case.facts.credit_minor + money.credited_minor - money.reduced_minor
    paid_by_credit = min(credit_after, money.charged_minor)
    assert money.owed_minor == sum(opens.values()) - money.reduced_minor + money.charged_minor - paid_by_credit
    assert 0 <= money.left_minor <= credit_after - paid_by_credit


@given(cases())
@settings(max_examples=60)
def test_the_policy_none_gives_nothing_back_and_charges_the_same(case):
    with_credits, without = (closing_money(case.facts, case.end, gives_back=each) for each in (True, False))
    assert (without.credits, without.reductions, without.left_minor) == ((), {}, 0)
    assert without.charges == with_credits.charges


@given(cases())
@settings(max_examples=80)
def test_each_line_is_paid_for_each_day_that_it_served(case):
    money = closing_money(case.facts, case.end, gives_back=True)
    served = {case.start + datetime.timedelta(days=number) for number in range((case.end - case.start).days)}
    for line in case.agreement.lines:
        if not line.is_recurring:
            continue
        charges = [charge for document in money.charges for charge in document.charges if charge.key == line.key]
        paid = {(part.period.service, part.period.whole): (net, tax) for part, net, tax in _billed_of(case, line.key)}
        paid |= {(one.period.service, one.period.whole): (one.billed.net_minor, one.billed.tax_minor) for one in charges}
        assert sum(len(_days(service)) for service, _ in paid) == len({day for service, _ in paid for day in _days(service)})
        assert served <= {day for service, _ in paid for day in _days(service)}
        for (service, whole), (net, tax) in paid.items():
            back = [one for one in money.credits if one.period.whole == whole and one.line[1] == line.key]
            kept = net + tax - sum(one.gross_minor for one in back)
            days = len(served & set(_days(service)))
            exact = line.price.exact_net * Fraction(days, whole.days)
            gross = sum(line.tax.net_and_tax(exact))
            if days == service.days:
                # Whole, or cut at the end: the price of its days, and nothing given back.
                assert kept == gross
            else:
                # The charge less the price of the days not served, each rounded as it was billed.
                unused = line.price.exact_net * Fraction(service.days - days, whole.days)
                assert kept == net + tax - sum(line.tax.net_and_tax(unused))
                assert abs(kept - gross) <= 2


def _billed_of(case: Case, key: object):
    for line in case.facts.charged:
        if line.key[1] == key:
            yield line.part, line.creditable.net_minor, line.creditable.tax_minor


def _days(service) -> list[datetime.date]:
    return [service.start + datetime.timedelta(days=number) for number in range(service.days)]


@given(cases(), st.integers(1, 60))
@settings(max_examples=60)
def test_the_later_the_end_the_less_is_given_back_and_the_more_is_charged(case, days):
    later = closing_money(case.facts, case.end + datetime.timedelta(days=days), gives_back=True)
    money = closing_money(case.facts, case.end, gives_back=True)
    assert later.credited_minor <= money.credited_minor
    assert later.charged_minor >= money.charged_minor


def test_rounding_of_a_credit_is_half_up_like_that_of_a_charge():
    # 1,001 for two days, one used: 500.5 are given back as 501, and 500 are kept.
    facts = facts_after(sold(1_001, interval=Interval(DAY, 2), start=APRIL), APRIL)
    money = closing_money(facts, datetime.date(2025, 4, 2), gives_back=True)
    assert money.credited_minor == round_half_up(Fraction(1001, 2)) == 501


def test_charges_carry_their_days():
    agreement = sold(31_00, interval=Interval(MONTH), start=datetime.date(2025, 1, 1), arrears=True)
    money = closing_money(ClosingFacts(agreement), datetime.date(2025, 1, 11), gives_back=True)
    [charge] = money.charges[0].charges
    assert (charge.billed.net_minor, charge.billed.derivation.fraction) == (10_00, "10/31")
