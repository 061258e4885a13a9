"""From a file to a version of the arrangements; every fault is refused by line and field (A2).

First the shape (texts/schema.yaml), then the sense: names that are known, identifiers given once, duties that
something can open and something can meet, every paragraph carried by an arrangement or by a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
import yaml

from oversight.arrangements.rules.facts import (
    Arrangement,
    EventType,
    Force,
    Meeting,
    Paragraph,
    Start,
    Variation,
    Version,
)
from oversight.arrangements.rules.parties import KIND, RELATIVE_WORDS
from oversight.kernel.data_files import DataFile, Path, read_yaml
from oversight.kernel.periods import Period
from oversight.kernel.refusals import Refused

MOU_2023 = "mou-2023.yaml"
PARAGRAPHS = 34
LONGEST = 1_000_000
_CORRECT = "Correct that line and load the file again. Nothing was changed."
_Fault = tuple[Path, str]
_SHAPE = files("oversight.arrangements").joinpath("texts/schema.yaml")


def shipped_text(name: str = MOU_2023) -> str:
    """Give the text of a file of arrangements that comes with the service."""
    return files("oversight.arrangements").joinpath("texts", name).read_text(encoding="utf-8")


def read_version(text: str, name: str, adopted_at: datetime) -> Version:
    """Read a text of arrangements.

    Args:
        text: The whole file.
        name: Name of the file, for messages.
        adopted_at: Moment from which the service knows it.

    Raises:
        Refused: A fault in its shape or sense, named by line and field (rule ``arrangement_text``).
    """
    if len(text) > LONGEST:
        raise Refused(
            "data_file", f"{name} cannot be read: the file is longer than {LONGEST:,} characters.", _CORRECT
        )
    found = read_yaml(text, name)
    for path, fault in _faults_of_shape(found):
        raise found.refused(path, fault, _CORRECT)
    for path, fault in _faults(found.data):
        raise found.refused(path, fault, _CORRECT)
    return _version(found.data, adopted_at)


@cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = yaml.safe_load(_SHAPE.read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(schema)


def _faults_of_shape(found: DataFile) -> Iterator[_Fault]:
    """Give the faults of shape, the first line first; a misspelt field before what it leaves missing."""
    faults = []
    for error in _validator().iter_errors(found.data):
        inner = error
        # Where alternatives are allowed, the deepest complaint says most.
        while inner.context:
            inner = max(inner.context, key=lambda one: len(one.absolute_path))
        place = _place(inner)
        order = (inner.validator != "additionalProperties", found.line_of(place))
        faults.append((order, place, _shape_words(inner)))
    yield from ((place, words) for _, place, words in sorted(faults, key=lambda fault: fault[0]))


def _place(error: jsonschema.ValidationError) -> Path:
    path = tuple(error.absolute_path)
    rule, schema, found = error.validator, error.schema, error.instance
    if not isinstance(found, dict) or not isinstance(schema, dict):
        return path
    if rule == "additionalProperties":
        return (*path, *[key for key in found if key not in schema.get("properties", {})][:1])
    if rule == "required":
        return (*path, *[key for key in schema["required"] if key not in found][:1])
    return path


def _shape_words(error: jsonschema.ValidationError) -> str:
    rule, found = str(error.validator), str(error.instance)[:80]
    asked: Any = error.validator_value
    if rule == "enum":
        return f"“{found}” is not one of: {', '.join(map(str, asked))}."
    words = {
        "required": "this field is missing.",
        "additionalProperties": "this field is not known here.",
        "type": f"“{found}” is not of the kind “{asked}”.",
        "minItems": f"at least {asked} is wanted here.",
        "minProperties": f"at least {asked} is wanted here.",
        "uniqueItems": "the same value is given twice.",
        "minLength": "this is empty.",
        "maxLength": f"this is longer than {asked} characters.",
        "minimum": f"“{found}” is less than {asked}.",
        "maximum": f"“{found}” is more than {asked}.",
        "pattern": f"“{found}” is not written the way such a value is (pattern {asked}).",
        "oneOf": "exactly one of the fields about and fixed_about is wanted here.",
    }
    return words.get(rule, f"{error.message[:300]}.")


def _faults(raw: dict[str, Any]) -> Iterator[_Fault]:
    yield from _day_faults((), raw)
    events, parties = raw["events"], raw["parties"]
    for code, body in raw["signatories"].items():
        if code not in parties or body not in parties:
            unknown = code if code not in parties else body
            yield ("signatories", code), f"“{unknown}” is not a party of this text."
    for name, event in events.items():
        yield from _event_faults(("events", name), event, raw)
    seen: dict[str, int] = {}
    for place, one in enumerate(raw["arrangements"]):
        path: Path = ("arrangements", place)
        if one["id"] in seen:
            yield (*path, "id"), f"“{one['id']}” is given twice."
        seen[one["id"]] = place
        yield from _day_faults(path, one)
        yield from _arrangement_faults(path, one, raw)
    for name, event in events.items():
        wanted = event.get("only_while")
        if wanted and (wanted not in seen or raw["arrangements"][seen[wanted]].get("standing")):
            yield ("events", name, "only_while"), f"“{wanted}” is not an arrangement that an event opens."
    yield from _paragraph_faults(raw)


def _day_faults(path: Path, held: dict[str, Any]) -> Iterator[_Fault]:
    day = held.get("effective_from", date.min)
    if type(day) is not date:
        yield (*path, "effective_from"), f"“{str(day)[:80]}” is not a date such as 2023-08-18."


def _event_faults(path: Path, event: dict[str, Any], raw: dict[str, Any]) -> Iterator[_Fault]:
    kinds = event.get("kinds", [])
    yield from _kind_faults((*path, "kinds"), kinds, raw["kinds"])
    unit = event.get("unit", "never")
    if isinstance(unit, list):
        yield from _kind_faults((*path, "unit"), unit, kinds)
    yield from _token_faults((*path, "addressee"), event.get("addressee", []), raw, relative=())
    possible = ["recorder", "notifier", *(["addressee"] if "addressee" in event else [])]
    if unit != "never":
        possible += ["unit", "region_of_unit"]
    yield from _token_faults((*path, "said_by"), event["said_by"], raw, relative=possible)


def _arrangement_faults(path: Path, one: dict[str, Any], raw: dict[str, Any]) -> Iterator[_Fault]:
    if one.get("standing"):
        yield from _standing_faults(path, one, raw)
        return
    events = raw["events"]
    for field in ("guard", "guard_note"):
        if field in one:
            yield (*path, field), "only a standing arrangement has a guard."
    for field in ("starts", "met_by", "limit_note"):
        if field not in one:
            yield (*path, field), "this field is missing, and the arrangement is not a standing one."
            return
    for number, start in enumerate(one["starts"]):
        yield from _event_reference_faults((*path, "starts", number), start, raw)
    if any(start["event"] not in events for start in one["starts"]):
        return
    for field in ("bearers", "counterparts"):
        relative = _relative_words(one["starts"], events, every=field == "bearers")
        yield from _token_faults((*path, field), one[field], raw, relative=relative, kinds=False)
    yield from _time_faults(path, one, raw)
    meetings = _as_list(one["met_by"])
    for number, meeting in enumerate(meetings):
        where: Path = (*path, "met_by", number) if isinstance(one["met_by"], list) else (*path, "met_by")
        yield from _event_reference_faults(where, meeting, raw)
        if meeting["event"] in events:
            yield from _meeting_faults(where, meeting, one, events)


def _standing_faults(path: Path, one: dict[str, Any], raw: dict[str, Any]) -> Iterator[_Fault]:
    for field in ("starts", "met_by", "limit", "local_target", "before", "varied_by", "recurs", "date_given"):
        if field in one:
            yield (*path, field), "a standing arrangement is started by no event and has no time limit."
    if "guard" not in one:
        yield (*path, "guard"), "a standing arrangement says what upholds it."
    elif one["guard"] == "parties" and "guard_note" not in one:
        yield (*path, "guard_note"), "say how the parties uphold it."
    elif one["guard"].startswith("event:") and one["guard"].removeprefix("event:") not in raw["events"]:
        yield (*path, "guard"), f"“{one['guard'].removeprefix('event:')}” is not an event of this text."
    for field in ("bearers", "counterparts"):
        yield from _token_faults((*path, field), one[field], raw, relative=("signatories",))


def _time_faults(path: Path, one: dict[str, Any], raw: dict[str, Any]) -> Iterator[_Fault]:
    events = raw["events"]
    given = [field for field in ("limit", "local_target", "date_given") if one.get(field)]
    if len(given) > 1:
        yield (*path, given[1]), f"the date cannot rest on both {given[0]} and {given[1]}."
    if ("local_target" in one) != ("local_note" in one):
        missing = "local_note" if "local_target" in one else "local_target"
        yield (*path, missing), "local_target and local_note go together."
    if one.get("date_given"):
        for start in one["starts"]:
            if "until" not in events[start["event"]]:
                yield (*path, "date_given"), f"“{start['event']}” carries no second date."
    if "before" in one:
        yield from _event_reference_faults((*path, "before"), {"event": one["before"]}, raw, within=False)
    varied = one.get("varied_by")
    if varied:
        yield from _event_reference_faults((*path, "varied_by"), {"event": varied["event"]}, raw)
        if "until" not in events.get(varied["event"], {"until": ""}):
            yield (*path, "varied_by", "event"), f"“{varied['event']}” carries no second date."
        yield from _token_faults((*path, "varied_by", "agreed_by"), varied["agreed_by"], raw, relative=())


def _meeting_faults(
    path: Path, meeting: dict[str, Any], one: dict[str, Any], events: dict[str, Any]
) -> Iterator[_Fault]:
    """Find what would keep the duty from ever being met."""
    met = events[meeting["event"]]
    for start in one["starts"]:
        opening = events[start["event"]]
        opened = set(start.get("kinds") or opening.get("kinds", []))
        allowed = set(meeting.get("kinds") or met.get("kinds", []))
        if opened and allowed and not meeting.get("kinds") and opened - allowed:
            never = ", ".join(sorted(opened - allowed))
            yield (*path, "event"), f"“{meeting['event']}” cannot meet what opens for the kind {never}."
        if met.get("fixed_about") != opening.get("fixed_about"):
            yield (
                (*path, "event"),
                (f"“{meeting['event']}” and “{start['event']}” are not recorded under the same reference."),
            )
        for party in meeting.get("same", []):
            for name, event in ((meeting["event"], met), (start["event"], opening)):
                absent = "addressee" not in event if party == "addressee" else "unit" not in event
                if absent:
                    yield (*path, "same"), f"“{name}” names no {party}."


def _event_reference_faults(
    path: Path, reference: dict[str, Any], raw: dict[str, Any], *, within: bool = True
) -> Iterator[_Fault]:
    place = (*path, "event") if within else path
    declared = raw["events"].get(reference["event"])
    if declared is None:
        yield place, f"“{reference['event']}” is not an event of this text."
        return
    yield from _kind_faults((*path, "kinds"), reference.get("kinds", []), declared.get("kinds", []))


def _kind_faults(path: Path, kinds: Iterable[str], known: Iterable[str]) -> Iterator[_Fault]:
    for kind in kinds:
        if kind not in known:
            yield path, f"“{kind}” is not a kind that is possible here."


def _token_faults(
    path: Path, tokens: list[str], raw: dict[str, Any], *, relative: Iterable[str], kinds: bool = True
) -> Iterator[_Fault]:
    for place, token in enumerate(tokens):
        if token in raw["parties"] or token in relative or (kinds and token.startswith(KIND)):
            continue
        if token in RELATIVE_WORDS or token.startswith(KIND):
            yield (*path, place), f"“{token}” cannot be told from the event here."
        else:
            yield (*path, place), f"“{token}” is not a party of this text."


def _relative_words(
    starts: list[dict[str, Any]], events: Mapping[str, dict[str, Any]], *, every: bool
) -> set[str]:
    """Give the words that the starting events can tell; for bearers, every one of them must."""
    known = {"recorder", "notifier", "signatories", "other_signatories"}
    held = [
        {
            *(["addressee"] if "addressee" in events[start["event"]] else []),
            *(["unit", "region_of_unit"] if _unit_told(start, events[start["event"]], every=every) else []),
        }
        for start in starts
    ]
    return known | set.intersection(*held)


def _unit_told(start: dict[str, Any], event: dict[str, Any], *, every: bool) -> bool:
    unit = event.get("unit", "never")
    if unit == "never":
        return False
    if not every or unit == "always":
        return True
    kinds = start.get("kinds") or event.get("kinds", [])
    return isinstance(unit, list) and set(kinds) <= set(unit)


def _paragraph_faults(raw: dict[str, Any]) -> Iterator[_Fault]:
    carried = {int(one["paragraph"].partition("(")[0]) for one in raw["arrangements"]}
    listed: set[int] = set()
    for place, paragraph in enumerate(raw["paragraphs"]):
        number = paragraph["number"]
        if number in listed:
            yield ("paragraphs", place, "number"), f"paragraph {number} is listed twice."
        listed.add(number)
        if number not in carried and "reason" not in paragraph:
            yield ("paragraphs", place, "reason"), f"no arrangement carries paragraph {number}; say why not."
        if number in carried and "reason" in paragraph:
            yield (
                ("paragraphs", place, "reason"),
                f"an arrangement carries paragraph {number}; leave this out.",
            )
    missing = sorted({*range(1, PARAGRAPHS + 1), *carried} - listed)
    if missing:
        yield ("paragraphs",), f"paragraph {missing[0]} is not listed."


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _version(raw: dict[str, Any], adopted_at: datetime) -> Version:
    effective_from: date = raw["effective_from"]
    return Version(
        id=raw["id"],
        title=raw["title"],
        effective_from=effective_from,
        adopted_at=adopted_at,
        source=raw["source"],
        signatories=raw["signatories"],
        parties=raw["parties"],
        kinds=raw["kinds"],
        events={name: _event_type(name, event) for name, event in raw["events"].items()},
        arrangements=tuple(_arrangement(one, effective_from) for one in raw["arrangements"]),
        paragraphs=tuple(
            Paragraph(number=one["number"], subject=one["subject"], reason=one.get("reason", ""))
            for one in sorted(raw["paragraphs"], key=lambda one: int(one["number"]))
        ),
    )


def _event_type(name: str, raw: dict[str, Any]) -> EventType:
    unit = raw.get("unit", "never")
    return EventType(
        name=name,
        title=raw["title"],
        question=raw["question"],
        kinds=tuple(raw.get("kinds", ())),
        about=raw.get("about", ""),
        fixed_about=raw.get("fixed_about", ""),
        unit_needed=unit == "always",
        unit_needed_for=tuple(unit) if isinstance(unit, list) else (),
        unit_possible=unit != "never",
        addressees=tuple(raw.get("addressee", ())),
        until=raw.get("until", ""),
        only_while=raw.get("only_while", ""),
        said_by=tuple(raw["said_by"]),
    )


def _arrangement(raw: dict[str, Any], effective_from: date) -> Arrangement:
    varied = raw.get("varied_by")
    return Arrangement(
        id=raw["id"],
        paragraph=raw["paragraph"],
        principles=tuple(raw["principles"]),
        title=raw["title"],
        summary=raw["summary"],
        bearers=tuple(raw["bearers"]),
        counterparts=tuple(raw["counterparts"]),
        effective_from=date.fromisoformat(raw["effective_from"])
        if "effective_from" in raw
        else effective_from,
        starts=tuple(
            Start(event=one["event"], kinds=tuple(one.get("kinds", ()))) for one in raw.get("starts", ())
        ),
        recurs=raw.get("recurs", False),
        limit=_period(raw.get("limit")),
        limit_note=raw.get("limit_note", ""),
        local_target=_period(raw.get("local_target")),
        local_note=raw.get("local_note", ""),
        date_given=raw.get("date_given", False),
        before=raw.get("before", ""),
        varied_by=Variation(
            event=varied["event"], agreed_by=tuple(varied["agreed_by"]), paragraph=varied["paragraph"]
        )
        if varied
        else None,
        met_by=tuple(
            Meeting(
                event=one["event"],
                kinds=tuple(one.get("kinds", ())),
                same=tuple(one.get("same", ())),
                by_bearer=one.get("by_bearer", False),
            )
            for one in _as_list(raw.get("met_by", []))
        ),
        force=Force(raw["force"]),
        standing=raw.get("standing", False),
        guard=raw.get("guard", ""),
        guard_note=raw.get("guard_note", ""),
        ambiguity=raw.get("ambiguity", ""),
        figures=raw.get("figures", {}),
    )


def _period(raw: dict[str, Any] | None) -> Period | None:
    return Period(**raw) if raw else None
