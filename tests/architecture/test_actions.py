"""Nothing is written without its entry in the record (paragraph 10(iii))."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import pytest

from tests.architecture.repository import PACKAGE, areas, shown, tracked


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


WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete"}


def _named(function: FunctionType) -> set[str]:
    """Names that a function's body and everything inside it looks up."""
    codes, names = [function.__code__], set()
    while codes:
        code = codes.pop()
        names |= set(code.co_names)
        codes += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return names


def _only_calls_actions(function: FunctionType) -> bool:
    """Say whether a function takes who and when, hands them to actions, and writes nothing itself."""
    parameters = inspect.signature(function).parameters
    names = _named(function)
    known = [function.__globals__.get(name) for name in names]
    known += [
        getattr(module, name, None) for module in known if isinstance(module, ModuleType) for name in names
    ]
    return (
        {"by", "at"} <= set(parameters)
        and all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters.values())
        and any(
            hasattr(value, "action")
            or (inspect.isfunction(value) and value is not function and _only_calls_actions(value))
            for value in known
        )
        and not names & WRITES
    )


def unrecorded(module: ModuleType) -> list[str]:
    """Public functions defined in a module of actions that neither are actions nor only call them."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and inspect.isfunction(value)
        and value.__module__.startswith(module.__name__)
        and not hasattr(value, "action")
        and not _only_calls_actions(value)
    ]


def has_acts(module: ModuleType) -> bool:
    """Say whether a module defines an act. One without holds what acts of several modules are made of."""
    return any(
        inspect.isfunction(value) and hasattr(value, "action") and value.__module__ == module.__name__
        for value in vars(module).values()
    )


def parts_of_acts() -> list[str]:
    """Modules of actions that define functions, none of them an act or a chain of acts."""
    modules = [importlib.import_module(name) for name in action_modules()]
    return [
        module.__name__
        for module in modules
        if not has_acts(module) and not hasattr(module, "__path__") and unrecorded(module)
    ]


@pytest.mark.parametrize("name", action_modules())
def test_every_public_function_of_actions_is_recorded(name):
    if name not in parts_of_acts():
        assert unrecorded(importlib.import_module(name)) == []


def importers(path: Path, name: str) -> bool:
    """Say whether a file imports a module or something of it."""
    package, _, last = name.rpartition(".")
    return any(
        (isinstance(node, ast.ImportFrom) and node.module == name)
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == package
            and any(alias.name == last for alias in node.names)
        )
        or (isinstance(node, ast.Import) and any(alias.name == name for alias in node.names))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    )


def test_what_acts_are_made_of_is_called_by_acts_alone():
    outside = [
        path
        for path in tracked(".py")
        if path.is_relative_to(PACKAGE) and "actions" not in path.relative_to(PACKAGE).parts[1:2]
    ]
    assert {"oversight.exchange.actions.files", "oversight.exchange.actions.writing"} <= set(parts_of_acts())
    beside = [(shown(path), name) for name in parts_of_acts() for path in outside if importers(path, name)]

    assert beside == []


TRAP = """
from oversight.ledger.acting import Recorded, action

@action(verb="trap.set", permission="trap.set")
def good(*, by, at) -> Recorded[None]:
    return Recorded("trap:1", {}, None)

def loop(*, by, at, times):
    for _ in range(times):
        good(by=by, at=at)

def without_record(*, by, at): ...

def without_actor(): good(by=None, at=None)

def beside_the_record(*, by, at):
    good(by=by, at=at)
    Thing.objects.create()
"""


def test_functions_that_escape_the_record_are_found():
    module = ModuleType("trap.actions")
    exec(TRAP, vars(module))

    assert unrecorded(module) == ["without_record", "without_actor", "beside_the_record"]


@pytest.mark.parametrize("name", action_modules())
def test_every_action_tells_what_it_does(name):
    module = importlib.import_module(name)
    silent = [
        key
        for key, value in vars(module).items()
        if hasattr(value, "action") and not (value.__doc__ or key.startswith("_"))
    ]

    assert silent == []
