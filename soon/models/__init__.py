"""Nouns: fields, constraints and chainable querysets, one file per noun."""

from .activity import Activity, AppendOnly
from .billing import BillingRun, BillingRunTotal, SetAside
from .catalog import Price, Product, Tax, tax_rule
from .closures import CloseReason, Closure
from .company import Company
from .customers import Customer, search_key
from .invoice_drafts import InvoiceDraft, InvoiceDraftLine
from .invoices import Invoice, InvoiceLine, NumberSeries
from .letters import Letter, LetterAttempt
from .order_tally import OrderTally
from .orders import Order, OrderLine
from .payments import Payment
from .plans import Plan
from .portal_links import PortalLink
from .saved_views import SavedView
from .settlements import Settlement
from .users import User
from .verifications import Verification

__all__ = [
    "Activity",
    "AppendOnly",
    "BillingRun",
    "BillingRunTotal",
    "CloseReason",
    "Closure",
    "Company",
    "Customer",
    "Invoice",
    "InvoiceDraft",
    "InvoiceDraftLine",
    "InvoiceLine",
    "Letter",
    "LetterAttempt",
    "NumberSeries",
    "Order",
    "OrderLine",
    "OrderTally",
    "Payment",
    "Plan",
    "PortalLink",
    "Price",
    "Product",
    "SavedView",
    "SetAside",
    "Settlement",
    "Tax",
    "User",
    "Verification",
    "search_key",
    "tax_rule",
]
