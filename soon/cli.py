"""The program `soon`: our own commands and Django's."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soon.config.settings")
    execute_from_command_line(sys.argv)
