"""Searching by words in lists of any length: each way a word can be meant is a question of its own that an index answers."""

import re
from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any, TypeVar

from django.db.models import CharField, Model, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from soon.domain.document_numbers import SERIES
from soon.domain.order_numbers import order_number
from soon.models import Customer, NumberSeries, Order, search_key

# Found keys up to so many are read; more stay a question within the next one.
FEW = 500

_M = TypeVar("_M", bound=Model)
# What a word can mean beside a customer: always as many conditions, in the same order, each answered by an index.
Ways = Callable[[str], Sequence[Q]]

_ORDER = re.compile(r"S?([0-9]{1,9})")
# "INV/2026/00031", "INV202600031", "2026/31" or "31".
_DOCUMENT = re.compile(r"(?:(INV|CN)/?(?:([0-9]{4})(?:/|(?=[0-9]{5})))|([0-9]{4})/)?([0-9]{1,9})")
# After every letter, digit and stroke that a number is written with; numbers are compared byte by byte.
_LAST = "~"


def narrowed(rows: QuerySet[_M], text: str, ways: Ways) -> QuerySet[_M]:
    """Return those of `rows` for which each word of `text` stands in their customer or holds in one of `ways`.

    The model has a `customer`. A condition with "or" over two tables would look at every row, so each way is asked alone, and
    what is found is remembered where it is little, so that the questions that follow are quick and never planned wrongly.
    """
    words = text.split()
    if not words:
        return rows
    every: QuerySet[_M] = rows.model._default_manager.order_by()
    meant = [ways(word) for word in words]
    arms = [every.filter(reduce(or_, way)) for way in zip(*meant, strict=True)]
    if len(words) > 1:
        # One word is meant this way, the others can be meant otherwise: few rows are left to be looked at.
        each = (reduce(or_, way, in_customer(word)) for word, way in zip(words, meant, strict=True))
        others = reduce(and_, each)
        arms = [arm.filter(others) for arm in arms]
    first, *more = (arm.values_list("pk", flat=True) for arm in arms)
    customers = _remembered(customers_named(words).values_list("pk", flat=True))
    itself = _remembered(first.union(*more, all=True))
    if not itself:
        return rows.filter(customer__in=customers)
    both = every.filter(customer__in=customers).union(every.filter(pk__in=itself), all=True)
    return rows.filter(pk__in=both.values("pk"))


def customers_named(words: Sequence[str]) -> QuerySet[Customer]:
    """Return the customers in whose name, e-mail, phone or tax number all of `words` stand."""
    return Customer.objects.order_by().matching(" ".join(words))


def in_customer(word: str) -> Q:
    """Return the condition that `word` stands in the customer of a row."""
    return Q(customer__search_key__contains=search_key(word))


def order_number_is(word: str) -> Q:
    """Return the condition that the number of an order is or begins as `word` says: "42", "s42", "S00042", "s0004"."""
    meant = _ORDER.fullmatch(word.upper())
    return _begins(word) | Q(number=order_number(int(meant[1]))) if meant else _begins(word)


def document_number_is(word: str) -> Q:
    """Return the condition that the number of a document is or begins as `word` says, in any year that it leaves open."""
    meant = _DOCUMENT.fullmatch(word.upper())
    if not meant:
        return _begins(word)
    code, year, count = meant[1], meant[2] or meant[3], int(meant[4])
    series = NumberSeries.objects.filter(code__in=[code] if code else SERIES.values(), **({"year": year} if year else {}))
    number = Concat("code", Value("/"), Cast("year", CharField()), Value(f"/{count:05d}"))
    return _begins(word) | Q(number__in=series.order_by().values_list(number))


def order_ways(word: str) -> tuple[Q, Q, Q]:
    """Return how `word` can mean an order: by its number, the customer's reference or the external id."""
    return (
        order_number_is(word),
        # The indexes for these two leave out the many orders that have none.
        Q(customer_reference__icontains=word) & ~Q(customer_reference=""),
        Q(external_id__icontains=word, external_id__isnull=False),
    )


def document_ways(word: str) -> tuple[Q, Q]:
    """Return how `word` can mean an invoice or credit note: by its number or that of its order."""
    return document_number_is(word), Q(order__in=Order.objects.order_by().filter(order_number_is(word)))


def _remembered(keys: QuerySet[Any, int]) -> Sequence[int] | QuerySet[Any, int]:
    """Return `keys` read, if they are few."""
    few = list(keys[: FEW + 1])
    return few if len(few) <= FEW else keys


def _begins(word: str) -> Q:
    begin = word.upper()
    return Q(number__gte=begin, number__lt=begin + _LAST)
