"""The same declaration sent twice at once, two for one order, and staff who handle one that is being handled."""

import pytest

from soon.activity.actor import staff
from soon.models import Closure, Declaration, Letter
from soon.operations.declarations.match import match
from soon.operations.declarations.receive import receive
from soon.operations.declarations.set_aside import set_aside
from soon.operations.declarations.statement import Statement
from soon.operations.installation.seed import seed
from tests.builders import AT, TODAY, a_user, an_order
from tests.races.at_once import at_once, kinds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def a_statement(order, key, reference=""):
    return Statement("Lan", order.customer.email, reference or order.number, key * 40)


def test_a_double_click_is_one_declaration_one_letter_one_closing():
    seed()
    order = an_order()
    results = at_once(*[lambda: receive(a_statement(order, "k"), at=AT)] * 4)
    assert kinds(results) == ["Declaration"] * 4
    assert Declaration.objects.count() == Closure.objects.count() == 1
    assert Letter.objects.filter(kind="declaration_received").count() == 1


def test_of_two_declarations_for_one_order_one_closes_it_and_the_other_waits():
    seed()
    order = an_order()
    results = at_once(*[lambda key=key: receive(a_statement(order, key), at=AT) for key in "klm"])
    assert kinds(results) == ["Declaration"] * 3
    assert Closure.objects.count() == 1
    assert Declaration.objects.waiting().count() == 2


def test_a_declaration_is_matched_or_set_aside_never_both():
    seed()
    order, lan = an_order(), staff(a_user())
    waiting = receive(a_statement(order, "k", "lost"), at=AT)
    results = at_once(
        lambda: match(waiting, order=order, actor=lan, at=AT, today=TODAY),
        lambda: set_aside(waiting, answer="Không có hợp đồng này.", actor=lan, at=AT),
    )
    assert kinds(results) in (["CannotMatch", "Declaration"], ["CannotSetAside", "Declaration"])
    waiting.refresh_from_db()
    assert bool(waiting.closure) is not bool(waiting.answer)
    assert Closure.objects.count() == int(bool(waiting.closure))
