"""The import contracts in pyproject.toml hold, and catch what they should: shown on a copy with planted faults."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house_rules.source import ROOT

LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def contracts(folder: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts on the program in `folder`."""
    command = [LINT_IMPORTS, "--no-cache", "--config", ROOT / "pyproject.toml"]
    return subprocess.run(command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, text=True)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the program's Python files."""
    ignored = shutil.ignore_patterns("__pycache__", "static", "templates", "locale")
    shutil.copytree(ROOT / "soon", tmp_path / "soon", ignore=ignored)
    return tmp_path


def test_the_contracts_hold(copy):
    done = contracts(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("domain/planted.py", "import django.utils.timezone"),
        ("domain/planted.py", "import time"),
        ("models/planted.py", "import soon.operations"),
        ("portal/planted.py", "import soon.backoffice"),
        ("operations/planted.py", "import soon.templatetags"),
        ("attic/__init__.py", ""),
    ],
    ids=["domain-django", "domain-clock", "upwards", "door-to-door", "verb-to-page", "folder-without-floor"],
)
def test_a_planted_import_is_found(copy, file, line):
    planted = copy / "soon" / file
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(line)
    assert contracts(copy).returncode == 1, file
