"""What a row says of its customer."""

import datetime
from collections.abc import Mapping, Sequence
from functools import cache

from babel import Locale
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from soon.domain.zones import UnknownTimeZone, local_date
from soon.models import Customer

from ._wrong import Wrong, filled
from .mapping import Source

# SQLite would store longer texts without a word.
LONGEST = {field.name: getattr(field, "max_length", None) or 0 for field in Customer._meta.fields}
NEEDED = ("external_id", "name")
# Of a country, which is stored by its code.
LONGEST_NAME = 100


def customer_of(sources: Mapping[str, Source], cells: Mapping[str, str], needed: Sequence[str] = NEEDED) -> dict[str, str]:
    """Return the fields of the customer that the row fills. Raises Wrong for the first that is not right."""
    found = {}
    for name, source in sources.items():
        text = source.text_in(cells)
        if text or name in needed:
            text = filled(source, cells, LONGEST_NAME if name == "country" else LONGEST[name])
            found[name] = _countries().get(text.casefold(), text) if name == "country" else text
            _check(name, source, found[name])
    return found


def _check(name: str, source: Source, text: str) -> None:
    """Raise Wrong for a field that has a form and does not keep it."""
    if name == "email":
        keeps_form, code = _is_email(text), "not_an_email"
    elif name == "country":
        keeps_form = len(text) == 2 and text.isascii() and text.isalpha() and text.isupper()
        code = "not_a_country"
    elif name == "language":
        keeps_form = text in dict(settings.LANGUAGES)
        code = "not_a_language"
    elif name == "time_zone":
        keeps_form = _is_zone(text)
        code = "not_a_zone"
    else:
        return
    if not keeps_form:
        raise Wrong(source, code, text=text[:50])


@cache
def _countries() -> dict[str, str]:
    """Return the codes of all countries by their names in the languages we speak, and by themselves."""
    names: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        territories = {str(code): str(name) for code, name in Locale(language).territories.items() if len(str(code)) == 2}
        names |= {code.casefold(): code for code in territories}
        names |= {name.casefold(): code for code, name in territories.items()}
    return names


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _is_zone(text: str) -> bool:
    try:
        local_date(datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC), text)
    except UnknownTimeZone:
        return False
    return True
