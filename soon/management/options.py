"""Options that several commands read alike."""

import argparse
import datetime

from django.utils.translation import gettext as _


def day(text: str) -> datetime.date:
    """Return the day written as 2026-11-23; raise ArgumentTypeError for anything else."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("Write the day as 2026-11-23, not “%(text)s”.") % {"text": text}) from None
