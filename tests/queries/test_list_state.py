"""The address of a list is its state: what it knows it keeps, everything else it leaves out."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from soon.queries.listing import Column, ListSpec, ListState
from soon.queries.orders import ORDERS


def read(query: str) -> ListState:
    """Return the state of the list of orders at `query`."""
    return ListState.read(QueryDict(query), ORDERS)


def test_a_state_survives_its_own_address():
    query = "q=hoa+sen&filter=churned&filter=mine&plan=3&group=reason&open=5&open=none&sort=-mrr&cols=number,mrr&page=4"
    state = read(query)
    assert read(state.query) == state
    assert (state.q, state.filters, state.drills) == ("hoa sen", ("churned", "mine"), (("plan", "3"),))
    assert (state.group, state.open, state.sort) == ("reason", ("5", "none"), "-mrr")
    assert (state.columns, state.page) == (("number", "mrr"), 4)


@pytest.mark.parametrize(
    "query",
    [
        "filter=nonsense&group=password&sort=customer__users__password&view=admin&cols=secret&page=-1",
        "plan=abc&plan=1.5&customer=-3&salesperson=%00&reason=99999999999999999999999&start_month=2026-13&state=asleep",
        "page=99999999999999999999&sort=-&open=",
        "start_month=0000-01&closing_month=%E0%A4&page=%D9%A3",
    ],
)
def test_what_is_unknown_or_hostile_is_left_out(query):
    state = read(query)
    assert (state.filters, state.drills, state.group, state.sort, state.view) == ((), (), "", "", "")
    assert (state.columns, state.page) == ((), 1)


@given(st.text(max_size=300))
def test_any_text_is_a_search(text):
    query = QueryDict(mutable=True)
    query["q"] = text
    state = ListState.read(query, ORDERS)
    assert "\x00" not in state.q
    assert len(state.q) <= 200
    assert ListState.read(QueryDict(state.query), ORDERS).q == state.q


def test_a_change_begins_on_the_first_page_again():
    state = read("filter=churned&page=7")
    assert state.with_filter("mine").page == 1
    assert state.with_filter("churned").filters == ()
    assert state.with_open("5").page == 7, "folding stays where it is"


def test_showing_one_group_alone_ends_the_grouping():
    assert read("group=reason&open=5").with_drill("reason", "5").query == "reason=5"


def test_a_dimension_may_not_take_a_word_of_the_address():
    dimension = ORDERS.dimension_of["plan"]
    with pytest.raises(ValueError, match="taken"):
        ListSpec(page="x", title="x", columns=(Column("a", "A", "a"),), dimensions=(dimension, dimension))


def test_a_column_is_of_a_known_kind():
    with pytest.raises(ValueError, match="unknown kind"):
        Column("a", "A", "a", kind="picture")
