"""Saying which column is what, and letting the worker look at every row."""

import datetime
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import DataImport
from soon.operations.refusal import Refusal

from .read_map import read_map


class CannotCheck(Refusal):
    """The import is past that, or the map speaks of columns that are not there."""


@transaction.atomic
def check(
    data_import: DataImport, *, mapping: Mapping[str, Any], actor: Actor, at: datetime.datetime, today: datetime.date
) -> DataImport:
    """Keep `mapping` (a map as JSON holds it) and begin the check as of the local date `today`; the worker makes it.

    Raises CannotReadMap, CannotCheck; then nothing is written.
    """
    if actor.user is None or not actor.user.may("configure"):
        raise CannotCheck(_("You may not load files."))
    missing = read_map(json.dumps(mapping), kind=data_import.kind).columns - set(data_import.columns)
    if missing:
        raise CannotCheck(_("The file has no column “%(name)s”, which the map speaks of.") % {"name": sorted(missing)[0]})
    waiting = DataImport.objects.filter(
        pk=data_import.pk, state__in=[DataImport.State.UPLOADED, DataImport.State.CHECKED], content_deleted_at=None
    )
    begun = {"state": DataImport.State.CHECKING, "mapping": mapping, "today_on": today, "error": ""}
    if not waiting.update(**begun, rows_checked=0, rows_total=0, rows_bad=0, counts={}):
        raise CannotCheck(_("This file is being worked on, or is done with."))
    data_import.problems.all().delete()
    data_import.refresh_from_db()
    return data_import
