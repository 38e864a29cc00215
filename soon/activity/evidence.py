"""The chain of evidence: what was declared, shown and done when a customer closed, each entry hashed with the one before."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, Subquery

from soon.domain.evidence import ENTRY, Link, canonical, link, moment_text
from soon.models import Closure, Customer, Evidence
from soon.models.bulk import Row, any_of, insert_rows

_COLUMNS = ("customer_id", "closure_id", "kind", "at", *Link._fields)


def append_evidence(kind: str, entries: Sequence[tuple[Closure, Mapping[str, Any]]], *, at: datetime.datetime) -> None:
    """Append an entry of `kind` (Evidence.Kind) for each closure with what it must prove, at the moment `at`.

    To each content its own place is added (`entry_of`). Two statements, however many there are. Call it with the money of the
    customers locked, so that a chain has one end. Raises NotCanonical (domain/evidence.py) for what has no one text.
    """
    if entries:
        # All read before the first is written: COPY keeps the connection to itself.
        insert_rows(Evidence, _COLUMNS, list(_rows(Evidence.Kind(kind), entries, at)))


def entry_of(closure_id: int, customer_id: int, kind: str, at: datetime.datetime) -> dict[str, Any]:
    """Return what an entry's text says of itself under the name ENTRY: its columns, so that these are sealed too."""
    return {"closure": closure_id, "customer": customer_id, "kind": str(kind), "at": moment_text(at)}


def _rows(kind: str, entries: Sequence[tuple[Closure, Mapping[str, Any]]], at: datetime.datetime) -> Iterator[Row]:
    of_customer: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for closure, content in entries:
        if ENTRY in content:
            raise ValueError(f"{ENTRY!r} is taken: it tells of the entry itself")
        own = {ENTRY: entry_of(closure.pk, closure.customer_id, kind, at)}
        of_customer[closure.customer_id].append((closure.pk, canonical({**content, **own})))
    for customer, (position, previous_hash) in _ends(of_customer).items():
        told = of_customer[customer]
        links = link((text for _, text in told), after=position, previous_hash=previous_hash)
        for (closure_id, _), each in zip(told, links, strict=True):
            yield (customer, closure_id, str(kind), at, *each)


def _ends(customers: Collection[int]) -> dict[int, tuple[int, str]]:
    """Return position and hash of the last entry of each customer; (0, "") before the first."""
    last = Evidence.objects.filter(customer=OuterRef("pk")).order_by("-position")
    ends = Customer.objects.filter(pk__in=any_of(sorted(customers))).annotate(
        end=Subquery(last.values("position")[:1]), end_hash=Subquery(last.values("hash")[:1])
    )
    return {key: (position or 0, hash_ or "") for key, position, hash_ in ends.values_list("pk", "end", "end_hash")}
