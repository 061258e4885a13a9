"""Drawings of the workflows for the pages: ``python -m tools.drawings check`` compares, ``write`` draws anew.

Drawing one takes seconds, so it is done before the service is packaged. An area whose pages show workflows
has a folder ``drawings``. Each drawing carries the digest of its diagram, and that is what is compared.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from oversight.kernel.workflow import Workflow, draw

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "oversight"


def workflows(area: str) -> Iterator[Workflow]:
    """Give every workflow that the rules of an area define."""
    rules = importlib.import_module(f"oversight.{area}.rules")
    names = [rules.__name__, *(module.name for module in _modules(rules))]
    found = {id(one): one for name in names for one in vars(importlib.import_module(name)).values()}
    yield from (one for one in found.values() if isinstance(one, Workflow))


def _modules(rules: object) -> Iterator[pkgutil.ModuleInfo]:
    yield from pkgutil.walk_packages(getattr(rules, "__path__", []), f"{getattr(rules, '__name__', '')}.")


def mark_of(workflow: Workflow) -> str:
    """Give the mark that a drawing of the workflow as it stands carries."""
    return f'data-drawn-from="{sha256(workflow.mermaid().encode()).hexdigest()}"'


def out_of_step(folder: Path) -> list[str]:
    """Names of an area's drawings that are missing, were drawn from an older table, or are of no workflow.

    Args:
        folder: The area's folder ``drawings``; may be elsewhere, as long as it lies in a folder named so.
    """
    kept = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.svg")}
    found = {one.name: one for one in workflows(folder.parent.name)}
    wrong = [name for name, workflow in found.items() if mark_of(workflow) not in kept.get(name, "")]
    return sorted([*wrong, *(kept.keys() - found.keys())])


def write(folder: Path) -> None:
    """Draw what is out of step, and delete what is of no workflow."""
    found = {one.name: one for one in workflows(folder.parent.name)}
    for name in out_of_step(folder):
        path = folder / f"{name}.svg"
        if name not in found:
            path.unlink()
            continue
        svg = draw(found[name].mermaid()).replace("<svg ", f"<svg {mark_of(found[name])} ", 1)
        path.write_text(f"{svg}\n", encoding="utf-8")


def main() -> int:
    folders = sorted(PACKAGE.glob("*/drawings"))
    if sys.argv[1:] == ["write"]:
        for folder in folders:
            write(folder)
        return 0
    if sys.argv[1:] == ["check"]:
        wrong = [folder / f"{name}.svg" for folder in folders for name in out_of_step(folder)]
        for path in wrong:
            print(f"{path.relative_to(ROOT)} is out of step with its table. Run make fix.")
        return 1 if wrong else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
