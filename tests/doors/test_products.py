"""Products: page and form."""

import pytest
from django.urls import reverse

from soon.models import Product
from tests.builders import a_plan, a_product, a_tax, an_order
from tests.doors.setting_up import logged_in, only, price_rows, statuses, text_of
from tests.operations.records import everything

pytestmark = pytest.mark.django_db
NEW = "/products/new/"
FORM = {"name_vi": "Máy chủ đám mây", "name_en": "Cloud server", "code": "CLOUD", "kind": "service", "unit_name": "máy"}
SELLERS = ("administrator", "manager", "salesperson", "accountant")


def test_staff_see_products_and_few_change_them():
    product = a_product()
    assert statuses("product", product.pk) == only(*SELLERS)
    assert statuses("product_new") == only("administrator", "manager")
    assert statuses("product_edit", product.pk) == only("administrator", "manager")
    before = everything()["Product"]
    for page in ("product_archive", "product_restore"):
        assert logged_in("salesperson").post(reverse(f"backoffice:{page}", args=[product.pk])).status_code == 403
    assert everything()["Product"] == before


def test_who_may_not_edit_sees_no_button():
    product = a_product()
    assert "/edit/" in text_of(logged_in().get(f"/products/{product.pk}/"))
    page = text_of(logged_in("salesperson").get(f"/products/{product.pk}/"))
    assert "/edit/" not in page
    assert "/archival/" not in page


def test_a_new_product_sold_once_and_by_subscription():
    monthly, tax = a_plan(), a_tax()
    rows = price_rows(
        {"plan": "", "currency": "VND", "amount_minor": "500,000"},
        {"plan": monthly.pk, "currency": "VND", "amount_minor": "100.000"},
        {"plan": monthly.pk, "currency": "USD", "amount_minor": "4.50"},
    )
    response = logged_in().post(NEW, FORM | rows | {"tax": tax.pk})
    assert response.status_code == 302, text_of(response)
    product = Product.objects.get()
    stored = set(product.prices.values_list("plan", "currency", "amount_minor"))
    assert stored == {(None, "VND", 500_000), (monthly.pk, "VND", 100_000), (monthly.pk, "USD", 450)}
    page = text_of(logged_in().get(response["Location"]))
    for words in ("Cloud server", "VAT 8%", "Once, without a plan", "Monthly"):
        assert words in page


def test_prices_and_names_are_changed_in_the_form():
    monthly = a_plan()
    product = a_product("CLOUD", plan=monthly)
    rows = price_rows({"plan": monthly.pk, "currency": "VND", "amount_minor": "1.200.000"}, initial=1)
    assert logged_in().post(f"/products/{product.pk}/edit/", FORM | rows).status_code == 302
    product.refresh_from_db()
    assert (product.name_en, product.prices.get().amount_minor) == ("Cloud server", 1_200_000)


def test_a_price_on_an_archived_plan_survives_the_form():
    old = a_plan(archived_at="2026-01-01T00:00Z")
    product = a_product("CLOUD", plan=old)
    rows = price_rows({"plan": old.pk, "currency": "VND", "amount_minor": "1000000"}, initial=1)
    assert logged_in().post(f"/products/{product.pk}/edit/", FORM | rows).status_code == 302
    assert product.prices.get().plan == old


@pytest.mark.parametrize("code", ["CLOUD", "cloud"])
def test_a_code_in_use_is_refused_with_a_sentence(code):
    a_product("CLOUD")
    client = logged_in()
    before = everything()
    response = client.post(NEW, FORM | price_rows() | {"code": code})
    assert response.status_code == 422
    assert "Another product already has this code." in text_of(response)
    assert 'value="Cloud server"' in text_of(response)
    assert everything() == before


def test_archive_and_restore():
    product = an_order().lines.get().product
    client = logged_in()
    assert "The product is archived." in text_of(client.post(f"/products/{product.pk}/archival/", follow=True))
    client.post(f"/products/{product.pk}/restoration/")
    assert Product.objects.get(pk=product.pk).archived_at is None


def test_a_line_is_added_without_javascript():
    response = logged_in().post(NEW, FORM | price_rows({}, {}) | {"add_line": "1"})
    assert response.status_code == 200
    assert 'name="prices-2-amount_minor"' in text_of(response)
