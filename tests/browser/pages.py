"""Every address of the application: which are pages that people look at, and which only take a form or hand out a file."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.browser.world import World

# area: the names of its pages
STAFF_PAGES = {
    "orders": (
        "home",
        "orders",
        "order_new",
        "order",
        "order_edit",
        "order_closure",
        "order_closure_view",
        "order_pausing",
        "order_pause_end",
        "order_invoices",
        "order_upcoming",
        "order_plan_change",
        "search",
        "letters",
        "declarations",
        "declaration",
    ),
    "sales": (
        *("customers", "customer_new", "customer", "customer_edit"),
        *("products", "product_new", "product", "product_edit"),
        *("invoices", "invoice", "invoice_payments", "payments"),
    ),
    "money": (
        *("invoice_credit_notes", "invoice_drafts", "invoice_draft_new", "invoice_draft", "invoice_draft_edit"),
        *("invoice_draft_issuing", "payment", "payment_reversal", "customer_payments", "customer_payouts"),
        *("customer_statement", "ageing"),
    ),
    "billing": (
        "billing_runs",
        "billing_run",
        "billing_run_new",
        "bulk_closings",
        "closing_many",
        "bulk_closing",
        "set_aside",
        "verifications",
        "verification",
        *("dashboard", "churn", "closings", "close_visits", "revenue", "movements", "retention"),
    ),
    "configuration": (
        *("plans", "plan_new", "plan", "plan_edit", "plan_items", "plan_upcoming"),
        *("reasons", "reason_new", "reason_edit", "taxes", "tax_new", "tax_edit"),
        *("rates", "rate_new", "rate_edit"),
        *("imports", "import_new", "import_mapping", "import_page"),
        *("users", "user_new", "user", "user_edit", "company", "company_edit", "market"),
    ),
}
CUSTOMER_PAGES = ("home", "order", "closure", "invoices", "invoice", "statement")
# Without log-in, where they are switched on.
PUBLIC_PAGES = ("closing", "withdrawal", "declaration")
ACCOUNT_PAGES = (
    *("account_login", "account_reset_password", "account_reset_password_done", "account_inactive"),
    *("account_reset_password_from_key_done",),
)
SIGNED_IN_PAGES = ("account_change_password", "account_logout")

# Addresses that nobody looks at: they take a form and lead on, or hand out a file or rows.
NOT_PAGES = {
    *("backoffice:order_sending", "backoffice:order_confirmation", "backoffice:order_cancellation"),
    *("backoffice:order_reopening", "backoffice:order_notes", "backoffice:order_messages", "backoffice:order_billing"),
    "backoffice:bulk_closing_carry_on",
    *("backoffice:import_form", "backoffice:import_loading", "backoffice:import_discarding", "backoffice:import_carry_on"),
    "backoffice:import_skipped",
    *("backoffice:invoice_pdf", "backoffice:customer_options", "backoffice:product_options"),
    *("backoffice:invoice_settlements", "backoffice:invoice_draft_discarding", "backoffice:customer_statement_pdf"),
    *("backoffice:customer_archive", "backoffice:customer_restore", "backoffice:customer_link"),
    *("backoffice:customer_link_revocation", "backoffice:product_archive", "backoffice:product_restore"),
    *("backoffice:plan_archive", "backoffice:plan_restore", "backoffice:reason_archive", "backoffice:reason_restore"),
    *("backoffice:reason_deletion", "backoffice:reason_move", "backoffice:tax_archive", "backoffice:tax_restore"),
    "backoffice:rate_deletion",
    *("backoffice:user_link", "backoffice:user_deactivate", "backoffice:user_activate", "backoffice:preferences"),
    *("backoffice:declaration_matching", "backoffice:declaration_setting_aside"),
    *("portal:order_pdf", "portal:acceptance", "portal:messages", "portal:invoice_pdf", "portal:leaving"),
    *(
        "backoffice:order_closure_undo",
        "backoffice:order_resuming",
        "backoffice:order_going_on",
        "backoffice:order_change_cancellation",
        "backoffice:closure_receipt",
        "backoffice:closure_evidence",
    ),
    *("backoffice:exit_package", "portal:closure_undo", "portal:resuming", "portal:closure_reason", "portal:close_visit"),
    *("portal:offer", "portal:offer_acceptance"),
    *("portal:closure_receipt", "portal:exit_package", "portal:statement_pdf", "public:declaration_pdf"),
}
# Pages whose address takes more than a record: test_pages.py writes them out.
SPECIAL_PAGES = {"account_reset_password_from_key", "portal:link", "portal:preview"}


def address(name: str, world: World) -> str:
    """Return the address of page `name`, with the record of `world` that it shows."""
    _door, _colon, page = name.rpartition(":")
    noun = page.split("_")[0]
    if name == "public:declaration":
        return reverse(name, args=[world.declaration.form_key])
    if noun in ("order", "closure") and page not in ("order_new",):
        # What is still a quotation can be edited as a whole.
        return reverse(name, args=[world.quotation.number if page == "order_edit" else world.order.number])
    if page.startswith("invoice_draft_") or page == "invoice_draft":
        return reverse(name) if page == "invoice_draft_new" else reverse(name, args=[world.draft.pk])
    if page == "invoice_drafts":
        return reverse(name)
    if page == "bulk_closing":
        return reverse(name, args=[world.many_at_once.pk])
    if page in ("import_mapping", "import_page"):
        return reverse(name, args=[(world.uploaded if page == "import_mapping" else world.checked).pk])
    if page == "billing_run":
        return reverse(name, args=[world.run.pk])
    takes_record = hasattr(world, noun) and not page.endswith("_new") and noun != "company"
    return reverse(name, args=[getattr(world, noun).pk]) if takes_record and page != "account_login" else reverse(name)


def all_names() -> set[str]:
    """Return the name of every address."""
    return set(_names(get_resolver(), ""))


def listed_names() -> set[str]:
    """Return the names that this file knows."""
    staff = {f"backoffice:{page}" for pages in STAFF_PAGES.values() for page in pages}
    customer = {f"portal:{page}" for page in CUSTOMER_PAGES}
    customer |= {f"public:{page}" for page in PUBLIC_PAGES}
    return staff | customer | {*ACCOUNT_PAGES, *SIGNED_IN_PAGES} | NOT_PAGES | SPECIAL_PAGES


def _names(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        else:
            yield from _names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
