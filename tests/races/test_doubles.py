"""Two people do the same, or the contrary, at the same moment: one is let through, the others are refused in words."""

import pytest

from soon.activity.actor import staff, system
from soon.domain import permissions
from soon.models import CloseReason, Customer, Product, User
from soon.operations.close_reasons.archive import archive as archive_reason
from soon.operations.close_reasons.create import create as create_reason
from soon.operations.close_reasons.details import CloseReasonDetails
from soon.operations.customers.archive import archive as archive_customer
from soon.operations.customers.create import create as create_customer
from soon.operations.customers.details import CustomerDetails
from soon.operations.people.deactivate import deactivate
from soon.operations.people.invite import invite
from soon.operations.people.revise import revise as revise_person
from soon.operations.products.create import create as create_product
from soon.operations.products.details import ProductDetails
from soon.operations.quotations.confirm import confirm
from tests.builders import AT, TODAY, a_close_reason, a_quotation, a_user
from tests.races.at_once import at_once, kinds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def test_a_double_click_makes_one_product():
    results = at_once(*[lambda: create_product(ProductDetails("CLOUD-10", "Đám mây"))] * 4)
    assert kinds(results) == ["CannotCreateProduct"] * 3 + ["Product"]
    assert Product.objects.count() == 1


def test_a_double_click_makes_one_customer_of_an_external_id():
    details = CustomerDetails("Hoa Sen", external_id="KH-7")
    results = at_once(*[lambda: create_customer(details, actor=system(), at=AT)] * 4)
    assert kinds(results) == ["CannotCreateCustomer"] * 3 + ["Customer"]
    assert Customer.objects.count() == 1


def test_a_double_click_invites_once():
    results = at_once(*[lambda: invite("lan@example.com", name="Lan", role="manager", at=AT)] * 4)
    assert kinds(results) == ["CannotInvite"] * 3 + ["User"]


def test_a_double_click_adds_one_close_reason():
    a_close_reason()
    results = at_once(*[lambda: create_reason(CloseReasonDetails("Chuyển nhà", "Moving"))] * 4)
    assert kinds(results) == ["CannotCreateReason"] * 3 + ["CloseReason"]


def test_of_the_last_two_reasons_for_customers_one_stays():
    first, second = a_close_reason(), a_close_reason()
    results = at_once(lambda: archive_reason(first, at=AT), lambda: archive_reason(second, at=AT))
    assert kinds(results) == ["CannotArchiveReason", "CloseReason"]
    assert CloseReason.objects.for_customers().count() == 1


def test_two_administrators_who_shut_each_other_out_leave_one():
    lan, minh = a_user(), a_user()
    results = at_once(lambda: deactivate(minh, actor=staff(lan)), lambda: deactivate(lan, actor=staff(minh)))
    assert kinds(results) == ["CannotDeactivate", "User"]
    assert User.objects.filter(is_active=True).count() == 1


def test_two_administrators_who_demote_each_other_leave_one():
    lan, minh = a_user(), a_user()

    def demote(whom: User, who: User) -> User:
        return revise_person(whom, name=whom.name, email=whom.email, role=permissions.MANAGER, actor=staff(who))

    results = at_once(lambda: demote(minh, lan), lambda: demote(lan, minh))
    assert kinds(results) == ["CannotRevisePerson", "User"]
    assert User.objects.filter(role=permissions.ADMINISTRATOR).count() == 1


def test_nobody_is_archived_with_a_subscription_that_begins_just_now():
    order = a_quotation()
    results = at_once(
        lambda: confirm(order, actor=system(), at=AT, today=TODAY),
        lambda: archive_customer(order.customer, actor=system(), at=AT),
    )
    assert kinds(results) in (["CannotArchiveCustomer", "Order"], ["CannotConfirm", "Customer"])
