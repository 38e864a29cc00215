"""A worker's round of letters, for tests in which the clock stands still."""

import datetime

from soon.mail.send import send_next


def send_due(*, at: datetime.datetime, limit: int = 100) -> int:
    """Try at most `limit` letters due at `at`; return how many were sent."""
    sent = 0
    for _ in range(limit):
        was_sent = send_next(at=at)
        if was_sent is None:
            break
        sent += was_sent
    return sent
