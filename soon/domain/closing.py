"""Rules of closing: which day service ends, and who may give which reason."""

import datetime

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
