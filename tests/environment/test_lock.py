"""What a machine installs is what was tested: every dependency pinned and hashed, the same for running and for testing."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.house_rules.source import ROOT

PINNED = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", re.M)


def pinned(name: str) -> dict[str, str]:
    """Return the versions in one lock."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return {normal(package): version for package, version in PINNED.findall(text)}


def normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


@pytest.mark.parametrize(("name", "extras"), [("run", ["build"]), ("development", ["build", "test", "check"])])
def test_the_lock_answers_what_the_project_asks_for(name, extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["dependencies"] + [line for extra in extras for line in project["optional-dependencies"][extra]]
    versions = pinned(name)
    stale = [
        line for line in wanted if not Requirement(line).specifier.contains(versions.get(normal(Requirement(line).name), "0"))
    ]
    assert stale == [], "Run `make lock`."


@pytest.mark.parametrize("name", ["run", "development"])
def test_every_file_is_hashed_and_no_mirror_is_named(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z])", re.sub(r"^\s*#.*\n", "", text, flags=re.M))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert not re.search(r"index-url|find-links|file://|https?://", text)


def test_testing_and_running_have_the_same_versions():
    run, development = pinned("run"), pinned("development")
    assert {package: version for package, version in run.items() if development.get(package) != version} == {}
