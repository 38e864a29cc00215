"""Close every subscription of the database that the environment names, in one closing of many; print how many a second.

Filled by `soon demo --orders N` and billed once, so that each has an unpaid invoice, and closing it gives days back.
"""

import datetime
import json
import os
import time


def main() -> None:
    """Print the figures as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soon.config.settings")
    import django

    django.setup()
    from django.db.models import Max

    from soon.activity.actor import staff
    from soon.models import BulkClosing, Invoice, Order, User
    from soon.operations.bulk_closings.begin import MOST, begin
    from soon.operations.bulk_closings.carry_on import carry_on

    manager = User.objects.get(email="manager@example.com")
    keys = list(Order.objects.filter(state="in_progress").order_by("pk").values_list("pk", flat=True)[:MOST])
    # The day on which it was billed: on a later one every closing would invoice the months between.
    day = Invoice.objects.aggregate(last=Max("issued_on"))["last"]
    at = datetime.datetime.combine(day, datetime.time(5), datetime.UTC)
    begun = time.perf_counter()
    closing = begin(keys, actor=staff(manager), at=at, own_words="Ngừng cung cấp dịch vụ")
    while carry_on(closing, at=at):
        pass
    seconds = time.perf_counter() - begun
    closing = BulkClosing.objects.get(pk=closing.pk)
    closed = closing.rows.filter(outcome="closed").count()
    print(json.dumps({"orders": len(keys), "closed": closed, "seconds": seconds, "per_second": closed / seconds}))


if __name__ == "__main__":
    main()
