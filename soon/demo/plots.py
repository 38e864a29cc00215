"""What becomes of each order of the demo, decided before it is told."""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from soon.models import Customer, User

# What becomes of an order.
DRAFTED, OFFERED, CANCELLED = "drafted", "offered", "cancelled"
RUNNING, CHURNED, PAUSED, RENEWED = "running", "churned", "paused", "renewed"

# How a customer pays.
PUNCTUAL, LATE, IN_PARTS, FORGETFUL, NEVER = "punctual", "late", "in_parts", "forgetful", "never"


@dataclass
class Plot:
    """One order: what it sells, when it is created, and its fate. Quantities by product code."""

    customer: Customer
    salesperson: User
    plan: str
    products: dict[str, int]
    created_on: datetime.date
    fate: str
    payer: str = PUNCTUAL
    # How long after confirmation it is closed or paused.
    days_served: int = 0
    currency: str = "VND"
    discount: Decimal = Decimal(0)
    # Given reasons; drawn when empty.
    closed_by: str = ""
    reason: str = ""
    talks: bool = False
    skips_latest_invoice: bool = False
    seed: int = 0


# (plan, weight): what customers choose, and how many orders of it a business of this size has.
PLAN_WEIGHTS = {"weekly": 6, "monthly": 34, "first": 8, "quarterly": 26, "half": 9, "yearly": 22}
# Products that are bought together: (recurring, once, the plans it is sold on).
BUNDLES: tuple[tuple[dict[str, int], dict[str, int], tuple[str, ...]], ...] = (
    ({"NET-100": 1}, {"SETUP-NET": 1}, ("monthly", "first", "quarterly", "yearly")),
    ({"NET-300": 1}, {"SETUP-NET": 1, "ROUTER": 1}, ("monthly", "first", "quarterly", "half", "yearly")),
    ({"NET-300": 1, "PBX": 6}, {"SETUP-NET": 1}, ("monthly", "first", "quarterly")),
    ({"NET-1000": 1, "SUP": 1}, {"SETUP-NET": 1}, ("first", "quarterly", "yearly")),
    ({"VPS-S": 1}, {}, ("monthly", "half", "yearly")),
    ({"VPS-M": 2, "BK-100": 2}, {"SETUP-VPS": 1}, ("monthly", "first", "quarterly", "yearly")),
    ({"VPS-L": 1, "BK-100": 3, "SUP": 1}, {"SETUP-VPS": 1, "MOVE": 1}, ("monthly", "quarterly", "yearly")),
    ({"MAIL": 10}, {"MOVE": 1}, ("monthly", "yearly")),
    ({"MAIL": 25, "WEB": 1}, {}, ("quarterly", "half", "yearly")),
    ({"WEB": 1}, {}, ("half", "yearly", "yearly")),
    ({"ACC": 3}, {"TRAIN": 1}, ("monthly", "quarterly", "yearly")),
    ({"CAM": 4}, {}, ("monthly", "first")),
    ({"DESK": 2}, {}, ("weekly", "monthly")),
    ({"DESK": 1}, {}, ("weekly", "monthly")),
    ({"ROOM-4": 1, "NET-300": 1}, {}, ("monthly", "first", "quarterly")),
    ({"VOFF": 1}, {}, ("monthly", "half", "yearly")),
    ({"CLEAN": 1}, {}, ("weekly", "monthly")),
    ({"CAFE": 1}, {}, ("weekly", "weekly", "monthly")),
)
FATES = {DRAFTED: 12, OFFERED: 20, CANCELLED: 14, RUNNING: 178, CHURNED: 62, PAUSED: 5, RENEWED: 4}
PAYERS = {PUNCTUAL: 72, LATE: 14, IN_PARTS: 9, FORGETFUL: 5}


def invent(random: Random, customers: list[Customer], sellers: list[User], days: int, today: datetime.date) -> list[Plot]:
    """Return the plots of all orders of the last `days` before `today`, those of the first customer first."""
    plots = _of_the_first_customer(customers[0], sellers[0], today)
    fates = [fate for fate, count in FATES.items() for _ in range(count)]
    random.shuffle(fates)
    for index, fate in enumerate(fates):
        # Everybody buys once before anybody buys again.
        customer = customers[1 + index % (len(customers) - 1)] if index < 199 else random.choice(customers[1:])
        plots.append(_any(random, customer, customer.salesperson or sellers[0], fate, days, today))
    for seed, plot in enumerate(plots):
        plot.seed = seed
    return plots


def _of_the_first_customer(customer: Customer, seller: User, today: datetime.date) -> list[Plot]:
    """Return one order of each sort that a customer can meet in the portal."""

    def ago(days: int) -> datetime.date:
        return today - datetime.timedelta(days=days)

    return [
        Plot(
            customer, seller, "monthly", {"NET-300": 1, "MAIL": 5, "ROUTER": 1, "SETUP-NET": 1}, ago(320), RUNNING, talks=True
        ),
        Plot(customer, seller, "yearly", {"VPS-M": 1, "BK-100": 2}, ago(230), RUNNING),
        Plot(
            customer,
            seller,
            "monthly",
            {"PBX": 8},
            ago(420),
            CHURNED,
            days_served=250,
            closed_by="customer",
            reason="I don't really use it",
        ),
        Plot(customer, seller, "quarterly", {"CAM": 6, "SUP": 1}, ago(4), OFFERED, talks=True),
    ]


def _any(random: Random, customer: Customer, seller: User, fate: str, days: int, today: datetime.date) -> Plot:
    recurring, once, plans = random.choice(BUNDLES)
    plan = random.choices(plans, [PLAN_WEIGHTS[key] for key in plans])[0]
    age = _age(random, fate, plan, days)
    plot = Plot(
        customer=customer,
        salesperson=seller,
        plan=plan,
        products=_scaled(random, recurring) | (once if random.random() < 0.8 else {}),
        created_on=today - datetime.timedelta(days=age),
        fate=fate,
        payer=random.choices(list(PAYERS), list(PAYERS.values()))[0],
        days_served=_days_served(random, fate, age),
        currency=customer.currency,
        discount=Decimal(random.choices((0, 5, 10, 15), (80, 8, 9, 3))[0]),
        talks=random.random() < 0.35,
        skips_latest_invoice=random.random() < 0.05,
    )
    if fate == CHURNED and plan != "yearly" and random.random() < 0.08:
        plot.payer, plot.closed_by, plot.reason = NEVER, "system", "Unpaid for too long"
        plot.days_served = min(plot.days_served, 75)
    return plot


def _age(random: Random, fate: str, plan: str, days: int) -> int:
    """Return how many days ago the order was created; the business has been growing."""
    if fate in (DRAFTED, OFFERED):
        return random.randrange(1, 28)
    if fate == RENEWED:
        return days - random.randrange(5, 60)
    if plan == "weekly":
        return random.randrange(15, 170)
    youngest = 60 if fate == CHURNED else 12
    return youngest + int((days - youngest) * (1 - random.random() ** 0.6))


def _days_served(random: Random, fate: str, age: int) -> int:
    if fate == RENEWED:
        return 360
    # Ten days for the quotation; it ended at least yesterday.
    longest = max(age - 12, 8)
    return random.randrange(7, longest) if longest > 7 else 7


def _scaled(random: Random, recurring: dict[str, int]) -> dict[str, int]:
    factor = random.choices((1, 2, 3), (75, 18, 7))[0]
    return {code: quantity * factor for code, quantity in recurring.items()}
