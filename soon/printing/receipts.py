"""The receipt of a closing: what was declared and when, the last day of service, the money, and the seal of its evidence."""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from soon.formatting import day, day_in_words, moment, money_text
from soon.models import Closure, Company, Evidence, Invoice, Order

from .sheet import Pairs, facts_of, party
from .typesetting import typeset

TEMPLATE = "receipt.typ"
# Directive 2011/83/EU, art. 13(1): what was paid comes back within 14 days of the withdrawal.
DAYS_TO_REFUND = 14


@dataclass(frozen=True)
class Receipt:
    """A closing as its customer has it in writing, in the language being spoken."""

    closure: Closure
    declaration: Pairs
    money: Pairs
    remarks: Sequence[str]
    evidence: Sequence[Evidence]

    @property
    def order(self) -> Order:
        """The subscription that was closed."""
        return self.closure.order


def moment_with_zone(at: datetime.datetime, time_zone: str) -> str:
    """Return a moment as local time of `time_zone` with its zone: "16/03/2026 12:00 (Asia/Ho_Chi_Minh, UTC+07:00)"."""
    zone = ZoneInfo(time_zone)
    offset = f"{at.astimezone(zone):%z}"
    return f"{moment(at, zone=zone)} ({time_zone}, UTC{offset[:3]}:{offset[3:5]})"


def receipt_of(closure: Closure) -> Receipt:
    """Return the receipt of `closure`, with its figures as its evidence holds them: in three queries."""
    evidence = list(Evidence.objects.filter(closure=closure).order_by("position"))
    figures, documents = _figures(closure, evidence)
    if closure.undone_at:
        figures = {}
    money = [(name, money_text(minor, closure.order.currency)) for name, minor in _amounts(figures)]
    money += _due_days(documents)
    return Receipt(closure, _declaration(closure), money, _remarks(closure, figures), evidence)


def pdf_of_receipt(closure: Closure) -> bytes:
    """Return the receipt as PDF in the customer's language; as long as nothing more happens to the closing, the same bytes."""
    with translation.override(closure.customer.language):
        receipt = receipt_of(closure)
        dated = receipt.evidence[-1].at if receipt.evidence else closure.submitted_at
        return typeset(TEMPLATE, _page(receipt), dated=dated)


def name_of_receipt(closure: Closure) -> str:
    """Return what a file with the receipt is called, without its ending, in the language being spoken."""
    name = pgettext("file name", "closing")
    return f"{name}-{closure.order.number}-{closure.effective_on.isoformat()}"


def _declaration(closure: Closure) -> Pairs:
    order = closure.order
    is_theirs = closure.channel in (Closure.Channel.PORTAL, Closure.Channel.PUBLIC)
    reason = closure.reason_told_to_customer
    rows = [
        (_("Subscription"), order.number),
        (_("Plan"), order.plan.name if order.plan else ""),
        (_("Declaration"), str(_declared(closure))),
        (_("Declared by"), closure.by_name if is_theirs else Company.ours().name),
        (_("Through"), str(closure.get_channel_display()) if is_theirs else ""),
        (_("Submitted"), moment_with_zone(closure.submitted_at, closure.time_zone)),
        (_("Reason"), reason.name if reason else ""),
        (_("Comment"), closure.comment if is_theirs else ""),
        (_("Last day of service"), day_in_words(closure.last_day_on) if _has_begun(closure) else _("None, it had not begun")),
        (_("Took effect"), "" if closure.took_effect_at == closure.submitted_at else _moment(closure.took_effect_at, closure)),
        (_("Undone"), _moment(closure.undone_at, closure)),
        (_("Reopened"), _moment(closure.reopened_at, closure)),
    ]
    return [(name, value) for name, value in rows if value]


def _declared(closure: Closure) -> str:
    words = {
        Closure.Type.ORDINARY: _("Ordinary closing of the subscription"),
        Closure.Type.FOR_CAUSE: _("Closing of the subscription for cause"),
        Closure.Type.WITHDRAWAL: _("Withdrawal from the contract"),
        Closure.Type.NON_PAYMENT: _("Closing because invoices were not paid"),
        Closure.Type.EXPIRED: _("The agreed term is over"),
        Closure.Type.PROVIDER: _("Closing by the provider"),
        Closure.Type.TRANSFER: _("Transfer of the subscription"),
    }
    return words[Closure.Type(closure.type)]


def _has_begun(closure: Closure) -> bool:
    return closure.order.start_on is None or closure.effective_on > closure.order.start_on


