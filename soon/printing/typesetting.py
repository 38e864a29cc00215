"""Turning the words and figures of a document into PDF with typst."""

import datetime
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

import typst

TEMPLATES = Path(__file__).resolve().parent.parent / "templates" / "print"
# The compiler belongs to one thread at a time.
_one_at_a_time = Lock()


@cache
def _compiler() -> typst.Compiler:
    """Return the one compiler of this process; it knows only the fonts it carries, so a page looks the same everywhere."""
    return typst.Compiler(root=str(TEMPLATES), ignore_system_fonts=True)


def typeset(template: str, data: Mapping[str, Any], *, dated: datetime.datetime) -> bytes:
    """Return `template` (a file of templates/print) filled with `data`, which is never read as markup.

    `dated` stands in the file as its date, so that the same document gives the same bytes.
    """
    with _one_at_a_time:
        pdf = _compiler().compile(
            input=str(TEMPLATES / template),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True)},
            format="pdf",
            timestamp=int(dated.timestamp()),
        )
    # Only pictures come as a list of pages.
    return cast(bytes, pdf)
