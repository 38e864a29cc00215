"""One text of a content, and hashes that hold a chain together."""

import datetime
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.evidence import NotCanonical, canonical, hash_of, link

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ({"b": 1, "a": {"d": None, "c": True}}, '{"a":{"c":true,"d":null},"b":1}'),
        ({"reason": "Quá đắt"}, '{"reason":"Quá đắt"}'),
        ({"on": datetime.date(2026, 12, 31), "none": ()}, '{"none":[],"on":"2026-12-31"}'),
        (
            {"at": datetime.datetime(2026, 1, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=7)))},
            '{"at":"2025-12-31T19:00:00.000000Z"}',
        ),
    ],
)
def test_a_content_has_one_text(content, text):
    assert canonical(content) == text
    assert canonical(dict(reversed(content.items()))) == text


@pytest.mark.parametrize(
    "content", [{"amount": 1.5}, {"at": datetime.datetime(2026, 1, 1)}, {1: "one"}, {"who": object()}, {"some": {"a"}}]
)
def test_what_has_no_one_text_is_refused(content):
    with pytest.raises(NotCanonical):
        canonical(content)


def test_the_hash_is_the_one_everybody_can_compute():
    first, second = link(['{"a":1}', "Đà Nẵng"])
    assert first == (1, '{"a":1}', "", hashlib.sha256(b'\n{"a":1}').hexdigest())
    assert second[:3] == (2, "Đà Nẵng", first.hash)
    assert second.hash == hashlib.sha256(f"{first.hash}\nĐà Nẵng".encode()).hexdigest()
    assert list(link(["Đà Nẵng"], after=1, previous_hash=first.hash)) == [second]


@given(st.lists(st.dictionaries(st.text(), PLAIN, max_size=3).map(canonical), min_size=2, max_size=6), st.data())
def test_whatever_is_changed_left_out_or_moved_breaks_the_chain(texts, data):
    chain = list(link(texts))
    place = data.draw(st.integers(0, len(chain) - 2))
    changed = chain[place].content + " "
    assert hash_of(chain[place].previous_hash, changed) != chain[place].hash
    assert chain[place + 1].previous_hash == chain[place].hash != hash_of(chain[place].previous_hash, changed)
    assert len({each.hash for each in chain}) == len(chain)
