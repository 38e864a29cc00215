"""What a verification found, told in the reader's language; and whether one may be made while somebody waits."""

import datetime
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from soon.activity.feed import filled
from soon.domain.errors import DomainError
from soon.models import Activity, InvoiceLine, Verification

from .checks import Check, Text
from .themes import ALL_THEMES, CHECKS, LOOKED_AT

# With fewer lines of documents and chatter entries than this it takes a second or two.
MOST_IN_A_REQUEST = 20_000


@dataclass(frozen=True)
class Told:
    """A finding: what the record is called, of which noun and key it is, and what is wrong with it."""

    record: str
    noun: str
    key: int | None
    sentence: str


@dataclass(frozen=True)
class Row:
    """A check as it came out: `found` of the `looked_at` records contradict it, the first of them told."""

    code: str
    truth: Text
    label: Text
    looked_at: int
    found: int
    is_notice: bool
    told: Sequence[Told]

    @property
    def more(self) -> int:
        """How many were found beside those that are told."""
        return max(self.found - len(self.told), 0)


@dataclass(frozen=True)
class Group:
    """The checks of a theme."""

    title: Text
    rows: Sequence[Row]


def result_of(verification: Verification) -> list[Group]:
    """Return what `verification` checked, by theme; checks that we no longer know come last."""
    told: dict[str, list[Told]] = defaultdict(list)
    for finding in verification.findings:
        told[finding["check"]].append(_told(finding))
    checked = verification.checked
    groups = [
        Group(theme.title, [_row(check, checked[check.code], told) for check in theme.checks if check.code in checked])
        for theme in ALL_THEMES
    ]
    unknown = [code for code in checked if code not in CHECKS]
    if unknown:
        groups.append(Group(_("Checks of another version"), [_unknown(code, checked[code], told) for code in unknown]))
    return [group for group in groups if group.rows]


def _told(finding: dict[str, Any]) -> Told:
    check = CHECKS.get(finding["check"])
    return Told(finding["record"], finding["noun"], finding["key"], _sentence(check, finding["facts"]) if check else "")


def _sentence(check: Check, facts: dict[str, Any]) -> str:
    try:
        return filled(str(check.contradiction), facts)
    except DomainError:
        # Where records make no sense, a currency need not either.
        return json.dumps(facts, ensure_ascii=False)


def _row(check: Check, came_out: dict[str, int], told: dict[str, list[Told]]) -> Row:
    label = LOOKED_AT[check.looks_at].label
    return Row(
        check.code, check.truth, label, came_out["looked_at"], came_out["found"], check.is_notice, told.get(check.code, [])
    )


def _unknown(code: str, came_out: dict[str, int], told: dict[str, list[Told]]) -> Row:
    label = pgettext("looked at", "records")
    return Row(code, code, label, came_out["looked_at"], came_out["found"], False, told.get(code, []))


def latest_contradicted() -> Verification | None:
    """Return the latest verification that came to an end, if it found something that is not true."""
    latest = Verification.objects.filter(finished_at__isnull=False).defer("checked", "findings").first()
    return latest if latest and latest.found else None


def is_quick() -> bool:
    """Return whether there is little enough to check while somebody waits for the page."""
    return all(
        rows.order_by()[: MOST_IN_A_REQUEST + 1].count() <= MOST_IN_A_REQUEST
        for rows in (InvoiceLine.objects.all(), Activity.objects.all())
    )


def was_made_since(moment: datetime.datetime, *, at: datetime.datetime) -> bool:
    """Return whether a verification begun after `moment` has ended, or is still on its way at `at`."""
    since = Verification.objects.filter(started_at__gte=moment).defer("checked", "findings")
    return any(each.state_at(at) != "interrupted" for each in since)
