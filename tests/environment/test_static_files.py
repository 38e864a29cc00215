"""The static files of a release: every file that a style sheet names is there, each under a name made from its content."""

import json
import os
import subprocess
import sys

from tests.house_rules.source import ROOT


def test_static_files_are_collected_and_complete(tmp_path):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "soon.config.settings",
        "SOON_DATA_DIR": str(tmp_path),
        "DATABASE_URL": "sqlite:///:memory:",
    }
    command = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    assert [name for name, hashed in manifest.items() if not (tmp_path / "static" / hashed).exists()] == []
