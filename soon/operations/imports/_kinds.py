"""What a file may be of, and for each kind: how a row is understood, which rows are new, and how those are stored."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from soon.domain.file_contents import CUSTOMERS, PLANS, PRODUCTS, SUBSCRIPTIONS
from soon.domain.file_forms import FileForm

from ._customers import CustomerReading, new_customers, store_customers
from ._plans import PlanReading, new_plans, store_plans
from ._products import ProductReading, new_products, store_products
from ._reading import Reading
from ._subscriptions import new_subscriptions, store_subscriptions
from ._understand import SubscriptionReading


@dataclass(frozen=True)
class Kind:
    """The rows of one kind of file are of one class, which only the functions of that kind know.

    `store` takes rows that are `new`, the map, actor, at, today and found (_load.py), and returns how many were closed.
    """

    understand: Callable[[Any, FileForm, datetime.date], Reading[Any]]
    new: Callable[[Any], list[Any]]
    store: Callable[..., int]


KINDS: Mapping[str, Kind] = {
    SUBSCRIPTIONS: Kind(SubscriptionReading, new_subscriptions, store_subscriptions),
    CUSTOMERS: Kind(CustomerReading, new_customers, store_customers),
    PRODUCTS: Kind(ProductReading, new_products, store_products),
    PLANS: Kind(PlanReading, new_plans, store_plans),
}
