"""Nouns: fields, constraints and chainable querysets, one file per noun."""

from .activity import Activity, AppendOnly
from .catalog import Price, Product, Tax
from .closures import CloseReason, Closure
from .company import Company
from .customers import Customer, search_key
from .invoices import Invoice, InvoiceLine, NumberSeries
from .letters import Letter
from .orders import Order, OrderLine
from .payments import Payment
from .plans import Plan
from .portal_links import PortalLink
from .saved_views import SavedView
from .users import User

__all__ = [
    "Activity",
    "AppendOnly",
    "CloseReason",
    "Closure",
    "Company",
    "Customer",
    "Invoice",
    "InvoiceLine",
    "Letter",
    "NumberSeries",
    "Order",
    "OrderLine",
    "Payment",
    "Plan",
    "PortalLink",
    "Price",
    "Product",
    "SavedView",
    "Tax",
    "User",
    "search_key",
]
