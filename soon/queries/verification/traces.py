"""Traces: each event is told once, in the chatter and by letter, and nothing is told to another customer."""

from collections.abc import Iterator

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext_lazy as _

from soon.domain import lifecycle
from soon.models import Activity, Invoice, InvoiceLine, Letter, Order, OrderLine, Payment, SetAside

from .checks import CHUNK, Check, Finding, Moment, Naming, Rule, Theme, Walk, broken

TOLD = Check(
    "document_told_once",
    _("Each document stands in the chatter once."),
    _("The chatter tells of it {entries} times."),
    "documents",
)
LETTER = Check(
    "document_has_letter",
    _("Each document has its letter, unless its buyer had no e-mail address."),
    _("It has no letter, although its buyer had an e-mail address."),
    "documents",
)
EVENT = Check(
    "letter_once",
    _("Of each event there is one letter."),
    _("{times} letters tell of the same event: {event}."),
    "letters",
)
ENDING = Check(
    "ending_told",
    _("The end of each churned order stands in the chatter."),
    _("The chatter does not tell who closed it."),
    "orders",
)
LINES = Check(
    "lines_of_customer",
    _("Each line belongs to the customer of its order or document."),
    _("Line {position} belongs to another customer."),
    "lines",
)
OWNER = Check(
    "records_of_customer",
    _("Documents, payments and set-aside entries belong to the customer of their order or invoice, in its currency."),
    _("It belongs to another customer or is in another currency than what it is for."),
    "documents",
)
ADDRESSEE = Check(
    "traces_of_customer",
    _("Chatter entries and letters belong to the customer of their order or document."),
    _("A chatter entry or letter about it belongs to another customer."),
    "activities",
)

_KINDS = {Invoice.Kind.INVOICE: "invoice_issued", Invoice.Kind.CREDIT_NOTE: "invoice_credited"}


def documents(moment: Moment) -> Iterator[Finding]:
    """Look for the chatter entry and the letter of each document."""
    kind = Case(*(When(kind=document, then=Value(entry)) for document, entry in _KINDS.items()))
    entries = Activity.objects.filter(invoice=OuterRef("pk"), kind=OuterRef("told_as")).order_by()
    counted = entries.values("invoice").annotate(n=Count("pk")).values("n")
    key = Concat("kind", Value(":"), Cast("pk", CharField()))
    letter = Exists(Letter.objects.filter(event_key=OuterRef("event")))
    found = Invoice.objects.annotate(
        told_as=kind,
        event=key,
        entries=Coalesce(Subquery(counted, output_field=BigIntegerField()), 0),
        has_letter=letter,
        address=Coalesce(KT("buyer__email"), Value(""), output_field=TextField()),
    )
    # A credit note goes to the address of its own day, which its invoice does not tell: only one that never changed is certain.
    was_reachable = ~Q(address="") & (Q(kind=Invoice.Kind.INVOICE) | Q(address=F("customer__email")))
    rules = (Rule(TOLD, ~Q(entries=1), ("entries",)), Rule(LETTER, Q(has_letter=False) & was_reachable))
    yield from broken(found, rules, Naming("invoice"))


def letters(moment: Moment) -> Iterator[Finding]:
    """Look for a second letter of an event."""
    twice = Letter.objects.order_by().values("event_key").annotate(times=Count("pk"), first=Min("pk")).filter(times__gt=1)
    for row in twice.iterator(CHUNK):
        to = Letter.objects.values_list("to_email", flat=True).get(pk=row["first"]) if moment.wants(EVENT) else ""
        facts = {"times": row["times"], "event": row["event_key"]}
        yield Finding(EVENT, to, "letter", row["first"], facts, count=row["times"] - 1)


def endings(moment: Moment) -> Iterator[Finding]:
    """Look for the chatter entry of each ending."""
    is_told = Q(kind__startswith="closed_by_") | Q(kind="closing_took_effect")
    told = Activity.objects.filter(is_told, order=OuterRef("pk"))
    untold = Order.objects.filter(~Exists(told), state=lifecycle.CHURNED).order_by()
    for key, number in untold.values_list("pk", "number").iterator(CHUNK):
        yield Finding(ENDING, number, "order", key)


def lines(moment: Moment) -> Iterator[Finding]:
    """Compare the customer of each line with that of what it stands on."""
    of_document = Rule(LINES, ~Q(customer=F("invoice__customer")), ("position",))
    yield from broken(InvoiceLine.objects.all(), (of_document,), Naming("invoice", "invoice", "invoice__number"))
    of_order = Rule(LINES, ~Q(customer=F("order__customer")), ("position",))
    yield from broken(OrderLine.objects.all(), (of_order,), Naming("order", "order", "order__number"))


def records(moment: Moment) -> Iterator[Finding]:
    """Compare the customer of documents, payments and set-aside entries with that of what they are for."""
    same = Q(customer=F("order__customer"), currency=F("order__currency"))
    yield from broken(Invoice.objects.filter(order__isnull=False), (Rule(OWNER, ~same),), Naming("invoice"))
    same = Q(customer=F("invoice__customer"), currency=F("invoice__currency"))
    payments = Payment.objects.filter(invoice__isnull=False)
    yield from broken(payments, (Rule(OWNER, ~same),), Naming("invoice", "invoice", "invoice__number"))
    entries = Rule(OWNER, ~Q(customer=F("order__customer")))
    yield from broken(SetAside.objects.all(), (entries,), Naming("order", "order", "order__number"))


def addressees(moment: Moment) -> Iterator[Finding]:
    """Compare the customer of chatter entries and letters with that of what they are about."""
    for model in (Activity, Letter):
        for noun in ("order", "invoice"):
            about = model._default_manager.filter(**{f"{noun}__isnull": False})
            rule = Rule(ADDRESSEE, ~Q(customer=F(f"{noun}__customer")))
            yield from broken(about, (rule,), Naming(noun, noun, f"{noun}__number"))


TRACES = Theme(
    _("Chatter, letters and customers"),
    (
        Walk((TOLD, LETTER), documents),
        Walk((EVENT,), letters),
        Walk((ENDING,), endings),
        Walk((LINES,), lines),
        Walk((OWNER,), records),
        Walk((ADDRESSEE,), addressees),
    ),
)
