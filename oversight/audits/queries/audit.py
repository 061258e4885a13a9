"""One audit: page, papers, report, accuracy check, follow-up, each as far as its reader may know (B4)."""

from __future__ import annotations

from datetime import date
from typing import Final

from oversight.audits.models import Audit, AuditLook, AuditPaper, AuditTest
from oversight.audits.queries.audits import line_of
from oversight.audits.queries.correcting import line_of_correction, open_correction
from oversight.audits.queries.facts import (
    AccuracyPage,
    ActionLine,
    AuditPage,
    FollowingPage,
    FollowUpLine,
    HoldLine,
    Member,
    PaperLine,
    PointLine,
    SourceLine,
    Step,
    TestLine,
    WorkPage,
)
from oversight.audits.queries.sight import (
    DISPOSE,
    Sight,
    demand_team,
    found,
    not_found,
    sight_of,
)
from oversight.audits.rules.audit import (
    ISSUED,
    NOT_FOR_LEAD,
    WITH_DRAFT,
    WORKING,
    AuditState,
    Place,
    Readiness,
    lacking,
    steps_of,
)
from oversight.audits.rules.data import grade_of, scale_on
from oversight.audits.rules.work import (
    Looked,
    PaperState,
    PointState,
    SourceKind,
    due_for_disposal,
)
from oversight.exchange.queries.files import FileContent, content_of, files_by_id
from oversight.kernel.acting import Actor
from oversight.kernel.partial_dates import PartialDate
from oversight.parties.queries import parties_by_code, party
from oversight.recommendations.queries.of_source import standing_of

#: Steps that the team takes among itself; nobody outside OSAG is told of them.
INSIDE: Final = frozenset(
    {
        "plan",
        "finish_fieldwork",
        "hand_in",
        "send_back",
        "begin_correction",
        "hand_in_correction",
        "send_back_correction",
        "drop_correction",
    }
)
#: What each step is called once it was taken.
TAKEN: Final = {
    "plan": "Planned",
    "set_team": "Team named anew",
    "change_dates": "Days changed",
    "announce": "Announced to the audited",
    "start_fieldwork": "Fieldwork started",
    "finish_fieldwork": "Fieldwork finished",
    "hand_in": "Draft handed in for review",
    "send_back": "Draft sent back",
    "issue_draft": "Draft issued to the audited",
    "return_check": "Accuracy check returned",
    "close_check": "Gone on without a reply",
    "issue_final": "Final report issued",
    "plan_follow_up": "Follow-up planned",
    "follow_up": "Follow-up recorded",
    "close": "Closed",
    "cancel": "Cancelled",
    "begin_correction": "Correction of the report begun",
    "hand_in_correction": "Correction handed in for review",
    "send_back_correction": "Correction sent back",
    "drop_correction": "Correction dropped",
    "issue_correction": "Corrected report issued",
}
_ISSUED: Final = frozenset(str(one) for one in ISSUED)


def audit(*, actor: Actor, reference: str) -> AuditPage:
    """Give an audit.

    Raises:
        Refused: There is none that the actor may know of.
    """
    row = found(actor, reference)
    sight = sight_of(actor, row)
    # Whoever leads an audit does not close it, so it is not offered to them either.
    leads = actor.reference == sight.lead
    moves = tuple(
        one for one in steps_of(row.state, sight.places) if not (leads and one.name in NOT_FOR_LEAD)
    )
    ready = readiness(row) if sight.team else Readiness()
    told = row.members.filter(left_at=None).order_by("id")
    under_way = open_correction(row) if row.state in _ISSUED else None
    return AuditPage(
        line=line_of(row, osag=sight.osag),
        sight=sight,
        revision=row.revision,
        scope=row.scope,
        team=tuple(
            Member(one.person, one.name, one.place) for one in told if sight.osag or one.place == Place.LEAD
        ),
        sources=sources_of(row) if sight.osag else (),
        steps=moves,
        lacking={one.name: lacking(one.name, ready) for one in moves} if sight.team else {},
        timeline=_timeline(row, sight),
        started_on=row.started_on,
        finished_on=row.finished_on if sight.osag or row.state in _ISSUED else None,
        accuracy_due=row.accuracy_due,
        scale=scale_on(row.scale_since),
        reads_report=sight.reads_report(row.state),
        retain_until=row.retain_until if sight.osag else None,
        correction=line_of_correction(under_way) if under_way and sight.team else None,
    )


