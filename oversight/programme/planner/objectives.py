"""What a plan is judged by after its waiting, and what is eased when nothing fits, as data (¶10(iv), ¶28)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml

from oversight.kernel.data_files import read_yaml

_FILE: Final = "objectives.yaml"
_SCHEMA: Final = "objectives-schema.yaml"


@dataclass(frozen=True, slots=True)
class Objectives:
    """The figures of the data file, which says what each is.

    Args:
        spoils_per_mille: Most that later objectives give up of an earlier one, in thousandths.
        burden: Waiting worth giving up for each thousandth of the highest burden.
        together: Waiting worth giving up for each inspection that has an audit near it.
        relaxations: Rules that are eased and by how much, in the order in which they are offered.
    """

    spoils_per_mille: int
    burden: int
    together: int
    relaxations: tuple[tuple[str, int], ...]


def read_objectives(text: str, name: str, schema: Mapping[str, Any]) -> Objectives:
    """Read objectives.

    Raises:
        Refused: The document does not fit its schema.
    """
    told = read_yaml(text, name, schema).data
    return Objectives(
        spoils_per_mille=told["spoils_per_mille"],
        burden=told["worth"]["burden"],
        together=told["worth"]["together"],
        relaxations=tuple((one["rule"], one["step"]) for one in told["relaxations"]),
    )


@cache
def objectives() -> Objectives:
    """Give the objectives that come with the service."""
    return read_objectives(_text(_FILE), _FILE, yaml.safe_load(_text(_SCHEMA)))


def _text(name: str) -> str:
    return files("oversight.programme").joinpath("data", name).read_text(encoding="utf-8")
