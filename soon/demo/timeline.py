"""Telling a history in the order in which it happened."""

import datetime
import heapq
from collections.abc import Callable
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

Event = Callable[[datetime.datetime], None]
OnProgress = Callable[[int, int], None]


class Timeline:
    """Events from the local date `first` up to but without `today`; what would happen later never does."""

    def __init__(self, first: datetime.date, today: datetime.date) -> None:
        self.first = first
        self.today = today
        self._events: list[tuple[datetime.datetime, int, Event]] = []
        self._count = 0

    def on(self, day: datetime.date, event: Event, *, minute: int = 480) -> None:
        """Let `event` happen on the local date `day`, `minute` minutes after midnight."""
        if day >= self.today:
            return
        at = datetime.datetime.combine(day, datetime.time(), ZONE) + datetime.timedelta(minutes=minute)
        # The count keeps events of one moment in the order in which they were planned.
        heapq.heappush(self._events, (at.astimezone(datetime.UTC), self._count, event))
        self._count += 1

    def happen(self, on_progress: OnProgress) -> None:
        """Let everything happen, the earliest first; events may plan later ones. Progress counts days."""
        total = (self.today - self.first).days
        while self._events:
            at, _, event = heapq.heappop(self._events)
            event(at)
            on_progress((at.astimezone(ZONE).date() - self.first).days, total)
        on_progress(total, total)
