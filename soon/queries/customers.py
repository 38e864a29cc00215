"""Questions about customers: their list, with what each has running and owes."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils.translation import gettext_lazy as _

from soon.domain import lifecycle
from soon.models import Customer, Invoice, Order, User
from soon.models.customers import CustomerQuerySet

from .listing import ChoiceDimension, Column, Filter, ListSpec, Reader, RecordDimension


def search_customers(rows: CustomerQuerySet, text: str) -> CustomerQuerySet:
    """Return those whose name, e-mail, phone or tax number contains every word of `text`, diacritics or not."""
    return rows.matching(text)


def with_business(customers: Sequence[Customer], reader: Reader) -> None:
    """Give each of `customers` what `reader` may see: running subscriptions with their MRR, and open invoices."""
    orders = Order.objects.visible_to(reader.user).filter(customer__in=customers, state__in=lifecycle.SERVING)
    running = orders.order_by().values_list("customer_id", "currency").annotate(Count("pk"), Sum("mrr_micro"))
    counts: dict[int, int] = defaultdict(int)
    for customer_id, _currency, count, _mrr in running:
        counts[customer_id] += count
    invoices = Invoice.objects.visible_to(reader.user).open().filter(customer__in=customers).order_by()
    owed = invoices.values_list("customer_id", "currency").annotate(owed_minor=Sum(F("total_minor") - F("paid_minor")))
    mrr_of = _by_customer((customer_id, mrr, currency) for customer_id, currency, _count, mrr in running)
    open_of = _by_customer((customer_id, minor, currency) for customer_id, currency, minor in owed)
    for customer in customers:
        vars(customer).update(running=counts[customer.pk], mrr=mrr_of[customer.pk], owed=open_of[customer.pk])


def _by_customer(rows: Iterable[tuple[int, int, str]]) -> dict[int, list[tuple[int, str]]]:
    amounts: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for customer_id, amount, currency in rows:
        amounts[customer_id].append((amount, currency))
    return amounts


def _has(*states: str) -> Callable[[Reader], Q]:
    """Return the question whether a customer has an order in one of `states` that the reader may see."""

    def condition(reader: Reader) -> Q:
        return Q(Exists(Order.objects.visible_to(reader.user).filter(customer=OuterRef("pk"), state__in=states)))

    return condition


CUSTOMERS = ListSpec(
    page="customers",
    title=_("Customers"),
    columns=(
        Column("name", _("Name"), "name", sort=("search_key",), link=("customer", "pk"), css="row-title words"),
        Column("email", _("E-mail"), "email", sort=("email",), css="words"),
        Column("phone", _("Phone"), "phone"),
        Column("city", _("City"), "city", sort=("city",)),
        Column("country", _("Country"), "country", sort=("country",), is_shown=False),
        Column("salesperson", _("Salesperson"), "salesperson.name", sort=("salesperson__name",)),
        Column("running", _("Running subscriptions"), "running", kind="number"),
        Column("mrr", _("MRR"), "mrr", kind="mrr_amounts"),
        Column("owed", _("Still to pay"), "owed", kind="amounts"),
        Column("tax_number", _("Tax number"), "tax_number", is_shown=False),
        Column("exempt", _("Exempt from tax"), "is_tax_exempt", kind="yes_no", sort=("is_tax_exempt",), is_shown=False),
        Column("language", _("Language"), "language", sort=("language",), is_shown=False),
        Column("created", _("Created"), "created_at", kind="moment", sort=("created_at",), is_shown=False),
        Column("external_id", _("External id"), "external_id", sort=("external_id",), is_shown=False),
    ),
    record=("customer", "pk"),
    filters=(
        Filter("running", _("With a running subscription"), _has(*lifecycle.SERVING)),
        Filter("offered", _("With a quotation"), _has(*lifecycle.OFFERED)),
        Filter("churned", _("With a closed subscription"), _has(lifecycle.CHURNED)),
        Filter("mine", _("My customers"), lambda reader: Q(salesperson=reader.user), group="owner"),
        Filter("companies", _("Companies"), Q(is_company=True), group="kind"),
        Filter("exempt", _("Exempt from tax"), Q(is_tax_exempt=True), group="tax"),
        Filter("no_email", _("Without an e-mail address"), Q(email=""), group="email"),
    ),
    dimensions=(
        RecordDimension("salesperson", _("Salesperson"), "salesperson", model=User),
        ChoiceDimension("city", _("City"), "city", order="count"),
        ChoiceDimension("country", _("Country"), "country"),
        ChoiceDimension("language", _("Language"), "language"),
    ),
    search=search_customers,
    search_hint=_("Name, e-mail, phone, tax number"),
    default_sort="name",
    has_archive=True,
    related=("salesperson",),
    enrich=with_business,
    new_page="customer_new",
    new_right="edit_customers",
    icon="users",
    empty_title=_("No customers yet"),
    empty_text=_("Add the first one, then make them a quotation."),
)
