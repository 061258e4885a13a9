"""Inspection programmes as data: what each inspects and by which standards (paragraphs 9, 16 and 17).

Every programme has rules of its own, so facts of two programmes are shown apart and never averaged.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final

from oversight.kernel.data_files import DataFile, read_yaml
from oversight.kernel.partial_dates import PartialDate


class UnitType(StrEnum):
    """What an inspection looks at, written as in the history file."""

    PDU = "PDU"
    REGION = "region"
    NATIONAL = "national"

    @property
    def in_words(self) -> str:
        """Words for a page."""
        return {"PDU": "Probation Delivery Unit", "region": "Region", "national": "National"}[self.value]


class Confidence(StrEnum):
    """How far a figure of the methodology could be checked."""

    VERIFIED = "verified"
    INFERRED = "inferred"
    UNVERIFIED = "unverified"


@dataclass(frozen=True)
class Standard:
    """A standard that a programme rates."""

    key: str
    title: str


@dataclass(frozen=True)
class Pause:
    """When a programme stopped and why, in words."""

    since: PartialDate
    why: str


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One programme of inspections of one type of unit.

    Attributes:
        id: Stable identifier, for example ``pdu-2021-23``.
        title: What a page calls it.
        short_title: The same for a narrow column.
        written_as: How the history file's ``programme`` column writes it; programmes of different unit types
            may share a name.
        unit_type: What it inspects.
        starts: When it began, as far as known; nothing of it can be published earlier.
        ends: When it ended, as far as known.
        rated: Whether it gives ratings at all.
        standards: What it rates, in order; the names that could be found.
        standards_complete: Whether these are all of them.
        standards_confidence: How far the list could be checked.
        score_max: Most points it gives; None when it is unrated.
        score_max_confidence: How far that figure could be checked; None when there is none.
        about: What it is, in plain words.
        not_known: What could not be confirmed about it, in plain words.
        paused: When and why it was paused; None when it was not.
        sources: Addresses of the pages these facts come from.
    """

    id: str
    title: str
    short_title: str
    written_as: str
    unit_type: UnitType
    starts: PartialDate
    ends: PartialDate
    rated: bool
    standards: tuple[Standard, ...]
    standards_complete: bool
    standards_confidence: Confidence
    score_max: int | None
    score_max_confidence: Confidence | None
    about: str
    not_known: str
    paused: Pause | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class NationalArea:
    """The one area that is no party: what HMPPS arranges for all regions together."""

    code: str
    name: str
    region: str
    accepted_names: tuple[str, ...]


@dataclass(frozen=True)
class Programmes:
    """All programmes, with the scale and the standards they draw on.

    Attributes:
        rater: Who gives these ratings; shown wherever one is shown.
        scale: The ratings, worst first.
        standards: Every standard's title by its key, in the order of the history file.
        national: The national area.
        all: The programmes, oldest first.
    """

    rater: str
    scale: tuple[str, ...]
    standards: Mapping[str, str]
    national: NationalArea
    all: tuple[Programme, ...]

    def by_id(self, identifier: str) -> Programme | None:
        """Return the programme with this identifier, or None."""
        return next((each for each in self.all if each.id == identifier), None)

    def written(self, written_as: str, unit_type: UnitType) -> Programme | None:
        """Return the programme that the history file means, or None."""
        return next(
            (each for each in self.all if (each.written_as, each.unit_type) == (written_as, unit_type)), None
        )

    @property
    def written_names(self) -> tuple[str, ...]:
        """Every way the history file may write a programme, each once, oldest first."""
        return tuple(dict.fromkeys(each.written_as for each in self.all))


DATA: Final = "data/programmes.yaml"

_TEXT: Final = {"type": "string", "minLength": 1}
_DATE: Final = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}){0,2}$"}
_ADDRESSES: Final = {"type": "array", "items": {"type": "string", "pattern": "^https?://"}, "minItems": 1}
_CONFIDENCE: Final = {"enum": [each.value for each in Confidence]}


