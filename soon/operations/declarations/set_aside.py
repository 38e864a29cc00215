"""Setting a waiting declaration aside: nothing is closed, and whoever made it is answered."""

import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import Actor
from soon.mail.queue import queue_letter_to_address
from soon.models import Declaration
from soon.operations.refusal import Refusal

LONGEST_ANSWER = 500


class CannotSetAside(Refusal):
    """The declaration was handled before, or there is no answer, or too long a one."""


@transaction.atomic
def set_aside(declaration: Declaration, *, answer: str, actor: Actor, at: datetime.datetime) -> Declaration:
    """Take the declaration out of the queue and send `answer` to whoever made it. Raises CannotSetAside."""
    declaration = Declaration.objects.select_for_update().get(pk=declaration.pk)
    answer = answer.strip()
    if declaration.handled_at:
        raise CannotSetAside(_("This declaration was already handled."))
    if not answer:
        raise CannotSetAside(_("Please write an answer; it is sent to whoever made the declaration."))
    if len(answer) > LONGEST_ANSWER:
        raise CannotSetAside(_("An answer has at most 500 characters."))
    declaration.answer, declaration.handled_at, declaration.handled_by = answer, at, actor.user
    declaration.save(update_fields=["answer", "handled_at", "handled_by"])
    queue_letter_to_address(
        "declaration_answered",
        event_key=f"declaration_answered:{declaration.pk}",
        email=declaration.email,
        name=declaration.name,
        language=declaration.language,
        at=at,
        facts={"declaration": declaration.pk},
    )
    return declaration
