"""Documents that say what is: links lead somewhere, commands are described, decisions are listed."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from oversight.web.command_line import group
from tests.architecture.repository import ROOT, shown, tracked

LINK = re.compile(r"\]\(([^)\s]+)\)")
DECISIONS = ROOT / "docs" / "adr"


def anchors(path: Path) -> set[str]:
    """Anchors that a page of Markdown offers, made from its headings as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(path: Path) -> list[str]:
    """Links of a page that lead nowhere in this repository."""
    wrong = []
    for link in LINK.findall(path.read_text()):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("path", tracked(".md"), ids=shown)
def test_links_lead_somewhere(path):
    assert broken(path) == []


def test_a_broken_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A title\n[a](#a-title) [b](#no-title) [c](other.md) [d](https://example.org/)")

    assert broken(page) == ["#no-title", "other.md"]


def commands(command: click.Command, path: str, context: click.Context) -> list[str]:
    if not isinstance(command, click.Group):
        return [path]
    found = []
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        assert inner is not None, f"{path} {name} is listed but cannot be loaded"
        found += commands(inner, f"{path} {name}", context)
    return found


def test_every_command_is_described():
    described = (ROOT / "README.md").read_text() + (ROOT / "docs" / "operations.md").read_text()
    listed = commands(group, "oversight", click.Context(group))
    missing = [path for path in listed if not re.search(rf"`{path}\b", described)]

    assert listed
    assert missing == []


def test_every_target_of_make_is_explained():
    makefile = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    assert phony

    unexplained = [
        name for name in phony[1].split() if not re.search(rf"^{name}:.*## \w+", makefile, re.MULTILINE)
    ]

    assert unexplained == []


def test_decisions_are_numbered_without_gap_and_listed_in_order():
    files = sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")
    listed = re.findall(
        r"^\| \[(\d{4})\]\((\S+)\) \| (.+) \|$", (DECISIONS / "README.md").read_text(), re.MULTILINE
    )

    assert [path.name[:4] for path in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    assert [(number, name) for number, name, _ in listed] == [(path.name[:4], path.name) for path in files]


def test_changes_are_told_with_the_newest_version_first():
    versions = re.findall(r"^## \[?(\d+)\.(\d+)\.(\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    numbers = [tuple(map(int, version)) for version in versions]

    assert numbers == sorted(numbers, reverse=True)
