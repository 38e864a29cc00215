"""Letting the worker load a file that was checked: all rows or none, or the good ones."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import DataImport
from soon.operations.refusal import Refusal, refused_by_database


class CannotBeginLoading(Refusal):
    """The file is not checked, has bad rows, or another one is being loaded."""


@transaction.atomic
def begin_loading(data_import: DataImport, *, mode: str, actor: Actor, today: datetime.date) -> DataImport:
    """Begin to load as of the local date `today` in one of the ways of DataImport.Mode. One file is loaded at a time.

    Raises CannotBeginLoading; then nothing is written.
    """
    if actor.user is None or not actor.user.may("configure"):
        raise CannotBeginLoading(_("You may not load files."))
    checked = DataImport.objects.filter(pk=data_import.pk, state=DataImport.State.CHECKED, content_deleted_at=None)
    if mode == DataImport.Mode.ALL_OR_NOTHING and data_import.rows_bad:
        raise CannotBeginLoading(
            _("Some rows are not right, so all of them cannot be loaded. Mend the file, or skip those rows.")
        )
    begun = {"state": DataImport.State.LOADING, "mode": DataImport.Mode(mode), "today_on": today, "loaded_until": 0}
    with refused_by_database(CannotBeginLoading(_("Another file is being loaded. Wait until it is done."))):
        if not checked.update(**begun, rows_loaded=0, rows_known=0, rows_skipped=0, rows_closed=0, error=""):
            raise CannotBeginLoading(_("This file is not checked, or is loaded already."))
    data_import.refresh_from_db()
    return data_import
