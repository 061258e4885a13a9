"""Samples drawn by the real steps, for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from oversight.inspections.actions import fieldwork, judging
from oversight.inspections.models import Inspection
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.rules.case_lists import CaseFile, design_of, read_case_list
from oversight.inspections.rules.reading import programme_of, shipped_programmes

HEADING = "case,officer,sex,supervision,risk,leave_out"
AT = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)


def rows_of(count: int = 30, *, officers: int = 10, left_out: int = 0) -> str:
    """Give the text of a list: every third case a woman's, the first ones left out."""
    lines = [
        f"X{place:06},N57A{place % officers:03},{'female' if place % 3 == 0 else 'male'},community,"
        f"{'low' if place % 2 else 'not_low'},{'restricted' if place < left_out else ''}"
        for place in range(count)
    ]
    return "\n".join([HEADING, *lines])


def file_of(text: str = "", programme="pdu-2023-25", sample="cases") -> CaseFile:
    """Read a list the way a page does."""
    design = design_of(programme_of(shipped_programmes(), programme, 1), sample)
    assert design is not None
    return read_case_list(text or rows_of(), "cases.csv", design)


def upload(inspection: Inspection, by, text: str = "", *, sample="cases", reason="", at=AT) -> int:
    """Upload a list."""
    return fieldwork.upload_list(
        by=by,
        at=at,
        reference=inspection.reference,
        sample=sample,
        file=file_of(text, inspection.programme, sample),
        file_name="cases.csv",
        reason=reason,
    )


def draw(inspection: Inspection, by, text: str = "", *, wanted=10, sample="cases", at=AT) -> int:
    """Upload a list and draw from it."""
    return fieldwork.draw_sample(
        by=by,
        at=at,
        reference=inspection.reference,
        list_id=upload(inspection, by, text, sample=sample, at=at),
        wanted=wanted,
    )


def judge(inspection: Inspection, by, number: int, question: str, judgement="sufficient", **more) -> int:
    """Judge a case by one question for the first time, unless ``revision`` says otherwise."""
    facts = {"note": "", "revision": 0, "at": AT} | more
    return judging.judge(
        by=by,
        reference=inspection.reference,
        number=number,
        question=question,
        judgement=judgement,
        **facts,
    ).revision


def judge_whole(inspection: Inspection, by, number: int, judgement="sufficient", sample="cases") -> None:
    """Judge a case by every question."""
    programme = programme_for(inspection)
    for question in programme.questions_of(sample):
        judge(inspection, by, number, question.id, judgement)
