"""Saying how a file is to be read, where what was recognised is not right."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.domain.file_forms import FileForm
from soon.models import DataImport
from soon.operations.refusal import Refusal

from ._content import content_of
from ._preview import show_first_rows


class CannotChooseForm(Refusal):
    """The import is past that."""


@transaction.atomic
def choose_form(data_import: DataImport, *, form: FileForm, actor: Actor) -> DataImport:
    """Read the file as `form` says from now on. Raises CannotReadTable, CannotChooseForm; then all stays as it was."""
    locked = DataImport.objects.select_for_update().get(pk=data_import.pk)
    if actor.user is None or not actor.user.may("configure"):
        raise CannotChooseForm(_("You may not load files."))
    if locked.state not in (DataImport.State.UPLOADED, DataImport.State.CHECKED):
        raise CannotChooseForm(_("This file is being worked on, or is done with."))
    show_first_rows(locked, content_of(locked), form)
    locked.state, locked.error = DataImport.State.UPLOADED, ""
    locked.save()
    return locked
