"""Questions about letters: which were sent, which wait, and which could not be sent."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from soon.models import Customer, Letter, Order, User, search_key

from .listing import ChoiceDimension, Column, Filter, ListSpec, Reader, RecordDimension

KINDS = (
    ("quotation", _("Quotation")),
    ("invoice", _("Invoice")),
    ("payment_reminder", _("Payment reminder")),
    ("credit_note", _("Credit Note")),
    ("subscription_closed", _("Confirmation of closing")),
    ("closing_scheduled", _("Confirmation of a closing to come")),
    ("closing_undone", _("Confirmation that a closing was undone")),
    ("subscription_reopened", _("Confirmation of reopening")),
    ("subscription_paused", _("Confirmation of a pause")),
    ("pause_end_changed", _("Another end of a pause")),
    ("pause_ends", _("Notice that a pause ends")),
    ("subscription_resumed", _("Confirmation that a subscription goes on")),
    ("declaration_received", _("Receipt of a declaration")),
    ("declaration_answered", _("Answer to a declaration")),
    ("portal_link", _("Portal link")),
    ("message", _("Message")),
    ("customer_message", _("Message from the customer")),
    ("invitation", _("Invitation")),
)


def letters_visible_to(user: User) -> QuerySet[Letter]:
    """Return the letters about orders that `user` may see; with the right to all orders also those about none."""
    if user.may("see_all_orders"):
        return Letter.objects.all()
    return Letter.objects.filter(order__in=Order.objects.visible_to(user))


def search_letters(rows: QuerySet[Letter], text: str) -> QuerySet[Letter]:
    """Return those with every word of `text` in the address, the subject, the customer or the order's number."""
    for word in text.split():
        found = Q(to_email__icontains=word) | Q(subject__icontains=word) | Q(order__number__icontains=word)
        rows = rows.filter(found | Q(customer__search_key__contains=search_key(word)))
    return rows


def state_of(letter: Letter, reader: Reader) -> str:
    """Return in words whether the letter was sent."""
    if letter.sent_at:
        return pgettext("letter", "Sent")
    if letter.given_up_at:
        return pgettext("letter", "Could not be sent")
    return pgettext("letter", "Trying again") if letter.attempts else pgettext("letter", "Waiting")


LETTERS = ListSpec(
    page="letters",
    title=_("Letters"),
    columns=(
        Column("created", _("Written"), "created_at", kind="moment", sort=("created_at",), css="row-title"),
        Column("kind", _("Letter"), lambda letter, reader: dict(KINDS).get(letter.kind, letter.kind), sort=("kind",)),
        Column("to", pgettext_lazy("letter", "To"), "to_email", sort=("to_email",), css="words"),
        Column("customer", _("Customer"), "customer.name", link=("customer", "customer_id"), css="words"),
        Column("order", _("Order"), "order.number", sort=("order_id",), link=("order", "order.number")),
        Column("state", _("Status"), state_of),
        Column("attempts", _("Attempts"), "attempts", kind="number", sort=("attempts",)),
        Column("next", _("Next attempt"), "next_attempt_at", kind="moment", sort=("next_attempt_at",), is_shown=False),
        Column("error", _("Last error"), "last_error", css="words"),
        Column("sent", pgettext_lazy("letter", "Sent on"), "sent_at", kind="moment", sort=("sent_at",), is_shown=False),
        Column("subject", _("Subject"), "subject", is_shown=False),
    ),
    filters=(
        Filter("failed", pgettext_lazy("letter", "Could not be sent"), Q(given_up_at__isnull=False)),
        Filter("retrying", pgettext_lazy("letter", "Trying again"), Q(sent_at=None, given_up_at=None, attempts__gte=1)),
        Filter("waiting", pgettext_lazy("letter", "Waiting"), Q(sent_at=None, given_up_at=None, attempts=0)),
        Filter("sent", pgettext_lazy("letter", "Sent"), Q(sent_at__isnull=False)),
    ),
    dimensions=(
        ChoiceDimension("kind", _("Letter"), "kind", choices=KINDS),
        RecordDimension("customer", _("Customer"), "customer", model=Customer),
    ),
    drills=(RecordDimension("order", _("Order"), "order", model=Order, names=("number",)),),
    search=search_letters,
    search_hint=_("Address, subject, customer, order"),
    default_sort="-created",
    related=("customer", "order"),
    icon="envelope",
    empty_title=_("No letters yet"),
    empty_text=_("Letters are written when a quotation is sent, an order confirmed or a subscription closed."),
)
