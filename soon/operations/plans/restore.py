"""Restoring an archived plan."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.models import Plan
from soon.operations.refusal import Refusal


class CannotRestorePlan(Refusal):
    """The plan is not archived."""


@transaction.atomic
def restore(plan: Plan) -> Plan:
    """Offer the plan again. Raises CannotRestorePlan for one that is not archived."""
    if not Plan.objects.filter(pk=plan.pk, archived_at__isnull=False).update(archived_at=None):
        raise CannotRestorePlan(_("This plan is not archived."))
    plan.refresh_from_db()
    return plan
