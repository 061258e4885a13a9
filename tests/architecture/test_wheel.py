"""The wheel holds everything the service needs, and runs where there is no checkout, no make and no node."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.repository import PACKAGE, ROOT, tracked

#: Searched for programs by the installed service: none of node, npm, make or git is here.
BARE_PATH = ""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the files that are in the repository."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for path in tracked():
        target = source / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    # What npm fetched is copied too, so that this test asks no registry.
    shutil.copytree(ROOT / "assets" / "node_modules", source / "assets" / "node_modules")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return next(built.glob("*.whl"))


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


def test_the_wheel_holds_every_file_of_the_package(wheel):
    wanted = {str(path.relative_to(ROOT)) for path in tracked() if path.is_relative_to(PACKAGE)}
    wanted |= {str(path.relative_to(ROOT)) for path in tracked() if path.is_relative_to(ROOT / "config")}

    assert wanted - names(wheel) == set()


def test_the_wheel_holds_what_pages_load(wheel):
    static = "oversight/web/static/oversight"
    wanted = {
        "application.css",
        "oversight.js",
        "govuk-frontend.min.js",
        "moj-frontend.min.js",
        "favicon.svg",
    }

    assert {f"{static}/{name}" for name in wanted} - names(wheel) == set()


def test_the_wheel_holds_nothing_else(wheel):
    strange = {
        name
        for name in names(wheel)
        if not name.startswith(("oversight/", "config/", "oversight-"))
        or "node_modules" in name
        or ".pyc" in name
    }

    assert strange == set()


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment: the wheel and the libraries that the base lock names, nothing for development."""
    home = tmp_path_factory.mktemp("installed")
    uv, venv = str(Path(sys.executable).with_name("uv")), str(home / "venv")
    install = [uv, "pip", "install", "--quiet", "--python", f"{venv}/bin/python"]
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, venv], check=True)
    lock = str(ROOT / "requirements" / "base.txt")
    subprocess.run([*install, "--require-hashes", "-r", lock], check=True)
    subprocess.run([*install, "--no-deps", str(wheel)], check=True)
    return home


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"LANG", "TZ", "TMPDIR"}}
    return kept | {
        "PATH": BARE_PATH,
        "HOME": str(home),
        "OVERSIGHT_VAR": str(home / "var"),
        "OVERSIGHT_DEMO": "1",
    }


def oversight(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(home / "venv" / "bin" / "oversight"), *arguments],
        cwd=home,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_installed_command_tells_what_it_can_do(installed):
    told = oversight(installed, "--help")

    assert told.returncode == 0, told.stderr
    assert "serve" in told.stdout


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def served(installed: Path) -> Iterator[str]:
    """Address of the service as ``oversight serve`` alone starts it, from nothing."""
    port = free_port()
    process = subprocess.Popen(
        [str(installed / "venv" / "bin" / "oversight"), "serve", "--port", str(port)],
        cwd=installed,
        env=environment(installed),
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        # Four minutes: from nothing it makes its tables first, and a machine may have much else to do.
        for _ in range(2400):
            if process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            # A machine with much else to do; what the test asks is answered by now.
            process.kill()
            process.communicate()


def test_the_installed_service_serves_its_pages_and_what_they_load(served):
    with urllib.request.urlopen(f"{served}/", timeout=20) as answer:
        page = answer.read().decode()
        policy = answer.headers["Content-Security-Policy"]
    loaded = re.findall(r"""(?:href|src)=["'](/static/[^"']+)["']""", page)

    assert "script-src 'self'" in policy
    assert len(loaded) >= 3
    for address in loaded:
        with urllib.request.urlopen(f"{served}{address}", timeout=20) as answer:
            assert answer.status == 200
            assert "immutable" in answer.headers["Cache-Control"]
