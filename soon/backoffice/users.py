"""Users: the list, inviting, changing and shutting people out."""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from soon.activity.actor import staff as acting
from soon.mail.password_link import password_path
from soon.models import Customer, User
from soon.operations.people.activate import activate
from soon.operations.people.deactivate import deactivate
from soon.operations.people.invite import invite
from soon.operations.people.invite_again import invite_again
from soon.operations.people.revise import revise
from soon.operations.refusal import Refusal
from soon.queries.users import USERS

from .access import StaffRequest, staff
from .answers import press, status_of, store
from .listing import list_page
from .user_forms import InvitationForm, PersonForm

# The session remembers for whom a link was made, so that the link itself is shown once and never stands in an address.
SHOWN_ONCE = "password_link_for"


@staff("manage_users")
def users(request: StaffRequest) -> HttpResponseBase:
    """List everybody who can log in."""
    return list_page(request, USERS, User.objects.all())


@require_safe
@staff("manage_users")
def user_page(request: StaffRequest, pk: int) -> HttpResponse:
    """Show a person, and once after an invitation the link on which they set their password."""
    user = _user(pk)
    is_shown = request.session.pop(SHOWN_ONCE, None) == user.pk and user.is_active
    link = request.build_absolute_uri(password_path(user)) if is_shown else ""
    response = render(
        request, "backoffice/users/user.html", {"person": user, "link": link, "is_self": user.pk == request.user.pk}
    )
    if link:
        response["Cache-Control"] = "no-store"
    return response


@staff("manage_users")
def user_new(request: StaffRequest) -> HttpResponse:
    """Invite a colleague, or with ?customer= a customer to their own account."""
    customer = _customer(request)
    initial = {"name": customer.name, "email": customer.email, "language": customer.language} if customer else {}
    form = InvitationForm(request.POST or None, initial=initial, for_customer=customer is not None)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("email", "name", "language")}
        user = store(
            form, partial(invite, values.pop("email"), **values, role=form.chosen_role, customer=customer, at=timezone.now())
        )
        if user:
            request.session[SHOWN_ONCE] = user.pk
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": user.email})
            return redirect("backoffice:user", user.pk)
    return render(request, "backoffice/users/form.html", {"form": form, "customer": customer}, status=status_of(form))


@staff("manage_users")
def user_edit(request: StaffRequest, pk: int) -> HttpResponse:
    """Change a person's name, e-mail or role."""
    user = _user(pk)
    form = PersonForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        name, email = form.cleaned_data["name"], form.cleaned_data["email"]
        if store(form, partial(revise, user, name=name, email=email, role=form.chosen_role, actor=acting(request.user))):
            messages.success(request, _("The user is saved."))
            return redirect("backoffice:user", user.pk)
    return render(request, "backoffice/users/form.html", {"form": form, "person": user}, status=status_of(form))


@require_POST
@staff("manage_users")
def user_link(request: StaffRequest, pk: int) -> HttpResponse:
    """Make a new link on which the person sets a password: shown once, and mailed."""
    user = _user(pk)
    try:
        invite_again(user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        request.session[SHOWN_ONCE] = user.pk
        messages.success(request, _("The link is on its way to %(email)s.") % {"email": user.email})
    return redirect("backoffice:user", user.pk)


@require_POST
@staff("manage_users")
def user_deactivate(request: StaffRequest, pk: int) -> HttpResponse:
    """Shut a person out."""
    user = _user(pk)
    deed = partial(deactivate, user, actor=acting(request.user))
    return press(request, deed, done=_("The user can no longer log in."), to=_address(user))


@require_POST
@staff("manage_users")
def user_activate(request: StaffRequest, pk: int) -> HttpResponse:
    """Let a person in again."""
    user = _user(pk)
    return press(request, partial(activate, user), done=_("The user can log in again."), to=_address(user))


def _user(pk: int) -> User:
    return get_object_or_404(User.objects.select_related("customer"), pk=pk)


def _customer(request: HttpRequest) -> Customer | None:
    """Return the customer that the address asks to invite; none for an invitation of a colleague."""
    text = request.GET.get("customer", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return get_object_or_404(Customer.objects.current(), pk=int(text))


def _address(user: User) -> str:
    return reverse("backoffice:user", args=[user.pk])
