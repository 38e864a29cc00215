"""Invoices and credit notes: issued documents, never changed or deleted, which triggers of the database keep so.

Only what was settled and credited moves (`paid_minor`, `credited_minor`). Lines are stored before their document: once it is
there it takes no more of them. What is not issued yet is a draft (invoice_drafts.py).
"""

import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .customers import Customer
    from .users import User


class NumberSeries(models.Model):
    """The last number given out in a series; counted up in the transaction that uses the number, so without gaps."""

    code = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["code", "year"]
        constraints = [models.UniqueConstraint(name="one_counter_per_series_and_year", fields=["code", "year"])]

    def __str__(self) -> str:
        return f"{self.code}/{self.year}"


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Questions about invoices that chain."""

    def visible_to(self, user: "User") -> "InvoiceQuerySet":
        """Return the invoices staff member `user` may see: all, those of their own orders and customers, or none.

        A document without an order belongs to whoever its customer belongs to.
        """
        if not user.may("see_invoices"):
            return self.none()
        if user.may("see_all_orders"):
            return self
        return self.filter(Q(order__salesperson=user) | Q(order=None, customer__salesperson=user))

    def of_customer(self, customer: "Customer") -> "InvoiceQuerySet":
        """Return what `customer` sees in the portal: their own issued documents."""
        return self.filter(customer=customer)

    def open(self) -> "InvoiceQuerySet":
        """Return those not fully paid."""
        return self.filter(kind=Invoice.Kind.INVOICE, paid_minor__lt=F("total_minor"))

    def unused_credit_notes(self) -> "InvoiceQuerySet":
        """Return the credit notes of which a part is still the customer's credit."""
        return self.filter(kind=Invoice.Kind.CREDIT_NOTE, paid_minor__lt=F("total_minor"))

    def overdue_on(self, day: datetime.date) -> "InvoiceQuerySet":
        """Return open ones whose last day to pay lies before the local date `day`."""
        return self.open().filter(due_on__lt=day)


