"""Plans, products and taxes: what each verb stores, and that a refusal writes nothing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from soon.models import OrderLine, Plan, Price, Product, Tax
from soon.operations.plans.archive import CannotArchivePlan
from soon.operations.plans.archive import archive as archive_plan
from soon.operations.plans.create import create as create_plan
from soon.operations.plans.details import PlanDetails, PlanPrice
from soon.operations.plans.restore import CannotRestorePlan
from soon.operations.plans.restore import restore as restore_plan
from soon.operations.plans.revise import CannotRevisePlan
from soon.operations.plans.revise import revise as revise_plan
from soon.operations.prices import CannotPrice
from soon.operations.products.archive import CannotArchiveProduct
from soon.operations.products.archive import archive as archive_product
from soon.operations.products.create import CannotCreateProduct
from soon.operations.products.create import create as create_product
from soon.operations.products.details import ProductDetails, ProductPrice
from soon.operations.products.restore import CannotRestoreProduct
from soon.operations.products.restore import restore as restore_product
from soon.operations.products.revise import CannotReviseProduct
from soon.operations.products.revise import revise as revise_product
from soon.operations.taxes.archive import CannotArchiveTax
from soon.operations.taxes.archive import archive as archive_tax
from soon.operations.taxes.create import create as create_tax
from soon.operations.taxes.details import TaxDetails
from soon.operations.taxes.restore import CannotRestoreTax
from soon.operations.taxes.restore import restore as restore_tax
from soon.operations.taxes.revise import CannotReviseTax
from soon.operations.taxes.revise import revise as revise_tax
from tests.builders import AT, a_plan, a_product, a_tax, an_order
from tests.operations.records import everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
QUARTERLY = PlanDetails(name_vi="Hằng quý", name_en="Quarterly", interval_count=3, is_closable=True)


def prices_of(plan):
    return set(plan.prices.values_list("product__code", "currency", "amount_minor"))


def test_a_plan_with_its_prices():
    cloud = a_product("CLOUD")
    prices = [PlanPrice(cloud, "VND", 2_700_000), PlanPrice(cloud, "USD", 10_800)]
    plan = create_plan(replace(QUARTERLY, prices=prices))
    assert (plan.interval.months, plan.is_closable, plan.name_in("en")) == (3, True, "Quarterly")
    assert prices_of(plan) == {("CLOUD", "VND", 2_700_000), ("CLOUD", "USD", 10_800)}


def test_a_price_for_the_same_thing_twice_is_refused_whole():
    cloud = a_product()
    plan = create_plan(QUARTERLY)
    before = everything()
    twice = replace(QUARTERLY, prices=[PlanPrice(cloud, "VND", 1), PlanPrice(cloud, "VND", 2)])
    with pytest.raises(CannotPrice):
        create_plan(twice)
    with pytest.raises(CannotPrice):
        revise_plan(plan, details=replace(twice, name_vi="Khác"))
    assert everything() == before


def test_prices_are_replaced_and_unchanged_ones_stay_the_same_rows():
    cloud, mail = a_product("CLOUD"), a_product("MAIL")
    plan = create_plan(replace(QUARTERLY, prices=[PlanPrice(cloud, "VND", 1), PlanPrice(mail, "VND", 2)]))
    kept = Price.objects.get(product=cloud).pk
    elsewhere = a_product("OTHER", plan=a_plan())
    revise_plan(plan, details=replace(QUARTERLY, prices=[PlanPrice(cloud, "VND", 1), PlanPrice(cloud, "USD", 3)]))
    assert prices_of(plan) == {("CLOUD", "VND", 1), ("CLOUD", "USD", 3)}
    assert Price.objects.filter(pk=kept).exists()
    assert elsewhere.prices.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"interval_count": 2},
        {"interval_unit": "year"},
        {"alignment": "calendar"},
        {"anchor_day": 15},
        {"in_arrears": True},
    ],
)
def test_a_plan_that_orders_use_keeps_how_it_is_billed(change):
    plan = create_plan(QUARTERLY)
    an_order(plan=plan)
    before = everything()
    with pytest.raises(CannotRevisePlan, match="Archive this plan"):
        revise_plan(plan, details=replace(QUARTERLY, name_vi="Khác", **change))
    assert everything() == before


def test_a_plan_that_orders_use_may_change_its_name_and_whether_it_is_closable():
    plan = create_plan(QUARTERLY)
    an_order(plan=plan)
    details = replace(QUARTERLY, name_vi="Ba tháng", is_closable=False, automatic_closing_days=30, closing_day_is_served=False)
    changed = revise_plan(plan, details=details)
    assert (changed.name_vi, changed.is_closable, changed.automatic_closing_days) == ("Ba tháng", False, 30)


def test_a_plan_nobody_uses_may_change_its_period():
    assert revise_plan(create_plan(QUARTERLY), details=replace(QUARTERLY, interval_count=6)).interval.months == 6


ARCHIVES = {
    "plan": (a_plan, Plan, archive_plan, restore_plan, CannotArchivePlan, CannotRestorePlan),
    "product": (a_product, Product, archive_product, restore_product, CannotArchiveProduct, CannotRestoreProduct),
    "tax": (a_tax, Tax, archive_tax, restore_tax, CannotArchiveTax, CannotRestoreTax),
}


@pytest.mark.parametrize("noun", ARCHIVES)
def test_archive_and_restore_once_each(noun):
    build, model, archive, restore, cannot_archive, cannot_restore = ARCHIVES[noun]
    record = build()
    with pytest.raises(cannot_restore):
        restore(record)
    assert archive(record, at=AT).archived_at == AT
    before = everything()
    with pytest.raises(cannot_archive):
        archive(record, at=AT)
    assert everything() == before
    restore(record)
    assert model.objects.get(pk=record.pk).archived_at is None


def test_a_running_subscription_keeps_an_archived_plan():
    order = an_order()
    archive_plan(order.plan, at=AT)
    order.refresh_from_db()
    assert order.plan.archived_at == AT


def test_a_product_with_a_price_once_and_prices_on_plans():
    monthly = a_plan()
    prices = [ProductPrice("VND", 500_000), ProductPrice("VND", 100_000, monthly), ProductPrice("USD", 450, monthly)]
    product = create_product(ProductDetails(code="SETUP", name_vi="Cài đặt", tax=a_tax(), prices=prices))
    stored = set(product.prices.values_list("plan", "currency", "amount_minor"))
    assert stored == {(None, "VND", 500_000), (monthly.pk, "VND", 100_000), (monthly.pk, "USD", 450)}
    assert list(Product.objects.matching("cai dat")) == [product]


def test_two_prices_once_in_one_currency_are_refused():
    before = everything()
    with pytest.raises(CannotPrice):
        create_product(ProductDetails(code="A", name_vi="A", prices=[ProductPrice("VND", 1), ProductPrice("VND", 2)]))
    assert everything() == before


def test_a_code_belongs_to_one_product_whatever_its_case():
    a_product("CLOUD")
    mail = a_product("MAIL")
    before = everything()
    with pytest.raises(CannotCreateProduct):
        create_product(ProductDetails(code="cloud", name_vi="Đám mây"))
    with pytest.raises(CannotReviseProduct):
        revise_product(mail, details=ProductDetails(code="Cloud", name_vi="Thư"))
    assert everything() == before


def test_a_changed_price_does_not_touch_orders():
    order = an_order()
    line = order.lines.get()
    details = ProductDetails(code=line.product.code, name_vi="Khác", prices=[ProductPrice("VND", 9, order.plan)])
    revise_product(line.product, details=details)
    line.refresh_from_db()
    assert line.unit_price_minor == 1_000_000


def test_a_used_tax_keeps_its_percentage_but_may_be_renamed():
    tax = create_tax(TaxDetails("GTGT 8%", Decimal(8)))
    line = an_order().lines.get()
    OrderLine.objects.filter(pk=line.pk).update(tax=tax)
    before = everything()
    with pytest.raises(CannotReviseTax):
        revise_tax(tax, details=TaxDetails("GTGT 10%", Decimal(10)))
    assert everything() == before
    assert revise_tax(tax, details=TaxDetails("Thuế GTGT 8%", Decimal("8.000"))).name_vi == "Thuế GTGT 8%"


def test_an_unused_tax_may_change_its_percentage():
    assert revise_tax(a_tax("8"), details=TaxDetails("GTGT 10%", Decimal(10))).percent == Decimal(10)
