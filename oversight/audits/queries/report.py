"""The report of an audit: live to its team, and in the versions that were given to others (B4, ¶14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from oversight.audits.models import Audit, AuditAction
from oversight.audits.queries.audits import line_of
from oversight.audits.queries.correcting import FINALS, corrections_of, final_version, said_in
from oversight.audits.queries.facts import ActionLine, FindingLine, ReportPage, VersionLine
from oversight.audits.queries.sight import found, not_found, sight_of
from oversight.audits.rules.audit import ISSUED, WRITING
from oversight.audits.rules.data import grade_of, scale_on
from oversight.intelligence.rules.words import theme_of
from oversight.kernel.acting import Actor
from oversight.parties.queries import party

_ISSUED: Final = frozenset(str(one) for one in ISSUED)


def content_now(row: Audit) -> dict[str, Any]:
    """Give what the report says now, as a version keeps it."""
    actions: dict[int, list[AuditAction]] = {}
    for one in row.actions.filter(dropped_at=None).order_by("number"):
        actions.setdefault(one.finding_id, []).append(one)
    findings = row.findings.filter(dropped_at=None).select_related("test").order_by("number")
    return {
        "rating": row.rating,
        "summary": row.summary,
        "findings": [
            {
                "number": one.number,
                "title": one.title,
                "text": one.text,
                "cause": one.cause,
                "consequence": one.consequence,
                "theme": one.theme,
                "grade": one.grade,
                "test": one.test.number,
                "actions": [
                    {"number": held.number, "text": held.text, "owner": held.owner_id}
                    for held in actions.get(one.pk, ())
                ],
            }
            for one in findings
        ],
    }


def _findings(said: Mapping[str, Any]) -> tuple[FindingLine, ...]:
    return tuple(
        FindingLine(
            **{name: one[name] for name in ("number", "title", "text", "cause", "consequence", "test")},
            theme=theme_of(one["theme"]),
            grade=grade_of(one["grade"]),
            actions=tuple(
                ActionLine(held["number"], held["text"], party(held["owner"])) for held in one["actions"]
            ),
        )
        for one in said["findings"]
    )


def report(*, actor: Actor, reference: str, number: int | None = None) -> ReportPage:
    """Give the report: live to its team while it is written, as it was issued to everyone else.

    Args:
        actor: Who reads.
        reference: Reference of the audit.
        number: Number of an earlier version of a final report; None for what it says now.

    Raises:
        Refused: There is none that the actor may read.
    """
    row = found(actor, reference)
    sight = sight_of(actor, row)
    if not sight.reads_report(row.state):
        raise not_found()
    versions = list(row.versions.order_by("-number").defer("content"))
    purpose = "live"
    if row.state in _ISSUED:
        purpose = "final"
    elif not sight.team:
        purpose = "draft"
    if number is not None and purpose != "final":
        raise not_found()
    shown: int | None = None
    if purpose == "live":
        said: Mapping[str, Any] = content_now(row)
    elif purpose == "draft":
        said = said_in(row.versions.order_by("pk").get(purpose=purpose))
    else:
        version = final_version(row, number)
        said, shown = said_in(version), version.number
    known = versions if sight.team else [one for one in versions if one.purpose in {"draft", *FINALS}]
    scale = scale_on(row.scale_since)
    return ReportPage(
        line=line_of(row, osag=sight.osag),
        sight=sight,
        purpose=purpose,
        rating=scale.ratings.get(said["rating"]),
        summary=said["summary"],
        findings=_findings(said),
        scale=scale,
        versions=tuple(
            VersionLine(one.number, one.purpose, one.digest, one.made_at, one.made_name)
            for one in known
            if purpose != "draft" or one.purpose == "draft"
        ),
        open=sight.works and row.state in {str(one) for one in WRITING},
        version=shown,
        stands=number is None or number == final_version(row).number,
        withdrawn=tuple((one["number"], one["title"]) for one in said.get("withdrawn", ())),
        corrections=corrections_of(row, sight) if purpose == "final" else (),
    )
