"""Closings as their customers have them in writing, and the file that proves them."""

from typing import Any

from django.utils.translation import gettext as _

from soon.domain.evidence import RULE, moment_text
from soon.models import Closure, Evidence, Order, User

# Of the shape of the file, for programs that read it.
FORMAT = "soon-evidence-1"


def latest_closure(order: Order) -> Closure | None:
    """Return the latest closing of `order`, also one that was undone or reopened since, ready for its receipt."""
    closures = Closure.objects.filter(order=order, customer=order.customer_id)
    return closures.select_related("order__plan", "order__customer", "customer", "reason").first()


def evidence_file(closure: Closure, reader: User) -> dict[str, Any]:
    """Return what proves `closure`: its customer's chain from the first entry up to the last one about it, and how to check it.

    Entries about orders that `reader` may not see keep their hashes, so that the chain stays whole, but not their content.
    """
    last = Evidence.objects.filter(closure=closure).order_by("-position").values_list("position", flat=True).first() or 0
    chain = Evidence.objects.filter(customer=closure.customer_id, position__lte=last).order_by("position")
    seen = set(Order.objects.visible_to(reader).filter(customer=closure.customer_id).values_list("pk", flat=True))
    entries = [_entry(each, is_seen=each.closure.order_id in seen) for each in chain.select_related("closure")]
    return {
        "format": FORMAT,
        "order": closure.order.number,
        "customer": closure.customer.name,
        "closure": closure.pk,
        "how_to_check": _how_to_check(),
        "entries": entries,
    }


def _entry(evidence: Evidence, *, is_seen: bool) -> dict[str, Any]:
    return {
        "position": evidence.position,
        "closure": evidence.closure_id,
        "kind": evidence.kind,
        "at": moment_text(evidence.at),
        "content": evidence.content if is_seen else None,
        "previous_hash": evidence.previous_hash,
        "hash": evidence.hash,
    }


def _how_to_check() -> list[str]:
    return [
        RULE,
        _("Positions count from 1. The first entry has an empty previous_hash, each other one the hash of the entry before."),
        _("Compute the hash of each content exactly as it stands here, as UTF-8, without any change of spaces or order."),
        _("If each hash is the one computed, nothing was changed, added, moved or left out since the entries were made."),
        _("The same hashes stand on the receipt that the customer got by letter, and can be compared with it."),
        _("Content that is null is about another order, which the person who made this file may not see; its hash is kept."),
    ]
