"""The 200 customers of the demo company: Vietnamese and foreign, companies and people."""

import datetime
import re
from random import Random

from soon.models import Customer, User, search_key

from . import names

COMPANIES = 118
PEOPLE = 52


def meet(random: Random, sellers: list[User], since: datetime.datetime) -> list[Customer]:
    """Store all customers, the one with the demo's account first; their salespeople are drawn by `random`."""
    found = [_first()]
    found += [_company(random, index) for index in range(1, COMPANIES)]
    found += [_person(random) for _ in range(PEOPLE)]
    found += [_foreigner(random, *row) for row in names.FOREIGNERS]
    taken: set[str] = set()
    for index, customer in enumerate(found):
        customer.email = _free(customer.email, taken)
        customer.phone = customer.phone or f"0199 {random.randrange(100, 1000)} {random.randrange(1000, 10000)}"
        # The one with a log-in sells most, so that there is something to look at.
        customer.salesperson = sellers[0] if index == 0 or random.random() < 0.25 else random.choice(sellers)
        customer.created_at = since + datetime.timedelta(minutes=7 * index)
        customer.refresh_search_key()
    return Customer.objects.bulk_create(found)


def _first() -> Customer:
    return Customer(
        name="Công ty TNHH Thương mại Hoa Sen Xanh",
        is_company=True,
        contact_name="Trần Thị Mai An",
        email="customer@example.com",
        phone="0199 555 0101",
        street="27 Phan Châu Trinh",
        city="Đà Nẵng",
        postcode="50000",
        tax_number="0402345671",
    )


def _company(random: Random, index: int) -> Customer:
    # Walking both lists at once meets every pair of trade and brand once.
    words, mail = names.TRADES[index % len(names.TRADES)]
    brand = names.BRANDS[(index + index // len(names.BRANDS) + index // 60) % len(names.BRANDS)]
    return Customer(
        name=f"{words} {brand}",
        is_company=True,
        contact_name=_name(random),
        email=f"lienhe@{_slug(brand)}-{mail}.example.com",
        tax_number=_tax_number(random),
        **_address(random),
    )


def _person(random: Random) -> Customer:
    name = _name(random)
    return Customer(name=name, email=f"{_slug(name, '.')}@example.com", **_address(random))


def _foreigner(random: Random, name: str, is_company: bool, country: str) -> Customer:
    local_office = random.random() < 0.6
    away = {"street": f"PO Box {random.randrange(100, 9999)}", "city": names.FOREIGN_CITIES[country]}
    where = _address(random) if local_office else away
    phone = {"US": "+1 202 555 01{:02d}", "GB": "+44 20 7946 0{:03d}"}.get(country, "") if not local_office else ""
    return Customer(
        name=name,
        is_company=is_company,
        email=f"office@{_slug(name)}.example.com" if is_company else f"{_slug(name, '.')}@example.com",
        phone=phone.format(random.randrange(100)) if phone else "",
        country="VN" if local_office else country,
        language="en",
        currency="USD" if random.random() < 0.7 else "VND",
        **where,
    )


def _name(random: Random) -> str:
    middles, givens = random.choice([(names.MIDDLE_F, names.GIVEN_F), (names.MIDDLE_M, names.GIVEN_M)])
    return f"{random.choice(names.FAMILIES)} {random.choice(middles)} {random.choice(givens)}"


def _address(random: Random) -> dict[str, str]:
    city = random.choices(list(names.CITIES), names.CITY_WEIGHTS)[0]
    return {
        "street": f"{random.randrange(2, 420)} {random.choice(names.STREETS)}",
        "city": city,
        "postcode": names.CITIES[city],
    }


def _tax_number(random: Random) -> str:
    """Return ten digits that look like a Vietnamese tax number but fail its check digit, so that it is nobody's."""
    digits = [0, 4, 0, *(random.randrange(10) for _ in range(6))]
    weighted = sum(digit * weight for digit, weight in zip(digits, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=True))
    wrong = (10 - weighted % 11 + 3) % 10
    return "".join(map(str, [*digits, wrong]))


def _slug(name: str, joint: str = "") -> str:
    return joint.join(re.findall(r"[a-z0-9]+", search_key(name)))


def _free(email: str, taken: set[str]) -> str:
    """Return `email`, with a number where another customer already has it."""
    local, domain = email.split("@")
    number, found = 1, email
    while found in taken:
        number += 1
        found = f"{local}{number}@{domain}"
    taken.add(found)
    return found
