"""What the tests of orders and invoices in the back office share."""

from typing import Any

from soon.models import Activity, Closure, Customer, Invoice, Letter, NumberSeries, Order, OrderLine, Payment, Plan

HEAD = {"currency": "VND", "filled_currency": "VND", "start_on": "", "expires_on": "", "customer_reference": "", "note": ""}


def everything() -> dict[str, Any]:
    """Return what must be the same after a refusal: every record that selling touches."""
    models = (Order, OrderLine, Closure, Activity, Letter, Invoice, Payment, NumberSeries)
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def typed(customer: Customer | None, plan: Plan | None, *rows: dict[str, Any], **head: Any) -> dict[str, Any]:
    """Return a quotation as a browser posts it; `rows` need only say what differs from one unit every period."""
    data = HEAD | {"customer": customer.pk if customer else "", "plan": plan.pk if plan else "", "salesperson": ""} | head
    data |= {"lines-TOTAL_FORMS": str(len(rows)), "lines-INITIAL_FORMS": "0"}
    usual = {
        "product": "",
        "description": "",
        "charge": "recurring",
        "quantity": "1",
        "unit_price": "",
        "tax": "",
        "filled": "",
    }
    for number, row in enumerate(rows):
        data |= {f"lines-{number}-{name}": value for name, value in (usual | row).items()}
    return data


def shown_row(response: Any, number: int = 0) -> dict[str, str]:
    """Return line `number` of the form as it is shown, to be posted again."""
    form = response.context["lines"].forms[number]
    return {name: "" if (value := form[name].value()) is None else str(value) for name in form.fields if name != "DELETE"}
