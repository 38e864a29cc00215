"""Sending a customer a new link to the portal."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.mail.queue import queue_letter_to_customer
from soon.models import Customer, Letter
from soon.operations.refusal import Refusal


class CannotSendPortalLink(Refusal):
    """No link can be sent to this customer."""


@transaction.atomic
def send_portal_link(customer: Customer, *, actor: Actor, at: datetime.datetime) -> Letter:
    """Queue the letter with a new portal link. Raises CannotSendPortalLink without an e-mail address, or when archived."""
    if customer.archived_at:
        raise CannotSendPortalLink(_("This customer is archived. Restore the customer first."))
    letter = queue_letter_to_customer(
        "portal_link", event_key=f"portal_link:{customer.pk}:{at.isoformat()}", customer=customer, at=at
    )
    if letter is None:
        raise CannotSendPortalLink(_("This customer has no e-mail address. Add one first."))
    record("portal_link_sent", customer=customer, actor=actor, at=at, facts={"email": customer.email})
    return letter
