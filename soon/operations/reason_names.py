"""What holds for close reasons together: no two current ones read the same, customers always have one, used ones stay."""

from collections.abc import Sequence

from soon.models import BulkClosing, CloseReason, Closure


def lock_reasons() -> None:
    """Let nobody else change close reasons until this transaction ends; call it first.

    Names, order and the last reason of customers are questions about all of them: two people at once would both get a yes.
    """
    # Without the key: closings that give one of the reasons need not wait.
    list(CloseReason.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def name_is_taken(name_vi: str, name_en: str, *, apart_from: CloseReason | None = None) -> bool:
    """Return whether another current reason has one of these names in its language, whatever the case."""
    others = CloseReason.objects.current()
    if apart_from is not None:
        others = others.exclude(pk=apart_from.pk)
    # Compared here, because SQLite knows capitals only of the English alphabet.
    taken_vi, taken_en = set(), set()
    for other_vi, other_en in others.values_list("name_vi", "name_en"):
        taken_vi.add(other_vi.casefold())
        taken_en.add(other_en.casefold())
    return name_vi.casefold() in taken_vi or (bool(name_en) and name_en.casefold() in taken_en)


def is_last_for_customers(reason: CloseReason) -> bool:
    """Return whether customers would have no reason left to choose without `reason`."""
    for_customers = CloseReason.objects.for_customers()
    return for_customers.filter(pk=reason.pk).exists() and not for_customers.exclude(pk=reason.pk).exists()


def is_used(reason: CloseReason) -> bool:
    """Return whether it was given, noted by staff beside what was said, or asked for in a closing of many."""
    noted = Closure.objects.filter(staff_reason=reason)
    # Its rows may all be refused, or still wait: then no closure has the reason, and yet it stands there.
    asked_for = BulkClosing.objects.filter(reason=reason)
    return reason.closures.exists() or noted.exists() or asked_for.exists()


def put_in_order(reasons: Sequence[CloseReason]) -> None:
    """Let the reasons stand in the order given."""
    for position, reason in enumerate(reasons, start=1):
        reason.position = position * 10
    CloseReason.objects.bulk_update(reasons, ["position"])
