"""Taking back every link that lets a customer into the portal."""

import datetime

from django.db import transaction

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.mail.render import TO_STAFF
from soon.models import Customer, Letter, PortalLink


@transaction.atomic
def revoke_links(customer: Customer, *, actor: Actor, at: datetime.datetime) -> int:
    """Revoke all portal links of `customer`, also for those who are inside now; return how many no longer work.

    Letters that are still on their way count too: they will carry a link that is revoked already.
    """
    on_their_way = Letter.objects.filter(customer=customer, sent_at=None, given_up_at=None, portal_link=None)
    same = {"customer": customer, "created_at": at, "expires_at": at, "revoked_at": at}
    links = [PortalLink(letter=letter, order_id=letter.order_id, **same) for letter in on_their_way.exclude(kind__in=TO_STAFF)]
    PortalLink.objects.bulk_create(links)
    revoked = PortalLink.objects.filter(customer=customer).valid_at(at).update(revoked_at=at) + len(links)
    record("portal_links_revoked", customer=customer, actor=actor, at=at, facts={"count": revoked})
    return revoked
