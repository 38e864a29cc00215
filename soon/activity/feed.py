"""Telling chatter entries in the reader's language, from their kind and facts (see kinds.py and facts.py)."""

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import FieldDoesNotExist
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from soon import formatting
from soon.models import Activity, Closure, Customer, Order

from .actor import API, BACKOFFICE, PORTAL, PUBLIC, SYSTEM
from .kinds import KINDS, STAFF

NOTES = {"note": "note", "message_to_customer": "message", "message_from_customer": "message"}
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Entry:
    """One entry as people read it: `text` is what somebody wrote, `html` the sentence of an event."""

    author: str
    kind: str
    icon: str
    at_label: str
    at_iso: str
    channel: str
    text: str = ""
    html: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)


def by_day(
    activities: Iterable[Activity], *, time_zone: str, today: datetime.date, reader: str = STAFF
) -> list[tuple[str, list[Entry]]]:
    """Return `activities` (newest first) as (day in words, entries), days being local dates of `time_zone`.

    `reader` is STAFF or CUSTOMER (see kinds.py): customers are not told why staff closed their subscription.
    """
    zone = ZoneInfo(time_zone)
    days = groupby(activities, key=lambda activity: activity.at.astimezone(zone).date())
    return [(_day_in_words(day, today), [_entry(activity, zone, reader) for activity in entries]) for day, entries in days]


def _day_in_words(day: datetime.date, today: datetime.date) -> str:
    if day == today:
        return _("Today")
    return _("Yesterday") if day == today - datetime.timedelta(days=1) else str(capfirst(formatting.day_in_words(day)))


def _entry(activity: Activity, zone: ZoneInfo, reader: str) -> Entry:
    local = activity.at.astimezone(zone)
    kind = NOTES.get(activity.kind, "event")
    return Entry(
        author=_author(activity),
        kind=kind,
        icon=KINDS[activity.kind].icon,
        at_label=f"{local:%H:%M}",
        at_iso=local.isoformat(timespec="seconds"),
        channel=channel_words(activity.channel),
        text=activity.text,
        html=SafeString("") if kind != "event" else _sentence(activity, reader),
        changes=[_change(change) for change in activity.facts.get("changes", [])],
    )


def channel_words(channel: str) -> str:
    """Return the name of `channel` in the language being spoken."""
    words = {
        BACKOFFICE: _("Back office"),
        PORTAL: _("Customer portal"),
        PUBLIC: _("Public page"),
        API: _("API"),
        SYSTEM: _("System"),
    }
    return words.get(channel, channel)


def _author(activity: Activity) -> str:
    return activity.actor_name or _("The system")


def _sentence(activity: Activity, reader: str) -> SafeString:
    """Return the sentence of an event with its facts in place, names in bold; everything is escaped."""
    facts = {name: conditional_escape(fact_in_words(name, value)) for name, value in activity.facts.items()}
    facts["actor"] = format_html("<strong>{}</strong>", _author(activity))
    sentence = str(conditional_escape(KINDS[activity.kind].sentence_for(reader)))
    # A fact that an old entry does not have leaves its place empty instead of breaking the page.
    return mark_safe(_PLACE.sub(lambda place: str(facts.get(place[1], "…")), sentence))  # noqa: S308 - every part is escaped


def filled(sentence: str, facts: Mapping[str, Any]) -> str:
    """Return `sentence` with `facts` in its places, as plain text in the reader's words; "–" for nothing, "…" for no fact."""
    words = {name: fact_in_words(name, value) or "–" for name, value in facts.items()}
    return _PLACE.sub(lambda place: words.get(place[1], "…"), sentence)


def fact_in_words(name: str, value: Any) -> str:
    """Return the fact `value`, stored under `name`, in the reader's words; the shapes are those of facts.py."""
    if isinstance(value, Mapping) and "minor" in value:
        return formatting.money_text(value["minor"], value["currency"])
    if isinstance(value, Mapping):
        language = (get_language() or "vi")[:2]
        return str(value.get(language) or value.get("vi") or "")
    if name.endswith("_on") and isinstance(value, str):
        return formatting.day_in_words(datetime.date.fromisoformat(value))
    if isinstance(value, list):
        return ", ".join(fact_in_words("", item) for item in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


def _change(change: Mapping[str, Any]) -> tuple[str, str, str]:
    name = str(change["field"])
    return _label(name), fact_in_words(name, change.get("old")), fact_in_words(name, change.get("new")) or _("(empty)")


def _label(name: str) -> str:
    """Return what readers call the field `name` of an order or a customer."""
    own = {
        "lines": _("Order lines"),
        "total": _("Total"),
        "plan": _("Recurring Plan"),
        "last_day_on": _("End date"),
    }
    if name in own:
        return own[name]
    for model in (Order, Customer, Closure):
        try:
            return str(capfirst(getattr(model._meta.get_field(name), "verbose_name", name)))
        except FieldDoesNotExist:
            continue
    return name
