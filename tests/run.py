"""The whole suite, on SQLite and on PostgreSQL side by side, in a real Chromium: `make test`.

Whatever could not be had on this machine is named in the last line; under CI=true that is a failure.
Arguments go to pytest: `make test ARGS="tests/domain -x"`.
"""

import os
import re
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Thread

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.harness import chromium, postgresql  # noqa: E402  (found through the line above)

SPEAKING = Lock()


@dataclass
class Run:
    """One pytest on one database; its lines are shown as they come, with the database's name in front."""

    name: str
    database: str
    arguments: list[str]
    lines: list[str] = field(default_factory=list)
    code: int = -1
    process: subprocess.Popen[str] | None = None

    def start(self) -> Thread:
        thread = Thread(target=self._run, daemon=True)
        thread.start()
        return thread

    def _run(self) -> None:
        # A folder each: the two runs must not share a cache of failed tests or of examples.
        environment = os.environ | {
            "DATABASE_URL": self.database,
            "SOON_TEST_DATABASE": self.name,
            "PYTHONUNBUFFERED": "1",
        }
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-rsfE",
            "-o",
            f"cache_dir=.pytest_cache/{self.name}",
            *self.arguments,
        ]
        process = self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout
        for line in process.stdout:
            self.lines.append(line.rstrip())
            with SPEAKING:
                print(f"{self.name:>10} | {line.rstrip()}", flush=True)
        self.code = process.wait()

    def stop(self) -> None:
        """End pytest if it still runs, so that a killed `make test` leaves nothing behind."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()

    @property
    def summary(self) -> str:
        """Return pytest's own last line, without its frame."""
        return next((line.strip("= ") for line in reversed(self.lines) if re.search(r"\bin \d[\d.]*s\b", line)), "no summary")

    @property
    def skipped(self) -> int:
        match = re.search(r"(\d+) skipped", self.summary)
        return int(match[1]) if match else 0


def main(arguments: list[str]) -> int:
    """Run everything and return the exit code."""
    # A killed run must stop its PostgreSQL too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    not_run = []
    if browser := chromium.obtain():
        os.environ["SOON_CHROMIUM"] = str(browser)
    else:
        not_run.append("browser tests (no Chromium found, and none could be fetched)")
        arguments = [*arguments, "--ignore=tests/browser"]
    with ExitStack() as stack:
        runs = [Run("sqlite", "", arguments)]
        if programs := postgresql.obtain():
            runs.append(Run("postgresql", stack.enter_context(postgresql.temporary_cluster(programs)), arguments))
        else:
            not_run.append("PostgreSQL (no initdb and pg_ctl found, and none could be fetched)")
        for run in runs:
            stack.callback(run.stop)
        for thread in [run.start() for run in runs]:
            thread.join()
    not_run += [f"{run.skipped} tests skipped on {run.name}" for run in runs if run.skipped]
    return close(runs, not_run, arguments)


def close(runs: list[Run], not_run: list[str], arguments: list[str]) -> int:
    """Say how each run ended, and last what did not run; return the exit code."""
    print()
    for run in runs:
        print(f"{run.name:>10} | {run.summary}" + (f" | exit code {run.code}" if run.code else ""))
        # Whoever sees only the end must know what to mend.
        for line in run.lines if run.code else ():
            if line.startswith(("FAILED ", "ERROR ")):
                print(f"{run.name:>10} | {line}")
    failed = any(run.code for run in runs)
    in_ci = os.environ.get("CI", "").lower() in ("true", "1")
    if not_run:
        print(f"NOT RUN: {'; '.join(not_run)}" + (" — under CI=true that is a failure" if in_ci else ""))
    else:
        asked = f"what {' '.join(arguments)} asks for" if arguments else "everything"
        print(f"{'FAILED' if failed else 'Passed'}: {asked} ran on {' and '.join(run.name for run in runs)}, nothing skipped.")
    return int(failed or (in_ci and bool(not_run)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
