"""Correcting a final report: its steps, what it says then, and what changed in it (B4, ¶14)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from oversight.audits.rules.audit import PLACE_WORDS, Place
from oversight.audits.rules.data import PARAGRAPH, grade_of
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move, State, Workflow


class CorrectionState(StrEnum):
    """Where the correction of a final report stands."""

    WRITING = "writing"
    REVIEW = "review"
    ISSUED = "issued"
    DROPPED = "dropped"


_S = CorrectionState
_WRITERS: Final = frozenset({str(Place.LEAD), str(Place.AUDITOR)})
_REVIEWER: Final = frozenset({str(Place.REVIEWER)})
OPEN: Final = (_S.WRITING, _S.REVIEW)
#: Steps that need a reason.
WITH_REASON: Final = frozenset({"send_back", "drop"})

CORRECTION_WORKFLOW: Final = Workflow(
    name="audit_correction",
    title="Correction of a final report of an audit",
    states=(
        State(_S.WRITING, "Being written", "the lead and the auditors"),
        State(_S.REVIEW, "Waiting for the reviewer", "the reviewer of the audit"),
        State(_S.ISSUED, "Issued", "nobody", ends=True),
        State(_S.DROPPED, "Dropped", "nobody", ends=True),
    ),
    moves=(
        Move("hand_in", "Hand the correction in", _S.WRITING, _S.REVIEW, _WRITERS, PARAGRAPH),
        Move("drop", "Drop the correction", _S.WRITING, _S.DROPPED, _WRITERS, PARAGRAPH),
        Move("send_back", "Send the correction back", _S.REVIEW, _S.WRITING, _REVIEWER, PARAGRAPH),
        Move("issue", "Issue the corrected report", _S.REVIEW, _S.ISSUED, _REVIEWER, PARAGRAPH),
    ),
    starts=_S.WRITING,
    role_names={str(one): PLACE_WORDS[one] for one in (Place.LEAD, Place.AUDITOR, Place.REVIEWER)},
)

#: Parts of a finding that are corrected, as people read them.
PARTS: Final = {
    "title": "title",
    "text": "what was found",
    "cause": "cause",
    "consequence": "consequence",
    "grade": "how grave",
}


def check_correction_step(
    name: str, state: str, *, places: Collection[str], person: str, wrote: Collection[str]
) -> Move:
    """Give the step of a correction when someone may take it now.

    Args:
        name: Name of the step.
        state: Where the correction stands.
        places: What they are in the audit.
        person: Reference of the person.
        wrote: References of everyone who wrote something of it.

    Raises:
        Refused: As for ``Workflow.check``; rule ``audit_second_person``: who wrote of it does not issue it.
    """
    fitting = [one for one in CORRECTION_WORKFLOW.moves_from(state) if one.name == name]
    held = next((one for one in fitting if one.roles & set(places)), None)
    move = held or CORRECTION_WORKFLOW.check(name, state, next(iter(sorted(places)), ""))
    if name == "issue" and person in set(wrote):
        raise Refused(
            "audit_second_person",
            "You wrote part of this correction, so a second person issues it.",
            "Ask another reviewer of OSAG to be named.",
            paragraph=PARAGRAPH,
            who_can="the reviewer of the audit",
        )
    return move


def corrected(
    before: Mapping[str, Any],
    *,
    rating: str,
    summary: str,
    findings: Mapping[int, Mapping[str, str] | None],
) -> dict[str, Any]:
    """Give what a report says once a correction is made; its actions and their numbers stay.

    Args:
        before: What it says, as a version keeps it.
        rating: Its rating from then on.
        summary: Its summary from then on.
        findings: By their numbers, the parts of findings from then on, or None for one that is withdrawn.
    """
    kept: list[dict[str, Any]] = []
    gone = list(before.get("withdrawn", ()))
    for one in before["findings"]:
        change = findings.get(one["number"], {})
        if change is None:
            gone.append({"number": one["number"], "title": one["title"], "actions": one["actions"]})
        else:
            kept.append({**one, **change})
    return {"rating": rating, "summary": summary, "findings": kept, "withdrawn": gone}


@dataclass(frozen=True)
class Difference:
    """One part of a report that two versions say differently.

    Args:
        part: Which part, as a sentence begins.
        was: What the earlier says.
        now: What the later says; empty for what was withdrawn.
        finding: Number of its finding; None for the report as a whole.
        kind: ``rating``, ``summary``, ``withdrawn``, or a key of ``PARTS``.
    """

    part: str
    was: str
    now: str
    finding: int | None
    kind: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Give every part that two versions of one report say differently, in the order of the report.

    Args:
        before: What the earlier says.
        after: What the later says.
    """
    found = [
        Difference(label, before[kind], after[kind], None, kind)
        for kind, label in (("rating", "Rating"), ("summary", "Summary"))
        if before[kind] != after[kind]
    ]
    later = {one["number"]: one for one in after["findings"]}
    for one in before["findings"]:
        number, held = one["number"], later.get(one["number"])
        if held is None:
            found.append(Difference(f"Finding {number}, withdrawn", one["title"], "", number, "withdrawn"))
            continue
        found += [
            Difference(f"Finding {number}, {label}", one[kind], held[kind], number, kind)
            for kind, label in PARTS.items()
            if one[kind] != held[kind]
        ]
    return tuple(found)


def check_corrects(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Refuse a correction that changes nothing, or leaves a finding without the action that it asks for.

    Raises:
        Refused: Rule ``audit_correction_same`` or ``audit_correction_action``.
    """
    if not differences(before, after):
        raise Refused(
            "audit_correction_same",
            "The report would say what it says already.",
            "Correct a part of it, or drop the correction.",
            paragraph=PARAGRAPH,
        )
    without = [
        str(one["number"])
        for one in after["findings"]
        if grade_of(one["grade"]).action and not one["actions"]
    ]
    if without:
        raise Refused(
            "audit_correction_action",
            f"These findings would ask for an action that they do not have: {', '.join(without)}.",
            "A correction writes no action. Leave the grade, and plan an audit of what is new.",
            paragraph=PARAGRAPH,
        )
