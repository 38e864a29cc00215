"""Mailing a customer a new link into the portal."""

import datetime

from django.db import transaction

from soon.mail.queue import queue_letter_to_customer
from soon.models import Customer, Letter, PortalLink


@transaction.atomic
def mail_new_link(link: PortalLink, *, at: datetime.datetime) -> Letter | None:
    """Queue a new link to the address we know of the customer of `link`, expired or not; at most one an hour.

    Returns None where nothing was queued: one was queued in this hour, the customer is archived or has no address.
    """
    # Locked, so that two clicks queue one letter and neither meets the other's event.
    customer = Customer.objects.select_for_update().get(pk=link.customer_id)
    event_key = f"portal_link:{customer.pk}:{at.astimezone(datetime.UTC):%Y-%m-%dT%H}"
    if customer.archived_at or Letter.objects.filter(event_key=event_key).exists():
        return None
    return queue_letter_to_customer("portal_link", event_key=event_key, customer=customer, order=link.order, at=at)
