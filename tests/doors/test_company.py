"""Our own company: one page and its form."""

import pytest

from soon.models import Company
from tests.domain.emv import read_transfer
from tests.doors.setting_up import logged_in, only, statuses, text_of
from tests.operations.records import everything
from tests.printing.reading import codes_on_web

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
    "bank_bin": "970436",
    "bank_account_number": "0041 000.123-456",
    "bank_account_name": "CT  HOA SEN",
    "bank_account": "SWIFT BFTVVNVX",
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
    assert "SWIFT BFTVVNVX" in page


def test_the_bank_is_written_as_people_do_and_shown_as_apps_read_it():
    client = logged_in()
    page = text_of(client.post(EDIT, FORM, follow=True))
    company = Company.objects.get()
    assert (company.bank_account_number, company.bank_account_name) == ("0041000123456", "CT HOA SEN")
    assert "Vietcombank" in page
    (code,) = codes_on_web(page)
    assert read_transfer(code) == {"bank": "970436", "account": "0041000123456", "amount": "", "reference": ""}
    nothing = {"bank_bin": "", "bank_account_number": " ", "bank_account_name": " "}
    page = text_of(client.post(EDIT, FORM | nothing, follow=True))
    assert codes_on_web(page) == []
    assert "no QR code yet" in page
    assert Company.objects.get().bank_bin == ""


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
        ({"bank_bin": ""}, "Choose the bank of this account."),
        ({"bank_account_number": " . "}, "Write the number of the account."),
        ({"bank_account_name": ""}, "Write the holder of the account."),
        ({"bank_bin": "123456"}, "Select a valid choice"),
        ({"bank_account_number": "0041/000"}, "only digits and letters"),
        ({"bank_account_number": "số 12"}, "only digits and letters"),
        ({"bank_account_number": "1234 5678 9012 3456 7890"}, "at most 19 digits and letters"),
    ],
)
def test_what_cannot_be_is_refused(change, words):
    client = logged_in()
    before = everything()
    response = client.post(EDIT, FORM | change)
    assert response.status_code == 422
    assert words in text_of(response)
    assert everything() == before