def _timeline(row: Audit, sight: Sight) -> tuple[Step, ...]:
    parties = parties_by_code()
    steps = row.steps.order_by("-id")
    return tuple(
        Step(
            TAKEN[one.move],
            one.reason if sight.osag or one.move != "cancel" else "",
            one.made_at,
            one.made_name,
            parties[one.made_party_id],
        )
        for one in steps
        if sight.osag or one.move not in {*INSIDE, "set_team"}
    )


def sources_of(row: Audit) -> tuple[SourceLine, ...]:
    """Give what an audit draws on."""
    return tuple(
        SourceLine(
            number=one.number,
            kind=SourceKind(one.kind),
            cited=one.cited,
            version=one.version,
            title=one.title,
            owner=one.owner,
            as_at=PartialDate.parse(one.as_at).in_words() if one.as_at else "Date not known",
            used_for=one.used_for,
            cited_name=one.cited_name,
            cited_at=one.cited_at,
        )
        for one in row.sources.filter(dropped_at=None).order_by("number")
    )


def readiness(row: Audit) -> Readiness:
    """Say what an audit holds, as far as its next step asks."""
    tests = list(row.tests.order_by("number"))
    papers = AuditPaper.objects.filter(test__in=tests).order_by("id").values_list("test", "state")
    reviewed = {test for test, state in papers if state == PaperState.REVIEWED}
    waiting = sum(state == PaperState.WAITING for _, state in papers)
    findings = list(row.findings.filter(dropped_at=None).order_by("number"))
    acted = set(row.actions.filter(dropped_at=None).order_by("id").values_list("finding", flat=True))
    points = row.points.filter(state=PointState.RAISED).order_by("number").values_list("number", flat=True)
    return Readiness(
        tests=len(tests),
        open_tests=tuple(one.number for one in tests if one.concluded_at is None or one.pk not in reviewed),
        waiting_papers=waiting,
        findings=len(findings),
        without_action=tuple(
            one.number for one in findings if grade_of(one.grade).action and one.pk not in acted
        ),
        rated=bool(row.rating),
        summary=bool(row.summary),
        sources=row.sources.filter(dropped_at=None).count(),
        open_points=tuple(points),
    )


def work(*, actor: Actor, reference: str) -> WorkPage:
    """Give the tests and working papers of an audit.

    Raises:
        Refused: There is none whose team the actor is of.
    """
    row = found(actor, reference)
    sight = sight_of(actor, row)
    demand_team(sight)
    tests = list(row.tests.order_by("number"))
    papers: dict[int, list[AuditPaper]] = {}
    for one in AuditPaper.objects.filter(test__in=tests).order_by("test", "number"):
        papers.setdefault(one.test_id, []).append(one)
    files = files_by_id(one.file_id for held in papers.values() for one in held if one.file_id is not None)
    reviews = bool(sight.places & {Place.LEAD, Place.REVIEWER})
    return WorkPage(
        line=line_of(row, osag=True),
        sight=sight,
        tests=tuple(
            TestLine(
                number=test.number,
                question=test.question,
                method=test.method,
                conclusion=test.conclusion,
                result=test.result,
                written_name=test.written_name,
                concluded_name=test.concluded_name,
                papers=tuple(
                    PaperLine(
                        id=one.pk,
                        number=one.number,
                        title=one.title,
                        text=one.text,
                        file=files.get(one.file_id or 0),
                        state=one.state,
                        prepared_name=one.prepared_name,
                        prepared_at=one.prepared_at,
                        reviewed_name=one.reviewed_name,
                        reviewed_at=one.reviewed_at,
                        note=one.note,
                        may_review=reviews
                        and one.state == PaperState.WAITING
                        and one.prepared_by != actor.reference,
                    )
                    for one in papers.get(test.pk, ())
                ),
            )
            for test in tests
        ),
        open=row.state in {str(one) for one in WORKING},
    )


def paper_file(*, actor: Actor, reference: str, paper_id: int) -> FileContent:
    """Give the evidence of a working paper.

    Raises:
        Refused: There is none that the actor may read, or it was disposed of.
    """
    row = found(actor, reference)
    demand_team(sight_of(actor, row))
    paper = AuditPaper.objects.filter(test__audit=row, pk=paper_id).order_by("id").first()
    if paper is None or paper.file_id is None:
        raise not_found()
    return content_of(paper.file_id)


