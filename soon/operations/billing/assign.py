"""Giving a set-aside order to somebody who takes care of it."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.activity.facts import words_fact
from soon.activity.record import record
from soon.models import SetAside, User
from soon.operations.refusal import Refusal


class CannotAssign(Refusal):
    """The order is not set aside any more, or the person does not work here."""


@transaction.atomic
def assign(found: SetAside, *, owner: User, actor: Actor, at: datetime.datetime) -> SetAside:
    """Make `owner` the one who takes care of a set-aside order; return it. Raises CannotAssign; then nothing is written."""
    if not (owner.is_active and owner.is_staff_member):
        raise CannotAssign(_("Only somebody who works here can take care of it."))
    ours = SetAside.objects.open().filter(pk=found.pk)
    if not ours.update(owner=owner):
        raise CannotAssign(_("Somebody else has dealt with this subscription in the meantime."))
    if found.owner_id != owner.pk:
        facts = {"owner": words_fact(owner.name)}
        record("set_aside_assigned", customer=found.customer, order=found.order, actor=actor, at=at, facts=facts)
    return ours.select_related("order", "customer", "owner").get()
