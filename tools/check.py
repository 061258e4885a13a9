"""Every check that needs no test: ``python -m tools.check``. It changes nothing and reports every fault."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS: dict[str, list[str]] = {
    "layout of the code": ["ruff", "format", "--check", "--quiet", "."],
    "faults in the code": ["ruff", "check", "--quiet", "."],
    "types": ["mypy"],
    "imports run one way": ["lint-imports", "--no-cache", "--no-logo"],
    "faults in templates": ["djlint", "oversight", "--lint", "--quiet"],
    "migrations match the models": [
        "django-admin",
        "makemigrations",
        "--check",
        "--dry-run",
        "--pythonpath",
        ".",
    ],
    "drawings of states match the rules": ["python", "-m", "tools.states", "check"],
    "drawings of pages match the rules": ["python", "-m", "tools.drawings", "check"],
    "paragraphs match the arrangements": ["python", "-m", "tools.paragraphs", "check"],
    "locks match their sources": ["python", "-m", "tools.locks", "check"],
}


def run(command: list[str]) -> tuple[int, str, float]:
    began = time.monotonic()
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        env=environment | {"DJANGO_SETTINGS_MODULE": "config.settings.test"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, time.monotonic() - began


def main() -> int:
    faulty = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, (code, said, seconds) in zip(CHECKS, pool.map(run, CHECKS.values()), strict=True):
            print(f"{'FAULT' if code else 'ok':5}  {name} ({seconds:.1f} s)", flush=True)
            if code:
                faulty.append(name)
                print("".join(f"       {line}\n" for line in said.splitlines()), flush=True)
    if faulty:
        print(f"Not in order: {', '.join(faulty)}. make fix mends what a program can mend.")
    return 1 if faulty else 0


if __name__ == "__main__":
    sys.exit(main())