def accuracy(*, actor: Actor, reference: str) -> AccuracyPage:
    """Give the accuracy check of an audit, to its team and to those audited.

    The audited see an answer once the report is final, and the team's own words on the way there not at all.

    Raises:
        Refused: There is none that the actor may see.
    """
    row = found(actor, reference)
    sight = sight_of(actor, row)
    given = {str(one) for one in (*WITH_DRAFT, *ISSUED)}
    if row.state not in given or not (sight.team or Place.AUDITED in sight.places):
        raise not_found()
    told = sight.team or row.state in _ISSUED
    parties = parties_by_code()
    draft = row.versions.order_by("pk").get(purpose="draft")
    answers = Place.LEAD in sight.places and row.state == AuditState.ANSWERING
    raises = Place.AUDITED in sight.places and row.state == AuditState.ACCURACY
    points = row.points.order_by("number")
    return AccuracyPage(
        line=line_of(row, osag=sight.osag),
        sight=sight,
        due=row.accuracy_due,
        points=tuple(
            PointLine(
                number=one.number,
                part=one.part,
                text=one.text,
                evidence=one.evidence,
                state=one.state if told or one.state == PointState.TAKEN_BACK else str(PointState.RAISED),
                reason=one.reason if told else "",
                raised_name=one.raised_name,
                raised_party=parties[one.raised_party_id],
                raised_at=one.raised_at,
                answered_name=one.answered_name if told else "",
                may_take_back=raises and one.state == PointState.RAISED,
                may_answer=answers and one.state == PointState.RAISED,
            )
            for one in points
            if told or one.state != PointState.TAKEN_BACK or Place.AUDITED in sight.places
        ),
        raises=raises,
        draft=draft.number,
    )


def following(*, actor: Actor, reference: str, today: date) -> FollowingPage:
    """Give what became of a final report.

    Raises:
        Refused: There is none that the actor may read, or it is not final.
    """
    row = found(actor, reference)
    if row.state not in _ISSUED:
        raise not_found()
    sight = sight_of(actor, row)
    standings, parties = standing_of(row.reference), parties_by_code()
    visits = list(row.follow_ups.order_by("number"))
    looks: dict[int, list[tuple[int, Looked]]] = {}
    by_action: dict[int, list[str]] = {}
    numbers = {one.pk: one.number for one in visits}
    for look in AuditLook.objects.filter(follow_up__audit=row).select_related("action").order_by("id"):
        found_ = Looked(look.found)
        looks.setdefault(look.follow_up_id, []).append((look.action.number, found_))
        by_action.setdefault(look.action_id, []).append(
            f"Follow-up {numbers[look.follow_up_id]}: {found_.replace('_', ' ')}"
        )
    actions = row.actions.filter(dropped_at=None).order_by("number")
    holds = list(row.holds.order_by("-id"))
    held = any(one.lifted_at is None for one in holds)
    disposes = sight.osag and actor.may(DISPOSE, party(actor.party))
    waiting = row.disposals.filter(decided_at=None).order_by("id").first() if disposes else None
    return FollowingPage(
        line=line_of(row, osag=sight.osag),
        sight=sight,
        actions=tuple(
            ActionLine(
                one.number,
                one.text,
                parties[one.owner_id],
                standings.get(one.recommendation),
                tuple(by_action.get(one.pk, ())),
            )
            for one in actions
        ),
        follow_ups=tuple(
            FollowUpLine(
                one.number,
                one.first_day,
                one.last_day,
                one.planned_name,
                one.made_on,
                one.account,
                one.recorded_name,
                tuple(looks.get(one.pk, ())),
            )
            for one in visits
        ),
        last_closed_on=row.last_closed_on,
        retain_until=row.retain_until,
        gone_at=row.gone_at,
        holds=tuple(
            HoldLine(one.reason, one.placed_name, one.placed_at, one.lifted_reason)
            for one in holds
            if disposes
        ),
        held=held and disposes,
        disposes=disposes,
        proposed_by=waiting.proposed_by if waiting else "",
        proposed_name=waiting.proposed_name if waiting else "",
        due_for_disposal=due_for_disposal(
            retain_until=row.retain_until, gone=row.gone_at is not None, held=held, today=today
        ),
    )


def test_of(row: Audit, number: int) -> AuditTest:
    """Give a test of an audit by its number.

    Raises:
        Refused: There is none.
    """
    one: AuditTest | None = row.tests.filter(number=number).order_by("id").first()
    if one is None:
        raise not_found()
    return one
