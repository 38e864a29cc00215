"""The life of an order: every state and every allowed move, in one table.

quotation → quotation_sent → in_progress ⇄ paused → churned
quotation, quotation_sent → cancelled (never billed)
in_progress → renewed (its successor was confirmed)
churned → in_progress (reopened)
"""

from collections.abc import Mapping

QUOTATION = "quotation"
QUOTATION_SENT = "quotation_sent"
IN_PROGRESS = "in_progress"
PAUSED = "paused"
CHURNED = "churned"
RENEWED = "renewed"
CANCELLED = "cancelled"

STATES = (QUOTATION, QUOTATION_SENT, IN_PROGRESS, PAUSED, CHURNED, RENEWED, CANCELLED)

# States in which an order may still be edited and accepted, and those in which it serves the customer.
OFFERED = frozenset({QUOTATION, QUOTATION_SENT})
SERVING = frozenset({IN_PROGRESS, PAUSED})
ENDED = frozenset({CHURNED, RENEWED, CANCELLED})

# move: (the states it may start from, the state it leads to)
MOVES: Mapping[str, tuple[frozenset[str], str]] = {
    "send": (frozenset({QUOTATION, QUOTATION_SENT}), QUOTATION_SENT),
    "confirm": (OFFERED, IN_PROGRESS),
    "cancel": (OFFERED, CANCELLED),
    "back_to_quotation": (frozenset({CANCELLED}), QUOTATION),
    "close": (SERVING, CHURNED),
    "reopen": (frozenset({CHURNED}), IN_PROGRESS),
    "pause": (frozenset({IN_PROGRESS}), PAUSED),
    "resume": (frozenset({PAUSED}), IN_PROGRESS),
}


def sources(move: str) -> frozenset[str]:
    """Return the states from which `move` may start."""
    return MOVES[move][0]


def target(move: str) -> str:
    """Return the state that `move` leads to."""
    return MOVES[move][1]


def allows(move: str, state: str) -> bool:
    """Return whether an order in `state` can make `move`."""
    return state in sources(move)
