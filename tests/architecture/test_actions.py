"""Nothing is written without its entry in the record (paragraph 10(iii))."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

from tests.architecture.repository import PACKAGE, areas


def action_modules() -> list[str]:
    found = []
    for area in areas():
        if (PACKAGE / area / "actions.py").exists():
            found.append(f"oversight.{area}.actions")
        folder = PACKAGE / area / "actions"
        if folder.is_dir():
            found.append(f"oversight.{area}.actions")
            found += [
                f"oversight.{area}.actions.{module.name}" for module in pkgutil.iter_modules([str(folder)])
            ]
    return found


def unrecorded(module: ModuleType) -> list[str]:
    """Public functions defined in a module of actions that are no actions."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and inspect.isfunction(value)
        and value.__module__.startswith(module.__name__)
        and not hasattr(value, "action")
    ]


@pytest.mark.parametrize("name", action_modules())
def test_every_public_function_of_actions_is_recorded(name):
    assert unrecorded(importlib.import_module(name)) == []


def test_a_function_without_the_decorator_is_found():
    module = ModuleType("oversight.trap.actions")

    def slips_through() -> None:
        """Write without a record."""

    slips_through.__module__ = module.__name__
    module.slips_through = slips_through

    assert unrecorded(module) == ["slips_through"]


@pytest.mark.parametrize("name", action_modules())
def test_every_action_tells_what_it_does(name):
    module = importlib.import_module(name)
    silent = [key for key, value in vars(module).items() if hasattr(value, "action") and not value.__doc__]

    assert silent == []
