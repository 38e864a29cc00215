"""The forms about people who log in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from soon.domain import permissions
from soon.models import User

from .choices import languages

STAFF_ROLES = [(role, label) for role, label in User.Role.choices if role in permissions.STAFF_ROLES]
ROLES_IN_WORDS = _(
    "Administrators may do everything. Managers all but manage users. Salespeople see their own orders. "
    "Accountants issue invoices and register payments."
)


class PersonForm(forms.Form):
    """A colleague's name, e-mail and role."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), max_length=254, help_text=_("They log in with it."))
    role = forms.ChoiceField(label=_("Role"), choices=STAFF_ROLES, initial=permissions.SALESPERSON, help_text=ROLES_IN_WORDS)

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        if user:
            kwargs["initial"] = {"name": user.name, "email": user.email, "role": user.role}
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["name"].widget.attrs["data-autofocus"] = True
        if user and user.role == permissions.CUSTOMER:
            del self.fields["role"]

    def clean_email(self) -> str:
        """Refuse an e-mail that somebody else logs in with, whatever its case."""
        email: str = self.cleaned_data["email"].lower()
        others = User.objects.exclude(pk=self.user.pk) if self.user else User.objects.all()
        if others.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody already uses this e-mail."))
        return email

    @property
    def chosen_role(self) -> str:
        """The role chosen; that of a customer where there is nothing to choose."""
        return str(self.cleaned_data.get("role", permissions.CUSTOMER))


class InvitationForm(PersonForm):
    """A new colleague, or a customer's account for the portal."""

    language = forms.ChoiceField(label=_("Language"), choices=languages, initial="vi", help_text=_("They can change it later."))

    def __init__(self, *args: Any, for_customer: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if for_customer:
            del self.fields["role"]
