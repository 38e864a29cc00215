"""People who log in: staff in their roles, and customers with an account."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from soon.domain import permissions


class UserAccounts(BaseUserManager["User"]):
    """Finds people by e-mail whatever its case, as logging in needs."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; without a password nobody can log in as them until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who logs in by e-mail; the role decides what they may do."""

    class Role(models.TextChoices):
        ADMINISTRATOR = permissions.ADMINISTRATOR, _("Administrator")
        MANAGER = permissions.MANAGER, _("Manager")
        SALESPERSON = permissions.SALESPERSON, _("Salesperson")
        ACCOUNTANT = permissions.ACCOUNTANT, _("Accountant")
        CUSTOMER = permissions.CUSTOMER, _("Customer")

    email = models.EmailField(_("e-mail"), unique=True, error_messages={"unique": _("Somebody already uses this e-mail.")})
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.SALESPERSON)
    customer = models.ForeignKey(
        "Customer", on_delete=models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("customer")
    )
    language = models.CharField(_("language"), max_length=5, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), null=True, editable=False)

    objects = UserAccounts()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                name="user_customer_role_has_a_customer",
                condition=Q(role="customer", customer__isnull=False) | (~Q(role="customer") & Q(customer__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff_member(self) -> bool:
        """Whether this person works for the company."""
        return self.role in permissions.STAFF_ROLES

    def may(self, right: str) -> bool:
        """Return whether the role carries `right` (see domain/permissions.py)."""
        return self.is_active and permissions.may(self.role, right)
