"""What pausing a subscription would come to: the same computation as pausing it, with nothing written."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from soon.activity.actor import Actor
from soon.domain.closing_money import ClosingMoney
from soon.models import Order
from soon.operations.billing._read import Catalogue
from soon.operations.closing._preview_lines import PreviewLine, lines_of

from ._put_on_pause import CannotPause, check_may_pause, check_pausable, fingerprint_of, money_of_pause

__all__ = ["CannotPause", "PausePreview", "preview_pause"]


@dataclass(frozen=True, slots=True)
class PausePreview:
    """The money of a pause, and each amount in it with its derivation."""

    paused_on: datetime.date
    money: ClosingMoney
    fingerprint: str
    lines: Sequence[PreviewLine]

    @property
    def last_day_on(self) -> datetime.date:
        """The last local date of service before the pause."""
        return self.paused_on - datetime.timedelta(days=1)


def preview_pause(order: Order, *, actor: Actor, today: datetime.date, paused_on: datetime.date | None = None) -> PausePreview:
    """Return what pausing `order` from the local date `paused_on` (None: today's) would come to.

    Wants the order read with its customer and plan. Raises CannotPause where it cannot be, or this actor may not.
    """
    check_may_pause(order, actor, paused_on, today)
    paused_on = paused_on or order.end_if_stopped(today)
    check_pausable(order, paused_on, today)
    catalogue = Catalogue()
    facts, money = money_of_pause(order, paused_on, today, catalogue)
    lines = tuple(lines_of(order, facts, money, catalogue))
    return PausePreview(paused_on, money, fingerprint_of(order, money), lines)
