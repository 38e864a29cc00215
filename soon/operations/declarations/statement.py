"""What somebody declares on a public page: the values that `receive` takes."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from soon.models import Declaration


@dataclass(frozen=True)
class Statement:
    """A declaration as typed. `wanted_on` is the last local day of service that is wanted, None the earliest possible.

    `form_key` is the same for repeats of one form with the same words; `shown` are the words and version of the page.
    """

    name: str
    email: str
    reference: str
    form_key: str
    kind: str = Declaration.Kind.ORDINARY
    cause: str = ""
    wanted_on: datetime.date | None = None
    language: str = "vi"
    shown: Mapping[str, Any] = field(default_factory=dict)
