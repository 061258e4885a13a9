"""Fieldwork: begun, tests, working papers with evidence, reviewed by a second person, finished (B4, ¶14)."""

from __future__ import annotations

from datetime import datetime

from oversight.audits.actions.keeping import (
    checked,
    locked,
    next_number,
    of_team,
    sealed,
    stepped,
    tell_timetable,
)
from oversight.audits.models import AuditPaper, AuditTest
from oversight.audits.queries.audit import readiness, test_of
from oversight.audits.queries.sight import WORK, demand_team, not_found
from oversight.audits.rules.audit import WORKING, Place, check_ready, check_state
from oversight.audits.rules.data import PARAGRAPH
from oversight.audits.rules.work import Conclusion, check_paper_step
from oversight.exchange.actions.files import keep_within
from oversight.exchange.actions.writing import clean_text, london_day
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action


@action(verb="audit.fieldwork-started", permission=WORK, paragraph=PARAGRAPH)
def start_fieldwork(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Start fieldwork, once the plan says what it draws on.

    Args:
        by: The lead of the audit.
        at: Moment of starting.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.

    Raises:
        Refused: There is no such audit, it is not announced, no source is cited, or it changed meanwhile.
    """
    row, sight = locked(by, reference, revision)
    move = checked(row, sight, "start_fieldwork", by)
    check_ready(move.name, readiness(row))
    row.started_on = london_day(at)
    stepped(row, move.name, move.target, by=by, at=at)
    tell_timetable(row, by=by, at=at, reason="Fieldwork has started.")
    return Recorded(f"audit:{row.reference}", {"started_on": row.started_on}, None)


@action(verb="audit.test-written", permission=WORK, paragraph=PARAGRAPH)
def write_test(*, by: Actor, at: datetime, reference: str, question: str, method: str) -> Recorded[int]:
    """Write a test: what is looked at, and how.

    Args:
        by: The lead or an auditor.
        at: Moment of writing.
        reference: Reference of the audit.
        question: What is tested.
        method: How, and on what sample.

    Returns:
        Its number.

    Raises:
        Refused: There is no such audit for the actor, fieldwork is not on, or something is missing.
    """
    row, _ = of_team(by, reference)
    check_state(row.state, WORKING, "Tests are written")
    made = AuditTest.objects.create(
        audit=row,
        number=next_number(row.tests),
        question=clean_text(question, "question", wanted="Enter what is tested."),
        method=clean_text(method, "method", wanted="Enter how it is tested, and on what sample."),
        written_at=at,
        written_by=by.reference,
        written_name=by.name,
    )
    payload: dict[str, Value] = {
        "number": made.number,
        **sealed({"question": made.question, "method": made.method}),
    }
    return Recorded(f"audit:{row.reference}", payload, made.number)


@action(verb="audit.test-concluded", permission=WORK, paragraph=PARAGRAPH)
def conclude_test(
    *, by: Actor, at: datetime, reference: str, number: int, conclusion: str, result: str
) -> Recorded[None]:
    """Say what a test showed. Said again, the words before stay in the record.

    Args:
        by: The lead or an auditor.
        at: Moment of saying it.
        reference: Reference of the audit.
        number: Number of the test.
        conclusion: A ``Conclusion``.
        result: What was seen.

    Raises:
        Refused: There is no such test for the actor, fieldwork is not on, or something is missing.
    """
    row, _ = of_team(by, reference)
    check_state(row.state, WORKING, "Tests are concluded")
    one = test_of(row, number)
    if conclusion not in set(Conclusion):
        raise Refused("audit_conclusion", "There is no such conclusion.", "Choose one.", field="conclusion")
    one.result = clean_text(result, "result", wanted="Enter what was seen.")
    one.conclusion = conclusion
    one.concluded_at, one.concluded_by, one.concluded_name = at, by.reference, by.name
    one.save()
    payload: dict[str, Value] = {
        "test": number,
        **sealed({"conclusion": conclusion, "result": one.result}),
    }
    return Recorded(f"audit:{row.reference}", payload, None)


@action(verb="audit.paper-added", permission=WORK, paragraph=PARAGRAPH)
def add_paper(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    number: int,
    title: str,
    text: str,
    file_name: str = "",
    file: bytes = b"",
) -> Recorded[int]:
    """Add a working paper to a test, with its evidence. The team alone reads it.

    Args:
        by: The lead or an auditor.
        at: Moment of adding it.
        reference: Reference of the audit.
        number: Number of the test.
        title: What it is called.
        text: What was done and seen.
        file_name: Name of the file of evidence; empty for none.
        file: Its content.

    Returns:
        Row of the paper.

    Raises:
        Refused: There is no such test for the actor, fieldwork is not on, something is missing, or the file
            is not of an allowed kind.
    """
    row, _ = of_team(by, reference)
    check_state(row.state, WORKING, "Working papers are added")
    test = test_of(row, number)
    named = typed_line(title, "title", longest=200)
    if not named:
        raise Refused("audit_missing", "Something is missing.", "Enter what it is called.", field="title")
    said = clean_text(text, "text", wanted="Enter what was done and seen.")
    kept = keep_within(name=file_name, content=file, by=by, at=at) if file_name else None
    made = AuditPaper.objects.create(
        test=test,
        number=next_number(test.papers),
        title=named,
        text=said,
        file_id=kept.id if kept else None,
        prepared_at=at,
        prepared_by=by.reference,
        prepared_name=by.name,
    )
    payload: dict[str, Value] = {
        "test": number,
        "paper": made.number,
        **sealed({"title": named, "text": said}),
    }
    if kept is not None:
        payload["evidence"] = {"file": kept.id, "digest": kept.digest}
    return Recorded(f"audit:{row.reference}", payload, made.pk)


@action(verb="audit.paper-reviewed", permission=WORK, paragraph=PARAGRAPH)
def review_paper(
    *, by: Actor, at: datetime, reference: str, paper_id: int, move: str, note: str
) -> Recorded[None]:
    """Review somebody else's working paper: it bears out its test, or goes back with the reason.

    Args:
        by: The lead or the reviewer, who did not write it.
        at: Moment of reviewing.
        reference: Reference of the audit.
        paper_id: Row of the paper.
        move: ``review`` or ``send_back``.
        note: What the reviewer says; compulsory when it goes back.

    Raises:
        Refused: There is no such paper for the actor, it is their own, it was reviewed, fieldwork is over, or
            the reason is missing.
    """
    row, sight = locked(by, reference)
    demand_team(sight)
    check_state(row.state, WORKING, "Working papers are reviewed")
    paper = AuditPaper.objects.select_for_update(of=("self",)).filter(test__audit=row, pk=paper_id)
    one = paper.order_by("id").first()
    if one is None:
        raise not_found()
    place = next((held for held in (Place.REVIEWER, Place.LEAD) if held in sight.places), Place.AUDITOR)
    step = check_paper_step(move, one.state, place=place, person=by.reference, author=one.prepared_by)
    wanted = "Enter what is lacking." if move == "send_back" else ""
    one.note = clean_text(note, "note", wanted=wanted)
    one.state = step.target
    one.reviewed_at, one.reviewed_by, one.reviewed_name = at, by.reference, by.name
    one.save()
    payload: dict[str, Value] = {"paper": one.pk, "state": one.state, **sealed({"note": one.note})}
    return Recorded(f"audit:{row.reference}", payload, None)


@action(verb="audit.fieldwork-finished", permission=WORK, paragraph=PARAGRAPH)
def finish_fieldwork(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Finish fieldwork: every test is concluded and borne out by a reviewed paper.

    Args:
        by: The lead of the audit.
        at: Moment of finishing.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.

    Raises:
        Refused: There is no such audit, something is lacking, or it changed meanwhile.
    """
    row, sight = locked(by, reference, revision)
    move = checked(row, sight, "finish_fieldwork", by)
    check_ready(move.name, readiness(row))
    row.finished_on = london_day(at)
    stepped(row, move.name, move.target, by=by, at=at)
    tell_timetable(row, by=by, at=at, reason="Fieldwork is over.")
    return Recorded(f"audit:{row.reference}", {"finished_on": row.finished_on}, None)
