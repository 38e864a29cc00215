"""Taking in a file that somebody brings, before anything is made of it."""

import datetime
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.models import DataImport
from soon.operations.refusal import Refusal

from ._content import store_content
from ._preview import show_first_rows
from ._remembered import remembered
from .recognise import recognise


class CannotUpload(Refusal):
    """Only those who configure may bring files."""


@transaction.atomic
def upload(
    content: bytes, *, file_name: str, actor: Actor, at: datetime.datetime, kind: str = DataImport.Kind.SUBSCRIPTIONS
) -> DataImport:
    """Store the file of `kind` with how it is most likely to be read, and with the map of the last one with the same columns.

    Raises CannotUpload without the right, CannotReadTable for what is no table; then nothing is written.
    """
    if actor.user is None or not actor.user.may("configure"):
        raise CannotUpload(_("You may not load files."))
    form = recognise(content)
    made = DataImport(
        kind=DataImport.Kind(kind), created_at=at, by_user=actor.user, file_name=file_name[-200:] or "?", size=len(content)
    )
    show_first_rows(made, content, form)
    before = remembered(made.columns, made.kind)
    if before:
        made.mapping = before.mapping
        # What was confirmed then says more than what a file happens to hold.
        confirmed = replace(form, decimal=before.form["decimal"], day_first=before.form["day_first"])
        show_first_rows(made, content, confirmed)
    made.save(force_insert=True)
    store_content(made, content)
    return made
