"""The same real file, brought by somebody through the pages of moving in: uploaded, assigned, checked, loaded by the worker.

The file stays outside the repository: in ../shared/data, or in the folder that SOON_SHARED names.
"""

import time
from collections import Counter

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models import Count, Sum
from django.test import Client
from django.urls import reverse

from soon.jobs.sweeps import load_files
from soon.models import Closure, Customer, DataImport, Movement, Order
from soon.operations.billing.run import Stop
from soon.operations.installation.seed import seed
from tests.builders import a_user
from tests.imports.test_pages import mapped, words_of
from tests.journeys.test_telco import FILE, MICRO, mrr_of
from tests.operations.test_billing_run import contradictions

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason=f"no {FILE.name}: set SOON_SHARED to the folder that holds data/{FILE.name}"),
]
CHOSEN = {"column_name": "CustomerID", "text_currency": "USD", "price_per": "month", "archive": "on"}
# Seconds for checking and loading together; it takes about 5 where nothing else is done meanwhile.
MOST_SECONDS = {"sqlite": 40, "postgresql": 20}


def test_the_whole_file_is_brought_and_its_figures_come_out():
    seed()
    browser = Client()
    browser.force_login(a_user("administrator", language="en"))
    sent = {"kind": "subscriptions", "file": SimpleUploadedFile(FILE.name, FILE.read_bytes())}
    page = browser.post(reverse("backoffice:import_new"), sent, follow=True)
    page = mapped(browser, page, **CHOSEN)
    begun = time.monotonic()
    load_files(Stop())
    made = DataImport.objects.get()
    assert (made.state, made.rows_total, made.rows_bad) == ("checked", 7043, 0), made.problems.first()
    assert (made.counts["subscriptions"], made.counts["states"]["churned"], made.counts["reasons"]) == (7043, 1869, 20)
    browser.post(reverse("backoffice:import_loading", args=[made.pk]), {"mode": "all_or_nothing"})
    load_files(Stop())
    seconds = time.monotonic() - begun
    told = words_of(browser.get(page.request["PATH_INFO"]))
    assert "Loaded 7,043 of these closed 1,869" in told
    assert_figures()
    assert not contradictions()
    assert seconds < MOST_SECONDS[connection.vendor]


def assert_figures() -> None:
    """Compare with the figures that stand beside the file."""
    assert (Customer.objects.count(), Order.objects.count()) == (7043, 7043)
    assert (Order.objects.filter(state="in_progress").count(), Order.objects.filter(state="churned").count()) == (5174, 1869)
    assert (mrr_of(state="in_progress"), mrr_of(state="churned")) == (316_985_75, 139_130_85)
    assert Movement.objects.aggregate(sum=Sum("amount_micro"))["sum"] == 316_985_75 * MICRO
    by_plan = Counter(Order.objects.filter(state="churned").values_list("plan__name_en", flat=True))
    assert by_plan == {"Month-to-month": 1655, "One year": 166, "Two year": 48}
    reasons = Closure.objects.values("reason__name_en").annotate(count=Count("pk"), lost=Sum("lost_mrr_micro"))
    counted = {row["reason__name_en"]: row["count"] for row in reasons}
    assert (len(counted), counted["Attitude of support person"], counted["Don't know"]) == (20, 192, 154)
    top = max(reasons, key=lambda row: row["lost"])
    assert (top["reason__name_en"], top["lost"]) == ("Competitor offered higher download speeds", 14_144_60 * MICRO)
