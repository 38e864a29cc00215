"""Kill billing runs at random instants until enough are dead, enough of them in the middle, then let one finish.

Started as a program by test_kills.py.

Prints JSON: how many were killed, how many of those between their first and their last batch, and what is there at the end.
"""

import datetime
import json
import os
import signal
import sys
import time
from random import Random

TODAY = datetime.date(2026, 3, 16)


def main(orders: int, kills: int, workers: int, seed: int) -> None:
    """Fill the empty database that the environment names with `orders` due orders, and bill them under fire."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.utils import timezone

    from soon.activity.actor import system
    from soon.demo.mass import load_mass
    from soon.operations.billing.run import run

    call_command("migrate", verbosity=0)
    load_mass(orders, TODAY, on_progress=lambda done, total: None)

    def bill() -> None:
        run(bills_until=TODAY, actor=system(), clock=timezone.now, batch_size=100)

    random, killed, halfway, due = Random(seed), 0, 0, left()
    at_first = due
    # On a machine that is busy a run may die before its first batch; then others must die in its place.
    while killed < kills or (halfway < kills // workers // 2 and killed < 3 * kills and due):
        # Children begin with connections of their own.
        connections.close_all()
        children = [in_a_child(bill) for _ in range(workers)]
        # Sooner when little is left, so that there is something to kill to the end.
        time.sleep(random.uniform(0.01, 0.02 + 0.5 * due / at_first))
        for child in children:
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
            killed += os.WIFSIGNALED(status)
        before, due = due, left()
        halfway += 0 < due < before
    remaining = due
    bill()
    print(json.dumps({"killed": killed, "halfway": halfway, "remaining": remaining, "due": left(), **what_is_there()}))


def in_a_child(work) -> int:  # type: ignore[no-untyped-def]
    """Do `work` in a process of its own; return its number."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def left() -> int:
    """Return how many orders are still due."""
    from soon.models import Order

    return Order.objects.due_on(TODAY).count()


def what_is_there() -> dict[str, int]:
    """Count invoices, distinct periods, numbers, letters, and the contradictions that `soon verify` finds."""
    from django.utils import timezone

    from soon.activity.actor import system
    from soon.models import Activity, BillingRun, Invoice, InvoiceLine, Letter, NumberSeries, SetAside
    from soon.operations.verification.verify import verify

    return {
        "invoices": Invoice.objects.count(),
        "orders_billed": Invoice.objects.values("order", "period_start").distinct().count(),
        "lines": InvoiceLine.objects.count(),
        "line_periods": InvoiceLine.objects.values("order_line", "period_start").distinct().count(),
        "last_number": NumberSeries.objects.get(code="INV", year=TODAY.year).last,
        "letters": Letter.objects.filter(kind="invoice").values("invoice").distinct().count(),
        "told": Activity.objects.filter(kind="invoice_issued").count(),
        "set_aside": SetAside.objects.count(),
        "unfinished_runs": BillingRun.objects.filter(finished_at=None).count(),
        "contradictions": verify(actor=system(), clock=timezone.now).found,
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
