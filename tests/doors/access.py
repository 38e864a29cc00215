"""Who is answered what at every address: as owner, colleague, stranger, nobody. test_access.py drives this table.

Readers: `nobody` · staff: `owner` (the salesperson of every record here), `colleague` (another salesperson), `accountant`,
`manager`, `administrator` · customers: `account` and `link` (the customer whose records these are, in by account or by a link
from a letter), `stranger` (another customer). Words in braces stand for records of tests/doors/world.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.doors.world import READERS, STAFF

EVERYBODY = " ".join(READERS)
ALL_STAFF = " ".join(STAFF)
SELLERS = "owner colleague manager administrator"
MANAGERS = "manager administrator"
KEEPERS = "accountant manager administrator"
# The same with the records of one salesperson, which are not there for another.
READERS_OF_OWN = "owner accountant manager administrator"
SELLERS_OF_OWN = "owner manager administrator"
HERS = "account link"

Answers = dict[str, int | str]


@dataclass(frozen=True)
class Access:
    """What an address answers: `get` and `post` to those let in (None: 405 to everybody), to others what `refused` says."""

    let_in: str
    path: Mapping[str, str] = field(default_factory=dict)
    get: int | str | None = 200
    post: int | str | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, int | str] = field(default_factory=dict)
    refused_get: Mapping[str, int | str] = field(default_factory=dict)

    def expected(self, method: str) -> Answers:
        """Return the answer to every reader."""
        let_in = self.get if method == "GET" else self.post
        if let_in is None:
            return dict.fromkeys(READERS, 405)
        refused = {**self.refused, **(self.refused_get if method == "GET" else {})}
        return {reader: let_in if reader in self.let_in.split() else refused[reader] for reader in READERS}


def _for(readers: str, answer: int | str) -> dict[str, int | str]:
    return dict.fromkeys(readers.split(), answer)


def staff(let_in: str, get: int | None = 200, post: int | None = None, *, hides: bool = False, **fields) -> Access:
    """A page of the back office. It `hides` what belongs to another salesperson: 404 instead of 403."""
    # Whoever came by a link is nobody in the back office.
    refused = _for(ALL_STAFF, 403) | _for("nobody link", "log in") | _for("account stranger", 403)
    if hides:
        refused["colleague"] = 404
    return Access(let_in, get=get, post=post, refused=refused, **fields)


def portal(let_in: str, get: int | None = 200, post: int | None = None, *, staff_see: int | str = 403, **fields) -> Access:
    """A page of the portal: what belongs to another customer is not there. Staff are led to their own view of it."""
    refused = _for("nobody", "log in") | _for(ALL_STAFF, 403) | _for("stranger", 404)
    return Access(let_in, get=get, post=post, refused=refused, refused_get=_for(ALL_STAFF, staff_see), **fields)


def account(nobody: int | str, inside: int | str, *, post: Mapping[str, int | str] | None = None, **fields) -> Access:
    """A page about accounts, which a customer by link does not have."""
    return Access("", refused=_for(EVERYBODY, inside) | _for("nobody link", nobody) | (post or {}), **fields)


QUOTATION, ORDER, INVOICE = {"number": "{quotation}"}, {"number": "{order}"}, {"pk": "{invoice}"}
DRAFT, DECLARATION = {"pk": "{draft}"}, {"pk": "{declaration}"}
DECLARED = {"name": "Lan", "email": "lan{reader}@example.com", "reference": "S9", "nonce": "{reader:n>20}"}
VIEW = {"action": "keep_view", "name": "Của tôi"}
RATE = {"currency": "USD", "valid_from_on": "2026-02-01", "rate": "26000"}
LINES = {
    "lines-TOTAL_FORMS": "1",
    "lines-INITIAL_FORMS": "0",
    "lines-0-product": "{product}",
    "lines-0-description": "Máy chủ",
    "lines-0-charge": "recurring",
    "lines-0-quantity": "2",
    "lines-0-unit_price": "1000000",
    "lines-0-discount_percent": "0",
    "lines-0-tax": "{tax}",
    "lines-0-filled": "",
}
QUOTATION_FORM = LINES | {
    "customer": "{customer}",
    "plan": "{plan}",
    "currency": "VND",
    "filled_currency": "VND",
    "start_on": "{today}",
    "trial_days": "14",
    "filled_trial": "14",
    "last_day_on": "2026-12-31",
    "expires_on": "2026-04-30",
    "customer_reference": "PO-7",
    "salesperson": "{owner}",
    "note": "Cảm ơn",
}
CUSTOMER_FORM = {
    "name": "Nguyễn Văn An",
    "is_company": "on",
    "contact_name": "An",
    "email": "an@example.com",
    "phone": "+84 236 3 888 888",
    "street": "1 Lê Lợi",
    "city": "Huế",
    "postcode": "49000",
    "country": "VN",
    "tax_number": "0101234567",
    "is_tax_exempt": "on",
    "language": "vi",
    "currency": "VND",
    "time_zone": "Asia/Ho_Chi_Minh",
    "salesperson": "{owner}",
    "note": "Quen",
    "external_id": "KH-1",
}
PRICES = {"prices-TOTAL_FORMS": "1", "prices-INITIAL_FORMS": "0", "prices-0-currency": "USD", "prices-0-amount_minor": "9"}
PRODUCT_FORM = PRICES | {
    "name_vi": "Máy chủ",
    "name_en": "Server",
    "code": "SRV",
    "kind": "service",
    "unit_name": "máy",
    "tax": "{tax}",
    "description": "Mạnh",
    "prices-0-plan": "{plan}",
}
PLAN_FORM = PRICES | {
    "name_vi": "Hằng quý",
    "name_en": "Quarterly",
    "interval_count": "3",
    "interval_unit": "month",
    "alignment": "calendar",
    "anchor_day": "1",
    "in_arrears": "on",
    "trial_days": "14",
    "is_closable": "on",
    "closable_at": "any_time",
    "staff_closing_day": "today",
    "credit_policy": "unused_days",
    "automatic_closing_days": "30",
    "closing_day_is_served": "on",
    "position": "5",
    "prices-0-product": "{product}",
}
REASON_SAYS = {"audience": "everyone", "category": "circumstances", "comment_policy": "none"}
REASON_FORM = {"name_vi": "Chuyển nhà", "name_en": "Moved"} | REASON_SAYS
TAX_FORM = {"name_vi": "GTGT 5%", "name_en": "VAT 5%", "percent": "5", "is_included": "on"}
PERSON_FORM = {"name": "Lê Bình", "email": "binh@example.com", "role": "salesperson"}
COMPANY_FORM = {
    "name": "Sen Việt",
    "street": "1 Lê Lợi",
    "city": "Huế",
    "country": "VN",
    "tax_number": "0101234567",
    "email": "sen@example.com",
    "phone": "+84 236 3 888 888",
    "bank_bin": "970436",
    "bank_account_number": "0041000123456",
    "bank_account_name": "SEN VIET",
    "bank_account": "VCB 1",
    "currency": "VND",
    "time_zone": "Asia/Ho_Chi_Minh",
    "payment_days": "14",
    "quotation_days": "30",
}
ON_ORDER = LINES | {"customer": "{customer}", "currency": "VND", "filled_currency": "VND", "note": "Gấp", "form_key": "k2"}
PAYMENT_FORM = {"amount": "1000", "paid_on": "{today}", "method": "cash", "reference": "FT1", "form_key": "k1"}

# Lists and reports that every member of staff opens, each with what they may see.
LISTS_OF_ALL_STAFF = (
    *("backoffice:letters", "backoffice:orders", "backoffice:customers", "backoffice:products", "backoffice:invoices"),
    *("backoffice:payments", "backoffice:set_aside", "backoffice:invoice_drafts", "backoffice:churn", "backoffice:dashboard"),
    *("backoffice:revenue", "backoffice:movements", "backoffice:closings", "backoffice:close_visits"),
)
ACCESS: dict[str, Access] = {
    # The back office opens with Home; a customer who logs in is led to the portal.
    "backoffice:home": Access(ALL_STAFF, refused=_for("nobody link", "log in") | _for("account stranger", "portal"), post=None),
    "backoffice:search": staff(ALL_STAFF),
    "backoffice:preferences": Access(
        EVERYBODY, get=None, post=302, data={"language": "en", "theme": "dark", "next": "/orders/"}
    ),
    # Lists hold only what the reader may see; a POST keeps a view or hands out chosen rows.
    **dict.fromkeys(LISTS_OF_ALL_STAFF, staff(ALL_STAFF, 200, 302, data=VIEW)),
    "backoffice:plans": staff(MANAGERS, 200, 302, data=VIEW),
    "backoffice:plan_items": staff(MANAGERS, 200, 302, path={"pk": "{plan}"}, data=VIEW),
    "backoffice:taxes": staff(MANAGERS, 200, 302, data=VIEW),
    "backoffice:users": staff("administrator", 200, 302, data=VIEW),
    "backoffice:customer_options": staff(ALL_STAFF),
    "backoffice:product_options": staff(ALL_STAFF),
    # Orders.
    "backoffice:order_new": staff(SELLERS, 200, 302, data=QUOTATION_FORM | {"salesperson": "{reader}"}),
    "backoffice:order": staff(READERS_OF_OWN, hides=True, path=ORDER),
    "backoffice:order_edit": staff(SELLERS_OF_OWN, 200, 302, hides=True, path=QUOTATION, data=QUOTATION_FORM),
    "backoffice:order_sending": staff(SELLERS_OF_OWN, None, 302, hides=True, path=QUOTATION),
    "backoffice:order_confirmation": staff(SELLERS_OF_OWN, None, 302, hides=True, path=QUOTATION),
    "backoffice:order_cancellation": staff(SELLERS_OF_OWN, None, 302, hides=True, path=QUOTATION),
    "backoffice:order_reopening": staff(SELLERS_OF_OWN, None, 302, hides=True, path={"number": "{cancelled}"}),
    "backoffice:order_closure": staff(SELLERS_OF_OWN, 200, 302, hides=True, path=ORDER, data={"reason": "Quá đắt"}),
    "backoffice:order_closure_view": staff(
        SELLERS_OF_OWN, 200, 302, hides=True, path={"number": "{churned}"}, data={"reason": "{reason}"}
    ),
    "backoffice:order_closure_undo": staff(SELLERS_OF_OWN, None, 302, hides=True, path={"number": "{leaving}"}),
    "backoffice:order_going_on": staff(MANAGERS, None, 302, path={"number": "{churned}"}),
    "backoffice:order_pausing": staff(
        SELLERS_OF_OWN, 200, 302, hides=True, path=ORDER, data={"last_on": "{today}", "seen-last-on": "{today}"}
    ),
    "backoffice:order_pause_end": staff(SELLERS_OF_OWN, 200, 302, hides=True, path={"number": "{paused}"}),
    "backoffice:order_resuming": staff(SELLERS_OF_OWN, None, 302, hides=True, path={"number": "{paused}"}),
    "backoffice:order_invoices": staff(
        READERS_OF_OWN, 200, 302, hides=True, path=ORDER, data={"expected_period_start": "{today}", "early": "1"}
    ),
    "backoffice:order_plan_change": staff(SELLERS_OF_OWN, 200, 302, hides=True, path=ORDER, data={"plan": "{other_plan}-900"}),
    "backoffice:order_change_cancellation": staff(
        SELLERS_OF_OWN, None, 302, hides=True, path={"number": "{changing}", "pk": "{change}"}
    ),
    "backoffice:order_upcoming": staff(READERS_OF_OWN, hides=True, path=ORDER),
    "backoffice:order_notes": staff(READERS_OF_OWN, None, 302, hides=True, path=ORDER, data={"body": "Gọi lại"}),
    "backoffice:order_messages": staff(SELLERS_OF_OWN, None, 302, hides=True, path=ORDER, data={"body": "Chào"}),
    # Invoices.
    "backoffice:invoice": staff(READERS_OF_OWN, hides=True, path=INVOICE),
    "backoffice:invoice_pdf": staff(READERS_OF_OWN, hides=True, path=INVOICE),
    "backoffice:invoice_payments": staff("accountant manager administrator", 200, 302, path=INVOICE, data=PAYMENT_FORM),
    # Billing runs are the company's, what they set aside belongs to who sold it.
    "backoffice:billing_runs": staff(KEEPERS, 200, 302, data=VIEW),
    "backoffice:billing_run": staff(KEEPERS, path={"pk": "{run}"}),
    "backoffice:billing_run_new": staff(KEEPERS, 200, 302),
    "backoffice:bulk_closings": staff(MANAGERS, 200, 302, data=VIEW),
    "backoffice:closing_many": staff(MANAGERS, 200, 302),
    "backoffice:bulk_closing": staff(MANAGERS, 200, 302, path={"pk": "{bulk}"}, data=VIEW),
    "backoffice:bulk_closing_carry_on": staff(MANAGERS, None, 302, path={"pk": "{bulk}"}),
    "backoffice:imports": staff(MANAGERS, 200, 302, data=VIEW),
    "backoffice:import_new": staff(MANAGERS, 200, 422),
    "backoffice:import_page": staff(MANAGERS, 302, 302, path={"pk": "{brought}"}, data=VIEW),
    "backoffice:import_form": staff(MANAGERS, None, 422, path={"pk": "{brought}"}),
    "backoffice:import_mapping": staff(MANAGERS, 200, 422, path={"pk": "{brought}"}),
    "backoffice:import_loading": staff(MANAGERS, None, 302, path={"pk": "{brought}"}),
    "backoffice:import_discarding": staff(MANAGERS, None, 302, path={"pk": "{brought}"}),
    "backoffice:import_carry_on": staff(MANAGERS, None, 302, path={"pk": "{brought}"}),
    "backoffice:import_skipped": staff(MANAGERS, 200, path={"pk": "{brought}"}),
    "backoffice:verifications": staff(KEEPERS, 200, 302),
    "backoffice:verification": staff(KEEPERS, path={"pk": "{verification}"}),
    "backoffice:order_billing": staff(READERS_OF_OWN, None, 302, hides=True, path={"number": "{stuck}"}),
    "backoffice:invoice_credit_notes": staff(
        "accountant manager administrator",
        200,
        302,
        path=INVOICE,
        data={"reason": "Hỏng", "seen_minor": "0", "amount_10": "1000"},
    ),
    "backoffice:invoice_settlements": staff("accountant manager administrator", None, 302, path=INVOICE),
    "backoffice:invoice_draft_new": staff(
        "accountant manager administrator owner colleague", 200, 302, data=ON_ORDER | {"customer": "{theirs}"}
    ),
    "backoffice:invoice_draft": staff(READERS_OF_OWN, hides=True, path=DRAFT),
    "backoffice:invoice_draft_edit": staff(READERS_OF_OWN, 200, 302, hides=True, path=DRAFT, data=ON_ORDER),
    "backoffice:invoice_draft_issuing": staff(READERS_OF_OWN, 200, 302, hides=True, path=DRAFT, data={"seen_minor": "1000000"}),
    "backoffice:invoice_draft_discarding": staff(READERS_OF_OWN, None, 302, hides=True, path=DRAFT),
    "backoffice:payment": staff(READERS_OF_OWN, hides=True, path={"pk": "{payment}"}),
    "backoffice:payment_reversal": staff(
        "accountant manager administrator", 200, 302, path={"pk": "{payment}"}, data={"reason": "Nhầm"}
    ),
    "backoffice:retention": staff(KEEPERS, 200, 302, data=VIEW),
    "backoffice:rates": staff(MANAGERS, 200, 302, data=VIEW),
    "backoffice:rate_new": staff(MANAGERS, 200, 302, data=RATE),
    "backoffice:rate_edit": staff(MANAGERS, 200, 302, path={"pk": "{rate}"}, data=RATE | {"valid_from_on": "2026-02-02"}),
    "backoffice:rate_deletion": staff(MANAGERS, None, 302, path={"pk": "{rate}"}),
    # The ageing list opens grouped by customer.
    "backoffice:ageing": staff(ALL_STAFF, 302, 302, data=VIEW),
    "backoffice:customer_payouts": staff(
        KEEPERS,
        200,
        302,
        path={"pk": "{creditor}"},
        data={"amount": "1.000", "currency": "VND", "paid_on": "{today}", "method": "bank_transfer"},
    ),
    "backoffice:customer_payments": staff(
        "accountant manager administrator", 200, 302, path={"pk": "{customer}"}, data=PAYMENT_FORM | {"currency": "VND"}
    ),
    "backoffice:customer_statement": staff("accountant manager administrator", path={"pk": "{customer}"}),
    "backoffice:customer_statement_pdf": staff("accountant manager administrator", path={"pk": "{customer}"}),
    "backoffice:exit_package": staff(KEEPERS, path={"pk": "{customer}"}),
    "backoffice:closure_receipt": staff(READERS_OF_OWN, hides=True, path={"number": "{churned}"}),
    "backoffice:closure_evidence": staff(SELLERS_OF_OWN, hides=True, path={"number": "{churned}"}),
    # Customers belong to the house, not to a salesperson.
    "backoffice:customer": staff(ALL_STAFF, path={"pk": "{customer}"}),
    "backoffice:customer_new": staff(SELLERS, 200, 302, data=CUSTOMER_FORM),
    "backoffice:customer_edit": staff(SELLERS, 200, 302, path={"pk": "{customer}"}, data=CUSTOMER_FORM),
    "backoffice:customer_archive": staff(SELLERS, None, 302, path={"pk": "{newcomer}"}),
    "backoffice:customer_restore": staff(SELLERS, None, 302, path={"pk": "{newcomer}"}),
    "backoffice:customer_link": staff(SELLERS, None, 302, path={"pk": "{customer}"}),
    "backoffice:customer_link_revocation": staff(SELLERS, None, 302, path={"pk": "{customer}"}),
    # Products.
    "backoffice:product": staff(ALL_STAFF, path={"pk": "{product}"}),
    "backoffice:product_new": staff(MANAGERS, 200, 302, data=PRODUCT_FORM),
    "backoffice:product_edit": staff(MANAGERS, 200, 302, path={"pk": "{product}"}, data=PRODUCT_FORM),
    "backoffice:product_archive": staff(MANAGERS, None, 302, path={"pk": "{product}"}),
    "backoffice:product_restore": staff(MANAGERS, None, 302, path={"pk": "{product}"}),
    # Configuration.
    "backoffice:plan": staff(MANAGERS, path={"pk": "{plan}"}),
    "backoffice:plan_new": staff(MANAGERS, 200, 302, data=PLAN_FORM),
    "backoffice:plan_edit": staff(MANAGERS, 200, 302, path={"pk": "{idle_plan}"}, data=PLAN_FORM),
    "backoffice:plan_upcoming": staff(MANAGERS, path={"pk": "{plan}"}),
    "backoffice:plan_archive": staff(MANAGERS, None, 302, path={"pk": "{plan}"}),
    "backoffice:plan_restore": staff(MANAGERS, None, 302, path={"pk": "{plan}"}),
    "backoffice:reasons": staff(MANAGERS),
    "backoffice:reason_new": staff(MANAGERS, 200, 302, data=REASON_FORM),
    "backoffice:reason_edit": staff(MANAGERS, 200, 302, path={"pk": "{reason}"}, data=REASON_FORM),
    "backoffice:reason_archive": staff(MANAGERS, None, 302, path={"pk": "{reason}"}),
    "backoffice:reason_restore": staff(MANAGERS, None, 302, path={"pk": "{reason}"}),
    "backoffice:reason_deletion": staff(MANAGERS, None, 302, path={"pk": "{reason}"}),
    "backoffice:reason_move": staff(MANAGERS, None, 302, path={"pk": "{reason}"}, data={"direction": "down"}),
    "backoffice:tax_new": staff(MANAGERS, 200, 302, data=TAX_FORM),
    "backoffice:tax_edit": staff(MANAGERS, 200, 302, path={"pk": "{tax}"}, data=TAX_FORM),
    "backoffice:tax_archive": staff(MANAGERS, None, 302, path={"pk": "{tax}"}),
    "backoffice:tax_restore": staff(MANAGERS, None, 302, path={"pk": "{tax}"}),
    "backoffice:company": staff(MANAGERS),
    "backoffice:company_edit": staff(MANAGERS, 200, 302, data=COMPANY_FORM),
    "backoffice:declarations": staff(SELLERS),
    "backoffice:declaration": staff(SELLERS, path=DECLARATION),
    "backoffice:declaration_matching": staff(SELLERS, None, 302, path=DECLARATION, data={"order": "{order}"}),
    "backoffice:declaration_setting_aside": staff(SELLERS, None, 302, path=DECLARATION, data={"answer": "Không có"}),
    "backoffice:market": staff(MANAGERS, 200, 302, data={"market": "de", "reason_policy": "after"}),
    # People.
    "backoffice:user": staff("administrator", path={"pk": "{person}"}),
    "backoffice:user_new": staff("administrator", 200, 302, data=PERSON_FORM | {"language": "vi"}),
    "backoffice:user_edit": staff("administrator", 200, 302, path={"pk": "{person}"}, data=PERSON_FORM),
    "backoffice:user_link": staff("administrator", None, 302, path={"pk": "{person}"}),
    "backoffice:user_deactivate": staff("administrator", None, 302, path={"pk": "{person}"}),
    "backoffice:user_activate": staff("administrator", None, 302, path={"pk": "{person}"}),
    # The portal. Staff see the customer's page only in the preview, which does nothing.
    "portal:home": portal(f"{HERS} stranger", staff_see="back office"),
    "portal:order": portal(HERS, staff_see="preview", path=ORDER),
    "portal:order_pdf": portal(HERS, staff_see="preview", path=ORDER),
    "portal:acceptance": portal(HERS, None, 302, path={"number": "{sent}"}),
    "portal:messages": portal(HERS, None, 302, path=ORDER, data={"body": "Chào"}),
    "portal:closure": portal(HERS, 200, 302, staff_see="preview", path=ORDER, data={"reason": "{reason}"}),
    "portal:close_visit": portal(HERS, None, 204, path=ORDER),
    "portal:offer": portal(HERS, None, 200, path=ORDER, data={"reason": "{reason}"}),
    "portal:offer_acceptance": portal(HERS, None, 302, path=ORDER),
    "portal:closure_undo": portal(HERS, None, 302, path={"number": "{leaving}"}),
    "portal:resuming": portal(HERS, None, 302, path={"number": "{paused}"}),
    "portal:closure_reason": portal(HERS, None, 302, path={"number": "{churned}"}, data={"reason": "{reason}"}),
    "portal:closure_receipt": portal(HERS, staff_see="preview", path={"number": "{churned}"}),
    "portal:exit_package": portal(f"{HERS} stranger"),
    "portal:invoices": portal(f"{HERS} stranger"),
    "portal:invoice": portal(HERS, path=INVOICE),
    "portal:invoice_pdf": portal(HERS, path=INVOICE),
    "portal:statement": portal(f"{HERS} stranger"),
    "portal:statement_pdf": portal(f"{HERS} stranger"),
    # A link lets in whoever holds it, but nobody who is somebody else; asking for a new one tells nobody anything.
    "portal:link": Access(
        "nobody account link",
        path={"token": "{token}"},
        get=302,
        post=200,
        refused=_for(f"{ALL_STAFF} stranger", 200),
        refused_get=_for(ALL_STAFF, "preview") | _for("stranger", 403),
    ),
    "portal:leaving": Access(EVERYBODY, get=None, post=200),
    "portal:preview": staff(READERS_OF_OWN, hides=True, path=ORDER),
    # Without log-in, so that everybody is answered alike.
    "public:closing": Access(EVERYBODY, get=200, post=302, data=DECLARED | {"way": "ordinary", "when": "earliest"}),
    "public:withdrawal": Access(EVERYBODY, get=200, post=302, data=DECLARED | {"confirmed": "1"}),
    "public:declaration": Access(EVERYBODY, path={"key": "{declared}"}),
    "public:declaration_pdf": Access(EVERYBODY, path={"key": "{declared}"}),
}
LOGIN = {"login": "nobody@example.com", "password": "wrong"}
NEW_PASSWORD = {"password1": "một mật khẩu rất dài", "password2": "một mật khẩu rất dài"}
ACCESS |= {
    # Accounts. A wrong password is answered with the form again; whoever is inside is led to their first page.
    "account_login": Access(
        "nobody link",
        post=200,
        data=LOGIN,
        refused=_for(ALL_STAFF, "back office") | _for("account stranger", "portal"),
    ),
    "account_logout": Access(f"{ALL_STAFF} account stranger", post="log in", refused=_for("nobody link", "log in")),
    "account_inactive": Access(EVERYBODY),
    "account_change_password": Access(
        f"{ALL_STAFF} account stranger",
        post=200,
        data=NEW_PASSWORD | {"oldpassword": "wrong"},
        refused=_for("nobody link", "log in"),
    ),
    "account_reset_password": Access(EVERYBODY, post=302, data={"email": "nobody@example.com"}),
    "account_reset_password_done": Access(EVERYBODY),
    "account_reset_password_from_key": Access(EVERYBODY, path={"uidb36": "1", "key": "forged"}, post=200, data=NEW_PASSWORD),
    "account_reset_password_from_key_done": Access(EVERYBODY),
}
