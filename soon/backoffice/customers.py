"""Customers: a customer's page, its form, and their way into the portal."""

from copy import copy
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from soon.activity.actor import staff as acting
from soon.activity.feed import by_day
from soon.domain import permissions
from soon.domain.periods import local_date
from soon.models import Company, Customer
from soon.operations.customers.archive import archive
from soon.operations.customers.create import create
from soon.operations.customers.restore import restore
from soon.operations.customers.revise import revise
from soon.operations.customers.send_portal_link import send_portal_link
from soon.operations.portal.revoke_links import revoke_links
from soon.queries.customer_page import business_of, entries_of, possible_duplicates, valid_links

from .access import StaffRequest, staff
from .answers import press, status_of, store
from .choices import languages, name_of_country
from .customer_forms import CustomerForm
from .invoice_draft_form import may_draft
from .statements import SEES_STATEMENTS

LATEST = 20


@require_safe
@staff("see_customers")
def customer_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a customer: who they are, what they bought and owe, what happened."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user).select_related("salesperson"), pk=pk)
    at = timezone.now()
    today = local_date(at, customer.time_zone)
    shows_all = request.GET.get("history") == "all"
    entries = list(entries_of(customer, request.user)[: None if shows_all else LATEST + 1])
    has_older = not shows_all and len(entries) > LATEST
    context = {
        "customer": customer,
        "country": name_of_country(customer.country),
        "business": business_of(customer, request.user, today),
        "duplicates": possible_duplicates(customer),
        "language_name": dict(languages()).get(customer.language, customer.language),
        "orders_url": f"{reverse('backoffice:orders')}?customer={customer.pk}",
        "drafts_url": f"{reverse('backoffice:invoice_drafts')}?customer={customer.pk}",
        "invoices_url": f"{reverse('backoffice:invoices')}?customer={customer.pk}",
        "sees_invoices": request.user.may("see_invoices"),
        "sees_statement": all(request.user.may(right) for right in SEES_STATEMENTS),
        "may_pay": request.user.may("register_payments"),
        "may_draft": may_draft(request.user, customer),
        "links": valid_links(customer, at).count(),
        "accounts": customer.users.all(),
        "days": by_day(entries[:LATEST] if has_older else entries, time_zone=customer.time_zone, today=today),
        "more_url": "?history=all#chatter-heading" if has_older else "",
        "may_edit": request.user.may("edit_customers"),
        "may_sell": request.user.may("edit_orders"),
        "may_invite": request.user.may("manage_users"),
    }
    return render(request, "backoffice/customers/customer.html", context)


@staff("see_customers", "edit_customers")
def customer_new(request: StaffRequest) -> HttpResponse:
    """Make a new customer."""
    company = Company.ours()
    initial = {"currency": company.currency, "time_zone": company.time_zone, "country": company.country}
    if request.user.role == permissions.SALESPERSON:
        initial["salesperson"] = str(request.user.pk)
    return _form(request, None, CustomerForm(request.POST or None, initial=initial))


@staff("see_customers", "edit_customers")
def customer_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a customer's record."""
    customer = _customer(request, pk)
    return _form(request, customer, CustomerForm(request.POST or None, instance=copy(customer)))


@require_POST
@staff("see_customers", "edit_customers")
def customer_archive(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the customer out of the lists."""
    customer = _customer(request, pk)
    deed = partial(archive, customer, actor=acting(request.user), at=timezone.now())
    return press(request, deed, done=_("The customer is archived."), to=_address(customer))


@require_POST
@staff("see_customers", "edit_customers")
def customer_restore(request: StaffRequest, pk: int) -> HttpResponse:
    """Put the customer back into the lists."""
    customer = _customer(request, pk)
    deed = partial(restore, customer, actor=acting(request.user), at=timezone.now())
    return press(request, deed, done=_("The customer is back in the lists."), to=_address(customer))


@require_POST
@staff("see_customers", "edit_customers")
def customer_link(request: StaffRequest, pk: int) -> HttpResponse:
    """Mail the customer a new link into the portal."""
    customer = _customer(request, pk)
    deed = partial(send_portal_link, customer, actor=acting(request.user), at=timezone.now())
    done = _("A portal link is on its way to %(email)s.") % {"email": customer.email}
    return press(request, deed, done=done, to=_address(customer))


@require_POST
@staff("see_customers", "edit_customers")
def customer_link_revocation(request: StaffRequest, pk: int) -> HttpResponse:
    """Take back every portal link of the customer."""
    customer = _customer(request, pk)
    count = revoke_links(customer, actor=acting(request.user), at=timezone.now())
    done = ngettext("One portal link no longer works.", "%(count)d portal links no longer work.", count)
    messages.success(request, done % {"count": count} if count != 1 else done)
    return redirect(_address(customer))


def _form(request: StaffRequest, customer: Customer | None, form: CustomerForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        deed = partial(revise, customer, details=form.details()) if customer else partial(create, form.details())
        stored = store(form, partial(deed, actor=acting(request.user), at=timezone.now()))
        if stored:
            messages.success(request, _("The customer is saved."))
            return redirect("backoffice:customer", stored.pk)
    context = {"customer": customer, "form": form}
    return render(request, "backoffice/customers/form.html", context, status=status_of(form))


def _customer(request: StaffRequest, pk: int) -> Customer:
    return get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)


def _address(customer: Customer) -> str:
    return reverse("backoffice:customer", args=[customer.pk])
