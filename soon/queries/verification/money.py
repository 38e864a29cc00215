"""Money: what was settled, used and credited is the sum of its rows, and a customer's balance comes out either way."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from soon.models import BillingRun, Customer, Invoice, InvoiceLine, Payment, Payout, Settlement

from .checks import CHUNK, Check, Finding, Moment, Naming, Rule, Theme, Walk, broken, fact

PAID = Check(
    "paid_is_settled",
    _("What is paid of each invoice, and used of each credit note, is the sum of its settlements."),
    _("The settlements come to {settled_minor}, the document says {paid_minor}."),
    "documents",
)
CREDITED = Check(
    "credited_is_credit_notes",
    _("What is credited of each invoice is the sum of its credit notes, and never more than its total."),
    _("The credit notes come to {notes_minor}, the invoice says {credited_minor}."),
    "documents",
)
FITTING = Check(
    "credit_note_fits_invoice",
    _("Each credit note is for the customer, currency and order of its invoice, and takes back lines of it."),
    _("It does not fit invoice {invoice}."),
    "documents",
)
LINE_CREDITED = Check(
    "line_credited_within",
    _("No line is credited for more than it charged."),
    _("A line that charged {charged_minor} was credited for {credited_minor}."),
    "lines",
)
USED = Check(
    "used_is_settled",
    _("What is used of each payment is the sum of its settlements; of a reversed one nothing is."),
    _("The settlements come to {settled_minor}, the payment says {used_minor}."),
    "payments",
)
ONE_CUSTOMER = Check(
    "settlement_of_one_customer",
    _("Money settles only invoices of the same customer and currency."),
    _("The money that settled {amount_minor} of it is that of another customer or currency, or it is no invoice."),
    "settlements",
)
PAID_OUT = Check(
    "payout_is_credit",
    _("What was paid back to a customer is credit of theirs, in the same currency, to the last unit."),
    _("The credit that it used comes to {settled_minor}, {amount_minor} was paid back."),
    "payouts",
)
BALANCE = Check(
    "balance_comes_out",
    _("The balance of each customer, documents less payments, is what is open less what is unused."),
    _("Documents less payments come to {balance_minor}, open less unused to {open_minor}."),
    "customers",
)
RUNS = Check(
    "run_adds_up",
    _("What each billing run issued is the sum of what it issued in each currency."),
    _("It says {issued}, its currencies come to {counted}."),
    "runs",
)


def _sum_of(rows: QuerySet[Any], of: str, amount: str) -> Coalesce:
    """Return the sum of `amount` over those of `rows` whose `of` is the outer row; 0 for none."""
    summed = rows.filter(**{of: OuterRef("pk")}).order_by().values(of).annotate(sum=Sum(amount)).values("sum")
    return Coalesce(Subquery(summed, output_field=BigIntegerField()), 0)


def settled_documents(moment: Moment) -> Iterator[Finding]:
    """Compare what each document says was settled, used and credited with the rows that did so."""
    documents = Invoice.objects.annotate(
        settled_minor=_sum_of(Settlement.objects.all(), "invoice", "amount_minor")
        + _sum_of(Settlement.objects.all(), "credit_note", "amount_minor"),
        notes_minor=_sum_of(Invoice.objects.filter(kind=Invoice.Kind.CREDIT_NOTE), "refers_to", "total_minor"),
    )
    rules = (
        Rule(PAID, ~Q(settled_minor=F("paid_minor")), ("settled_minor", "paid_minor")),
        Rule(
            CREDITED,
            ~Q(notes_minor=F("credited_minor")) | Q(credited_minor__gt=F("total_minor")),
            ("notes_minor", "credited_minor"),
        ),
    )
    yield from broken(documents, rules, Naming("invoice", currency="currency"))


def credit_notes(moment: Moment) -> Iterator[Finding]:
    """Compare each credit note with the invoice that it takes back, as a whole and line by line."""
    notes = Invoice.objects.filter(kind=Invoice.Kind.CREDIT_NOTE)
    same = Q(
        refers_to__kind=Invoice.Kind.INVOICE,
        customer=F("refers_to__customer"),
        currency=F("refers_to__currency"),
    ) & (Q(order=F("refers_to__order")) | Q(order=None, refers_to__order=None))
    rule = Rule(FITTING, ~same, ("refers_to__number",))
    for found in broken(notes, (rule,), Naming("invoice")):
        yield Finding(FITTING, found.record, found.noun, found.key, {"invoice": found.facts["number"]})
    lines = InvoiceLine.objects.filter(invoice__kind=Invoice.Kind.CREDIT_NOTE)
    strays = lines.exclude(credits_line__invoice=F("invoice__refers_to"))
    for key, number, invoice in strays.values_list("invoice", "invoice__number", "invoice__refers_to__number").iterator(CHUNK):
        yield Finding(FITTING, number, "invoice", key, {"invoice": invoice})


def credited_lines(moment: Moment) -> Iterator[Finding]:
    """Compare what was given back of each credited line with what it charged."""
    of_line = ("credits_line__invoice", "credits_line__invoice__number", "credits_line__invoice__currency")
    credited = (
        InvoiceLine.objects.filter(credits_line__isnull=False)
        .order_by()
        .values("credits_line", *of_line, charged_minor=F("credits_line__net_minor") + F("credits_line__tax_minor"))
        .annotate(credited_minor=Sum(F("net_minor") + F("tax_minor")))
    )
    rule = Rule(LINE_CREDITED, Q(credited_minor__gt=F("charged_minor")), ("charged_minor", "credited_minor"))
    yield from broken(credited, (rule,), Naming("invoice", *of_line))


def used_payments(moment: Moment) -> Iterator[Finding]:
    """Compare what each payment says was used of it with its settlements."""
    payments = Payment.objects.annotate(settled_minor=_sum_of(Settlement.objects.all(), "payment", "amount_minor"))
    wrong = ~Q(settled_minor=F("used_minor")) | (Q(reversed_at__isnull=False) & ~Q(used_minor=0))
    rule = Rule(USED, wrong, ("settled_minor", "used_minor"))
    yield from broken(payments, (rule,), Naming("payment", "pk", "customer__name", "currency"))


def settlements(moment: Moment) -> Iterator[Finding]:
    """Look whether invoice and money of each settlement belong together."""
    same_payment = Q(payment__customer=F("customer"), payment__currency=F("invoice__currency"))
    same_note = Q(
        credit_note__customer=F("customer"),
        credit_note__currency=F("invoice__currency"),
        credit_note__kind=Invoice.Kind.CREDIT_NOTE,
    )
    same = Q(invoice__customer=F("customer"), invoice__kind=Invoice.Kind.INVOICE) & (same_payment | same_note)
    rule = Rule(ONE_CUSTOMER, ~same, ("amount_minor",))
    yield from broken(
        Settlement.objects.filter(payout=None), (rule,), Naming("invoice", "invoice", "invoice__number", "invoice__currency")
    )


def payouts(moment: Moment) -> Iterator[Finding]:
    """Compare what was paid back with the credit of the same customer and currency that it used."""
    of_theirs = Q(payment__customer=F("payout__customer"), payment__currency=F("payout__currency")) | Q(
        credit_note__customer=F("payout__customer"), credit_note__currency=F("payout__currency")
    )
    used = _sum_of(Settlement.objects.filter(of_theirs), "payout", "amount_minor")
    rule = Rule(PAID_OUT, ~Q(settled_minor=F("amount_minor")), ("settled_minor", "amount_minor"))
    yield from broken(
        Payout.objects.annotate(settled_minor=used), (rule,), Naming("customer", "customer", "customer__name", "currency")
    )


# Documents less payments, and what is open less what is unused, of each customer and currency where they differ.
_BALANCES = """
    SELECT customer_id, currency, SUM(balance) AS balance, SUM(open) AS open
    FROM (
        SELECT customer_id, currency,
            CASE kind WHEN 'invoice' THEN total_minor ELSE -total_minor END AS balance,
            CASE kind WHEN 'invoice' THEN total_minor - paid_minor ELSE paid_minor - total_minor END AS open
        FROM {invoice}
        UNION ALL
        SELECT customer_id, currency, -amount_minor, used_minor - amount_minor FROM {payment} WHERE reversed_at IS NULL
        UNION ALL
        SELECT customer_id, currency, amount_minor, 0 FROM {payout}
    ) AS moved
    GROUP BY customer_id, currency HAVING SUM(balance) <> SUM(open)"""


def balances(moment: Moment) -> Iterator[Finding]:
    """Add up the money of each customer in both ways."""
    statement = _BALANCES.format(invoice=Invoice._meta.db_table, payment=Payment._meta.db_table, payout=Payout._meta.db_table)
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        while rows := cursor.fetchmany(CHUNK):
            names = dict(Customer.objects.filter(pk__in={row[0] for row in rows}).values_list("pk", "name"))
            for customer, currency, balance, still_open in rows:
                facts = {"balance_minor": balance, "open_minor": still_open}
                told = {name: fact(name, amount, currency) for name, amount in facts.items()}
                yield Finding(BALANCE, names.get(customer, ""), "customer", customer, told)


def runs(moment: Moment) -> Iterator[Finding]:
    """Compare the figures of each billing run."""
    added = BillingRun.objects.annotate(counted=Coalesce(Sum("totals__issued"), 0))
    rule = Rule(RUNS, ~Q(issued=F("counted")), ("issued", "counted"))
    yield from broken(added, (rule,), Naming("billing_run", record="bills_until"))


MONEY = Theme(
    _("Payments and credit"),
    (
        Walk((PAID, CREDITED), settled_documents),
        Walk((FITTING,), credit_notes),
        Walk((LINE_CREDITED,), credited_lines),
        Walk((USED,), used_payments),
        Walk((ONE_CUSTOMER,), settlements),
        Walk((PAID_OUT,), payouts),
        Walk((BALANCE,), balances),
        Walk((RUNS,), runs),
    ),
)