class Invoice(models.Model):
    """An issued document with its gap-free number and the buyer as they were on that day."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit_note", _("Credit Note")

    number = models.CharField(_("number"), max_length=30)
    kind = models.CharField(_("type"), max_length=11, choices=Kind, default=Kind.INVOICE)
    order = models.ForeignKey(
        "Order",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="invoices",
        verbose_name=_("order"),
        db_index=False,
    )
    # What a credit note takes back, and why.
    refers_to = models.ForeignKey(
        "Invoice",
        on_delete=models.PROTECT,
        null=True,
        related_name="credit_notes",
        verbose_name=_("credited invoice"),
        db_index=False,
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    customer = models.ForeignKey(
        "Customer", on_delete=models.PROTECT, related_name="invoices", verbose_name=_("customer"), db_index=False
    )
    currency = models.CharField(_("currency"), max_length=3)
    issued_on = models.DateField(_("invoice date"))
    due_on = models.DateField(_("due date"))
    issued_at = models.DateTimeField(_("issued"))
    # The service it covers, half-open; null for a document without recurring lines.
    period_start = models.DateField(_("period start"), null=True)
    period_end = models.DateField(_("period end"), null=True)
    untaxed_minor = models.BigIntegerField(_("untaxed amount"))
    tax_minor = models.BigIntegerField(_("tax"))
    total_minor = models.BigIntegerField(_("total"))
    # How often the order had been reopened when this was charged: days given back at a closing may be charged again after it.
    reopening = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # Settled by payments and credit notes, the sum of its settlements; of a credit note: used up for invoices.
    paid_minor = models.BigIntegerField(_("paid"), default=0)
    # Taken back by credit notes, whether that settled this invoice or became the customer's credit.
    credited_minor = models.BigIntegerField(_("credited"), default=0)
    language = models.CharField(max_length=5, default="vi")
    # Name, address and tax number of both sides on the day of issue.
    buyer = models.JSONField(default=dict)
    seller = models.JSONField(default=dict)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-pk"]
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint(name="one_document_of_a_number", fields=["number"]),
            models.UniqueConstraint(
                name="one_invoice_per_order_and_period",
                fields=["order", "period_start", "reopening"],
                condition=Q(kind="invoice", period_start__isnull=False),
            ),
            models.CheckConstraint(name="invoice_total_adds_up", condition=Q(total_minor=F("untaxed_minor") + F("tax_minor"))),
            models.CheckConstraint(
                name="invoice_paid_within_total", condition=Q(paid_minor__gte=0, paid_minor__lte=F("total_minor"))
            ),
            models.CheckConstraint(
                name="invoice_credited_within_total", condition=Q(credited_minor__gte=0, credited_minor__lte=F("total_minor"))
            ),
            models.CheckConstraint(
                name="credit_note_refers_to_its_invoice",
                condition=Q(kind="invoice", refers_to=None) | Q(kind="credit_note", refers_to__isnull=False),
            ),
            models.CheckConstraint(
                name="invoice_period_is_half_open",
                condition=Q(period_start=None, period_end=None) | Q(period_start__lt=F("period_end")),
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-issued_on"], name="invoice_by_customer"),
            models.Index(fields=["order", "-issued_on"], name="invoice_by_order"),
            # With what is added up of all that is overdue.
            models.Index(
                fields=["due_on", "currency", "total_minor", "paid_minor"],
                name="invoice_owed_by_due",
                condition=Q(kind="invoice", paid_minor__lt=F("total_minor")),
            ),
            models.Index(fields=["refers_to"], name="credit_note_by_invoice", condition=Q(refers_to__isnull=False)),
            models.Index(
                fields=["customer", "id"],
                name="credit_note_unused",
                condition=Q(kind="credit_note", paid_minor__lt=F("total_minor")),
            ),
            models.Index(fields=["-issued_on", "-id"], name="invoice_by_date"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open_minor(self) -> int:
        """What is still to be paid, in minor units."""
        return self.total_minor - self.paid_minor

    @property
    def is_credited(self) -> bool:
        """Whether credit notes took back all of it."""
        return 0 < self.total_minor == self.credited_minor

    @property
    def creditable_minor(self) -> int:
        """What credit notes can still take back, in minor units."""
        return self.total_minor - self.credited_minor if self.kind == self.Kind.INVOICE else 0

    def payment_state(self, today: datetime.date) -> str:
        """Return "credit_note", "credited", "paid", "partly_paid", "overdue" or "due" as of the local date `today`."""
        if self.kind == self.Kind.CREDIT_NOTE:
            return "credit_note"
        if self.open_minor == 0:
            return "credited" if self.is_credited else "paid"
        if self.due_on < today:
            return "overdue"
        return "partly_paid" if self.paid_minor else "due"


class InvoiceLine(models.Model):
    """One amount of a document with its derivation."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines", verbose_name=_("invoice"))
    # Repeats the customer of the document, so that rows can be spread by customer; checked by `soon verify`, not row by row.
    customer = models.ForeignKey("Customer", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    # Found by the unique constraints below.
    order_line = models.ForeignKey(
        "OrderLine", on_delete=models.PROTECT, null=True, related_name="invoice_lines", db_index=False
    )
    product = models.ForeignKey(
        "Product", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("product"), db_index=False
    )
    # On a credit note: the line that is taken back.
    credits_line = models.ForeignKey(
        "InvoiceLine", on_delete=models.PROTECT, null=True, related_name="credit_lines", db_index=False
    )
    position = models.PositiveIntegerField(default=10)
    description = models.CharField(_("description"), max_length=800)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3)
    unit_price_minor = models.BigIntegerField(_("unit price"))
    discount_percent = models.DecimalField(_("discount %"), max_digits=5, decimal_places=2, default=0)
    tax_name = models.CharField(_("tax"), max_length=200, blank=True)
    tax_percent = models.DecimalField(_("tax %"), max_digits=6, decimal_places=3, default=0)
    tax_is_included = models.BooleanField(_("tax included in the price"), default=False)
    period_start = models.DateField(null=True)
    period_end = models.DateField(null=True)
    net_minor = models.BigIntegerField(_("amount"))
    tax_minor = models.BigIntegerField(_("tax amount"))
    # Which rule gave the amount, with its period, fraction and price (domain/billing.py).
    derivation = models.JSONField(default=dict)
    # That of the document.
    reopening = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    # A credit repeats the period it takes back; only charges must be unique.
    is_charge = models.BooleanField(default=True, editable=False)

    class Meta:
        ordering = ["invoice", "position", "pk"]
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        constraints = [
            models.UniqueConstraint(
                name="each_period_of_a_line_charged_once",
                fields=["order_line", "period_start", "reopening"],
                condition=Q(is_charge=True, order_line__isnull=False, period_start__isnull=False),
            ),
            models.UniqueConstraint(
                name="a_line_sold_once_charged_once",
                fields=["order_line"],
                condition=Q(is_charge=True, order_line__isnull=False, period_start__isnull=True),
            ),
        ]

        indexes = [
            models.Index(fields=["credits_line"], name="credit_line_by_line", condition=Q(credits_line__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id}/{self.position}"
