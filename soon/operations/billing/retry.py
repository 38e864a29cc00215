"""Trying an order again that a billing run set aside."""

import datetime

from django.db import DatabaseError, OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.record import record
from soon.models import Order, SetAside
from soon.operations.refusal import Refusal
from soon.operations.subscriptions._apply_change import apply_changes

from ._changes import bill_through, changes_due
from ._compute import SENSELESS, Biller, everything_due
from ._read import Catalogue, subscriptions
from ._set_aside import set_aside
from ._write import write


class CannotRetry(Refusal):
    """The order is not set aside any more."""


def retry(found: SetAside, *, actor: Actor, at: datetime.datetime, today: datetime.date) -> SetAside:
    """Bill the order's missed periods up to the local date `today`; return it resolved, or with one attempt more and its error.

    Raises CannotRetry when somebody else has resolved it meanwhile; then nothing is written.
    """
    try:
        _bill(found, actor, at, today)
    except OperationalError:
        raise
    except (DatabaseError, *SENSELESS) as error:
        with transaction.atomic():
            set_aside(found.order_id, error, run=found.run_id, at=at)
    found.refresh_from_db()
    return found


@transaction.atomic
def _bill(found: SetAside, actor: Actor, at: datetime.datetime, today: datetime.date) -> None:
    order = Order.objects.select_for_update(of=("self",)).select_related("customer").get(pk=found.order_id)
    resolved = SetAside.objects.open().filter(pk=found.pk).update(resolved_at=at, resolved_by=actor.user)
    if not resolved:
        raise CannotRetry(_("Somebody else has dealt with this subscription in the meantime."))
    if order.state == Order.State.IN_PROGRESS:
        catalogue = Catalogue()
        biller = Biller(catalogue, today, everything_due(today))
        due = changes_due([order.pk], today).get(order.pk, [])
        bills = [bill_through(biller, each, due) for each in subscriptions([order.pk], catalogue)]
        write(bills, actor=actor, at=at, today=today)
        apply_changes(due, actor=actor, at=at)
    record("set_aside_resolved", customer=order.customer, order=order, actor=actor, at=at)
