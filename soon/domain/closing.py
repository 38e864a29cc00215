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


def may_choose(audience: str, chooser: str) -> bool:
    """Return whether `chooser` (staff, customer or system) may give a reason meant for `audience`."""
    allowed = {STAFF: {EVERYONE, STAFF_ONLY}, CUSTOMER: {EVERYONE}, SYSTEM: {EVERYONE, STAFF_ONLY, SYSTEM_ONLY}}
    return audience in allowed[chooser]
