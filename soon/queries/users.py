"""Questions about the people who log in."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from soon.domain import permissions
from soon.models import User

from .listing import ChoiceDimension, Column, Filter, ListSpec

USERS = ListSpec(
    page="users",
    title=_("Users"),
    record=("user", "pk"),
    columns=(
        Column("name", _("Name"), "name", sort=("name",), link=("user", "pk"), css="row-title"),
        Column("email", _("E-mail"), "email", sort=("email",), css="clip"),
        Column("role", _("Role"), lambda user, reader: user.get_role_display(), sort=("role",)),
        Column("customer", _("Customer"), "customer.name", sort=("customer__name",), css="clip"),
        Column("active", _("Active"), "is_active", kind="yes_no", sort=("is_active",)),
        Column("last_login", _("Last log-in"), "last_login", kind="moment", sort=("last_login",)),
        Column("created", _("Created"), "created_at", kind="moment", sort=("created_at",), is_shown=False),
    ),
    filters=(
        Filter("staff", _("Colleagues"), Q(role__in=permissions.STAFF_ROLES), group="side"),
        Filter("customers", _("Customers"), Q(role=permissions.CUSTOMER), group="side"),
        Filter("active", _("Active"), Q(is_active=True), group="active"),
        Filter("inactive", _("Deactivated"), Q(is_active=False), group="active"),
    ),
    dimensions=(ChoiceDimension("role", _("Role"), "role", choices=User.Role.choices),),
    search=lambda rows, text: rows.filter(Q(name__icontains=text) | Q(email__icontains=text)),
    search_hint=_("Name or e-mail"),
    default_sort="name",
    related=("customer",),
    new_page="user_new",
    new_right="manage_users",
    icon="users",
    empty_title=_("Nobody here"),
    empty_text=_("Invite the first colleague."),
)
