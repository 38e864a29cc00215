"""How a file is read that nobody looks at first: only what is certain counts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from soon.domain.file_forms import FileForm
from soon.domain.written import decimal_sign_of

from ._sample import sample_of
from .recognise import recognise


def certain_form(content: bytes, *, said: Mapping[str, Any]) -> tuple[FileForm, Mapping[str, Any]]:
    """Return in which form `content` is read, and what else it looks like: parts that nobody `said` of its form, {} for none.

    Without a word text is in Unicode, numbers have a point, days stand before months. Raises CannotReadTable.
    """
    seen = recognise(content)
    encoding = seen.encoding if seen.encoding.startswith("utf") else "utf-8"
    form = replace(seen, **{"encoding": encoding, "decimal": ".", "day_first": True, **said})
    # A file of semicolons is expected to have commas in numbers; here only those count that are there.
    looks = {
        "encoding": seen.encoding,
        "decimal": decimal_sign_of(sample_of(content, replace(seen, **said)), "."),
        "day_first": seen.day_first,
    }
    return form, {name: look for name, look in looks.items() if name not in said and look != getattr(form, name)}
