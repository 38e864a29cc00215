"""Customers: what each verb stores and tells, and that a refusal writes nothing."""

from dataclasses import replace

import pytest

from soon.activity.actor import staff
from soon.mail.render import render
from soon.models import Activity, Customer, Letter, PortalLink
from soon.operations.customers.archive import CannotArchiveCustomer, archive
from soon.operations.customers.create import CannotCreateCustomer, create
from soon.operations.customers.details import CustomerDetails
from soon.operations.customers.restore import CannotRestoreCustomer, restore
from soon.operations.customers.revise import CannotReviseCustomer, revise
from soon.operations.customers.send_portal_link import CannotSendPortalLink, send_portal_link
from tests.builders import AT, a_churned_order, a_customer, a_user, an_order
from tests.operations.records import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
DETAILS = CustomerDetails(name="Nguyễn Thị Đào", email="dao@example.com", country="VN", external_id="X-1")


@pytest.fixture
def lan():
    return staff(a_user("salesperson", name="Trần Lan"))


def test_a_new_customer_is_stored_found_without_accents_and_told(lan):
    customer = create(DETAILS, actor=lan, at=AT)
    assert list(Customer.objects.matching("nguyen dao")) == [customer]
    told = Activity.objects.get()
    assert (told.kind, told.customer, told.actor_name, told.at) == ("customer_created", customer, "Trần Lan", AT)


def test_an_external_id_belongs_to_one_customer(lan):
    create(DETAILS, actor=lan, at=AT)
    other = a_customer()
    before = everything()
    with pytest.raises(CannotCreateCustomer):
        create(DETAILS, actor=lan, at=AT)
    with pytest.raises(CannotReviseCustomer):
        revise(other, details=DETAILS, actor=lan, at=AT)
    assert everything() == before


def test_a_change_is_told_old_and_new(lan):
    customer = create(DETAILS, actor=lan, at=AT)
    details = replace(DETAILS, phone="0905 123 456", is_company=True, salesperson=lan.user)
    changed = revise(customer, details=details, actor=lan, at=AT)
    assert (changed.phone, changed.is_company, changed.salesperson) == ("0905 123 456", True, lan.user)
    assert Activity.objects.get(kind="customer_changed").facts["changes"] == [
        {"field": "is_company", "old": False, "new": True},
        {"field": "phone", "old": None, "new": "0905 123 456"},
        {"field": "salesperson", "old": None, "new": "Trần Lan"},
    ]


def test_saving_without_a_change_tells_nothing(lan):
    customer = create(DETAILS, actor=lan, at=AT)
    before = everything()
    revise(customer, details=DETAILS, actor=lan, at=AT)
    assert everything() == before


def test_archive_and_restore(lan):
    customer = a_churned_order().customer
    archive(customer, actor=lan, at=AT)
    assert Customer.objects.current().filter(pk=customer.pk).count() == 0
    restore(customer, actor=lan, at=AT)
    assert Customer.objects.current().filter(pk=customer.pk).count() == 1
    kinds = Activity.objects.filter(order=None).values_list("kind", flat=True)
    assert list(kinds) == ["customer_restored", "customer_archived"]


def test_a_customer_with_a_running_subscription_is_not_archived(lan):
    customer = an_order().customer
    before = everything()
    with pytest.raises(CannotArchiveCustomer, match="running subscription"):
        archive(customer, actor=lan, at=AT)
    assert everything() == before


def test_archiving_and_restoring_twice_are_refused(lan):
    customer = a_customer()
    with pytest.raises(CannotRestoreCustomer):
        restore(customer, actor=lan, at=AT)
    archive(customer, actor=lan, at=AT)
    before = everything()
    with pytest.raises(CannotArchiveCustomer):
        archive(customer, actor=lan, at=AT)
    assert everything() == before


def test_a_portal_link_is_a_letter_with_a_link(lan):
    customer = a_customer(email="dao@example.com", language="en")
    send_portal_link(customer, actor=lan, at=AT)
    letter = Letter.objects.get()
    assert (letter.kind, letter.to_email, letter.language) == ("portal_link", "dao@example.com", "en")
    # Sent twice, it carries one and the same link.
    first, again = render(letter).body, render(letter).body
    assert first == again and PortalLink.objects.get(letter=letter, customer=customer).token in first
    # A letter that is still on its way to a former address opens nothing.
    Customer.objects.filter(pk=customer.pk).update(email="new@example.com")
    PortalLink.objects.all().delete()
    assert "/portal/link/" not in render(Letter.objects.get()).body
    assert Activity.objects.get().facts == {"email": "dao@example.com"}


@pytest.mark.parametrize("fields", [{"email": ""}, {"archived_at": AT}], ids=["no e-mail", "archived"])
def test_no_portal_link_without_an_address_or_for_an_archived_customer(lan, fields):
    customer = a_customer(**fields)
    before = everything()
    with pytest.raises(CannotSendPortalLink):
        send_portal_link(customer, actor=lan, at=AT)
    assert everything() == before
