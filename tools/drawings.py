"""Drawings of the workflows for the pages: ``python -m tools.drawings check`` compares, ``write`` draws anew.

Drawing one takes seconds, so it is done before the service is packaged. Each drawing carries the digest of
the diagram it was drawn from, and that is what is compared.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

from oversight.kernel.workflow import Workflow, draw
from tools.states import ROOT, workflows

FOLDER = ROOT / "oversight" / "arrangements" / "drawings"


def mark_of(workflow: Workflow) -> str:
    """Give the mark that a drawing of the workflow as it stands carries."""
    return f'data-drawn-from="{sha256(workflow.mermaid().encode()).hexdigest()}"'


def out_of_step(folder: Path = FOLDER) -> list[str]:
    """Names of the drawings that are missing, were drawn from an older table, or belong to no workflow."""
    kept = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.svg")}
    found = workflows()
    wrong = [name for name, workflow in found.items() if mark_of(workflow) not in kept.get(name, "")]
    return sorted([*wrong, *(kept.keys() - found.keys())])


def write(folder: Path = FOLDER) -> None:
    """Draw what is out of step, and delete what belongs to no workflow."""
    folder.mkdir(exist_ok=True)
    found = workflows()
    for name in out_of_step(folder):
        path = folder / f"{name}.svg"
        if name not in found:
            path.unlink()
            continue
        svg = draw(found[name].mermaid()).replace("<svg ", f"<svg {mark_of(found[name])} ", 1)
        path.write_text(f"{svg}\n", encoding="utf-8")


def main() -> int:
    if sys.argv[1:] == ["write"]:
        write()
        return 0
    if sys.argv[1:] == ["check"]:
        wrong = out_of_step()
        for name in wrong:
            print(f"oversight/arrangements/drawings/{name}.svg is out of step with its table. Run make fix.")
        return 1 if wrong else 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
