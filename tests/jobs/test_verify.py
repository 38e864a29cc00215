"""The verification of every night: once after three o'clock, however many workers look, and left alone when they must go."""

import datetime

import pytest
from django.utils import timezone

from soon.jobs.verify import verify
from soon.models import Company, Verification
from soon.operations.billing.run import Stop
from soon.operations.verification.verify_nightly import verify_nightly
from tests.builders import a_verification, an_invoice, an_order
from tests.races.at_once import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    """A company whose day begins in Hanoi."""
    return Company.objects.create(pk=1, name="Sen Việt")


def test_once_a_night(company, clock):
    clock(2026, 3, 16, 2, 59)
    a_verification(started_at=timezone.now(), finished_at=timezone.now())
    clock(2026, 3, 16, 3, 0)
    assert verify_nightly(clock=timezone.now).found == 0
    clock(2026, 3, 17, 2, 55)
    assert verify_nightly(clock=timezone.now) is None
    clock(2026, 3, 17, 3, 5)
    assert verify_nightly(clock=timezone.now).finished_at == timezone.now()
    assert Verification.objects.count() == 3


def test_a_check_by_hand_in_the_morning_counts(company, clock):
    now = clock(2026, 3, 16, 9)
    a_verification(started_at=now - datetime.timedelta(hours=1), finished_at=now)
    assert verify_nightly(clock=timezone.now) is None


def test_one_that_was_stopped_is_tried_again_after_an_hour(company, clock):
    now = clock(2026, 3, 16, 3, 30)
    a_verification(started_at=now, finished_at=None)
    clock(2026, 3, 16, 4, 30)
    assert verify_nightly(clock=timezone.now) is None
    clock(2026, 3, 16, 4, 31)
    assert verify_nightly(clock=timezone.now)


def test_before_there_is_a_company_there_is_nothing_to_check():
    assert verify_nightly(clock=timezone.now) is None


def test_a_worker_that_must_go_does_not_wait_for_the_end(company):
    an_invoice(an_order())
    verify(Stop(is_wanted=True))
    assert Verification.objects.get().finished_at is None
    verify(Stop())
    assert Verification.objects.count() == 1, "another one is on its way, for all we know"


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one(company):
    results = at_once(*[lambda: verify_nightly(clock=timezone.now)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Verification"]
    assert Verification.objects.count() == 1
