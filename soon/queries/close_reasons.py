"""Questions about close reasons."""

import unicodedata
from typing import Any

from django.db.models import Count, QuerySet

from soon.models import CloseReason


def with_use() -> QuerySet[CloseReason, Any]:
    """Return all reasons in their order, each with `used`: how many closures have it, undone ones too."""
    return CloseReason.objects.annotate(used=Count("closures")).order_by("position", "pk")


def reason_called(words: str) -> CloseReason | None:
    """Return the reason that is called `words` in either language, one still offered before others; None for own words."""
    named = [each for each in CloseReason.objects.all() if _plain(words) in (_plain(each.name_vi), _plain(each.name_en))]
    # A name that is no longer offered is found as well, so that the verb can say so.
    return min(named, key=lambda each: (each.archived_at is not None, each.system_code is not None), default=None)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
