"""Reading a map that somebody wrote."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from soon.domain import closing, lifecycle
from soon.domain.file_contents import CUSTOMERS, PLANS, PRODUCTS, SUBSCRIPTIONS
from soon.domain.periods import Interval, InvalidSchedule
from soon.models import Plan

from ._map_parts import (
    CannotReadMap,
    Chosen,
    FileMap,
    balance_in,
    object_in,
    one_of,
    optional,
    said_in,
    source_in,
    text_in,
    wrong,
)
from .mapping import (
    MappedClosing,
    MappedPlan,
    MappedProduct,
    PlanChoice,
    ProductChoice,
    RecordMap,
    Source,
    StateChoice,
    SubscriptionMap,
)

__all__ = ["CannotReadMap", "read_map"]

# Those that an order can be brought in with; a renewed one has a successor, which no row tells.
STATES = (
    lifecycle.QUOTATION,
    lifecycle.QUOTATION_SENT,
    lifecycle.IN_PROGRESS,
    lifecycle.PAUSED,
    lifecycle.CHURNED,
    lifecycle.CANCELLED,
)
CUSTOMER_FIELDS = {
    "external_id",
    "name",
    "contact_name",
    "email",
    "phone",
    "street",
    "city",
    "postcode",
    "country",
    "tax_number",
    "language",
    "time_zone",
}


# Of the other kinds of files: under which name their fields stand in the map, those that must be there, and the others.
RECORDS = {
    CUSTOMERS: ("customer", {"name"}, CUSTOMER_FIELDS | {"currency"}),
    PRODUCTS: ("product", {"code", "vi"}, {"en", "tax", "plan", "price", "currency"}),
    PLANS: ("plan", {"vi", "period"}, {"en", "closable"}),
}


def read_map(text: str, *, kind: str = SUBSCRIPTIONS) -> FileMap:
    """Return the map that the JSON `text` describes, for a file of that kind (mapping.py).

    Raises CannotReadMap, naming the place that is wrong.
    """
    try:
        whole = json.loads(text)
    except ValueError as error:
        raise CannotReadMap(_("The map is not JSON: %(error)s") % {"error": error}) from error
    return _subscription_map(whole) if kind == SUBSCRIPTIONS else _record_map(whole, kind)


def _record_map(whole: Any, kind: str) -> RecordMap:
    place, required, others = RECORDS[kind]
    parts = object_in(whole, "map", required={place}, allowed={"file", "balance"} if kind == CUSTOMERS else {"file"})
    fields = object_in(parts[place], place, required=required, allowed=others)
    if "plan" in fields and "price" not in fields:
        raise wrong(place, _("a plan needs a price"))
    return RecordMap(
        kind=kind,
        sources={name: source_in(source, f"{place}.{name}") for name, source in fields.items()},
        balance=balance_in(parts["balance"]) if "balance" in parts else None,
        said=said_in(parts["file"]) if "file" in parts else {},
    )


def _subscription_map(whole: Any) -> SubscriptionMap:
    parts = object_in(whole, "map", required={"customer", "subscription"}, allowed={"closed", "balance", "file"})
    order = object_in(
        parts["subscription"],
        "subscription",
        required={"external_id", "currency", "start", "plan", "product", "price"},
        allowed={"quantity", "discount", "tax", "state", "next_invoice", "paused"},
    )
    start = object_in(order["start"], "subscription.start", allowed={"on", "months_before"})
    if len(start) != 1:
        raise wrong("subscription.start", _("give either “on” or “months_before”"))
    price = object_in(order["price"], "subscription.price", required={"per"}, allowed={"column", "value", "else"})
    per = one_of(price.pop("per"), "subscription.price.per", ("month", "period"))
    plan = PlanChoice(*_choice(order["plan"], "subscription.plan", _plan))
    _check_months(plan, per)
    return SubscriptionMap(
        customer=_customer(parts["customer"]),
        external_id=source_in(order["external_id"], "subscription.external_id"),
        currency=source_in(order["currency"], "subscription.currency"),
        start=source_in(next(iter(start.values())), "subscription.start"),
        start_counts_months="months_before" in start,
        plan=plan,
        product=_product_choice(order["product"]),
        price=source_in(price, "subscription.price"),
        price_is_per_month=per == "month",
        closing=_closing(parts["closed"]) if "closed" in parts else None,
        quantity=optional(order, "quantity", "subscription"),
        discount=optional(order, "discount", "subscription"),
        tax=optional(order, "tax", "subscription"),
        state=_state(order["state"]) if "state" in order else None,
        next_invoice=optional(order, "next_invoice", "subscription"),
        paused_on=optional(order, "paused", "subscription"),
        balance=balance_in(parts["balance"]) if "balance" in parts else None,
        said=said_in(parts["file"]) if "file" in parts else {},
    )


def _customer(found: Any) -> dict[str, Source]:
    parts = object_in(found, "customer", required={"external_id", "name"}, allowed=CUSTOMER_FIELDS)
    return {name: source_in(source, f"customer.{name}") for name, source in parts.items()}


def _choice(found: Any, place: str, read: Callable[[Any, str], Chosen]) -> tuple[str, dict[str, Chosen]]:
    parts = object_in(found, place, allowed={"column", "values", "value"})
    if set(parts) == {"value"}:
        return "", {"": read(parts["value"], f"{place}.value")}
    if set(parts) != {"column", "values"} or not isinstance(parts["values"], dict):
        raise wrong(place, _("give “column” with “values”, or one “value”"))
    by_text = {text: read(value, f"{place}.values.{text}") for text, value in parts["values"].items()}
    return text_in(parts["column"], f"{place}.column"), by_text


def _plan(found: Any, place: str) -> MappedPlan:
    if isinstance(found, dict) and set(found) == {"id"}:
        key = found["id"] if type(found["id"]) is int else 0
        plan = Plan.objects.current().filter(pk=key).first()
        if plan is None:
            raise wrong(place, _("there is no such plan"))
        return MappedPlan(plan.name_vi, plan.name_en, plan.interval, plan.is_closable, plan.pk)
    parts = object_in(found, place, required={"vi", "unit"}, allowed={"en", "count", "closable"})
    try:
        interval = Interval(parts["unit"], parts.get("count", 1))
    except InvalidSchedule as error:
        raise wrong(place, error) from error
    closable = one_of(parts.get("closable", False), f"{place}.closable", (True, False))
    return MappedPlan(*_names(parts, place), interval, closable)


def _product_choice(found: Any) -> ProductChoice:
    place = "subscription.product"
    if isinstance(found, dict) and "name" in found:
        parts = object_in(found, place, required={"name"}, allowed={"code"})
        return ProductChoice("", {}, optional(parts, "code", place), source_in(parts["name"], f"{place}.name"))
    return ProductChoice(*_choice(found, place, _product))


def _product(found: Any, place: str) -> MappedProduct:
    parts = object_in(found, place, required={"code", "vi"}, allowed={"en"})
    return MappedProduct(text_in(parts["code"], f"{place}.code"), *_names(parts, place))


def _names(parts: Mapping[str, Any], place: str) -> tuple[str, str]:
    return text_in(parts["vi"], f"{place}.vi"), text_in(parts["en"], f"{place}.en") if "en" in parts else ""


def _state(found: Any) -> StateChoice:
    return StateChoice(*_choice(found, "subscription.state", lambda state, place: one_of(state, place, STATES)))


def _closing(found: Any) -> MappedClosing:
    parts = object_in(found, "closed", required={"reason"}, allowed={"column", "is", "on", "audience", "archive"})
    if ("column" in parts) != ("is" in parts):
        raise wrong("closed", _("“column” and “is” belong together"))
    texts = parts.get("is", [])
    return MappedClosing(
        column=text_in(parts["column"], "closed.column") if "column" in parts else "",
        texts=[text_in(text, "closed.is") for text in (texts if isinstance(texts, list) else [texts])],
        reason=source_in(parts["reason"], "closed.reason"),
        last_on=optional(parts, "on", "closed"),
        audience=one_of(parts.get("audience", closing.STAFF_ONLY), "closed.audience", (closing.EVERYONE, closing.STAFF_ONLY)),
        archives=one_of(parts.get("archive", False), "closed.archive", (True, False)),
    )


def _check_months(plans: PlanChoice, per: str) -> None:
    """Refuse a price per month on a plan that is not billed in months: its recurring price could not be exact."""
    for plan in plans.by_text.values():
        if per == "month" and not plan.interval.months:
            raise wrong("subscription.price.per", _("a price per month needs plans in months or years"))
