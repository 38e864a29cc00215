"""Confirming a quotation: what is confirmed is what stands there at that moment, and what the customer read."""

import datetime

import pytest

from soon.activity.actor import customer_in_portal, system
from soon.models import Order
from soon.operations.customers.archive import archive
from soon.operations.order_sums import LARGEST_MRR, TooLarge
from soon.operations.quotations.confirm import CannotConfirm, confirm
from soon.operations.quotations.create import create
from soon.operations.quotations.revise import revise
from soon.queries.offers import offer_key
from tests.builders import AT, TODAY, a_draft, a_plan, a_quotation, a_sent_quotation
from tests.operations.records import everything

pytestmark = pytest.mark.django_db

LATER = datetime.date(2026, 6, 1)


def revised(order: Order, **fields) -> Order:
    return revise(order, draft=a_draft(customer=order.customer, **fields), actor=system(), at=AT)


def test_a_change_made_while_somebody_looks_at_the_page_is_what_is_confirmed():
    seen = a_quotation(start_on=TODAY)
    revised(Order.objects.get(pk=seen.pk), start_on=LATER, plan=a_plan(interval_unit="year"))
    confirmed = confirm(seen, actor=system(), at=AT, today=TODAY)
    assert (confirmed.start_on, confirmed.next_invoice_on, confirmed.plan.interval_unit) == (LATER, LATER, "year")


@pytest.mark.parametrize("change", [{"price_minor": 2_000_000}, {"start_on": LATER}, {"note": "Twelve months at least"}])
def test_a_customer_accepts_only_what_they_read(change, english):
    order = a_sent_quotation()
    read = offer_key(order, order.lines.all())
    revised(order, **change)
    before, actor = everything(), customer_in_portal(order.customer)
    with pytest.raises(CannotConfirm, match="changed in the meantime"):
        confirm(order, actor=actor, at=AT, today=TODAY, expected_offer=read)
    assert everything() == before
    again = Order.objects.get(pk=order.pk)
    confirm(order, actor=actor, at=AT, today=TODAY, expected_offer=offer_key(again, again.lines.all()))


@pytest.mark.parametrize("by_customer", [True, False])
def test_an_archived_customer_gets_no_subscription(by_customer):
    order = a_sent_quotation()
    archive(order.customer, actor=system(), at=AT)
    before, actor = everything(), customer_in_portal(order.customer) if by_customer else system()
    with pytest.raises(CannotConfirm):
        confirm(order, actor=actor, at=AT, today=TODAY)
    assert everything() == before


@pytest.mark.parametrize("fields", [{"price_minor": 2 * LARGEST_MRR}, {"price_minor": LARGEST_MRR, "plan": "day"}])
def test_an_amount_that_no_column_holds_is_refused(fields):
    if fields.get("plan"):
        fields = fields | {"plan": a_plan(interval_unit=fields["plan"])}
    draft, before = a_draft(**fields), everything()
    with pytest.raises(TooLarge):
        create(draft, actor=system(), at=AT)
    assert {name: rows for name, rows in everything().items() if rows != before[name]} == {}
