"""Rules of closing: which day service ends, who may give which reason, and what becomes of the money."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from .agreements import Agreement, CannotChange, Changed, Settlement, bill, give_back
from .billing import BillableLine, CaughtUp, Charge, DueDocument, Terms, documents_due

STAFF = "staff"
CUSTOMER = "customer"
SYSTEM = "system"

# Audience of a close reason: who may choose it. Staff may choose what customers can.
EVERYONE = "everyone"
STAFF_ONLY = "staff"
SYSTEM_ONLY = "system"


def first_day_not_served(today: datetime.date, *, today_is_served: bool) -> datetime.date:
    """Return the exclusive end of service for an order closed `today` (a local date)."""
    return today + datetime.timedelta(days=1) if today_is_served else today


def end_of_service(today: datetime.date, *, today_is_served: bool, start_on: datetime.date | None) -> datetime.date:
    """Return the first local date no longer served of an order closed `today`; never before the day it starts on."""
    end = first_day_not_served(today, today_is_served=today_is_served)
    # An order closed before its first day was never served: it ends where it starts.
    return max(end, start_on) if start_on else end


def may_choose(audience: str, chooser: str) -> bool:
    """Return whether `chooser` (staff, customer or system) may give a reason meant for `audience`."""
    allowed = {STAFF: {EVERYONE, STAFF_ONLY}, CUSTOMER: {EVERYONE}, SYSTEM: {EVERYONE, STAFF_ONLY, SYSTEM_ONLY}}
    return audience in allowed[chooser]


def settles_on(booked_on: datetime.date, effective_on: datetime.date) -> datetime.date:
    """Return the local date on which a closing booked on one day and effective on another is settled and becomes final.

    At once where nothing but the day of booking is still served; else on the first day without service, because until then
    it can be undone.
    """
    at_once = effective_on <= booked_on + datetime.timedelta(days=1)
    return booked_on if at_once else effective_on


def end_service(agreement: Agreement, effective_on: datetime.date) -> Agreement:
    """Return the agreement with `effective_on` as the first day no longer served, if that is earlier than its end so far.

    From then on no period is billed that begins on or after it, and the last one is cut. Moves no money yet.
    """
    ends_on = agreement.terms.ends_on
    return replace(agreement, terms=replace(agreement.terms, ends_on=min(ends_on or effective_on, effective_on)))


def settle_close(agreement: Agreement, effective_on: datetime.date) -> Changed:
    """Return the agreement ended on `effective_on` (first day no longer served) with the last money of it.

    What is owed for use up to that day and was not billed yet is charged, lines sold once too; what was billed beyond it is
    given back, each part at its own price. A service that never began owes nothing. The same settlement is shown before it is
    made and made afterwards; settled twice it moves nothing more. Raises CannotChange for a day after the end that is known.
    """
    kept, given = _end(agreement, effective_on)
    settled, documents = _bill_the_rest(kept, effective_on)
    owed = tuple(charge for document in documents for charge in document.charges)
    return Changed(settled, Settlement(tuple(given), owed))


class LastMoney(NamedTuple):
    """What a closing gives back, by the part that was billed, and the documents that are still due."""

    credits: Sequence[Charge]
    documents: Sequence[DueDocument]


def last_money(agreement: Agreement, effective_on: datetime.date) -> LastMoney:
    """Return the money of `settle_close`, with the charges as the documents on which they are billed. Raises CannotChange."""
    kept, given = _end(agreement, effective_on)
    return LastMoney(given, _bill_the_rest(kept, effective_on)[1])


def _end(agreement: Agreement, effective_on: datetime.date) -> tuple[Agreement, list[Charge]]:
    ended = end_service(agreement, effective_on)
    if ended.terms.ends_on != effective_on:
        raise CannotChange(f"the subscription ends on {ended.terms.ends_on}, before {effective_on}")
    left, given = give_back(agreement.billed, effective_on)
    return replace(ended, billed=tuple(left)), given


def _bill_the_rest(kept: Agreement, effective_on: datetime.date) -> tuple[Agreement, list[DueDocument]]:
    return (kept, []) if _never_began(kept.terms) else bill(kept, effective_on)


def what_is_left(terms: Terms, lines: Sequence[BillableLine]) -> CaughtUp:
    """Return what is due up to the end of `terms`, after which nothing is: of what never began, or has no end, nothing."""
    if terms.ends_on is None or _never_began(terms):
        return CaughtUp([], {}, None)
    documents, cursors, _ = documents_due(terms, lines, terms.ends_on)
    return CaughtUp(documents, cursors, None)


def _never_began(terms: Terms) -> bool:
    schedule, ends_on = terms.schedule, terms.ends_on
    return bool(schedule and ends_on and ends_on <= schedule.start_on)
