"""Taking a draft invoice in hand, so that nobody else does."""

from django.utils.translation import gettext_lazy as _

from soon.models import InvoiceDraft
from soon.operations.refusal import Refusal


class DraftIsGone(Refusal):
    """The draft has been issued or discarded by somebody else."""


def taken(draft: InvoiceDraft) -> InvoiceDraft:
    """Return the draft as stored, locked until the transaction ends. Raises DraftIsGone."""
    related = ("customer", "order", "created_by")
    found = InvoiceDraft.objects.select_for_update(of=("self",)).select_related(*related).filter(pk=draft.pk).first()
    if found is None:
        raise DraftIsGone(_("This draft is no longer there: it has been issued or discarded."))
    return found
