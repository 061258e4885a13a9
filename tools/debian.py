"""Install the Debian packages that the tests need and this machine lacks.

``python -m tools.debian`` looks for the programs themselves, so one that came some other way counts as there.
"""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

#: Package, what shows that it is there, and why the tests need it.
NEEDED: dict[str, tuple[Callable[[], bool], str]] = {
    "postgresql": (
        lambda: any(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or bool(shutil.which("initdb")),
        "every database test runs on PostgreSQL too",
    ),
    "chromium": (
        lambda: Path("/usr/bin/chromium").exists(),
        "the journeys run in a real browser",
    ),
    "chromium-driver": (
        lambda: Path("/usr/bin/chromedriver").exists(),
        "the browser's driver goes with it, for journeys driven by other tools",
    ),
    "fonts-liberation": (
        lambda: any(Path("/usr/share/fonts").rglob("Liberation*")),
        "pages are measured with a real font",
    ),
    "libpangoft2-1.0-0": (
        lambda: bool(ctypes.util.find_library("pangoft2-1.0")),
        "PDF files are set with Pango",
    ),
    "libharfbuzz-subset0": (
        lambda: bool(ctypes.util.find_library("harfbuzz-subset")),
        "PDF files carry only the letters that they use",
    ),
}


def missing() -> list[str]:
    """Names of the packages that are not there."""
    return [name for name, (there, _) in NEEDED.items() if not there()]


def install(packages: list[str]) -> None:
    """Install packages with apt-get, as root or through sudo.

    Raises:
        SystemExit: neither is possible, or apt-get failed; the message says what to install by hand.
    """
    by_hand = f"apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise SystemExit(f"This is not Debian. Install what these packages hold, then try again: {by_hand}")
    if os.geteuid() == 0:
        become = []
    elif shutil.which("sudo"):
        become = ["sudo"]
    else:
        raise SystemExit(f"The tests need more packages, and there is no sudo. As root: {by_hand}")
    # sudo drops the environment, so env sets it on the far side.
    apt = [*become, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    options = ["-o", "Dpkg::Use-Pty=0", "--no-install-recommends", "-y"]
    subprocess.run([*apt, "update"], check=False)
    done = subprocess.run([*apt, *options, "install", *packages], stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise SystemExit(f"apt-get could not install everything. As root: {by_hand}")


def main() -> None:
    packages = missing()
    if not packages:
        return
    for name in packages:
        print(f"Installing {name}: {NEEDED[name][1]}", flush=True)
    install(packages)
    still = missing()
    if still:
        raise SystemExit(f"Installed, but not found where expected: {', '.join(still)}")


if __name__ == "__main__":
    sys.exit(main())
