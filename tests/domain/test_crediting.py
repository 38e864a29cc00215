"""Giving back amounts of a line: net and tax of all parts add up to what was charged, and never to more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soon.domain.crediting import Creditable, NotCreditable
from soon.domain.derivations import amount_from

minor = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("line", "gross_minor", "net_and_tax"),
    [
        # The whole of it, and half of it.
        (Creditable(1_000_000, 80_000), 1_080_000, (1_000_000, 80_000)),
        (Creditable(1_000_000, 80_000), 540_000, (500_000, 40_000)),
        # Thirds of 100 + 8: 2.67 of tax are 3, so that the last third has 2.
        (Creditable(100, 8), 36, (33, 3)),
        (Creditable(100, 8, 66, 6), 36, (34, 2)),
        # No tax; and a line of tax alone, which rounding can leave.
        (Creditable(100, 0), 40, (40, 0)),
        (Creditable(0, 5), 5, (0, 5)),
        # Earlier credits by another rule took more tax than its share: no part takes more than is left of either.
        (Creditable(100, 10, 0, 10), 100, (100, 0)),
        (Creditable(100, 10, 100, 0), 10, (0, 10)),
    ],
)
def test_net_and_tax_of_a_part(line, gross_minor, net_and_tax):
    assert line.part(gross_minor) == net_and_tax
    assert amount_from(line.as_facts(gross_minor)) == net_and_tax


@pytest.mark.parametrize("gross_minor", [0, -1, 109, 55])
def test_nothing_and_more_than_is_left_are_refused(gross_minor):
    line = Creditable(100, 8, 50, 4) if gross_minor == 55 else Creditable(100, 8)
    with pytest.raises(NotCreditable):
        line.part(gross_minor)


@given(minor, minor, st.lists(st.integers(1, 10**12), max_size=8))
def test_parts_add_up_to_the_line(net, tax, wishes):
    credited = (0, 0)
    for wish in [*wishes, 10**13]:
        line = Creditable(net, tax, *credited)
        if not line.open_minor:
            break
        gross = min(wish, line.open_minor)
        part = line.part(gross)
        assert sum(part) == gross
        assert min(part) >= 0
        credited = (credited[0] + part[0], credited[1] + part[1])
        assert credited[0] <= net
        assert credited[1] <= tax
    assert credited == (net, tax)
