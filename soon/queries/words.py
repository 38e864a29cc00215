"""Searching by words in lists of any length: each way a word can be meant is a question of its own that an index answers."""

import re

from django.db.models import Q, QuerySet

from soon.models import Customer, Order, search_key

_ORDER_NUMBER = re.compile(r"s?0*([0-9]{1,9})", re.IGNORECASE)
# Above every letter and digit that a number is written with.
_LAST = "~"


def customers_named(word: str) -> QuerySet[Customer]:
    """Return the customers in whose name, e-mail, phone or tax number `word` stands."""
    return Customer.objects.filter(search_key__contains=search_key(word)).order_by()


def number_begins(word: str) -> Q:
    """Return the condition that a number begins with `word`, as its index can answer it."""
    begin = word.upper()
    return Q(number__gte=begin, number__lt=begin + _LAST)


def orders_with(word: str) -> QuerySet[Order]:
    """Return the orders that `word` can mean: by customer, number ("42", "S00042", "s0004…"), reference or external id."""
    numbers = number_begins(word)
    if meant := _ORDER_NUMBER.fullmatch(word):
        numbers |= Q(number=f"S{int(meant[1]):05d}")
    orders = Order.objects.order_by()
    return orders.filter(customer__in=customers_named(word)).union(
        orders.filter(numbers),
        # The indexes for these two leave out the many orders that have none.
        orders.filter(customer_reference__icontains=word).exclude(customer_reference=""),
        orders.filter(external_id__icontains=word, external_id__isnull=False),
        all=True,
    )
