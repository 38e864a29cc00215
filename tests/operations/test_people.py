"""People: invited, changed and shut out, with somebody always left to manage them; and the company."""

import pytest

from soon.activity.actor import staff, system
from soon.mail.password_link import password_path
from soon.models import Company, Letter, User
from soon.operations.company.details import CompanyDetails
from soon.operations.company.revise import revise as revise_company
from soon.operations.people.activate import CannotActivate, activate
from soon.operations.people.choose_language import CannotChooseLanguage, choose_language
from soon.operations.people.deactivate import CannotDeactivate, deactivate
from soon.operations.people.invite import CannotInvite, invite
from soon.operations.people.invite_again import CannotInviteAgain, invite_again
from soon.operations.people.revise import CannotRevisePerson, revise
from tests.builders import AT, PASSWORD, a_customer, a_user
from tests.operations.records import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def admin():
    return a_user("administrator")


def test_an_invited_person_has_a_password_nobody_knows_and_a_letter():
    user = invite("Lan@Example.com", name="Trần Lan", role="salesperson", at=AT, language="vi")
    assert (user.email, user.role, user.is_active, user.created_at) == ("lan@example.com", "salesperson", True, AT)
    assert user.has_usable_password()
    assert not user.check_password(PASSWORD)
    letter = Letter.objects.get()
    assert (letter.kind, letter.to_email, letter.facts) == ("invitation", "lan@example.com", {"user": user.pk})


def test_the_link_is_stored_nowhere():
    user = invite("lan@example.com", name="Lan", role="manager", at=AT)
    key = password_path(user).rstrip("/").rsplit("-", 1)[-1]
    assert key not in str(everything())


def test_a_customer_is_invited_to_their_own_account():
    customer = a_customer(language="en")
    user = invite("dao@example.com", name="Đào", role="customer", customer=customer, at=AT)
    assert (user.customer, Letter.objects.get().language) == (customer, "en")


@pytest.mark.parametrize("role", ["customer", "manager"])
def test_only_a_customers_account_belongs_to_a_customer(role):
    customer = a_customer() if role == "manager" else None
    before = everything()
    with pytest.raises(CannotInvite):
        invite("lan@example.com", name="Lan", role=role, customer=customer, at=AT)
    assert everything() == before


def test_an_e_mail_belongs_to_one_person(admin):
    a_user("manager", email="lan@example.com")
    before = everything()
    with pytest.raises(CannotInvite):
        invite("LAN@example.com", name="Lan", role="manager", at=AT)
    with pytest.raises(CannotRevisePerson):
        revise(admin, name="A", email="Lan@Example.com", role="administrator", actor=staff(admin))
    assert everything() == before


def test_a_new_link_is_a_new_letter_but_not_for_a_deactivated_person(admin):
    user = a_user("manager")
    invite_again(user, at=AT)
    assert Letter.objects.count() == 1
    gone = a_user("manager", is_active=False)
    before = everything()
    with pytest.raises(CannotInviteAgain):
        invite_again(gone, at=AT)
    assert everything() == before


def test_a_role_changes(admin):
    changed = revise(a_user("salesperson"), name="Lan", email="LAN@example.com", role="manager", actor=staff(admin))
    assert (changed.name, changed.email, changed.role) == ("Lan", "lan@example.com", "manager")


def test_nobody_changes_their_own_role(admin):
    a_user("administrator")
    before = everything()
    with pytest.raises(CannotRevisePerson, match="your own role"):
        revise(admin, name="A", email=admin.email, role="manager", actor=staff(admin))
    assert everything() == before


def test_the_last_active_administrator_stays(admin):
    a_user("administrator", is_active=False)
    before = everything()
    for actor in (staff(admin), system()):
        with pytest.raises(CannotRevisePerson):
            revise(admin, name="A", email=admin.email, role="manager", actor=actor)
        with pytest.raises(CannotDeactivate, match="last active administrator"):
            deactivate(admin, actor=actor)
    assert everything() == before


def test_a_second_administrator_may_be_demoted_and_deactivated(admin):
    second, third = a_user("administrator"), a_user("administrator")
    revise(second, name="B", email=second.email, role="manager", actor=staff(admin))
    assert not deactivate(third, actor=staff(admin)).is_active


def test_nobody_deactivates_themselves(admin):
    a_user("administrator")
    before = everything()
    with pytest.raises(CannotDeactivate, match="yourself"):
        deactivate(admin, actor=staff(admin))
    assert everything() == before


def test_staff_and_customers_are_not_turned_into_each_other(admin):
    lan, dao = a_user("manager"), a_user("customer")
    before = everything()
    with pytest.raises(CannotRevisePerson):
        revise(lan, name="Lan", email=lan.email, role="customer", actor=staff(admin))
    with pytest.raises(CannotRevisePerson):
        revise(dao, name="Đào", email=dao.email, role="manager", actor=staff(admin))
    assert everything() == before
    assert revise(dao, name="Đào", email="dao@example.com", role="customer", actor=staff(admin)).name == "Đào"


def test_activate_and_deactivate_once_each(admin):
    user = a_user("manager")
    with pytest.raises(CannotActivate):
        activate(user)
    deactivate(user, actor=staff(admin))
    before = everything()
    with pytest.raises(CannotDeactivate):
        deactivate(user, actor=staff(admin))
    assert everything() == before
    assert activate(user).is_active


def test_a_language_is_chosen(admin):
    choose_language(admin, language="en")
    assert User.objects.get(pk=admin.pk).language == "en"
    before = everything()
    with pytest.raises(CannotChooseLanguage):
        choose_language(admin, language="xx")
    assert everything() == before


def test_the_company_is_one_row():
    revise_company(CompanyDetails(name="Hoa Sen", payment_days=10))
    revise_company(CompanyDetails(name="Hoa Sen Mới", currency="USD"))
    company = Company.objects.get()
    assert (company.pk, company.name, company.currency, company.payment_days) == (1, "Hoa Sen Mới", "USD", 15)
