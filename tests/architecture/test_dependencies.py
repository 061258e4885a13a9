"""What the project leans on: each with its reason, locked by hash, from no particular registry."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.repository import ROOT, shown, tracked

PROJECT = (ROOT / "pyproject.toml").read_text()
DECLARED = tomllib.loads(PROJECT)


def declared() -> list[str]:
    return [*DECLARED["project"]["dependencies"], *DECLARED["dependency-groups"]["dev"]]


def locked(name: str) -> dict[str, str]:
    pinned = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE)
    return {canonicalize_name(package): version for package, version in pinned}


@pytest.mark.parametrize("requirement", declared())
def test_every_dependency_says_why_it_is_there(requirement):
    line = next(line for line in PROJECT.splitlines() if line.strip().startswith(f'"{requirement}"'))

    assert re.search(r'",\s+# \w+', line), line


@pytest.mark.parametrize("requirement", declared())
def test_every_dependency_is_locked_at_a_version_that_fits(requirement):
    wanted = Requirement(requirement)
    name = canonicalize_name(wanted.name)

    assert wanted.specifier.contains(locked("dev.txt")[name], prereleases=True)
    if requirement in DECLARED["project"]["dependencies"]:
        assert locked("base.txt")[name] == locked("dev.txt")[name]


@pytest.mark.parametrize("path", tracked("base.txt", "dev.txt", "node.txt"), ids=shown)
def test_every_locked_package_has_its_hashes(path):
    entries = re.split(r"\n(?=\S)", path.read_text().strip())

    assert entries
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_no_lock_holds_the_address_of_a_registry():
    locks = tracked("base.txt", "dev.txt", "node.txt", "package-lock.json", ".npmrc")
    found = [shown(path) for path in locks if re.search(r"https?://|file:|registry=", path.read_text())]

    assert len(locks) == 5
    assert found == []
    assert not (ROOT / "uv.lock").exists()


def test_front_end_packages_are_pinned_and_hashed():
    wanted = json.loads((ROOT / "assets" / "package.json").read_text())
    packages = json.loads((ROOT / "assets" / "package-lock.json").read_text())["packages"]
    names = wanted["dependencies"] | wanted["devDependencies"]

    assert {name: packages[f"node_modules/{name}"]["version"] for name in names} == names
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []
    assert "node_modules/moment" not in packages


def test_the_kit_is_the_one_that_the_macros_were_made_for():
    """govuk-frontend-jinja 4.1.0 renders the markup of govuk-frontend 6.3.0 (its own table of versions)."""
    kit = json.loads((ROOT / "assets" / "package.json").read_text())["dependencies"]["govuk-frontend"]

    assert (kit, locked("base.txt")["govuk-frontend-jinja"]) == ("6.3.0", "4.1.0")
