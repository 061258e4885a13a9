"""Drawings of workflows, made before the service is packaged because drawing one takes seconds."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from markupsafe import Markup

from oversight.kernel.workflow import Workflow

_FOLDER = files("oversight.arrangements").joinpath("drawings")


@cache
def _read(name: str) -> str:
    return _FOLDER.joinpath(f"{name}.svg").read_text(encoding="utf-8")


def drawing_of(workflow: Workflow) -> Markup:
    """Give the drawing of a workflow; ``python -m tools.drawings`` makes it and holds it to the table."""
    return Markup(_read(workflow.name))  # noqa: S704 - our own file, drawn from our own table
