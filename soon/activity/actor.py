"""Who acts, and through which channel: an argument of every verb."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from soon.models import Customer, User

BACKOFFICE = "backoffice"
PORTAL = "portal"
PUBLIC = "public"
API = "api"
SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """Staff (`user`), a customer (`customer`, maybe with a `user` account), or the system (neither)."""

    channel: str
    user: "User | None" = None
    customer: "Customer | None" = None

    @property
    def kind(self) -> str:
        """Return "customer", "user" or "system"."""
        if self.customer is not None:
            return "customer"
        return "user" if self.user is not None else "system"

    @property
    def name(self) -> str:
        """The name to remember; empty for the system."""
        return str(self.customer or self.user or "")


def staff(user: "User") -> Actor:
    """Return staff member `user` acting in the back office."""
    return Actor(channel=BACKOFFICE, user=user)


def customer_in_portal(customer: "Customer", user: "User | None" = None) -> Actor:
    """Return `customer` acting in the portal, by account (`user`) or by a link from a letter."""
    return Actor(channel=PORTAL, customer=customer, user=user)


def customer_on_public_page(customer: "Customer") -> Actor:
    """Return `customer` as somebody without log-in declared to be, and as their contract and e-mail bear out."""
    return Actor(channel=PUBLIC, customer=customer)


def system() -> Actor:
    """Return the clock, a command or an import acting by itself."""
    return Actor(channel=SYSTEM)
