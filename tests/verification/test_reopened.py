"""A subscription that goes on after a part of its invoice was credited by hand contradicts nothing."""

import datetime

import pytest

from soon.activity.actor import system
from soon.models import InvoiceLine
from soon.operations.subscriptions.close import close
from soon.operations.subscriptions.pause import pause
from soon.operations.subscriptions.reopen import reopen
from soon.operations.subscriptions.resume import resume
from soon.operations.verification.verify import verify
from soon.queries.verification.themes import ALL_THEMES
from tests.builders import AT, TODAY, a_close_reason, a_credit_note, an_invoice, an_order

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def findings(at: datetime.datetime) -> list[dict]:
    return verify(actor=system(), clock=lambda: at, themes=ALL_THEMES).findings


def later(days: int) -> dict:
    return {"actor": system(), "at": AT + days * DAY, "today": TODAY + days * DAY}


def leave(order, is_paused: bool) -> None:
    if is_paused:
        pause(order, **later(2))
    else:
        close(order, reason=a_close_reason(), **later(2))


@pytest.mark.parametrize("is_paused", [False, True])
@pytest.mark.parametrize("days_away", [0, 1, 10])
# Of 1,000,000 for 31 days, 28 of them unused: less than the unused days cost is left, or more, or nothing at all.
@pytest.mark.parametrize(("by_hand", "rules"), [(600_000, {"credited_part"}), (50_000, {"unused_part"}), (1_000_000, set())])
def test_credited_by_hand_then_left_then_gone_on(is_paused, days_away, by_hand, rules):
    order = an_order()
    invoice = an_invoice(order)
    note = a_credit_note(invoice, {invoice.lines.get().pk: by_hand})
    assert findings(AT) == []
    leave(order, is_paused)
    by_itself = InvoiceLine.objects.filter(credits_line__isnull=False).exclude(invoice=note)
    assert {line.derivation["rule"] for line in by_itself} == rules
    assert findings(AT + 2 * DAY) == []
    (resume if is_paused else reopen)(order, **later(2 + days_away))
    assert findings(AT + (2 + days_away) * DAY) == []
    order.refresh_from_db()
    billed_on = order.next_invoice_on
    an_invoice(order, today=billed_on)
    assert findings(AT + (billed_on - TODAY)) == []
