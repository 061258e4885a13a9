"""The repository as the tests here see it: tracked files, areas from the top down."""

from __future__ import annotations

import configparser
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "oversight"


@cache
def tracked(*suffixes: str) -> tuple[Path, ...]:
    """Files that are in the repository or about to be (not ignored), by how their names end."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = (ROOT / line for line in listed.splitlines())
    return tuple(path for path in paths if path.is_file() and (not suffixes or path.name.endswith(suffixes)))


@cache
def contracts() -> configparser.ConfigParser:
    """What ``.importlinter`` says."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    return parser


@cache
def areas() -> tuple[str, ...]:
    """Names of the areas, from the top layer down, as the import contract places them."""
    layers = contracts()["importlinter:contract:areas"]["layers"].replace("|", " ").split()
    return tuple(layer for layer in layers if layer != "__main__")


def shown(path: Path) -> str:
    """How a path is named in a message."""
    return str(path.relative_to(ROOT))
