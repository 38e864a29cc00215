"""Time the pages that matter on whatever database the environment names, filled by `soon demo --orders N` and billed once.

Asked for inside one process, through all middleware; prints JSON: [[name, "median ms · p95 ms"], …].
"""

import datetime
import json
import os
import statistics
import time
from collections.abc import Callable

REQUESTS = 60
# Of pages that add up much.
FEWER = 20


def milliseconds(ask: Callable[[], object], times: int = REQUESTS) -> str:
    """Return median and 95th percentile of `times` calls."""
    ask()
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - begun))
    return f"p95 {statistics.quantiles(taken, n=20)[18]:.1f} ms, median {statistics.median(taken):.1f} ms"


def main() -> None:
    """Print the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soon.config.settings")
    import django

    django.setup()
    import time_machine
    from django.test import Client

    from soon.models import CloseReason, Customer, Order, Plan, User

    staff, customer = Client(), Client()
    manager = User.objects.get(email="manager@example.com")
    buyer = User.objects.get(email="customer@example.com")
    customer.force_login(buyer)
    own = Order.objects.filter(customer=buyer.customer).latest("pk").number
    running = list(Order.objects.filter(state="in_progress").order_by("-pk").values_list("number", flat=True)[: 4 * REQUESTS])
    name = Customer.objects.filter(is_company=True).latest("pk").name.rsplit(" ", 1)[1]
    reason = CloseReason.objects.for_staff()[0].name_vi
    plan = Plan.objects.get(name_en="Monthly").pk

    def get(client: Client, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    def close_next() -> None:
        answer = staff.post(f"/orders/{running.pop()}/closure/", {"reason": reason})
        assert answer.status_code == 302, answer.status_code

    # On the day on which all were billed: a month was paid for, of which a part is given back.
    billed_on = datetime.datetime(2026, 3, 31, 5, tzinfo=datetime.UTC)
    with time_machine.travel(billed_on):
        staff.force_login(manager)
        closing = milliseconds(close_next)
    # A session of then is over by now.
    staff.force_login(manager)

    found = [
        ("order list, first page with totals and pager", milliseconds(lambda: get(staff, "/orders/"))),
        ("order list, search by customer", milliseconds(lambda: get(staff, f"/orders/?q={name}"))),
        ("order list, state + plan", milliseconds(lambda: get(staff, f"/orders/?filter=in_progress&plan={plan}"))),
        ("order page", milliseconds(lambda: get(staff, f"/orders/{running[0]}/"))),
        ("portal page", milliseconds(lambda: get(customer, f"/portal/orders/{own}/"))),
        ("closing by POST", closing),
        ("the same of one that was not billed for months", milliseconds(close_next)),
        ("rates of retention and cohorts, 12 months", milliseconds(lambda: get(staff, "/reports/retention/"), FEWER)),
        ("the same, 24 months", milliseconds(lambda: get(staff, "/reports/retention/?period=last_24"), FEWER)),
    ]
    print(json.dumps(found))


if __name__ == "__main__":
    main()
