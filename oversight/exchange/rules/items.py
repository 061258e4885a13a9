"""Kinds of information, as data: one name for one thing, whoever asks for it (G1, ¶10(iv))."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from oversight.kernel.data_files import DataFile, LabelledFigure, read_yaml
from oversight.kernel.refusals import Refused

_DATA: Final = files("oversight.exchange").joinpath("data")


class Marking(StrEnum):
    """How a copy is marked. https://www.gov.uk/government/publications/government-security-classifications"""

    OFFICIAL = "official"
    SENSITIVE = "official_sensitive"

    @property
    def words(self) -> str:
        """The marking as it is written on a document."""
        return "OFFICIAL" if self is Marking.OFFICIAL else "OFFICIAL-SENSITIVE"


@dataclass(frozen=True)
class ItemKind:
    """A kind of information.

    Args:
        id: Stable name.
        title: What people call it.
        of_a_period: Whether a copy is about a span of time; otherwise it is as things stand.
        hours: What one answer costs its owner.
        marking: How it is marked unless its owner says otherwise.
        personal: Whether it holds personal data unless its owner says otherwise.
        keep_months: How long a copy is kept unless its owner says otherwise.
    """

    id: str
    title: str
    of_a_period: bool
    hours: LabelledFigure
    marking: Marking
    personal: bool
    keep_months: LabelledFigure


@cache
def item_kinds() -> Mapping[str, ItemKind]:
    """Give every kind that the service ships, by ``ItemKind.id`` and in the order of the file."""
    schema = yaml.safe_load(_DATA.joinpath("items-schema.yaml").read_text(encoding="utf-8"))
    return read_item_kinds(read_yaml(_DATA.joinpath("items.yaml").read_text("utf-8"), "items.yaml", schema))


def read_item_kinds(file: DataFile) -> Mapping[str, ItemKind]:
    """Read the kinds.

    Raises:
        Refused: Two kinds have the same name.
    """
    found: dict[str, ItemKind] = {}
    for place, one in enumerate(file.data["kinds"]):
        if one["id"] in found:
            raise file.refused(("kinds", place, "id"), "another kind has this name.", "Keep one of them.")
        hours, months = one["hours"], one["keep_months"]
        found[one["id"]] = ItemKind(
            one["id"],
            one["title"],
            one["covers"] == "period",
            LabelledFigure(hours["figure"], hours["default"], file.data["hours_note"]),
            Marking(one["marking"]),
            one["personal"],
            LabelledFigure(months["figure"], months["default"], file.data["retention_note"]),
        )
    return found


def kind_of(name: str) -> ItemKind:
    """Give a kind by its name.

    Raises:
        Refused: There is none; field ``kind``.
    """
    found = item_kinds().get(name)
    if found is None:
        raise Refused(
            "item_kind", "There is no such kind of information.", "Choose one from the list.", field="kind"
        )
    return found
