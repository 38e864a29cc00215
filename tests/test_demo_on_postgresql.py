"""PostgreSQL takes the demo company as well: one of two months, because a longer history tells nothing more about it."""

import datetime

import pytest
from django.db import connection

from soon.activity.actor import system
from soon.demo.load import load_demo
from soon.models import Closure, Invoice, Order, Payment
from soon.operations.verification.verify import verify

TODAY = datetime.date(2026, 11, 23)

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.only_on("postgresql")]


def test_it_is_loaded_and_contradicts_nothing():
    load_demo(TODAY, on_progress=lambda done, total: None, days=60)
    connection.check_constraints()
    assert Order.objects.count() > 250 and Invoice.objects.count() > 300 and Payment.objects.count() > 200
    assert Order.objects.filter(state="churned").count() == Closure.objects.in_effect().count() > 20
    at = datetime.datetime.combine(TODAY, datetime.time(5), datetime.UTC)
    result = verify(actor=system(), clock=lambda: at)
    assert result.found == 0, result.findings
