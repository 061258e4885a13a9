"""The programs that the make targets stand on."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.architecture.repository import ROOT
from tools import check, debian, locks


@pytest.fixture
def elsewhere() -> Iterator[dict[str, str]]:
    """An environment in which the throw-away PostgreSQL is another one than this run may be using."""
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        # The server runs as another user than root and must be able to get in.
        Path(folder).chmod(0o711)
        environment = os.environ | {"TMPDIR": folder}
        yield environment
        subprocess.run(
            [sys.executable, "-m", "tools.postgres", "stop"], cwd=ROOT, env=environment, check=True
        )
        assert not list(Path(folder).glob("*/data-*"))


def test_two_processes_at_once_get_the_same_database(elsewhere):
    asked = [
        subprocess.Popen(
            [sys.executable, "-m", "tools.postgres", "url"],
            cwd=ROOT,
            env=elsewhere,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    addresses = {process.communicate(timeout=60)[0].strip() for process in asked}

    assert len(addresses) == 1
    with psycopg.connect(addresses.pop()) as connection:
        assert connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone() == (True,)


def test_a_command_is_run_with_the_database_and_its_exit_code_kept(elsewhere):
    program = "import os, sys; sys.exit(7 if os.environ['DATABASE_URL'].startswith('postgresql://') else 1)"
    done = subprocess.run(
        [sys.executable, "-m", "tools.postgres", "run", "--", sys.executable, "-c", program],
        cwd=ROOT,
        env=elsewhere,
        check=False,
    )

    assert done.returncode == 7


def test_every_fault_is_reported_and_not_just_the_first(monkeypatch, capsys):
    failing = ["python", "-c", "print('what is wrong'); raise SystemExit(1)"]
    monkeypatch.setattr(check, "CHECKS", {"one": failing, "two": ["python", "-c", ""], "three": failing})

    assert check.main() == 1
    told = capsys.readouterr().out
    assert told.count("FAULT") == told.count("what is wrong") == 2
    assert "Not in order: one, three." in told


def test_no_fault_is_told_by_the_exit_code(monkeypatch):
    monkeypatch.setattr(check, "CHECKS", {"one": ["python", "-c", ""]})

    assert check.main() == 0


def test_nothing_is_installed_when_nothing_is_missing(monkeypatch):
    monkeypatch.setattr(debian, "NEEDED", {"there": (lambda: True, "always")})
    monkeypatch.setattr(debian, "install", lambda packages: pytest.fail(f"installed {packages}"))

    debian.main()

    assert debian.missing() == []


def test_without_root_or_sudo_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(
        debian.shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None
    )

    with pytest.raises(SystemExit, match="As root: apt-get install chromium postgresql"):
        debian.install(["chromium", "postgresql"])


def test_a_lock_that_is_out_of_step_is_found(monkeypatch):
    def more_than_is_locked(name, into):
        if name == "base.txt":
            into.write_text(into.read_text() + "surprise==1.0\n")

    monkeypatch.setattr(locks, "compile_lock", more_than_is_locked)

    assert locks.out_of_step() == ["base.txt"]
