"""Taxes: list and form."""

from decimal import Decimal

import pytest
from django.urls import reverse

from soon.models import OrderLine, Tax
from tests.builders import a_tax, an_order
from tests.doors.setting_up import logged_in, only, statuses, text_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
NEW = "/taxes/new/"
FORM = {"name_vi": "GTGT 8%", "name_en": "VAT 8%", "percent": "8"}


def test_only_those_who_configure_see_taxes():
    tax = a_tax()
    for page, args in (("taxes", ()), ("tax_new", ()), ("tax_edit", (tax.pk,))):
        assert statuses(page, *args) == only("administrator", "manager"), page
    before = everything()["Tax"]
    client = logged_in("accountant")
    for page in ("tax_archive", "tax_restore"):
        assert client.post(reverse(f"backoffice:{page}", args=[tax.pk])).status_code == 403
    assert everything()["Tax"] == before


@pytest.mark.parametrize(("language", "typed", "shown"), [("vi", "8,5", "8,5%"), ("en", "8.5", "8.5%")])
def test_a_new_tax_in_either_notation(language, typed, shown):
    client = logged_in(language=language)
    assert client.post(NEW, FORM | {"percent": typed}).status_code == 302
    tax = Tax.objects.get()
    assert tax.percent == Decimal("8.5")
    assert shown in text_of(client.get("/taxes/"))
    assert f'value="{typed}"' in text_of(client.get(f"/taxes/{tax.pk}/edit/"))


@pytest.mark.parametrize("percent", ["", "-1", "100.001", "8.1234", "eight", "1e1", "NaN", "9" * 50])
def test_a_percentage_that_cannot_be_is_refused(percent):
    client = logged_in()
    before = everything()
    assert client.post(NEW, FORM | {"percent": percent}).status_code == 422
    assert everything() == before


def test_a_used_percentage_stays_and_the_page_says_what_to_do():
    tax = a_tax("8")
    OrderLine.objects.filter(order=an_order()).update(tax=tax)
    client = logged_in()
    before = everything()["Tax"]
    response = client.post(f"/taxes/{tax.pk}/edit/", FORM | {"percent": "10"})
    assert response.status_code == 422
    assert "Archive it and make a new one." in text_of(response)
    assert everything()["Tax"] == before
    assert client.post(f"/taxes/{tax.pk}/edit/", FORM | {"name_en": "VAT eight"}).status_code == 302


def test_archive_and_restore():
    tax, client = a_tax(), logged_in()
    client.post(reverse("backoffice:tax_archive", args=[tax.pk]))
    assert Tax.objects.get().archived_at
    client.post(reverse("backoffice:tax_restore", args=[tax.pk]))
    assert Tax.objects.get().archived_at is None
