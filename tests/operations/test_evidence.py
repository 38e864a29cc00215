"""Evidence is appended to the chain of each customer, for one closure or thousands, and stays as it was stored."""

import datetime
import hashlib
import json

import pytest
from django.db import DatabaseError, transaction
from django.test.utils import CaptureQueriesContext

from soon.activity.evidence import append_evidence
from soon.domain.evidence import NotCanonical
from soon.models import Closure, Evidence
from tests.builders import AT, a_churned_order, a_customer
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
LATER = AT + datetime.timedelta(days=1, microseconds=5)


def closures_of(*customers) -> list[Closure]:
    return [a_churned_order(customer=customer).closure for customer in customers]


def chain_of(customer) -> list[Evidence]:
    return list(Evidence.objects.filter(customer=customer).order_by("position"))


def is_whole(chain: list[Evidence]) -> bool:
    """Recompute a chain with nothing of ours."""
    before = ""
    for place, each in enumerate(chain, start=1):
        own = hashlib.sha256((before + "\n" + each.content).encode("utf-8")).hexdigest()
        if (each.position, each.previous_hash, each.hash) != (place, before, own):
            return False
        before = own
    return True


def test_each_customer_has_a_chain_of_their_own_in_the_order_given():
    hoa, lan = a_customer(), a_customer()
    first, other, second = closures_of(hoa, lan, hoa)
    ahead = len(chain_of(hoa))
    entries = [(first, {"reason": "Quá đắt"}), (other, {"reason": None}), (second, {"days": [1, 2]})]
    append_evidence("closing_requested", entries, at=AT)
    append_evidence("closed", [(second, {})], at=LATER)
    chain = chain_of(hoa)
    assert [(each.kind, each.closure, each.at) for each in chain[ahead:]] == [
        ("closing_requested", first, AT),
        ("closing_requested", second, AT),
        ("closed", second, LATER),
    ]
    assert json.loads(chain[ahead].content) == {
        "entry": {
            "at": "2026-03-16T05:00:00.000000Z",
            "closure": first.pk,
            "customer": hoa.pk,
            "kind": "closing_requested",
        },
        "reason": "Quá đắt",
    }
    assert is_whole(chain) and is_whole(chain_of(lan))


def test_thousands_take_as_many_statements_as_one():
    closure, other = closures_of(a_customer(), a_customer())
    with CaptureQueriesContext(transaction.get_connection()) as queries:
        append_evidence("closed", [(each, {"n": n}) for n in range(1_000) for each in (closure, other)], at=AT)
    # One to read the ends; of storing, PostgreSQL counts its COPY, SQLite goes past what is counted.
    assert len(queries) <= 2
    assert len(chain_of(closure.customer)) >= 1_000 and is_whole(chain_of(closure.customer))
    append_evidence("closed", [], at=AT)


@pytest.mark.parametrize(
    ("kind", "content", "error"),
    [
        ("closed", {"amount": 0.5}, NotCanonical),
        ("closed", {"entry": "mine"}, ValueError),
        ("opened", {}, ValueError),
    ],
)
def test_what_cannot_be_sealed_is_refused_and_nothing_is_written(kind, content, error):
    [closure] = closures_of(a_customer())
    before = everything()
    with pytest.raises(error), transaction.atomic():
        append_evidence(kind, [(closure, {}), (closure, content)], at=AT)
    assert everything() == before


def test_nothing_that_was_stored_can_be_changed_or_deleted():
    [closure] = closures_of(a_customer())
    append_evidence("closed", [(closure, {})], at=AT)
    for attempt in (lambda rows: rows.update(content="{}"), lambda rows: rows._raw_delete("default")):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt(Evidence.objects.filter(closure=closure))
