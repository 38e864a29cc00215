"""Write requirements/run.txt and requirements/development.txt from pyproject.toml: every version pinned, every file hashed.

Development is resolved first and constrains run, so that one virtual environment can hold both.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
COMPILE = [
    *(sys.executable, "-m", "uv", "--quiet", "pip", "compile", "pyproject.toml"),
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    # Extras stay in the names: otherwise pip finds no pin for "coverage[toml]" as soon as a newer coverage is out.
    "--no-strip-extras",
    # The address of somebody's mirror is no part of a lock.
    *("--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock"),
]


def lock(name: str, *options: str) -> None:
    """Resolve again from nothing: an old lock must not hold versions back."""
    target = HERE / f"{name}.txt"
    target.unlink(missing_ok=True)
    subprocess.run([*COMPILE, "--extra", "build", *options, "--output-file", target], check=True, cwd=HERE.parent)
    print(f"{target.relative_to(HERE.parent)}: {target.read_text().count('==')} packages")


if __name__ == "__main__":
    lock("development", "--extra", "test", "--extra", "check")
    lock("run", "--constraints", "requirements/development.txt")
