"""Reading a map that somebody wrote."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from soon.domain import closing, lifecycle
from soon.domain.file_forms import CSV, DECIMAL_SIGNS, DELIMITERS, ENCODINGS, QUOTES, XLSX
from soon.domain.periods import Interval, InvalidSchedule
from soon.models import Plan
from soon.operations.refusal import Refusal

from .mapping import (
    MappedBalance,
    MappedClosing,
    MappedPlan,
    MappedProduct,
    PlanChoice,
    ProductChoice,
    Source,
    StateChoice,
    SubscriptionMap,
)

Chosen = TypeVar("Chosen")

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


class CannotReadMap(Refusal):
    """The map is not written as a map is."""


def read_map(text: str) -> SubscriptionMap:
    """Return the map that the JSON `text` describes. Raises CannotReadMap, naming the place that is wrong."""
    try:
        whole = json.loads(text)
    except ValueError as error:
        raise CannotReadMap(_("The map is not JSON: %(error)s") % {"error": error}) from error
    parts = _object(whole, "map", required={"customer", "subscription"}, allowed={"closed", "balance", "file"})
    order = _object(
        parts["subscription"],
        "subscription",
        required={"external_id", "currency", "start", "plan", "product", "price"},
        allowed={"quantity", "state", "next_invoice", "paused"},
    )
    start = _object(order["start"], "subscription.start", allowed={"on", "months_before"})
    if len(start) != 1:
        raise _wrong("subscription.start", _("give either “on” or “months_before”"))
    price = _object(order["price"], "subscription.price", required={"per"}, allowed={"column", "value", "else"})
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
        product=_product_choice(order["product"]),
        price=_source(price, "subscription.price"),
        price_is_per_month=per == "month",
        closing=_closing(parts["closed"]) if "closed" in parts else None,
        quantity=_optional(order, "quantity", "subscription"),
        state=_state(order["state"]) if "state" in order else None,
        next_invoice=_optional(order, "next_invoice", "subscription"),
        paused_on=_optional(order, "paused", "subscription"),
        balance=_balance(parts["balance"]) if "balance" in parts else None,
        said=_said(parts["file"]) if "file" in parts else {},
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
    parts = _object(found, place, allowed={"column", "value", "else"})
    if set(parts) not in ({"column"}, {"value"}, {"column", "else"}):
        raise _wrong(place, _("give either “column” or “value”"))
    texts = {name: _text(value, f"{place}.{name}") for name, value in parts.items()}
    return Source(texts.get("column", ""), texts.get("value", "") or texts.get("else", ""))


def _optional(parts: Mapping[str, Any], name: str, place: str) -> Source | None:
    return _source(parts[name], f"{place}.{name}") if name in parts else None


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
    if isinstance(found, dict) and set(found) == {"id"}:
        key = found["id"] if type(found["id"]) is int else 0
        plan = Plan.objects.current().filter(pk=key).first()
        if plan is None:
            raise _wrong(place, _("there is no such plan"))
        return MappedPlan(plan.name_vi, plan.name_en, plan.interval, plan.is_closable, plan.pk)
    parts = _object(found, place, required={"vi", "unit"}, allowed={"en", "count", "closable"})
    try:
        interval = Interval(parts["unit"], parts.get("count", 1))
    except InvalidSchedule as error:
        raise _wrong(place, error) from error
    closable = _one_of(parts.get("closable", False), f"{place}.closable", (True, False))
    return MappedPlan(*_names(parts, place), interval, closable)


def _product_choice(found: Any) -> ProductChoice:
    place = "subscription.product"
    if isinstance(found, dict) and "name" in found:
        parts = _object(found, place, required={"name"}, allowed={"code"})
        return ProductChoice("", {}, _optional(parts, "code", place), _source(parts["name"], f"{place}.name"))
    return ProductChoice(*_choice(found, place, _product))


def _product(found: Any, place: str) -> MappedProduct:
    parts = _object(found, place, required={"code", "vi"}, allowed={"en"})
    return MappedProduct(_text(parts["code"], f"{place}.code"), *_names(parts, place))


def _names(parts: Mapping[str, Any], place: str) -> tuple[str, str]:
    return _text(parts["vi"], f"{place}.vi"), _text(parts["en"], f"{place}.en") if "en" in parts else ""


def _state(found: Any) -> StateChoice:
    return StateChoice(*_choice(found, "subscription.state", lambda state, place: _one_of(state, place, STATES)))


def _closing(found: Any) -> MappedClosing:
    parts = _object(found, "closed", required={"reason"}, allowed={"column", "is", "on", "audience", "archive"})
    if ("column" in parts) != ("is" in parts):
        raise _wrong("closed", _("“column” and “is” belong together"))
    texts = parts.get("is", [])
    return MappedClosing(
        column=_text(parts["column"], "closed.column") if "column" in parts else "",
        texts=[_text(text, "closed.is") for text in (texts if isinstance(texts, list) else [texts])],
        reason=_source(parts["reason"], "closed.reason"),
        last_on=_optional(parts, "on", "closed"),
        audience=_one_of(parts.get("audience", closing.STAFF_ONLY), "closed.audience", (closing.EVERYONE, closing.STAFF_ONLY)),
        archives=_one_of(parts.get("archive", False), "closed.archive", (True, False)),
    )


def _balance(found: Any) -> MappedBalance:
    parts = _object(found, "balance", allowed={"owed", "credit", "due"})
    if not {"owed", "credit"} & parts.keys():
        raise _wrong("balance", _("give “owed”, “credit” or both"))
    return MappedBalance(*(_optional(parts, name, "balance") for name in ("owed", "credit", "due")))


def _said(found: Any) -> dict[str, Any]:
    words: dict[str, tuple[str | bool, ...]] = {
        "kind": (CSV, XLSX),
        "encoding": tuple(ENCODINGS),
        "delimiter": DELIMITERS,
        "quote": QUOTES,
        "decimal": DECIMAL_SIGNS,
        "day_first": (True, False),
    }
    parts = _object(found, "file", allowed={*words, "sheet"})
    known: dict[str, Any] = {
        name: _one_of(value, f"file.{name}", words[name]) for name, value in parts.items() if name in words
    }
    if parts.get("sheet"):
        known["sheet"] = _text(parts["sheet"], "file.sheet")
    return known


def _check_months(plans: PlanChoice, per: str) -> None:
    """Refuse a price per month on a plan that is not billed in months: its recurring price could not be exact."""
    for plan in plans.by_text.values():
        if per == "month" and not plan.interval.months:
            raise _wrong("subscription.price.per", _("a price per month needs plans in months or years"))
