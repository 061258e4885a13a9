"""Imports run one way, and no area escapes the contracts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.repository import PACKAGE, ROOT, areas, contracts


def test_import_contracts_hold():
    # In a process of its own: the linter sets up logging anew, which silences every log it does not know.
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_area_has_its_place():
    folders = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}

    assert folders == set(areas())


@pytest.mark.parametrize("area", areas())
def test_tables_are_closed_to_other_areas(area):
    has_tables = (PACKAGE / area / "models.py").exists() or (PACKAGE / area / "models").is_dir()
    contract = f"importlinter:contract:models-{area}"

    assert contracts().has_section(contract) == has_tables
    if has_tables:
        assert contracts()[contract]["protected_modules"].split() == [f"oversight.{area}.models"]
        assert contracts()[contract]["allowed_importers"].split() == [f"oversight.{area}"]


@pytest.mark.parametrize("area", areas())
def test_every_area_says_what_it_owns(area):
    opening = (PACKAGE / area / "__init__.py").read_text().lstrip()

    assert opening.startswith('"""')
    assert len(opening) > 80
