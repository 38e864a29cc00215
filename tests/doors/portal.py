"""Customers at the door of the portal, for its tests."""

from django.test import Client

from soon.models import Activity, Closure, Customer, Invoice, Letter, Order, PortalLink
from tests.builders import AT, PASSWORD, a_user


def a_link(customer: Customer, order: Order | None = None, **fields) -> PortalLink:
    """Return a link that lets `customer` in for ten years from AT."""
    values = {"created_at": AT, "expires_at": AT.replace(year=AT.year + 10)} | fields
    return PortalLink.objects.create(customer=customer, order=order, **values)


def by_account(customer: Customer, language: str = "en") -> Client:
    """Return a browser in which an account of `customer` is signed in."""
    client = Client()
    user = a_user("customer", customer=customer, language=language)
    assert client.login(email=user.email, password=PASSWORD)
    return client


def by_link(customer: Customer) -> Client:
    """Return a browser that came in by a link from a letter; it reads English."""
    client = Client(headers={"Accept-Language": "en"})
    client.get(f"/portal/link/{a_link(customer).token}/")
    return client


def everything() -> dict[str, object]:
    """Return what must be the same after a refusal: every record a customer's click could touch."""
    orders = list(Order.objects.order_by("pk").values())
    counts = {model.__name__: model.objects.count() for model in (Closure, Activity, Letter, Invoice, PortalLink)}
    return {"orders": orders, **counts}
