"""Who may do what: the one permission matrix.

A role is a word stored with the user; a right is a word the doors and querysets ask for. `orders` rights say *whose*
orders: `see_all_orders` everyone's, without it one's own.
"""

from collections.abc import Mapping

ADMINISTRATOR = "administrator"
MANAGER = "manager"
SALESPERSON = "salesperson"
ACCOUNTANT = "accountant"
CUSTOMER = "customer"

STAFF_ROLES = (ADMINISTRATOR, MANAGER, SALESPERSON, ACCOUNTANT)

RIGHTS = (
    "see_orders",
    "see_all_orders",
    "edit_orders",
    "close_orders",
    # Choosing what becomes of the money; closing as of an earlier day, in spite of notice and term, many at once; reopening.
    "settle_closings",
    "backdate_closings",
    "waive_notice",
    "close_many",
    "reopen_orders",
    "see_invoices",
    "issue_invoices",
    "register_payments",
    "see_customers",
    "edit_customers",
    "see_products",
    "edit_products",
    "configure",
    "manage_users",
)

_SALES = {"see_orders", "edit_orders", "close_orders", "see_invoices", "see_customers", "edit_customers", "see_products"}
_CLOSING = {"settle_closings", "backdate_closings", "waive_notice", "close_many", "reopen_orders"}
_MANAGEMENT = _SALES | _CLOSING | {"see_all_orders", "issue_invoices", "register_payments", "edit_products", "configure"}

MATRIX: Mapping[str, frozenset[str]] = {
    ADMINISTRATOR: frozenset(RIGHTS),
    MANAGER: frozenset(_MANAGEMENT),
    SALESPERSON: frozenset(_SALES | {"issue_invoices"}),
    ACCOUNTANT: frozenset(
        {"see_orders", "see_all_orders", "see_invoices", "issue_invoices", "register_payments", "see_customers", "see_products"}
    ),
    CUSTOMER: frozenset(),
}


def may(role: str, right: str) -> bool:
    """Return whether `role` carries `right`; raise KeyError for a right nobody has heard of."""
    if right not in RIGHTS:
        raise KeyError(right)
    return right in MATRIX.get(role, frozenset())
