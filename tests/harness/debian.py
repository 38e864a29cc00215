"""Fetch a program that the tests need from Debian, when we may (root, apt-get there)."""

import os
import shutil
import subprocess


def install(*packages: str) -> None:
    """Install `packages` with apt-get; do nothing when that is not possible here. The caller looks whether it helped."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {', '.join(packages)} from Debian …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        command = ["apt-get", "--quiet", "--quiet", *step]
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            # An update may fail on one stale source and the package still be had, so the install is tried anyway.
            print(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}", flush=True)
