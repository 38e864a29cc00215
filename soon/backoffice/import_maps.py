"""Between what the page of an import asks and the map that says the same (docs/examples/README.md)."""

from collections.abc import Mapping
from typing import Any

from .import_fields import CUSTOMER_FIELDS

Parts = dict[str, Any]


def map_of(cleaned: Mapping[str, Any], states: Mapping[str, str], plans: Mapping[str, str], form: Mapping[str, Any]) -> Parts:
    """Return the map for `cleaned` fields of the page, with what the texts of statuses and plans mean."""

    def source(field: str) -> Parts | None:
        column, text = cleaned.get(f"column_{field}", ""), cleaned.get(f"text_{field}", "").strip()
        if column:
            return {"column": column, "else": text} if text else {"column": column}
        return {"value": text} if text else None

    def filled(fields: Mapping[str, str]) -> Parts:
        found = {name: source(field) for field, name in fields.items()}
        return {name: each for name, each in found.items() if each}

    subscription = filled(
        {
            "subscription_id": "external_id",
            "currency": "currency",
            "quantity": "quantity",
            "next_invoice": "next_invoice",
            "paused": "paused",
        }
    )
    start = source("start")
    subscription["start"] = {"on": start} if start else {"months_before": source("start_months")}
    subscription["price"] = {**(source("price") or {}), "per": cleaned["price_per"]}
    subscription["product"] = filled({"product_name": "name", "product_code": "code"})
    subscription["plan"] = _plan(cleaned, plans)
    if cleaned.get("column_state"):
        subscription["state"] = {"column": cleaned["column_state"], "values": dict(states)}
    made: Parts = {"file": dict(form), "customer": filled(CUSTOMER_FIELDS), "subscription": subscription}
    closed = filled({"reason": "reason", "closed_on": "on"})
    if "reason" in closed:
        made["closed"] = {**closed, "archive": bool(cleaned.get("archive"))}
    balance = filled({"owed": "owed", "credit": "credit", "due": "due"})
    if {"owed", "credit"} & balance.keys():
        made["balance"] = balance
    return made


def _plan(cleaned: Mapping[str, Any], plans: Mapping[str, str]) -> Parts:
    meant = {text: _plan_of(text, choice) for text, choice in plans.items()}
    if cleaned.get("column_plan"):
        return {"column": cleaned["column_plan"], "values": meant}
    return {"value": next(iter(meant.values()), {})}


def _plan_of(text: str, choice: str) -> Parts:
    kind, _colon, rest = choice.partition(":")
    if kind == "id":
        return {"id": int(rest)}
    unit, _colon, count = rest.partition(":")
    return {"vi": text[:100], "en": text[:100], "unit": unit, "count": int(count)}


def columns_of_map(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page shows for `mapping`, by the names of its fields; what only a written map can say is left out."""
    order, closed, balance = mapping["subscription"], mapping.get("closed", {}), mapping.get("balance", {})
    sources = {field: mapping["customer"].get(name) for field, name in CUSTOMER_FIELDS.items()}
    sources |= {
        "subscription_id": order["external_id"],
        "currency": order["currency"],
        "quantity": order.get("quantity"),
        "next_invoice": order.get("next_invoice"),
        "paused": order.get("paused"),
        "start": order["start"].get("on"),
        "start_months": order["start"].get("months_before"),
        "price": order["price"],
        "product_name": order["product"].get("name"),
        "product_code": order["product"].get("code"),
        "reason": closed.get("reason"),
        "closed_on": closed.get("on"),
        "owed": balance.get("owed"),
        "credit": balance.get("credit"),
        "due": balance.get("due"),
    }
    found: dict[str, Any] = {"price_per": order["price"]["per"], "archive": closed.get("archive", False)}
    for field, source in sources.items():
        found[f"column_{field}"] = (source or {}).get("column", "")
        found[f"text_{field}"] = (source or {}).get("value", "") or (source or {}).get("else", "")
    for field in ("plan", "state"):
        found[f"column_{field}"] = order.get(field, {}).get("column", "")
    plan = order["plan"].get("value", {})
    found["text_plan"] = plan.get("vi", "")
    return found