def _moment(at: datetime.datetime | None, closure: Closure) -> str:
    return moment_with_zone(at, closure.time_zone) if at else ""


def _figures(closure: Closure, evidence: Sequence[Evidence]) -> tuple[Mapping[str, int], Sequence[Invoice]]:
    """Return the figures that were booked, or foreseen while it is scheduled, and the documents that were issued."""
    told: dict[str, dict[str, Any]] = {each.kind: json.loads(each.content) for each in evidence}
    last = told.get(Evidence.Kind.CLOSED) or told.get(Evidence.Kind.CLOSING_REQUESTED) or {}
    # A closing from before evidence was kept has only what stands with itself.
    before = {"charged_minor": closure.charged_minor, "credited_minor": closure.credited_minor}
    documents = Invoice.objects.filter(number__in=last.get("documents", []), customer=closure.customer_id)
    return last.get("figures") or before, list(documents.order_by("issued_on", "pk"))


def _amounts(figures: Mapping[str, int]) -> list[tuple[str, int]]:
    rows = [
        (_("Still invoiced, tax included"), "charged_minor"),
        (_("Given back for days not used, tax included"), "credited_minor"),
        (_("of it reduces unpaid invoices"), "reduced_minor"),
        (_("of it is left to you"), "left_minor"),
        (_("Still to be paid for this subscription"), "owed_minor"),
    ]
    return [(name, figures[key]) for name, key in rows if figures.get(key)]


def _due_days(documents: Sequence[Invoice]) -> Pairs:
    """Return each document of the closing, an invoice with the day by which it is payable."""
    rows = []
    for each in documents:
        if each.kind == Invoice.Kind.INVOICE:
            words = _("payable by %(day)s") % {"day": day(each.due_on)}
            rows.append((_("Invoice %(number)s") % {"number": each.number}, words))
        else:
            amount = money_text(each.total_minor, each.currency)
            rows.append((_("Credit note %(number)s") % {"number": each.number}, amount))
    return rows


def _remarks(closure: Closure, figures: Mapping[str, int]) -> list[str]:
    if closure.undone_at:
        return [_("The closing was undone in time: the subscription goes on as before, and nothing of it moves any money.")]
    if closure.reopened_at:
        return [_("The subscription was reopened; what the closing had moved stays as it is.")]
    remarks = []
    if closure.is_scheduled:
        remarks.append(
            _("The amounts are those foreseen on the day of the declaration; what is paid or credited until then counts.")
        )
        undo_by = day_in_words(closure.last_day_on)
        remarks.append(_("Up to and including %(day)s the closing can be undone in the customer portal.") % {"day": undo_by})
    if figures.get("left_minor"):
        remarks.append(_what_is_left(closure))
    if figures.get("owed_minor"):
        remarks.append(_("Invoices issued earlier stay due on the days they name."))
    if not any(figures.get(key) for key in ("charged_minor", "credited_minor", "owed_minor")):
        remarks.append(_("Nothing more is charged, nothing is given back, and nothing is left to pay."))
    return remarks


def _what_is_left(closure: Closure) -> str:
    if closure.type == Closure.Type.WITHDRAWAL:
        submitted_on = closure.submitted_at.astimezone(ZoneInfo(closure.time_zone)).date()
        refund_by = day_in_words(submitted_on + datetime.timedelta(days=DAYS_TO_REFUND))
        return _("We pay back what is left to you by %(day)s.") % {"day": refund_by}
    return _("What is left to you is credit: it pays your next invoices, or we pay it back if you ask for it.")


def _page(receipt: Receipt) -> dict[str, Any]:
    closure = receipt.closure
    return {
        "language": (translation.get_language() or "vi")[:2],
        "title": _("Receipt of closing"),
        "number": closure.order.number,
        "seller": party(facts_of(Company.ours())),
        "buyer": party(facts_of(closure.customer)),
        "declaration": receipt.declaration,
        "money": receipt.money,
        "remarks": receipt.remarks,
        "evidence": [
            {
                "words": str(each.get_kind_display()),
                "at": moment_with_zone(each.at, closure.time_zone),
                "place": each.position,
                "hash": each.hash,
            }
            for each in receipt.evidence
        ],
        "labels": {
            "buyer": _("Customer"),
            "page": _("Page"),
            "declaration": _("What was declared"),
            "money": _("Money"),
            "evidence": _("Evidence"),
            "seal": _(
                "Each entry is sealed with the one before it (SHA-256). With this receipt you can prove that none was changed."
            ),
        },
    }
