"""Nothing is written without its entry in the record (paragraph 10(iii))."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import CodeType, FunctionType, ModuleType

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


@pytest.mark.parametrize("name", action_modules())
def test_every_public_function_of_actions_is_recorded(name):
    assert unrecorded(importlib.import_module(name)) == []


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
