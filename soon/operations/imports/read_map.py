"""Reading a map that somebody wrote."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from soon.domain import closing
from soon.domain.periods import Interval, InvalidSchedule
from soon.operations.refusal import Refusal

from .mapping import MappedClosing, MappedPlan, MappedProduct, PlanChoice, ProductChoice, Source, SubscriptionMap

Chosen = TypeVar("Chosen")

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


class CannotReadMap(Refusal):
    """The map is not written as a map is."""


def read_map(text: str) -> SubscriptionMap:
    """Return the map that the JSON `text` describes. Raises CannotReadMap, naming the place that is wrong."""
    try:
        whole = json.loads(text)
    except ValueError as error:
        raise CannotReadMap(_("The map is not JSON: %(error)s") % {"error": error}) from error
    parts = _object(whole, "map", required={"customer", "subscription"}, allowed={"closed"})
    order = _object(
        parts["subscription"],
        "subscription",
        required={"external_id", "currency", "start", "plan", "product", "price"},
    )
    start = _object(order["start"], "subscription.start", allowed={"on", "months_before"})
    if len(start) != 1:
        raise _wrong("subscription.start", _("give either “on” or “months_before”"))
    price = _object(order["price"], "subscription.price", required={"per"}, allowed={"column", "value"})
    per = _one_of(price.pop("per"), "subscription.price.per", ("month", "period"))
    plan = PlanChoice(*_choice(order["plan"], "subscription.plan", _plan))
    _check_months(plan, per)
    return SubscriptionMap(
        customer=_customer(parts["customer"]),
        external_id=_source(order["external_id"], "subscription.external_id"),
        currency=_source(order["currency"], "subscription.currency"),
        start=_source(next(iter(start.values())), "subscription.start"),
        start_counts_months="months_before" in start,
        plan=plan,
        product=ProductChoice(*_choice(order["product"], "subscription.product", _product)),
        price=_source(price, "subscription.price"),
        price_is_per_month=per == "month",
        closing=_closing(parts["closed"]) if "closed" in parts else None,
    )


def _wrong(place: str, words: object) -> CannotReadMap:
    return CannotReadMap(_("The map is wrong at “%(place)s”: %(words)s.") % {"place": place, "words": words})


def _object(found: Any, place: str, required: set[str] | None = None, allowed: set[str] | None = None) -> dict[str, Any]:
    required = required or set()
    if not isinstance(found, dict):
        raise _wrong(place, _("an object in braces is expected"))
    if missing := sorted(required - found.keys()):
        raise _wrong(place, _("“%(name)s” is missing") % {"name": missing[0]})
    if unknown := sorted(found.keys() - required - (allowed or set())):
        raise _wrong(place, _("“%(name)s” is not known here") % {"name": unknown[0]})
    return dict(found)


def _text(found: Any, place: str) -> str:
    if not isinstance(found, str) or not found.strip():
        raise _wrong(place, _("a text is expected"))
    return found


def _one_of(found: Any, place: str, values: Sequence[Chosen]) -> Chosen:
    # 1 == True in Python, but not in a map.
    for value in values:
        if type(found) is type(value) and found == value:
            return value
    raise _wrong(place, _("one of these is expected: %(words)s") % {"words": ", ".join(map(json.dumps, values))})


def _source(found: Any, place: str) -> Source:
    parts = _object(found, place, allowed={"column", "value"})
    if len(parts) != 1:
        raise _wrong(place, _("give either “column” or “value”"))
    return Source(**{name: _text(value, f"{place}.{name}") for name, value in parts.items()})


def _customer(found: Any) -> dict[str, Source]:
    parts = _object(found, "customer", required={"external_id", "name"}, allowed=CUSTOMER_FIELDS)
    return {name: _source(source, f"customer.{name}") for name, source in parts.items()}


def _choice(found: Any, place: str, read: Callable[[Any, str], Chosen]) -> tuple[str, dict[str, Chosen]]:
    parts = _object(found, place, allowed={"column", "values", "value"})
    if set(parts) == {"value"}:
        return "", {"": read(parts["value"], f"{place}.value")}
    if set(parts) != {"column", "values"} or not isinstance(parts["values"], dict):
        raise _wrong(place, _("give “column” with “values”, or one “value”"))
    by_text = {text: read(value, f"{place}.values.{text}") for text, value in parts["values"].items()}
    return _text(parts["column"], f"{place}.column"), by_text


def _plan(found: Any, place: str) -> MappedPlan:
    parts = _object(found, place, required={"vi", "unit"}, allowed={"en", "count", "closable"})
    try:
        interval = Interval(parts["unit"], parts.get("count", 1))
    except InvalidSchedule as error:
        raise _wrong(place, error) from error
    closable = _one_of(parts.get("closable", False), f"{place}.closable", (True, False))
    return MappedPlan(*_names(parts, place), interval, closable)


def _product(found: Any, place: str) -> MappedProduct:
    parts = _object(found, place, required={"code", "vi"}, allowed={"en"})
    return MappedProduct(_text(parts["code"], f"{place}.code"), *_names(parts, place))


def _names(parts: Mapping[str, Any], place: str) -> tuple[str, str]:
    return _text(parts["vi"], f"{place}.vi"), _text(parts["en"], f"{place}.en") if "en" in parts else ""


def _closing(found: Any) -> MappedClosing:
    parts = _object(found, "closed", required={"column", "is", "reason"}, allowed={"audience"})
    texts = parts["is"] if isinstance(parts["is"], list) else [parts["is"]]
    return MappedClosing(
        column=_text(parts["column"], "closed.column"),
        texts=[_text(text, "closed.is") for text in texts],
        reason=_source(parts["reason"], "closed.reason"),
        audience=_one_of(parts.get("audience", closing.STAFF_ONLY), "closed.audience", (closing.EVERYONE, closing.STAFF_ONLY)),
    )


def _check_months(plans: PlanChoice, per: str) -> None:
    """Refuse a price per month on a plan that is not billed in months: its recurring price could not be exact."""
    for plan in plans.by_text.values():
        if per == "month" and not plan.interval.months:
            raise _wrong("subscription.price.per", _("a price per month needs plans in months or years"))
