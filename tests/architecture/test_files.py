"""The files themselves: small, named alike in every area, and about this project alone."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.repository import PACKAGE, ROOT, areas, contracts, shown, tracked

LONGEST = 500
#: What an area may hold beside the modules that the import contract names.
BESIDE_MODULES = {
    "__init__.py",
    "__pycache__",
    "templates",
    "migrations",
    "static",
    # Rules as data: what a policy owner may read and correct.
    "data",
    "texts",
    "drawings",
    "programmes",
    "roles.yaml",
}
#: Places of the machine a file was made on, written so that this file does not find itself.
MACHINE = re.compile(r"[/](root|work)/|[/]home/\w+/|(?<![\w.])[/]tmp/|C:[\\]")


def test_files_are_short():
    long = [
        f"{shown(path)}: {count} lines"
        for path in tracked(".py", ".html", ".scss", ".js")
        if "migrations" not in path.parts and (count := len(path.read_text().splitlines())) > LONGEST
    ]

    assert long == [], "\n".join(long)


@pytest.mark.parametrize("area", areas())
def test_an_area_holds_what_every_area_may_hold(area):
    layers = contracts()[f"importlinter:contract:inside-{area}"]["layers"]
    modules = {name.strip("()") for name in re.split(r"[\s|:]+", layers) if name}
    strange = [
        path.name
        for path in (PACKAGE / area).iterdir()
        if path.name not in BESIDE_MODULES and path.stem not in modules
    ]

    assert strange == [], "\n".join(strange)


def test_templates_lie_in_a_folder_named_after_their_area():
    allowed = {area: {area} for area in areas()} | {
        "access": {"access", "account", "mfa", "allauth", "429.html"}
    }
    strange = [
        shown(path)
        for area in areas()
        for path in (PACKAGE / area / "templates").glob("*")
        if path.name not in allowed[area]
    ]

    assert strange == [], "\n".join(strange)


def test_no_file_names_a_place_of_the_machine_it_was_made_on():
    found = []
    for path in tracked(
        ".py", ".md", ".toml", ".yaml", ".yml", ".html", ".txt", ".json", ".cfg", ".scss", ".js"
    ):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            if MACHINE.search(line):
                found.append(f"{shown(path)}:{number}")

    assert found == [], "\n".join(found)


#: How the names of functions begin that fail on their own: ours, and those of the libraries.
CLAIMS = ("assert_", "django_assert", "check_", "expect", "refuse", "verify")


def silent_tests(source: str) -> list[str]:
    """Tests of a module with no way to fail but by accident."""
    functions = {node.name: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
    claiming: set[str] = set()
    # A function that calls one that claims something claims it too.
    while more := {
        name for name, node in functions.items() if name not in claiming and _claims(node, claiming)
    }:
        claiming |= more
    return [name for name in functions if name.startswith("test_") and name not in claiming]


def _claims(function: ast.FunctionDef, claiming: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in {"raises", "fail", *claiming} or name.startswith(CLAIMS):
                return True
    return False


def test_every_test_claims_something():
    silent = [
        f"{shown(path)}: {name}"
        for path in tracked(".py")
        if path.is_relative_to(ROOT / "tests") and path.name.startswith("test_")
        for name in silent_tests(path.read_text())
    ]

    assert silent == [], "\n".join(silent)


@pytest.mark.parametrize(
    ("source", "silent"),
    [
        ("def test_a(): run()", True),
        ("def test_a():\n    assert run()", False),
        ("def test_a():\n    with pytest.raises(ValueError): run()", False),
        ("def test_a(page): check_accessible(page)", False),
        ("def refused():\n    assert run()\ndef test_a(): refused()", False),
        ("def run(): pass\ndef test_a(): run()", True),
        ("def test_a():\n    try: run()\n    except ValueError: pass", True),
    ],
)
def test_a_test_that_claims_nothing_is_found(source, silent):
    assert silent_tests(source) == (["test_a"] if silent else [])


def test_no_journey_reads_a_page_at_once():
    # What a click brings is still to come when the click is done; ``expect`` waits for it.
    found = [
        f"{shown(path)}:{number}"
        for path in tracked(".py")
        if path.is_relative_to(ROOT / "tests" / "journeys")
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if "page.content()" in line or "phone.content()" in line or "plain.content()" in line
    ]

    assert found == [], "\n".join(found)
