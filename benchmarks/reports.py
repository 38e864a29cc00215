"""Time the reports on whatever database the environment names, filled by `soon demo --orders N --today 2026-03-31`.

Asked for inside one process, through all middleware, each over the 24 months of the data; prints JSON as pages.py does.
"""

import json
import os
import time
from functools import partial

from benchmarks.pages import milliseconds

MONTHS = "from=2024-04&to=2026-03"
REPORTS = (
    ("report on revenue", f"/reports/revenue/?{MONTHS}"),
    ("report on revenue by product", f"/reports/revenue/?{MONTHS}&by=product"),
    ("report on revenue by customer", f"/reports/revenue/?{MONTHS}&by=customer"),
    ("report on revenue by customer, by change", f"/reports/revenue/?{MONTHS}&by=customer&order=change"),
    ("list of movements, first page with totals", f"/reports/movements/?{MONTHS}"),
    ("retention with cohorts by month", f"/reports/retention/?{MONTHS}"),
    ("retention with cohorts by month, by revenue", f"/reports/retention/?{MONTHS}&show=revenue"),
    ("list behind the first year of cohorts", "/orders/?cohort=2024-01-01,2025-01-01,2026-03-31"),
    ("report on churn", f"/reports/churn/?{MONTHS}"),
    ("dashboard", f"/reports/dashboard/?{MONTHS}"),
)


def main() -> None:
    """Print the figures."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soon.config.settings")
    import django

    django.setup()
    from django.test import Client

    from soon.jobs.sweeps import look_ahead
    from soon.models import User
    from soon.operations.billing.run import Stop

    client = Client()
    client.force_login(User.objects.get(email="manager@example.com"))

    def get(path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)

    begun = time.perf_counter()
    look_ahead(Stop())
    counted = ("what is booked for a year, counted by the worker", f"{time.perf_counter() - begun:.1f} s")
    found = [(name, milliseconds(partial(get, path), times=30)) for name, path in REPORTS]
    print(json.dumps([counted, *found]))


if __name__ == "__main__":
    main()
