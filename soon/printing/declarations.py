"""The receipt of a declaration made on a public page: what was declared and when, on the page, in the letter and on paper."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from soon.formatting import day_in_words
from soon.models import Company, Declaration

from .receipts import TEMPLATE, moment_with_zone
from .sheet import Pairs, facts_of, party
from .typesetting import typeset


def rows_of_declaration(declaration: Declaration) -> Pairs:
    """Return what was declared as (name, value), in the language being spoken; nothing of what became of it."""
    wanted_on = declaration.wanted_on
    is_withdrawal = declaration.kind == Declaration.Kind.WITHDRAWAL
    rows = [
        (_("Declaration"), _declared(declaration)),
        (_("Name"), declaration.name),
        (_("E-mail"), declaration.email),
        (_("Contract reference"), declaration.reference),
        (_("Cause"), declaration.cause),
        (_("Wanted end"), "" if is_withdrawal else day_in_words(wanted_on) if wanted_on else _("As early as possible")),
        (_("Submitted"), moment_with_zone(declaration.submitted_at, declaration.time_zone)),
    ]
    return [(name, value) for name, value in rows if value]


def pdf_of_declaration(declaration: Declaration) -> bytes:
    """Return the receipt as PDF in the language of the declaration; always the same bytes."""
    with translation.override(declaration.language):
        return typeset(TEMPLATE, _page(declaration), dated=declaration.submitted_at)


def name_of_declaration(declaration: Declaration) -> str:
    """Return what a file with the receipt is called, without its ending, in the language being spoken."""
    name = pgettext("file name", "declaration")
    return f"{name}-{declaration.submitted_at:%Y-%m-%d-%H%M%S}"


def _declared(declaration: Declaration) -> str:
    words = {
        Declaration.Kind.ORDINARY: _("I close this contract."),
        Declaration.Kind.FOR_CAUSE: _("I close this contract for cause."),
        Declaration.Kind.WITHDRAWAL: _("I withdraw from this contract."),
    }
    return words[Declaration.Kind(declaration.kind)]


def _page(declaration: Declaration) -> dict[str, Any]:
    return {
        "language": declaration.language,
        "title": _("Receipt of a declaration"),
        "number": "",
        "seller": party(facts_of(Company.ours())),
        "buyer": [declaration.name, declaration.email],
        "declaration": rows_of_declaration(declaration),
        "money": [],
        "remarks": [],
        "evidence": [],
        "labels": {"buyer": _("Declared by"), "page": _("Page"), "declaration": _("What was declared")},
    }
