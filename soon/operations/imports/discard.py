"""Giving up on a file before anything of it was loaded."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import DataImport
from soon.operations.refusal import Refusal


class CannotDiscard(Refusal):
    """It is being worked on, or done with."""


@transaction.atomic
def discard(data_import: DataImport, *, actor: Actor, at: datetime.datetime) -> None:
    """Delete the file; that it was there stays known. Raises CannotDiscard; then nothing is written."""
    if actor.user is None or not actor.user.may("configure"):
        raise CannotDiscard(_("You may not load files."))
    states = [DataImport.State.UPLOADED, DataImport.State.CHECKED, DataImport.State.CHECKING]
    gone = DataImport.objects.filter(pk=data_import.pk, state__in=states)
    if not gone.update(state=DataImport.State.DISCARDED, finished_at=at, content_deleted_at=at, preview=[]):
        raise CannotDiscard(_("This file is being worked on, or is done with."))
    data_import.pieces.all().delete()
    data_import.problems.all().delete()
