"""Errors in the movements of revenue, with the checks that find them."""

from typing import Any

from django.db.models import F

from soon.models import CohortTally, CustomerRevenue, Movement, RetentionTally, RevenueTally

from .breaking import without
from .plants import found_by
from .plants_of_documents import ALL_PLANTS as ALL_PLANTS
from .world import World


def another(movement: Movement, **values: Any) -> None:
    """Store `movement` a second time, with other values."""
    same = {
        field.attname: getattr(movement, field.attname) for field in Movement._meta.concrete_fields if field.attname != "id"
    }
    Movement.objects.create(**same | values)


@found_by("movements_add_up")
def a_movement_of_another_amount(world: World) -> None:
    [movement] = Movement.objects.filter(order=world.imported)
    another(movement, amount_micro=movement.amount_micro + 1)
    Movement.objects.filter(pk=movement.pk).delete()


@found_by("movements_add_up", "movements_count_customers")
def an_order_without_movements(world: World) -> None:
    """Nothing is counted of it, nor of its customer; that of the other order is."""
    [began] = Movement.objects.filter(order=world.other)
    without("soon_movement", "movement_counts_customers_by_kind")
    another(began, amount_micro=0, orders=0, kind="contraction")
    Movement.objects.filter(pk=began.pk).delete()


@found_by("movements_add_up")
def an_end_that_is_told_twice(world: World) -> None:
    movement = Movement.objects.filter(order=world.churned, amount_micro__lt=0).first()
    assert movement is not None
    another(movement, customers=0, orders=0)


@found_by("movements_count_customers")
def a_customer_who_is_counted_twice(world: World) -> None:
    [movement] = Movement.objects.filter(order=world.imported)
    another(movement, amount_micro=1, orders=0)
    another(movement, amount_micro=-1, customers=0, orders=0, kind="contraction")


@found_by("movements_follow_from_history")
def a_movement_of_another_day(world: World) -> None:
    [movement] = Movement.objects.filter(order=world.imported)
    another(movement, moved_on="2026-02-01")
    Movement.objects.filter(pk=movement.pk).delete()


@found_by("movements_follow_from_history")
def a_first_sale_that_is_called_a_way_back(world: World) -> None:
    for movement in Movement.objects.filter(order=world.churned, kind="new"):
        another(movement, kind="reactivation")
        Movement.objects.filter(pk=movement.pk).delete()


@found_by("movements_are_summed")
def a_sum_by_month_that_is_off(world: World) -> None:
    RevenueTally.objects.filter(kind="new").first().delete()


@found_by("movements_are_summed")
def a_sum_of_a_cohort_that_is_off(world: World) -> None:
    tally = CohortTally.objects.first()
    CohortTally.objects.filter(pk=tally.pk).update(customers=tally.customers + 1)


@found_by("movements_are_summed")
def a_sum_of_retention_that_is_off(world: World) -> None:
    RetentionTally.objects.create(month_on="2026-02-01", currency="VND", lost_micro=1, gained_micro=0, gone=0)


@found_by("revenue_of_customers_is_kept")
def a_sum_of_a_customer_that_is_off(world: World) -> None:
    CustomerRevenue.objects.filter(gained_micro__gt=0).update(lost_micro=F("lost_micro") + 1)


@found_by("revenue_of_customers_is_kept")
def a_sum_of_a_customer_that_is_missing(world: World) -> None:
    CustomerRevenue.objects.filter(gained_micro__gt=0).delete()


@found_by("revenue_of_customers_is_kept")
def a_sum_of_a_customer_without_movements(world: World) -> None:
    CustomerRevenue.objects.create(customer=world.churned.customer, currency="XAF", gained_micro=1, lost_micro=1)
