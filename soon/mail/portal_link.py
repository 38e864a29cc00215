"""The link by which a letter lets its customer into the portal without an account."""

import datetime

from soon.models import Letter, PortalLink

# A link in a letter must outlive the longest billing period it may be needed for.
PORTAL_LINK_LIFE = datetime.timedelta(days=400)


def portal_link_of(letter: Letter) -> PortalLink | None:
    """Return the link that `letter` carries, made when it is first sent; a letter sent again carries the same one.

    None for a letter to an address that is no longer the customer's: it must not open their portal.
    """
    queued_with = PortalLink.objects.filter(pk=letter.facts.get("portal_link")).first()
    if queued_with or letter.customer is None or letter.customer.email != letter.to_email:
        return queued_with
    # The letter has just been claimed; its next attempt lies a little ahead of this one.
    since = letter.next_attempt_at
    values = {"customer": letter.customer, "order": letter.order, "created_at": since, "expires_at": since + PORTAL_LINK_LIFE}
    link, _ = PortalLink.objects.get_or_create(letter=letter, defaults=values)
    return link
