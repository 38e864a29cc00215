"""The statement of account of a customer: every document and payment between two days, with the balance after each."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Case, F, Q, Sum, When

from soon.domain.statements import CREDIT_NOTE, INVOICE, PAYMENT, PAYOUT, REVERSAL, Entry, Span, Statement, statement
from soon.domain.zones import local_date, start_of_local_day_utc
from soon.formatting import parse_day
from soon.models import Customer, Invoice, Payment, Payout

EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)


def read_span(query: Mapping[str, str], currencies: Sequence[str], today: datetime.date) -> Span:
    """Return what `query` asks for (currency, from, to); where it asks for nothing that can be, this year's days in the first
    of `currencies`.
    """
    currency = query.get("currency", "")
    first_on = _day(query.get("from", "")) or today.replace(month=1, day=1)
    last_on = _day(query.get("to", "")) or today
    return Span(
        currency=currency if currency in currencies else currencies[0],
        first_on=min(first_on, last_on),
        last_on=max(first_on, last_on),
    )


def _day(text: str) -> datetime.date | None:
    day = parse_day(text)
    return day if day and EARLIEST <= day <= LATEST else None


def statement_of(customer: Customer, span: Span) -> Statement:
    """Return what moved the customer's balance in the days of `span`: seven queries.

    An invoice and a credit note count on their date, a payment on the day it was made, a reversal on the day it was booked, as
    the customer's days go.
    """
    after_on = span.last_on + datetime.timedelta(days=1)
    about = (customer, span.currency, span.first_on)
    return statement(
        _opening(*about), [*_documents(*about, after_on), *_payments(*about, after_on), *_payouts(*about, after_on)]
    )


def _opening(customer: Customer, currency: str, first_on: datetime.date) -> int:
    about = {"customer": customer, "currency": currency}
    signed = Case(When(kind=Invoice.Kind.INVOICE, then=F("total_minor")), default=-F("total_minor"))
    charged = Invoice.objects.filter(**about, issued_on__lt=first_on).aggregate(sum=Sum(signed))["sum"] or 0
    begins = start_of_local_day_utc(first_on, customer.time_zone)
    paid = Payment.objects.filter(**about, paid_on__lt=first_on).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    back = Payment.objects.filter(**about, reversed_at__lt=begins).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    out = Payout.objects.filter(**about, paid_on__lt=first_on).aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return charged - paid + back + out


def _documents(customer: Customer, currency: str, first_on: datetime.date, after_on: datetime.date) -> Iterable[Entry]:
    found = Invoice.objects.filter(customer=customer, currency=currency, issued_on__gte=first_on, issued_on__lt=after_on)
    for each in found.select_related("order", "refers_to"):
        is_invoice = each.kind == Invoice.Kind.INVOICE
        detail = each.refers_to.number if each.refers_to else each.order.number if each.order else ""
        due_on = each.due_on if is_invoice else None
        yield Entry(
            each.issued_on, INVOICE if is_invoice else CREDIT_NOTE, each.pk, each.number, each.total_minor, due_on, detail
        )


def _payouts(customer: Customer, currency: str, first_on: datetime.date, after_on: datetime.date) -> Iterable[Entry]:
    found = Payout.objects.filter(customer=customer, currency=currency, paid_on__gte=first_on, paid_on__lt=after_on)
    for each in found:
        yield Entry(each.paid_on, PAYOUT, each.pk, each.reference, each.amount_minor, None, each.method)


def _payments(customer: Customer, currency: str, first_on: datetime.date, after_on: datetime.date) -> Iterable[Entry]:
    begins, ends = (start_of_local_day_utc(day, customer.time_zone) for day in (first_on, after_on))
    within = Q(paid_on__gte=first_on, paid_on__lt=after_on) | Q(reversed_at__gte=begins, reversed_at__lt=ends)
    for each in Payment.objects.filter(within, customer=customer, currency=currency):
        if first_on <= each.paid_on < after_on:
            yield Entry(each.paid_on, PAYMENT, each.pk, each.reference, each.amount_minor, None, each.method)
        if each.reversed_at and begins <= each.reversed_at < ends:
            day = local_date(each.reversed_at, customer.time_zone)
            yield Entry(day, REVERSAL, each.pk, each.reference, each.amount_minor, None, each.method)
