"""The menus of the top bar: what this reader may open."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Entry:
    """One line of a menu: a page and the right that it takes."""

    label: Promise | str
    page: str
    right: str
    query: str = ""


@dataclass(frozen=True)
class Item:
    """One line of a menu as drawn."""

    label: Promise | str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Menu:
    """A menu as drawn; one with a single item of its own name is a plain link."""

    label: Promise | str
    items: list[Item]

    @property
    def is_current(self) -> bool:
        """Whether the page being read is one of its items."""
        return any(item.is_current for item in self.items)


MENUS: tuple[tuple[Promise | str, tuple[Entry, ...]], ...] = (
    (
        pgettext_lazy("menu", "Subscriptions"),
        (
            Entry(pgettext_lazy("menu", "Subscriptions"), "orders", "see_orders"),
            Entry(_("Quotations"), "orders", "see_orders", "?filter=quotations"),
            Entry(_("Declarations"), "declarations", "close_orders"),
            Entry(_("Closings of many"), "bulk_closings", "close_many"),
        ),
    ),
    (
        _("Invoices"),
        (
            Entry(_("Invoices"), "invoices", "see_invoices"),
            Entry(_("Drafts"), "invoice_drafts", "see_invoices"),
            Entry(_("Payments"), "payments", "see_invoices"),
            Entry(_("Billing runs"), "billing_runs", "see_all_orders"),
            Entry(pgettext_lazy("menu", "Set aside"), "set_aside", "see_orders", "?filter=open"),
        ),
    ),
    (_("Customers"), (Entry(_("Customers"), "customers", "see_customers"),)),
    (_("Products"), (Entry(_("Products"), "products", "see_products"),)),
    (
        pgettext_lazy("menu", "Reporting"),
        (
            Entry(_("Dashboard"), "dashboard", "see_orders"),
            Entry(_("Revenue"), "revenue", "see_orders"),
            Entry(_("Movements of MRR"), "movements", "see_orders", "?filter=counted"),
            Entry(_("Retention"), "retention", "see_all_orders"),
            Entry(_("Churn"), "churn", "see_orders"),
            Entry(_("Closings"), "closings", "see_orders", "?filter=in_effect"),
            Entry(_("Ageing list"), "ageing", "see_invoices", "?group=customer"),
            Entry(_("Is everything still true?"), "verifications", "see_all_orders"),
        ),
    ),
    (
        _("Configuration"),
        (
            Entry(_("Recurring Plans"), "plans", "configure"),
            Entry(_("Close Reasons"), "reasons", "configure"),
            Entry(_("Taxes"), "taxes", "configure"),
            Entry(_("Exchange rates"), "rates", "configure"),
            Entry(_("Import"), "imports", "configure"),
            Entry(_("Users"), "users", "manage_users"),
            Entry(_("Company"), "company", "configure"),
            Entry(_("Market"), "market", "configure"),
        ),
    ),
)


def menu_for(request: HttpRequest) -> list[Menu]:
    """Return the menus of this reader; none for anybody but staff."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_staff_member:
        return []
    menus = [Menu(label, [_item(entry, request) for entry in entries if user.may(entry.right)]) for label, entries in MENUS]
    return [menu for menu in menus if menu.items]


def _item(entry: Entry, request: HttpRequest) -> Item:
    url = reverse(f"backoffice:{entry.page}")
    is_current = request.path.startswith(url) and (not entry.query or entry.query in request.get_full_path())
    return Item(entry.label, url + entry.query, is_current)
