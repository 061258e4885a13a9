"""The states of every workflow, drawn for readers of the repository: ``python -m tools.states write|check``.

``docs/states/`` has a page for each workflow that the rules define, made from its table and nothing else.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from oversight.kernel.words import join_in_words
from oversight.kernel.workflow import Workflow

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "oversight"
FOLDER = ROOT / "docs" / "states"


def workflows() -> dict[str, Workflow]:
    """Every workflow that stands in a module of rules, by name."""
    found = {}
    for path in sorted([*PACKAGE.glob("*/rules.py"), *PACKAGE.glob("*/rules/**/*.py")]):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, Workflow):
                found[value.name] = value
    return dict(sorted(found.items()))


def page(workflow: Workflow) -> str:
    """Give the page of one workflow."""
    return "\n".join(_lines(workflow)) + "\n"


def _lines(workflow: Workflow) -> Iterator[str]:
    yield f"# {workflow.title}"
    yield ""
    yield "Made by `python -m tools.states write` from the table that the service follows."
    yield ""
    yield "```mermaid"
    yield workflow.mermaid().rstrip()
    yield "```"
    yield ""
    yield "| from | to | step | who may take it | paragraph |"
    yield "| --- | --- | --- | --- | --- |"
    for move in workflow.moves:
        who = join_in_words(
            [workflow.role_names.get(role, role.replace("_", " ")) for role in sorted(move.roles)], "or"
        )
        source, target = workflow.state(move.source).label, workflow.state(move.target).label
        yield f"| {source} | {target} | {move.label} | {who} | {move.paragraph} |"


def main() -> int:
    pages = {FOLDER / f"{name}.md": page(workflow) for name, workflow in workflows().items()}
    if sys.argv[1:] == ["write"]:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path in set(FOLDER.glob("*.md")) - set(pages):
            path.unlink()
        for path, text in pages.items():
            path.write_text(text, encoding="utf-8")
        return 0
    if sys.argv[1:] == ["check"]:
        kept = {path: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
        for path in sorted(path for path in kept.keys() | pages.keys() if kept.get(path) != pages.get(path)):
            print(f"docs/states/{path.name} is out of step with its table. Run make fix.")
        return 0 if kept == pages else 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
