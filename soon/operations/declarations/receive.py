"""Receiving a declaration from a public page: it counts from this moment, whether its order is found at once or later."""

import datetime
import logging

from django.db import IntegrityError, transaction

from soon.domain.zones import local_date
from soon.mail.queue import queue_letter_to_address
from soon.models import Company, Declaration
from soon.operations.subscriptions.close import CannotClose

from ._close_as_declared import close_as_declared
from ._meant import order_meant
from .statement import Statement

log = logging.getLogger(__name__)


@transaction.atomic
def receive(statement: Statement, *, at: datetime.datetime) -> Declaration:
    """Store the declaration at the moment `at`, confirm its receipt by letter, and close the order if there is no doubt which.

    A repeat of the same form is the same declaration. What cannot be closed waits for staff. Whatever comes of it, the answer
    is the same, so that nobody learns which orders there are.
    """
    known = Declaration.objects.filter(form_key=statement.form_key).first()
    if known:
        return known
    try:
        with transaction.atomic():
            time_zone = Company.ours().time_zone
            declaration = Declaration.objects.create(**vars(statement), submitted_at=at, time_zone=time_zone)
    except IntegrityError:
        # The same form arrived twice at once.
        return Declaration.objects.get(form_key=statement.form_key)
    queue_letter_to_address(
        "declaration_received",
        event_key=f"declaration_received:{declaration.pk}",
        email=declaration.email,
        name=declaration.name,
        language=declaration.language,
        at=at,
        facts={"declaration": declaration.pk},
    )
    _close_if_clear(declaration, at)
    return declaration


def _close_if_clear(declaration: Declaration, at: datetime.datetime) -> None:
    try:
        with transaction.atomic():
            order = order_meant(declaration)
            if order is None:
                return
            closure = close_as_declared(declaration, order, at=at, today=local_date(at, order.time_zone))
    except CannotClose:
        return
    except Exception:  # whatever is wrong with an order, a declaration that was given must not be lost
        log.exception("Declaration %s waits for staff: closing its order failed", declaration.pk)
        return
    declaration.order, declaration.closure, declaration.handled_at = order, closure, at
    declaration.save(update_fields=["order", "closure", "handled_at"])
