"""What a reader can choose from lists of the world: countries, currencies, time zones, languages, in their own words."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import get_language

from soon.domain.banks import BANKS
from soon.domain.currencies import MINOR_DIGITS
from soon.models.customers import search_key

Choices = list[tuple[str, str]]

# What most of our readers choose comes first.
FIRST_COUNTRIES = ("VN",)
FIRST_CURRENCIES = ("VND", "USD", "EUR")
FIRST_ZONES = ("Asia/Ho_Chi_Minh",)
# Unit-of-account codes that nobody is invoiced in.
NOT_MONEY = {"CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "BOV"}


def countries() -> Choices:
    """Return (ISO 3166 code, name) in the reader's language."""
    return list(_countries(_language()))


def currencies() -> Choices:
    """Return (ISO 4217 code, code and name) in the reader's language."""
    return list(_currencies(_language()))


def languages() -> Choices:
    """Return (code, name of the language in itself)."""
    return [(code, capfirst(str(Locale(code).get_display_name(code)))) for code, _name in settings.LANGUAGES]


@cache
def banks() -> Choices:
    """Return (number that names a bank in transfers, short name), none chosen first."""
    return [("", "—"), *sorted(BANKS.items(), key=lambda bank: bank[1].casefold())]


@cache
def time_zones() -> Choices:
    """Return (IANA name, the same with spaces)."""
    zones = sorted(zone for zone in available_timezones() if _is_a_place(zone))
    return [(zone, zone.replace("_", " ")) for zone in _first(FIRST_ZONES, [*zones, "UTC"])]


def name_of_country(code: str) -> str:
    """Return the name of the country in the reader's language; the code where it has none."""
    return dict(_countries(_language())).get(code, code)


def _language() -> str:
    return (get_language() or "vi")[:2]


@cache
def _countries(language: str) -> tuple[tuple[str, str], ...]:
    names = {
        code: name
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code not in {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
    }
    codes = sorted(names, key=lambda code: search_key(names[code]))
    return tuple((code, names[code]) for code in _first(FIRST_COUNTRIES, codes))


@cache
def _currencies(language: str) -> tuple[tuple[str, str], ...]:
    names = Locale(language).currencies
    codes = sorted(code for code in MINOR_DIGITS if code not in NOT_MONEY)
    return tuple((code, f"{code} · {names[code]}" if code in names else code) for code in _first(FIRST_CURRENCIES, codes))


def _first(chosen: tuple[str, ...], all_of_them: list[str]) -> list[str]:
    return [*chosen, *(each for each in all_of_them if each not in chosen)]


def _is_a_place(zone: str) -> bool:
    return "/" in zone and not zone.startswith(
        ("Etc/", "SystemV/", "US/", "posix/", "right/", "Canada/", "Brazil/", "Mexico/", "Chile/")
    )
