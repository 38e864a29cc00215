"""Between what the page of an import asks and the map that says the same (docs/examples/README.md)."""

from collections.abc import Mapping
from typing import Any

from .import_fields import CUSTOMER_FIELDS, RECORD_MAPS

Parts = dict[str, Any]
BALANCE = {"owed": "owed", "credit": "credit", "due": "due"}


def map_of(
    kind: str,
    cleaned: Mapping[str, Any],
    states: Mapping[str, str],
    plans: Mapping[str, str],
    form: Mapping[str, Any],
) -> Parts:
    """Return the map for `cleaned` fields of the page, with what the texts of statuses and plans mean."""
    if kind in RECORD_MAPS:
        name, fields = RECORD_MAPS[kind]
        made: Parts = {"file": dict(form), name: _filled(cleaned, fields)}
    else:
        made = _subscription_map(cleaned, states, plans, form)
    balance = _filled(cleaned, BALANCE)
    if {"owed", "credit"} & balance.keys():
        made["balance"] = balance
    return made


def _source(cleaned: Mapping[str, Any], field: str) -> Parts | None:
    column, text = cleaned.get(f"column_{field}", ""), cleaned.get(f"text_{field}", "").strip()
    if column:
        return {"column": column, "else": text} if text else {"column": column}
    return {"value": text} if text else None


def _filled(cleaned: Mapping[str, Any], fields: Mapping[str, str]) -> Parts:
    found = {name: _source(cleaned, field) for field, name in fields.items()}
    return {name: each for name, each in found.items() if each}


def _subscription_map(
    cleaned: Mapping[str, Any], states: Mapping[str, str], plans: Mapping[str, str], form: Mapping[str, Any]
) -> Parts:
    subscription = _filled(
        cleaned,
        {
            "subscription_id": "external_id",
            "currency": "currency",
            "quantity": "quantity",
            "discount": "discount",
            "tax": "tax",
            "next_invoice": "next_invoice",
            "paused": "paused",
        },
    )
    start = _source(cleaned, "start")
    subscription["start"] = {"on": start} if start else {"months_before": _source(cleaned, "start_months")}
    subscription["price"] = {**(_source(cleaned, "price") or {}), "per": cleaned["price_per"]}
    subscription["product"] = _filled(cleaned, {"product_name": "name", "product_code": "code"})
    subscription["plan"] = _plan(cleaned, plans)
    if cleaned.get("column_state"):
        subscription["state"] = {"column": cleaned["column_state"], "values": dict(states)}
    made: Parts = {"file": dict(form), "customer": _filled(cleaned, CUSTOMER_FIELDS), "subscription": subscription}
    closed = _filled(cleaned, {"reason": "reason", "closed_on": "on"})
    if "reason" in closed:
        made["closed"] = {**closed, "archive": bool(cleaned.get("archive"))}
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


def columns_of_map(kind: str, mapping: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the page shows for `mapping`, by the names of its fields; what only a written map can say is left out."""
    if kind in RECORD_MAPS:
        name, fields = RECORD_MAPS[kind]
        found, sources = {}, {field: mapping[name].get(place) for field, place in fields.items()}
    else:
        found, sources = _choices_of(mapping), _sources_of(mapping)
    sources |= {field: mapping.get("balance", {}).get(place) for field, place in BALANCE.items()}
    for field, source in sources.items():
        found[f"column_{field}"] = (source or {}).get("column", "")
        found[f"text_{field}"] = (source or {}).get("value", "") or (source or {}).get("else", "")
    return found


def _sources_of(mapping: Mapping[str, Any]) -> dict[str, Parts | None]:
    order, closed = mapping["subscription"], mapping.get("closed", {})
    sources = {field: mapping["customer"].get(name) for field, name in CUSTOMER_FIELDS.items()}
    return sources | {
        "subscription_id": order["external_id"],
        "currency": order["currency"],
        "quantity": order.get("quantity"),
        "discount": order.get("discount"),
        "tax": order.get("tax"),
        "next_invoice": order.get("next_invoice"),
        "paused": order.get("paused"),
        "start": order["start"].get("on"),
        "start_months": order["start"].get("months_before"),
        "price": order["price"],
        "product_name": order["product"].get("name"),
        "product_code": order["product"].get("code"),
        "reason": closed.get("reason"),
        "closed_on": closed.get("on"),
    }


def _choices_of(mapping: Mapping[str, Any]) -> dict[str, Any]:
    order = mapping["subscription"]
    found: dict[str, Any] = {"price_per": order["price"]["per"], "archive": mapping.get("closed", {}).get("archive", False)}
    for field in ("plan", "state"):
        found[f"column_{field}"] = order.get(field, {}).get("column", "")
    found["text_plan"] = order["plan"].get("value", {}).get("vi", "")
    return found
