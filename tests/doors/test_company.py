"""Our own company: one page and its form."""

import pytest

from soon.models import Company
from tests.doors.setting_up import HOSTILE, logged_in, only, statuses, text_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
EDIT = "/company/edit/"
FORM = {
    "name": "Công ty Hoa Sen",
    "street": "1 Lê Duẩn",
    "city": "Đà Nẵng",
    "country": "VN",
    "tax_number": "0401234567",
    "email": "hello@example.com",
    "phone": "",
    "bank_account": "VCB 0041000123456",
    "currency": "VND",
    "time_zone": "Asia/Ho_Chi_Minh",
    "payment_days": "15",
    "quotation_days": "30",
}


def test_only_those_who_configure_see_the_company():
    for page in ("company", "company_edit"):
        assert statuses(page) == only("administrator", "manager"), page


def test_the_company_is_filled_in_and_changed():
    client = logged_in()
    assert client.post(EDIT, FORM).status_code == 302
    page = text_of(client.post(EDIT, FORM | {"payment_days": "7"}, follow=True))
    company = Company.objects.get()
    assert (company.pk, company.name, company.payment_days) == (1, "Công ty Hoa Sen", 7)
    assert "VCB 0041000123456" in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "required"),
        ({"tax_number": "12"}, "10 digits"),
        ({"payment_days": "366"}, "less than or equal to 365"),
        ({"payment_days": "-1"}, "greater than or equal to 0"),
        ({"quotation_days": "0"}, "greater than or equal to 1"),
        ({"time_zone": "Nowhere"}, "Select a valid choice"),
        ({"phone": "abc"}, "phone number"),
    ],
)
def test_what_cannot_be_is_refused(change, words):
    client = logged_in()
    before = everything()
    response = client.post(EDIT, FORM | change)
    assert response.status_code == 422
    assert words in text_of(response)
    assert everything() == before


def test_hostile_input_is_never_a_fault():
    client = logged_in()
    for name in FORM:
        for text in HOSTILE.values():
            response = client.post(EDIT, FORM | {name: text}, follow=True)
            assert response.status_code in (200, 422), (name, text[:20])
            assert "<script>alert" not in text_of(response)
