"""What a closing of many asks of each of its orders."""

from soon.models import BulkClosing
from soon.operations.closing._request import ClosingRequest


def asked_of_each(closing: BulkClosing) -> ClosingRequest:
    """Return the request for every order of `closing`, stored or not; its starter waives notice where they have the right."""
    is_chosen = closing.day == BulkClosing.Day.CHOSEN
    return ClosingRequest(
        reason=closing.reason,
        own_words=closing.own_words,
        effective_on=closing.effective_on if is_chosen else None,
        day="" if is_chosen else closing.day,
        credit_policy=closing.credit_policy,
        waives_notice=closing.by_user.may("waive_notice"),
    )
