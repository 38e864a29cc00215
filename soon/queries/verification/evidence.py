"""Evidence of closings: each customer's chain is whole, says of itself what is stored beside it, and leaves nothing out."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from soon.activity.evidence import entry_of
from soon.domain.evidence import ENTRY, canonical, hash_of
from soon.models import Closure, Evidence

from .checks import Check, Finding, Moment, Naming, Rule, Theme, Walk, broken

# Fewer at a time than elsewhere: each holds a text of some thousand letters.
CHUNK = 1_000

ORDER = Check(
    "evidence_in_order",
    _("The evidence of each customer is counted from 1, and each entry follows the one before."),
    _("Entry {position} does not follow the one before."),
    "evidence",
)
SEALED = Check(
    "evidence_as_sealed",
    _("The text of each entry of evidence has the hash it was stored with."),
    _("The text of entry {position} is another than the one that was stored."),
    "evidence",
)
ITSELF = Check(
    "evidence_of_its_closure",
    _("Each entry of evidence says itself of which closure, customer, kind and moment it is."),
    _("Entry {position} says something else of itself than what is stored beside it."),
    "evidence",
)
REQUESTED = Check(
    "closing_has_request",
    _("Of each closure with evidence the request is there."),
    _("There is evidence of what followed, but none of the request."),
    "closures",
)
UNPROVEN = Check(
    "closing_has_evidence",
    _("Closures since the first evidence have evidence."),
    _("It was closed when evidence was kept already, and there is none of it."),
    "closures",
    is_notice=True,
)

_FIELDS = ("customer", "closure", "closure__customer", "closure__order", "closure__order__number")


def chains(moment: Moment) -> Iterator[Finding]:
    """Go along the chain of each customer."""
    rows = Evidence.objects.order_by("customer", "position")
    customer, position, previous_hash = None, 0, ""
    for row in rows.values(*_FIELDS, "position", "kind", "at", "content", "previous_hash", "hash").iterator(CHUNK):
        moment.seen(1)
        if row["customer"] != customer:
            customer, position, previous_hash = row["customer"], 0, ""
        wrong = {
            ORDER: row["position"] != position + 1 or row["previous_hash"] != previous_hash,
            SEALED: row["hash"] != hash_of(row["previous_hash"], row["content"]),
            ITSELF: not _is_its_own(row),
        }
        facts = {"position": row["position"]}
        number, key = row["closure__order__number"], row["closure__order"]
        yield from (Finding(check, number, "order", key, facts) for check, is_wrong in wrong.items() if is_wrong)
        position, previous_hash = row["position"], row["hash"]


def _is_its_own(row: dict[str, Any]) -> bool:
    own = canonical(entry_of(row["closure"], row["customer"], row["kind"], row["at"]))
    return row["customer"] == row["closure__customer"] and f'"{ENTRY}":{own}' in row["content"]


def closures(moment: Moment) -> Iterator[Finding]:
    """Look for the request of each closure; those from before evidence was kept have none."""
    entries = Evidence.objects.filter(closure=OuterRef("pk"))
    requests = entries.filter(kind=Evidence.Kind.CLOSING_REQUESTED)
    first = Evidence.objects.aggregate(at=Min("at"))["at"]
    if first is None:
        return
    rules = (
        Rule(REQUESTED, Q(has_evidence=True, has_request=False)),
        Rule(UNPROVEN, Q(has_evidence=False, submitted_at__gt=first)),
    )
    found = Closure.objects.order_by().annotate(has_evidence=Exists(entries), has_request=Exists(requests))
    yield from broken(found, rules, Naming("order", "order", "order__number"))


EVIDENCE = Theme(_("Evidence of closings"), (Walk((ORDER, SEALED, ITSELF), chains), Walk((REQUESTED, UNPROVEN), closures)))
