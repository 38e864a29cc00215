"""What holds for close reasons together: no two current ones read the same, and customers always have one to choose."""

from soon.models import CloseReason


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