def _object(required: Mapping[str, Any], optional: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


_PROGRAMME: Final = _object(
    {
        **dict.fromkeys(("id", "title", "short_title", "written_as", "about", "not_known"), _TEXT),
        "unit_type": {"enum": [each.value for each in UnitType]},
        "starts": _DATE,
        "ends": _DATE,
        "rated": {"type": "boolean"},
        "standards": _object(
            {
                "keys": {"type": "array", "items": _TEXT},
                "complete": {"type": "boolean"},
                "confidence": _CONFIDENCE,
            }
        ),
        "sources": _ADDRESSES,
    },
    {
        "score_max": _object({"points": {"type": "integer", "minimum": 1}, "confidence": _CONFIDENCE}),
        "paused": _object({"since": _DATE, "why": _TEXT}),
    },
)
SCHEMA: Final = _object(
    {
        "rater": _TEXT,
        "scale": _object(
            {
                "ratings": {"type": "array", "items": _TEXT, "minItems": 2},
                "confidence": _CONFIDENCE,
                "source": _TEXT,
            }
        ),
        "standards": {"type": "object", "additionalProperties": _TEXT},
        "national_area": _object(
            {
                **dict.fromkeys(("code", "name", "region"), _TEXT),
                "accepted_names": {"type": "array", "items": _TEXT, "minItems": 1},
            }
        ),
        "programmes": {"type": "array", "items": _PROGRAMME, "minItems": 1},
    }
)


@cache
def programmes() -> Programmes:
    """Return the programmes that the package ships, read once."""
    text = resources.files("oversight.publication").joinpath(DATA).read_text(encoding="utf-8")
    return read_programmes(text)


def read_programmes(text: str) -> Programmes:
    """Read the data file of programmes.

    Raises:
        Refused: It is no YAML, lacks a field, or says what cannot be; the line and the field are named.
    """
    file = read_yaml(text, "programmes.yaml", SCHEMA)
    data = file.data
    titles: dict[str, str] = data["standards"]
    national = data["national_area"]
    read: list[Programme] = []
    for place, one in enumerate(data["programmes"]):
        programme = _programme(file, place, one, titles)
        for other in read:
            if programme.id == other.id:
                raise file.refused(("programmes", place, "id"), "Two programmes have this id.", "Change one.")
            if (programme.written_as, programme.unit_type) == (other.written_as, other.unit_type):
                raise file.refused(
                    ("programmes", place, "written_as"),
                    f"{other.id} inspects the same type of unit under the same name.",
                    "Change one, so that a row of history means one programme.",
                )
        read.append(programme)
    return Programmes(
        rater=data["rater"],
        scale=tuple(data["scale"]["ratings"]),
        standards=titles,
        national=NationalArea(
            national["code"], national["name"], national["region"], tuple(national["accepted_names"])
        ),
        all=tuple(read),
    )


def _programme(file: DataFile, place: int, data: Mapping[str, Any], titles: Mapping[str, str]) -> Programme:
    path = ("programmes", place)
    points = data.get("score_max")
    keys: list[str] = data["standards"]["keys"]
    if data["rated"] != bool(points) or data["rated"] != bool(keys):
        raise file.refused(
            (*path, "rated"),
            "A rated programme has standards and a greatest score; an unrated one has neither.",
            "Add or remove them.",
        )
    for position, key in enumerate(keys):
        if key not in titles:
            raise file.refused(
                (*path, "standards", "keys", position),
                f"There is no standard {key}.",
                "Use a key of “standards”.",
            )
    paused = data.get("paused")
    pause = None
    if paused:
        pause = Pause(_date(file, (*path, "paused", "since"), paused["since"]), paused["why"])
    return Programme(
        id=data["id"],
        title=data["title"],
        short_title=data["short_title"],
        written_as=data["written_as"],
        unit_type=UnitType(data["unit_type"]),
        starts=_date(file, (*path, "starts"), data["starts"]),
        ends=_date(file, (*path, "ends"), data["ends"]),
        rated=data["rated"],
        standards=tuple(Standard(key, titles[key]) for key in keys),
        standards_complete=data["standards"]["complete"],
        standards_confidence=Confidence(data["standards"]["confidence"]),
        score_max=points["points"] if points else None,
        score_max_confidence=Confidence(points["confidence"]) if points else None,
        about=data["about"],
        not_known=data["not_known"],
        paused=pause,
        sources=tuple(data["sources"]),
    )


def _date(file: DataFile, path: tuple[str | int, ...], text: str) -> PartialDate:
    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise file.refused(path, str(error), "Correct the date.") from None
