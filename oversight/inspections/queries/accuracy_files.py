"""What the files of an accuracy check are made from, and what they are checked against (D6, ¶22)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from oversight.exchange.rules.files import checked, file_rules
from oversight.inspections.models import AccuracyPoint
from oversight.inspections.queries.accuracy import PointLine, log_lines
from oversight.inspections.queries.accuracy_checks import check as check_detail
from oversight.inspections.queries.accuracy_checks import standards as standards_of
from oversight.inspections.queries.accuracy_drafts import draft_of, drafts_of, placed_in
from oversight.inspections.queries.accuracy_sight import check_of
from oversight.inspections.rules.accuracy_documents import LogDocument, LogRow, LogSection
from oversight.inspections.rules.accuracy_files import (
    COLUMNS,
    MOST_ROWS,
    DraftPassage,
    Key,
    PointsFile,
    read_points,
)
from oversight.inspections.rules.accuracy_states import PointState
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.kernel.sheets import KINDS, read_sheet
from oversight.kernel.words import LONDON, day_in_words, join_in_words, moment_in_words


@dataclass(frozen=True)
class FillIn:
    """What the file to fill in is made from: a draft's passages, and the standards that are rated."""

    draft: int
    passages: tuple[DraftPassage, ...]
    standards: tuple[str, ...]


def to_fill_in(*, actor: Actor, reference: str) -> FillIn:
    """Give the passages of the version under check.

    Raises:
        Refused: There is no such check that the actor sees.
    """
    _, check = check_of(actor, reference)
    standards = standards_of(actor=actor, reference=reference)
    draft = draft_of(check)
    passages = tuple(
        DraftPassage(one.number, one.anchor, one.section, one.kind, one.text)
        for one in placed_in(draft).values()
    )
    return FillIn(draft.number, passages, tuple(one.name for one in standards))


def known_points(*, actor: Actor, reference: str) -> dict[Key, int]:
    """Give the numbers of the points that the actor answers for, by what makes them the same: one query more.

    Raises:
        Refused: There is no such check that the actor sees.
    """
    seen, check = check_of(actor, reference)
    rows = AccuracyPoint.objects.filter(check_of=check, ask__in=seen.my_ids)
    rows = rows.exclude(state=str(PointState.WITHDRAWN)).order_by("-number")
    fields = ("draft__number", "anchor", "kind", "current", "proposed", "explanation", "number")
    return {
        (draft, anchor, kind, current, proposed, why): number
        for draft, anchor, kind, current, proposed, why, number in rows.values_list(*fields)
    }


def points_in_file(*, actor: Actor, reference: str, name: str, content: bytes) -> tuple[PointsFile, str]:
    """Read a file of points; give what it says, with every fault, and the digest of the file.

    Args:
        actor: Who chose it.
        reference: Reference of the inspection.
        name: Name of the file.
        content: All of it.

    Raises:
        Refused: There is no such check that the actor sees, or the file cannot be taken at all (``file``).
    """
    _, check = check_of(actor, reference)
    judged = checked(name, content)
    if judged.kind.id not in KINDS:
        raise Refused(
            "file_kind",
            f"{judged.kind.title}: points come in a spreadsheet.",
            f"Choose a {file_rules().words_for(KINDS)}",
            field="file",
        )
    rows = read_sheet(judged.kind.id, judged.content, judged.name, COLUMNS, most_rows=MOST_ROWS)
    passages = {
        (one.number, one.anchor): DraftPassage(one.number, one.anchor, one.section, one.kind, one.text)
        for version in drafts_of(check)
        for one in placed_in(version).values()
    }
    read = read_points(
        rows,
        passages=passages,
        standards={one.name: one.id for one in standards_of(actor=actor, reference=reference)},
        known=known_points(actor=actor, reference=reference),
    )
    return read, judged.digest


def log_document(*, actor: Actor, reference: str, at: datetime) -> LogDocument:
    """Give the log as far as the actor sees it, ready to be set as a document.

    Raises:
        Refused: There is no such check that the actor sees.
    """
    detail = check_detail(actor=actor, reference=reference, today=at.astimezone(LONDON).date())
    _, check = check_of(actor, reference)
    lines = list(log_lines(actor, reference))
    facts = [
        ("Inspection", f"{detail.title}, {detail.reference}"),
        ("Draft", f"version {detail.draft}, sent on {day_in_words(detail.sent_on)}"),
        ("Check", f"{detail.label}{f', due on {day_in_words(detail.due)}' if detail.due else ''}"),
        ("Points", f"{len(lines):,}, as far as those who made this file see them"),
        ("Made", moment_in_words(at)),
    ]
    if detail.nil:
        facts.append(("Response", "OSAG returned that nothing in the draft is inaccurate"))
    titles = dict.fromkeys(one.section for one in placed_in(draft_of(check)).values())
    titles |= dict.fromkeys(line.section for line in lines)
    sections = (LogSection(title, _rows(line for line in lines if line.section == title)) for title in titles)
    return LogDocument(
        title=f"Accuracy check log: {detail.title}",
        facts=tuple(facts),
        sections=tuple(one for one in sections if one.rows),
        empty="There are no points that you can see.",
    )


def _rows(lines: Iterable[PointLine]) -> tuple[LogRow, ...]:
    return tuple(
        LogRow(
            point=_lines(f"Point {line.number}", line.kind.words, line.party.name, f"Version {line.draft}"),
            says=line.current or "Something is left out",
            should=line.proposed or "These figures should not be published",
            why=_lines(
                line.explanation,
                {True: "So at the inspection: yes", False: "So at the inspection: no, it is newer"}.get(
                    line.at_inspection, ""
                )
                if line.at_inspection is not None
                else "",
                f"Rating said to be affected: {line.standard}" if line.standard else "",
                f"Evidence: {line.evidence_name} {line.evidence_page}".rstrip() if line.evidence else "",
            ),
            standing=_standing(line),
        )
        for line in lines
    )


def _standing(line: PointLine) -> str:
    told = line.decision
    return _lines(
        line.state_label,
        line.reason,
        f"Answered with point {line.answered_with}" if line.answered_with else "",
        f"Answers for {join_in_words([f'point {one}' for one in line.answers_for])}"
        if line.answers_for
        else "",
        f"Passage {line.passage} since" if line.passage != "same" else "",
        f"{told.label} by {told.name}, {moment_in_words(told.at)}" if told else "",
        told.reason if told else "",
        f"To change in the report: {told.change}" if told and told.change else "",
        f"OSAG does not agree: {told.dispute}" if told and told.dispute else "",
    )


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)
