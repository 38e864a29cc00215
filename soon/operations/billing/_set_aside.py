"""Setting an order aside: it leaves the run, with its error, until somebody retries it. It never stops the others."""

import datetime

from django.db.models import F

from soon.activity.actor import system
from soon.activity.record import record
from soon.models import Order, SetAside
from soon.queries.set_aside import fact_of

LONGEST_ERROR = 1000


def set_aside(order: int, error: Exception, *, run: int | None, at: datetime.datetime) -> SetAside:
    """Put the order with this key on the work list; one that is there already counts one more attempt."""
    words = error_words(error)
    again = SetAside.objects.open().filter(order=order)
    if again.update(error=words, attempts=F("attempts") + 1, run=run):
        return again.get()
    found = Order.objects.select_related("customer").get(pk=order)
    made = SetAside.objects.create(
        order=found,
        customer=found.customer,
        run_id=run,
        due_on=found.next_invoice_on or at.date(),
        error=words,
        set_aside_at=at,
        owner_id=found.salesperson_id,
    )
    record("set_aside", customer=found.customer, order=found, actor=system(), at=at, facts={"error": fact_of(words)})
    return made


def error_words(error: Exception) -> str:
    """Return the kind of `error` and its first line: "TooManyDocuments: more than …"."""
    first_line = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first_line}"[:LONGEST_ERROR]
