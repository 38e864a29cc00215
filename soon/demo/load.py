"""Loading the demo company into an empty database."""

import datetime
from random import Random

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from soon.activity.actor import staff
from soon.models import Company, Customer, Letter, Order, User
from soon.operations.installation.seed import seed
from soon.operations.refusal import Refusal

from . import catalog, customers, money, people, plots, rates
from .stories import Storyteller
from .timeline import ZONE, OnProgress, Timeline

DAYS = 549  # eighteen months


class CannotLoadDemo(Refusal):
    """The database is not empty."""


def is_loaded() -> bool:
    """Return whether the database holds the demo company."""
    return Company.ours().has_demo_data


def holds_real_data() -> bool:
    """Return whether somebody already works with this database."""
    return Customer.objects.exists() or Order.objects.exists() or User.objects.exists()


@transaction.atomic
def load_demo(today: datetime.date, *, on_progress: OnProgress, days: int = DAYS) -> None:
    """Store the demo company with its history of the `days` before the local date `today`; the same day gives the same.

    Raises CannotLoadDemo for a database that holds anything; then nothing is written.
    """
    if is_loaded():
        raise CannotLoadDemo(_("The demo company is already loaded."))
    if holds_real_data():
        raise CannotLoadDemo(_("This database holds data of its own. Load the demo company into an empty one."))
    seed()
    first = today - datetime.timedelta(days=days)
    opened_at = datetime.datetime.combine(first, datetime.time(8), ZONE)
    random = Random(20)  # noqa: S311 - a made-up history, nothing to guess
    team = people.hire(opened_at)
    sold = catalog.stock()
    rates.note(first, today)
    buyers = customers.meet(random, people.sellers(team), opened_at)
    people.open_account(buyers[0], opened_at)
    timeline = Timeline(first, today)
    teller = Storyteller(timeline, sold, team["accountant@example.com"])
    for plot in plots.invent(random, buyers, people.sellers(team), days, today):
        teller.tell(plot)
    money.plan_drafts(timeline, sold, buyers, staff(team["accountant@example.com"]))
    timeline.happen(on_progress)
    _mark_letters_sent()


def _mark_letters_sent() -> None:
    """Say of all letters that they went out when they were written: nobody is to be mailed about a made-up past."""
    Letter.objects.filter(sent_at=None).update(sent_at=F("created_at"), attempts=1)
