"""What follows when a quotation changes hands or a customer changes address."""

from dataclasses import replace

import pytest

from soon.activity.actor import system
from soon.mail.portal_link import portal_link_of
from soon.models import Letter, PortalLink
from soon.operations.customers.details import CustomerDetails
from soon.operations.customers.revise import revise as revise_customer
from soon.operations.quotations.revise import CannotRevise, revise
from tests.builders import AT, a_customer, a_draft, a_quotation, a_sent_quotation

pytestmark = pytest.mark.django_db


def details_of(customer) -> CustomerDetails:
    return CustomerDetails(**{name: getattr(customer, name) for name in CustomerDetails.__dataclass_fields__})


def test_a_sent_quotation_keeps_its_customer():
    order, other = a_sent_quotation(), a_customer()
    with pytest.raises(CannotRevise):
        revise(order, draft=a_draft(customer=other, plan=order.plan), actor=system(), at=AT)
    order.refresh_from_db()
    assert order.customer != other


def test_a_quotation_not_sent_yet_may_go_to_another_customer():
    order, other = a_quotation(), a_customer()
    assert revise(order, draft=a_draft(customer=other, plan=order.plan), actor=system(), at=AT).customer == other


def test_links_sent_to_a_former_address_no_longer_open_the_portal():
    customer = a_sent_quotation().customer
    assert portal_link_of(Letter.objects.get(customer=customer))
    assert PortalLink.objects.valid_at(AT).filter(customer=customer).exists()
    details = replace(details_of(customer), email="moi@example.com")
    revise_customer(customer, details=details, actor=system(), at=AT)
    assert not PortalLink.objects.valid_at(AT).filter(customer=customer).exists()


def test_links_stay_when_something_else_changes():
    customer = a_sent_quotation().customer
    assert portal_link_of(Letter.objects.get(customer=customer))
    revise_customer(customer, details=replace(details_of(customer), phone="0236 3 555 555"), actor=system(), at=AT)
    assert PortalLink.objects.valid_at(AT).filter(customer=customer).exists()
