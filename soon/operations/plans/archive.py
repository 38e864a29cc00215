"""Archiving a plan."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import Plan
from soon.operations.refusal import Refusal


class CannotArchivePlan(Refusal):
    """The plan is archived already."""


@transaction.atomic
def archive(plan: Plan, *, at: datetime.datetime) -> Plan:
    """Stop offering the plan. Running subscriptions keep it; new quotations cannot choose it. Raises CannotArchivePlan."""
    if not Plan.objects.filter(pk=plan.pk, archived_at=None).update(archived_at=at):
        raise CannotArchivePlan(_("This plan is already archived."))
    plan.refresh_from_db()
    return plan
