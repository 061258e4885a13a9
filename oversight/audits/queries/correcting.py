"""Corrections of a final report, and its versions: what it said and what it says (B4, ¶14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from oversight.audits.models import Audit, AuditCorrection, AuditVersion
from oversight.audits.queries.audits import line_of
from oversight.audits.queries.facts import CorrectionLine, CorrectionPage
from oversight.audits.queries.sight import Sight, found, not_found, sight_of
from oversight.audits.rules.audit import ISSUED
from oversight.audits.rules.correcting import (
    CORRECTION_WORKFLOW,
    OPEN,
    PARTS,
    CorrectionState,
    Difference,
    corrected,
    differences,
)
from oversight.audits.rules.data import Scale, grade_of, scale_on
from oversight.kernel.acting import Actor
from oversight.kernel.digests import parse

#: Purposes of the versions that everyone reads to whom the result is given.
FINALS: Final = ("final", "corrected")


def line_of_correction(one: AuditCorrection) -> CorrectionLine:
    """Give a correction as a line of a list."""
    return CorrectionLine(
        one.number, one.state, one.wrong, one.reason, one.opened_name, one.issued_name, one.issued_at
    )


def corrections_of(row: Audit, sight: Sight) -> tuple[CorrectionLine, ...]:
    """Give the corrections of a report that a reader of it may know of, the latest first."""
    rows = row.corrections.order_by("-number")
    if not sight.team:
        rows = rows.filter(state=CorrectionState.ISSUED)
    return tuple(line_of_correction(one) for one in rows)


def final_version(row: Audit, number: int | None = None) -> AuditVersion:
    """Give the version of a final report that stands, or an earlier one of it.

    Args:
        row: The audit; its report is final.
        number: Number of the version; None for the one that stands.

    Raises:
        Refused: There is no such version that was given to anyone.
    """
    rows = row.versions.filter(purpose__in=FINALS)
    if number is not None:
        rows = rows.filter(number=number)
    one: AuditVersion | None = rows.order_by("-number").first()
    if one is None:
        raise not_found()
    return one


def said_in(version: AuditVersion) -> dict[str, Any]:
    """Give what a version says."""
    said = parse(version.content)
    assert isinstance(said, dict)
    return said


def said_with(one: AuditCorrection) -> dict[str, Any]:
    """Give what a report says with a correction."""
    changes: dict[int, Mapping[str, str] | None] = {
        held.finding.number: None if held.withdrawn else {name: getattr(held, name) for name in PARTS}
        for held in one.corrected_findings.select_related("finding").order_by("id")
    }
    return corrected(said_in(one.before), rating=one.rating, summary=one.summary, findings=changes)


def wrote_of(one: AuditCorrection) -> frozenset[str]:
    """Give the references of everyone who wrote something of a correction."""
    wrote = one.corrected_findings.order_by("id").values_list("written_by", flat=True)
    return frozenset({one.opened_by, one.handed_in_by, *wrote} - {""})


def correction(*, actor: Actor, reference: str, number: int) -> CorrectionPage:
    """Give a correction: to its team, and once it is issued to everyone who reads the final report.

    Raises:
        Refused: There is none that the actor may read.
    """
    row = found(actor, reference)
    sight = sight_of(actor, row)
    if row.state not in {str(one) for one in ISSUED}:
        raise not_found()
    rows = row.corrections.select_related("before", "version").filter(number=number)
    one: AuditCorrection | None = rows.order_by("id").first()
    if one is None or not (sight.team or one.state == CorrectionState.ISSUED):
        raise not_found()
    before = said_in(one.before)
    after = said_in(one.version) if one.version else said_with(one)
    scale = scale_on(row.scale_since)
    wrote = wrote_of(one)
    return CorrectionPage(
        line=line_of(row, osag=sight.osag),
        sight=sight,
        revision=row.revision,
        told=line_of_correction(one),
        changes=tuple(_in_words(each, scale) for each in differences(before, after)),
        before=one.before.number,
        after=one.version.number if one.version else None,
        says=after,
        findings=tuple((each["number"], each["title"]) for each in before["findings"]),
        scale=scale,
        steps=tuple(
            move
            for move in CORRECTION_WORKFLOW.moves_from(one.state)
            if move.roles & sight.places and not (move.name == "issue" and actor.reference in wrote)
        ),
        writes=sight.works and one.state == CorrectionState.WRITING,
    )


def _in_words(one: Difference, scale: Scale) -> Difference:
    if one.kind == "rating":
        return replace(one, was=scale.ratings[one.was].title, now=scale.ratings[one.now].title)
    if one.kind == "grade":
        return replace(one, was=grade_of(one.was).title, now=grade_of(one.now).title)
    return one


def open_correction(row: Audit) -> AuditCorrection | None:
    """Give the correction of a report that is under way."""
    rows = row.corrections.select_related("before").filter(state__in=[str(one) for one in OPEN])
    one: AuditCorrection | None = rows.order_by("id").first()
    return one
