"""Nouns: fields, constraints and chainable querysets, one file per noun."""

from .activity import Activity, AppendOnly
from .billing import BillingRun, BillingRunTotal, SetAside
from .bulk_closings import BulkClosing, BulkClosingRow
from .catalog import Price, Product, Tax, tax_rule
from .close_visits import CloseVisit
from .closures import CloseReason, Closure, CreditPolicy
from .company import Company
from .customer_revenue import CustomerRevenue
from .customers import Customer, search_key
from .data_imports import DataImport, DataImportPiece, DataImportProblem
from .declarations import Declaration
from .evidence import Evidence
from .forecast import ForecastPart
from .invoice_drafts import InvoiceDraft, InvoiceDraftLine
from .invoices import Invoice, InvoiceLine, NumberSeries
from .letters import Letter, LetterAttempt
from .movements import CohortTally, Movement, RevenueTally
from .order_changes import OrderChange
from .order_tally import OrderTally
from .orders import Order, OrderLine
from .pauses import Pause
from .payments import Payment
from .payouts import Payout
from .plans import Plan
from .portal_links import PortalLink
from .rates import Rate
from .retention import RetentionTally
from .saved_views import SavedView
from .settlements import Settlement
from .users import User
from .verifications import Verification

__all__ = [
    "Activity",
    "AppendOnly",
    "BillingRun",
    "BillingRunTotal",
    "BulkClosing",
    "BulkClosingRow",
    "CloseReason",
    "CloseVisit",
    "Closure",
    "CohortTally",
    "Company",
    "CreditPolicy",
    "Customer",
    "CustomerRevenue",
    "DataImport",
    "DataImportPiece",
    "DataImportProblem",
    "Declaration",
    "Evidence",
    "ForecastPart",
    "Invoice",
    "InvoiceDraft",
    "InvoiceDraftLine",
    "InvoiceLine",
    "Letter",
    "LetterAttempt",
    "Movement",
    "NumberSeries",
    "Order",
    "OrderChange",
    "OrderLine",
    "OrderTally",
    "Pause",
    "Payment",
    "Payout",
    "Plan",
    "PortalLink",
    "Price",
    "Product",
    "Rate",
    "RetentionTally",
    "RevenueTally",
    "SavedView",
    "SetAside",
    "Settlement",
    "Tax",
    "User",
    "Verification",
    "search_key",
    "tax_rule",
]
