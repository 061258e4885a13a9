"""Reading the file of `oversight rate`: JSON, every fault named by its place in the file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import yaml

from oversight.inspections.rules.judgements import Case, Departure, EvidenceJudgement, Judged, Judgement
from oversight.inspections.rules.programmes import Programme, Rating
from oversight.inspections.rules.reading import programme_of
from oversight.kernel.data_files import fault_in_words
from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words

#: Longest file, in bytes: a region with all its units takes far less.
LONGEST = 50 * 1024 * 1024
_CORRECT = "Correct the file and try again."


@dataclass(frozen=True)
class RatingFile:
    """What a file says.

    Attributes:
        inspection: Which inspection it is about, in words; may be empty.
        programme: The version of the programme to rate by.
        judged: What was judged.
    """

    inspection: str
    programme: Programme
    judged: Judged


def read_rating_file(content: bytes, programmes: Sequence[Programme]) -> RatingFile:
    """Read a file for `oversight rate`; its shape is in data/rating-file.yaml.

    Args:
        content: The file, JSON in UTF-8.
        programmes: The programmes it may name.

    Raises:
        Refused: It is not JSON, has another shape, or names what is not known (rule ``rating_file``).
            ``field`` is the place, such as ``samples.cases[3].judgements.planning-safety``.
    """
    raw = _parsed(content)
    fault = min(
        _validator().iter_errors(raw), key=lambda one: [str(part) for part in one.absolute_path], default=None
    )
    if fault is not None:
        raise _refused([str(part) for part in fault.absolute_path], fault_in_words(fault))
    programme = programme_of(programmes, raw["programme"], raw.get("version"))
    return RatingFile(raw.get("inspection", ""), programme, _judged(raw, programme))


def _refused(place: Iterable[str], why: str) -> Refused:
    field = place_in_words(place)
    return Refused("rating_file", why, _CORRECT, field=field)


def place_in_words(place: Iterable[str]) -> str:
    """Write a place in the file, for example ``samples.cases[0].case``; items are counted from 0."""
    written = ""
    for part in place:
        written += f"[{part}]" if part.isdigit() and written else f"{'.' if written else ''}{part}"
    return written


@cache
def _validator() -> jsonschema.Draft202012Validator:
    text = files("oversight.inspections").joinpath("data/rating-file.yaml").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(yaml.safe_load(text))


def _parsed(content: bytes) -> Any:
    if len(content) > LONGEST:
        raise _refused((), f"The file is larger than {LONGEST // 1024 // 1024} megabytes.")
    try:
        return json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_without_twins, parse_constant=_no_constant
        )
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refused((), f"Line {line} of the file is not text in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise _refused(
            (), f"The file stops being JSON at line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise _refused((), "The file is nested too deep.") from None
    except ValueError:
        # Python refuses to turn thousands of digits into a number.
        raise _refused((), "A number in the file is too long.") from None


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _refused(
                (key[:80],), f"“{key[:80]}” is there twice in one place, so one of the two would be lost."
            )
        found[key] = value
    return found


def _no_constant(name: str) -> None:
    raise _refused((), f"{name} is not a value that JSON knows.")


def _judged(raw: Mapping[str, Any], programme: Programme) -> Judged:
    cases: dict[str, list[Case]] = {}
    for sample, listed in raw.get("samples", {}).items():
        cases.setdefault(sample, []).extend(_cases(listed, ""))
    for unit, samples in raw.get("units", {}).items():
        for sample, listed in samples.items():
            cases.setdefault(sample, []).extend(_cases(listed, unit))
    return Judged(
        lead=raw.get("lead_inspector", ""),
        cases=cases,
        evidence={
            standard: EvidenceJudgement(
                _rating(programme, one["rating"], ("evidence", standard, "rating")),
                one["proposed_by"],
                tuple(one.get("confirmed_by", ())),
                one["reason"],
            )
            for standard, one in raw.get("evidence", {}).items()
        },
        given={
            standard: _rating(programme, name, ("ratings_given", standard))
            for standard, name in raw.get("ratings_given", {}).items()
        },
        departures={
            standard: Departure(
                _rating(programme, one["to"], ("discretion", standard, "to")),
                one["reason"],
                tuple(one["decided_by"]),
            )
            for standard, one in raw.get("discretion", {}).items()
        },
    )


def _cases(listed: Sequence[Mapping[str, Any]], unit: str) -> list[Case]:
    return [
        Case(
            one["case"],
            {question: Judgement(said) for question, said in one["judgements"].items() if said is not None},
            unit,
        )
        for one in listed
    ]


def _rating(programme: Programme, name: str, place: tuple[str, ...]) -> Rating:
    if programme.rating is None:
        raise Refused(
            "unrated_programme",
            f"{programme.title} gives no ratings, so none can be proposed, given or departed from.",
            "Leave it out. Shares of sufficient cases are still worked out.",
            paragraph="16",
            field=place_in_words(place[:2]),
        )
    for rating in programme.rating.scale:
        if rating.name.casefold() == name.strip().casefold():
            return rating
    scale = join_in_words([f"“{rating.name}”" for rating in programme.rating.scale], "or")
    raise _refused(place, f"“{name[:80]}” is not on the scale: {scale}.")
