"""Every kind of chatter entry, declared once: code, sentence, icon, audience.

A sentence names its facts in braces; `{actor}` is the person (or "the system"). Facts are stored in `Activity.facts`
under the same names and turned into words by their shape, see feed.py.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

STAFF = "staff"
CUSTOMER = "customer"


@dataclass(frozen=True)
class Kind:
    """How one kind of entry reads and who may read it; `told_customers` where they are told less."""

    code: str
    sentence: Promise | str
    icon: str
    audience: str = STAFF
    told_customers: Promise | str = ""

    def sentence_for(self, reader: str) -> str:
        """Return the sentence for `reader` (STAFF or CUSTOMER) in the language being spoken."""
        return str(self.told_customers or self.sentence) if reader == CUSTOMER else str(self.sentence)


def _by_code(*kinds: Kind) -> dict[str, Kind]:
    return {kind.code: kind for kind in kinds}


KINDS = _by_code(
    Kind("quotation_created", _("{actor} created the quotation."), "document-plus"),
    Kind("order_changed", _("{actor} changed the order."), "pencil"),
    Kind(
        "order_taxed_anew",
        _("{actor} changed whether the customer is exempt from tax, and with it what the order costs."),
        "receipt-percent",
    ),
    Kind("quotation_sent", _("{actor} sent the quotation to {email}."), "paper-airplane", CUSTOMER),
    Kind(
        "quotation_marked_sent",
        _("{actor} marked the quotation as sent; the customer has no e-mail address."),
        "paper-airplane",
    ),
    Kind("order_confirmed", _("{actor} confirmed the order. It starts on {start_on}."), "check-circle", CUSTOMER),
    Kind(
        "quotation_accepted",
        _("{actor} accepted the quotation in the customer portal. It starts on {start_on}."),
        "check-circle",
        CUSTOMER,
    ),
    Kind("quotation_cancelled", _("{actor} cancelled the quotation."), "x-circle"),
    Kind("quotation_reopened", _("{actor} set the order back to a quotation."), "arrow-uturn-left"),
    Kind("invoice_issued", _("{actor} issued invoice {invoice} for {total}, due on {due_on}."), "document-text", CUSTOMER),
    Kind("payment_registered", _("{actor} registered a payment of {amount} for invoice {invoice}."), "banknotes", CUSTOMER),
    Kind("set_aside", _("The billing run set the subscription aside: {error}"), "exclamation-triangle"),
    Kind("set_aside_resolved", _("{actor} billed the subscription again after it was set aside."), "check-circle"),
    Kind("set_aside_assigned", _("{actor} gave the set-aside subscription to {owner}."), "user-plus"),
    Kind("payment_reminded", _("The customer was reminded to pay {amount} for invoice {invoice}."), "bell-alert", CUSTOMER),
    Kind("credit_used", _("{amount} of the customer's credit was used for invoice {invoice}."), "banknotes", CUSTOMER),
    Kind("credit_paid_out", _("{actor} paid {amount} of the credit back to the customer."), "banknotes", CUSTOMER),
    Kind("payment_on_account", _("{actor} registered a payment of {amount} on account."), "banknotes", CUSTOMER),
    Kind(
        "payment_left_credit", _("{amount} was paid more than was due; it is the customer's credit now."), "banknotes", CUSTOMER
    ),
    Kind(
        "payment_reversed",
        _("{actor} reversed the payment of {amount}: {reason}."),
        "arrow-uturn-left",
        CUSTOMER,
        _("{actor} reversed the payment of {amount}."),
    ),
    Kind("settlement_taken_back", _("{amount} of invoice {invoice} is due again."), "arrow-uturn-left", CUSTOMER),
    Kind(
        "invoice_credited",
        _("{actor} credited {total} of invoice {invoice} with credit note {credit_note}: {reason}."),
        "receipt-refund",
        CUSTOMER,
    ),
    Kind("draft_created", _("{actor} prepared a draft invoice for {total}."), "document-plus"),
    Kind("draft_changed", _("{actor} changed a draft invoice; it is for {total} now."), "pencil"),
    Kind("draft_discarded", _("{actor} discarded a draft invoice for {total}."), "trash"),
    Kind("draft_issued", _("Invoice {invoice} was prepared by {author}."), "document-plus"),
    Kind(
        "closed_by_staff",
        _("{actor} closed the subscription in the back office: {reason}. Last day of service: {last_day_on}."),
        "x-circle",
        CUSTOMER,
        _("{actor} closed the subscription. Last day of service: {last_day_on}."),
    ),
    Kind(
        "closed_by_customer",
        _("{actor} closed the subscription in the customer portal: {reason}. Last day of service: {last_day_on}."),
        "x-circle",
        CUSTOMER,
    ),
    Kind(
        "closed_by_system",
        _("The system closed the subscription: {reason}. Last day of service: {last_day_on}."),
        "x-circle",
        CUSTOMER,
        _("The subscription was closed. Last day of service: {last_day_on}."),
    ),
    Kind(
        "closing_scheduled",
        _("{actor} scheduled the closing: {reason}. Last day of service: {last_day_on}."),
        "calendar-days",
        CUSTOMER,
        _("{actor} scheduled the closing. Last day of service: {last_day_on}."),
    ),
    Kind(
        "closing_scheduled_by_customer",
        _("{actor} scheduled the closing in the customer portal: {reason}. Last day of service: {last_day_on}."),
        "calendar-days",
        CUSTOMER,
    ),
    Kind(
        "closing_scheduled_by_system",
        _("The system scheduled the closing: {reason}. Last day of service: {last_day_on}."),
        "calendar-days",
        CUSTOMER,
        _("The closing was scheduled. Last day of service: {last_day_on}."),
    ),
    Kind(
        "closed_by_declaration",
        _("{actor} closed the subscription on the public page. Last day of service: {last_day_on}."),
        "x-circle",
        CUSTOMER,
    ),
    Kind(
        "closing_scheduled_by_declaration",
        _("{actor} scheduled the closing on the public page. Last day of service: {last_day_on}."),
        "calendar-days",
        CUSTOMER,
    ),
    Kind(
        "closing_took_effect",
        _("The subscription was closed as scheduled: {reason}. Last day of service: {last_day_on}."),
        "x-circle",
        CUSTOMER,
        _("The subscription was closed as scheduled. Last day of service: {last_day_on}."),
    ),
    Kind("reason_given", _("{actor} said why: {reason}."), "chat-bubble-left-right", CUSTOMER),
    Kind("closing_undone", _("{actor} took the closing back; the subscription goes on."), "arrow-uturn-left", CUSTOMER),
    Kind("subscription_reopened", _("{actor} reopened the subscription from {reopened_on}."), "arrow-path", CUSTOMER),
    Kind("subscription_paused", _("{actor} paused the subscription. Last day of service: {last_day_on}."), "pause", CUSTOMER),
    Kind(
        "subscription_paused_until",
        _("{actor} paused the subscription. Last day of service: {last_day_on}. It goes on from {resumes_on}."),
        "pause",
        CUSTOMER,
    ),
    Kind(
        "pause_end_changed", _("{actor} changed when the pause ends: it goes on from {resumes_on}."), "calendar-days", CUSTOMER
    ),
    Kind("pause_end_left_open", _("{actor} left open when the pause ends."), "calendar-days", CUSTOMER),
    Kind(
        "pause_end_announced",
        _("The customer was told that the subscription goes on from {resumes_on}."),
        "bell-alert",
        CUSTOMER,
        _("You were told that the subscription goes on from {resumes_on}."),
    ),
    Kind("subscription_resumed", _("{actor} resumed the subscription from {resumed_on}."), "arrow-path", CUSTOMER),
    Kind(
        "plan_change_scheduled",
        _("{actor} scheduled another recurring plan: {plan} for {amount} a period, from {takes_effect_on}."),
        "calendar-days",
        CUSTOMER,
    ),
    Kind(
        "discount_scheduled",
        _("{actor} agreed on a discount of {percent} from {takes_effect_on} until {last_on}."),
        "calendar-days",
        CUSTOMER,
    ),
    Kind("offer_accepted", _("{actor} took an offer instead of closing ({reason}): {offer}."), "hand-thumb-up"),
    Kind(
        "change_cancelled",
        _("{actor} cancelled the change that was scheduled for {takes_effect_on}."),
        "arrow-uturn-left",
        CUSTOMER,
    ),
    Kind(
        "change_cancelled_by_closing",
        _("The change that was scheduled for {takes_effect_on} is cancelled because the subscription is closed."),
        "arrow-uturn-left",
        CUSTOMER,
    ),
    Kind(
        "change_brought_back",
        _("The change that was scheduled for {takes_effect_on} counts again because the closing was undone."),
        "arrow-path",
        CUSTOMER,
    ),
    Kind("plan_changed", _("The recurring plan is {plan} from {takes_effect_on}, as scheduled."), "arrow-path", CUSTOMER),
    Kind(
        "discount_began",
        _("The discount of {percent} counts from {takes_effect_on}, as scheduled."),
        "receipt-percent",
        CUSTOMER,
    ),
    Kind(
        "discount_ended",
        _("The discount has ended; from {takes_effect_on} the full price counts."),
        "receipt-percent",
        CUSTOMER,
    ),
    Kind("note", _("{actor} logged a note."), "pencil-square"),
    Kind("message_to_customer", _("{actor} wrote to the customer."), "chat-bubble-left-right", CUSTOMER),
    Kind("message_from_customer", _("{actor} wrote in the customer portal."), "chat-bubble-left-right", CUSTOMER),
    Kind("letter_not_queued", _("No letter was sent: the customer has no e-mail address."), "envelope"),
    Kind("customer_changed", _("{actor} changed the customer."), "pencil"),
    Kind("customer_created", _("{actor} created the customer."), "user-plus"),
    Kind("customer_archived", _("{actor} archived the customer."), "archive-box"),
    Kind("customer_restored", _("{actor} restored the customer."), "archive-box-arrow-down"),
    Kind("portal_link_sent", _("{actor} sent a portal link to {email}."), "link"),
    Kind("portal_links_revoked", _("{actor} revoked all portal links of the customer."), "no-symbol"),
    Kind("imported", _("Imported with the external id {external_id}."), "arrow-down-tray"),
)
