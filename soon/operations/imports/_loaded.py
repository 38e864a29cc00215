"""What came of loading rows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Loaded:
    """How many rows were stored, how many of them closed subscriptions, and how many were there before."""

    stored: int = 0
    closed: int = 0
    known: int = 0

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(self.stored + other.stored, self.closed + other.closed, self.known + other.known)
