"""The accuracy check as a whole: who was asked, how far it is, its dates; the list of checks (D6, ¶22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Prefetch, Q

from oversight.inspections.models import (
    AccuracyAnswer,
    AccuracyAsk,
    AccuracyPoint,
    DateProposal,
    ReportVersion,
)
from oversight.inspections.queries.accuracy_drafts import draft_of, drafts_of, sections_of
from oversight.inspections.queries.accuracy_sight import (
    Look,
    check_of,
    seen_points,
)
from oversight.inspections.queries.alerts import sees_alerts
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.rules.accuracy import ToDo, to_do
from oversight.inspections.rules.accuracy_sight import Standing
from oversight.inspections.rules.accuracy_states import (
    ASK_WORKFLOW,
    CHECK_OPEN,
    CHECK_WORKFLOW,
    EXTENSION_WORKFLOW,
    AskState,
    PointKind,
    PointState,
)
from oversight.inspections.rules.case import WORKFLOW, CaseState
from oversight.inspections.rules.programmes import InspectionType, Standard
from oversight.inspections.rules.reporting import SectionText
from oversight.inspections.rules.visibility import OWNER, Part
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code


@dataclass(frozen=True)
class AnswerRound:
    """One answer of a contributor: nil or with points, and why it was sent back if it was."""

    nil: bool
    note: str
    name: str
    at: datetime
    sent_back: str
    sent_back_name: str


@dataclass(frozen=True)
class AskLine:
    """A contributor.

    Args:
        id: Row of what they were asked.
        revision: What the next act on it hands back.
        party: Who.
        scope: What they were asked to look at; empty for the whole draft.
        state: One of ``AskState``.
        label: The same in words.
        first_due: Their last day as it first stood.
        due: Their last day.
        late: Whether it has passed without an answer.
        written: Points being written; None for those to whom it is not told.
        points: Points handed in.
        rounds: Their answers, latest first.
        reason: Why they are not asked any more, or were not waited for.
        mine: Whether the one who looks answers for them.
    """

    id: int
    revision: int
    party: PartyRef
    scope: str
    state: str
    label: str
    first_due: date
    due: date
    late: bool
    written: int
    points: int
    rounds: tuple[AnswerRound, ...]
    reason: str
    mine: bool


@dataclass(frozen=True)
class ProposalLine:
    """A later date proposed, and what became of it."""

    until: date
    before: date | None
    side: str
    state: str
    label: str
    reason: str
    name: str
    at: datetime
    answer: str
    answered_name: str
    answered_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CheckHead:
    """What every page about a check shows of it.

    Args:
        reference: Reference of the inspection.
        title: What the inspection is called.
        standing: How the one who looks stands to it.
        sees_case: Whether they see the inspection itself.
        state: One of ``CheckState``.
        label: The same in words.
        in_check: Whether the inspection is in its check now, so that acts are possible.
        draft: Number of the version under check.
        nil: Whether nothing is inaccurate.
        asked: For whom the one who looks can comment now.
        leads: Whether the one who looks leads the inspection.
        on_team: Whether they lead it or are on its team.
    """

    reference: str
    title: str
    standing: Standing
    sees_case: bool
    state: str
    label: str
    in_check: bool
    draft: int
    nil: bool
    asked: tuple[Asked, ...]
    leads: bool
    on_team: bool

    @property
    def open(self) -> bool:
        """Whether it is with OSAG and the contributors now."""
        return self.in_check and self.state in CHECK_OPEN

    @property
    def writes(self) -> bool:
        """Whether the one who looks can comment on the draft now."""
        return self.open and (self.standing.osag or bool(self.asked))


@dataclass(frozen=True)
class Asked:
    """For whom someone can comment: the row of what they were asked, and the party."""

    id: int
    party: PartyRef


@dataclass(frozen=True, kw_only=True)
class CheckDetail(CheckHead):
    """An accuracy check as someone sees it.

    Args:
        revision: What the next act on the check hands back.
        drafts: Numbers of every version sent for checking.
        newest: Number of the newest version that the one who looks may know.
        sent_on: Day on which the draft was sent.
        first_due: Last day of the check as it first stood; None without a date.
        due: Last day as it stands.
        overdue: Whether it has passed without a response.
        sent_name: Who sent it.
        returned_on: Day of the response; None before.
        returned_name: Who returned it.
        response: What OSAG wrote with it.
        without_reason: Why it did not wait for a contributor.
        asks: Those asked whom the one who looks may know of.
        counts: How many points that they see stand in each state.
        undecided: How many points wait for the Inspectorate.
        objections: How many points in the response object to publishing data.
        proposals: Later dates proposed, latest first.
        open_proposal: The one that waits for an answer; None for none.
        to_do: What OSAG has to do, first things first.
    """

    revision: int
    drafts: tuple[int, ...]
    newest: int
    sent_on: date
    first_due: date | None
    due: date | None
    overdue: bool
    sent_name: str
    returned_on: date | None
    returned_name: str
    response: str
    without_reason: str
    asks: tuple[AskLine, ...]
    counts: dict[str, int]
    undecided: int
    objections: int
    proposals: tuple[ProposalLine, ...]
    open_proposal: ProposalLine | None
    to_do: tuple[ToDo, ...]

    @property
    def mine(self) -> tuple[AskLine, ...]:
        """What the one who looks was asked for."""
        return tuple(one for one in self.asks if one.mine)


@dataclass(frozen=True)
class HeadLine:
    """What the tabs of a case say of it."""

    reference: str
    title: str
    state_label: str
    announced_on: date | None


@dataclass(frozen=True)
class CaseTabs:
    """What the tabs of a case are made from, without the rest of the case."""

    line: HeadLine
    type: InspectionType
    parts: frozenset[Part]
    partners: tuple[str, ...]
    sees_shares: bool
    sees_alerts: bool


def case_tabs(seen: Look, actor: Actor) -> CaseTabs | None:
    """Give the tabs of the case; None for someone who was asked to check the draft and sees no more."""
    row = seen.row
    if not seen.sees_case:
        return None
    kind = programme_for(row).inspection_type(row.type)
    assert kind is not None
    return CaseTabs(
        line=HeadLine(row.reference, row.title, WORKFLOW.state(row.state).label, row.announced_on),
        type=kind,
        parts=seen.parts,
        partners=seen.partners,
        sees_shares=bool(seen.partners) and actor.party in {OWNER, *seen.partners},
        sees_alerts=row.started_on is not None and sees_alerts(actor),
    )


def _head(seen: Look, actor: Actor) -> dict[str, Any]:
    assert seen.check is not None
    row, parties = seen.check, parties_by_code()
    on_team = seen.row.lead == actor.reference
    if not on_team and seen.standing.inspectorate:
        on_team = seen.row.team.filter(person=actor.reference, left_at=None).exists()
    return {
        "reference": seen.row.reference,
        "title": seen.row.title,
        "standing": seen.standing,
        "sees_case": seen.sees_case,
        "state": row.state,
        "label": CHECK_WORKFLOW.state(row.state).label,
        "in_check": seen.row.state == CaseState.CHECK,
        "draft": row.draft.number,
        "nil": row.nil,
        "asked": tuple(
            Asked(one.pk, parties[one.party_id]) for one in seen.mine if one.state == AskState.ASKED
        ),
        "leads": seen.row.lead == actor.reference,
        "on_team": on_team,
    }


def check_head(seen: Look, actor: Actor) -> CheckHead:
    """Give what every page about a check shows of it."""
    return CheckHead(**_head(seen, actor))


def check(*, actor: Actor, reference: str, today: date) -> CheckDetail:
    """Give the accuracy check of an inspection.

    Raises:
        Refused: There is none that the actor sees.
    """
    seen, _ = check_of(actor, reference)
    return check_detail(seen, actor, today)


def check_detail(seen: Look, actor: Actor, today: date) -> CheckDetail:
    """Give a check as someone stands to it."""
    row = seen.check
    assert row is not None
    points = seen_points(seen).order_by("state").values_list("state")
    counts = dict(points.annotate(many=Count("id")))
    response = AccuracyPoint.objects.filter(check_of=row, in_response=True)
    told = response.aggregate(
        undecided=Count("id", filter=Q(state=PointState.RETURNED)),
        objections=Count("id", filter=Q(kind=PointKind.OBJECTION)),
    )
    proposals = _proposals(seen)
    states = [one.state for one in seen.asks]
    late = sum(1 for one in seen.asks if one.state == AskState.ASKED and one.due < today)
    asked = {str(AskState.ASKED): states.count(AskState.ASKED)}
    osag = seen.standing.osag
    return CheckDetail(
        **_head(seen, actor),
        revision=row.revision,
        drafts=tuple(one.number for one in drafts_of(row)),
        newest=_newest(seen),
        sent_on=row.sent_on,
        first_due=row.first_due,
        due=row.due,
        overdue=row.state in CHECK_OPEN and row.due is not None and row.due < today,
        sent_name=row.sent_name,
        returned_on=row.returned_on,
        returned_name=row.returned_name,
        response=row.response,
        without_reason=row.without_reason,
        asks=_asks(seen, today),
        counts=counts,
        undecided=told["undecided"],
        objections=told["objections"],
        proposals=proposals,
        open_proposal=next((one for one in proposals if not one.answered_at), None),
        to_do=to_do(state=row.state, points=counts, asked=asked, late=late) if osag else (),
    )


def _newest(seen: Look) -> int:
    assert seen.check is not None
    if not seen.standing.newer_drafts:
        return seen.check.draft.number
    rows = ReportVersion.objects.filter(inspection=seen.row).order_by("-number")
    return rows.values_list("number", flat=True).first() or seen.check.draft.number


def _asks(seen: Look, today: date) -> tuple[AskLine, ...]:
    shown = seen.asks if seen.standing.progress else seen.mine
    written = Q(points__state=PointState.WRITTEN)
    kept = ~Q(points__state__in=[PointState.WRITTEN, PointState.WITHDRAWN]) & Q(points__isnull=False)
    rows = (
        AccuracyAsk.objects.filter(pk__in=[one.pk for one in shown])
        .annotate(written=Count("points", filter=written), handed=Count("points", filter=kept))
        .prefetch_related(Prefetch("answers", AccuracyAnswer.objects.order_by("-round")))
        .order_by("id")
    )
    found = {one.pk: one for one in rows}
    parties = parties_by_code()
    return tuple(_ask_line(found[one.pk], parties, today, one.pk in seen.my_ids) for one in shown)


def _ask_line(row: AccuracyAsk, parties: Mapping[str, PartyRef], today: date, mine: bool) -> AskLine:
    return AskLine(
        id=row.pk,
        revision=row.revision,
        party=parties[row.party_id],
        scope=row.scope,
        state=row.state,
        label=ASK_WORKFLOW.state(row.state).label,
        first_due=row.first_due,
        due=row.due,
        late=row.state == AskState.ASKED and row.due < today,
        written=row.written,  # type: ignore[attr-defined]  # annotated above
        points=row.handed,  # type: ignore[attr-defined]  # annotated above
        rounds=tuple(
            AnswerRound(
                one.nil,
                one.note,
                one.handed_in_name,
                one.handed_in_at,
                one.sent_back_reason,
                one.sent_back_name,
            )
            for one in row.answers.all()
        ),
        reason=row.reason,
        mine=mine,
    )


def _proposals(seen: Look) -> tuple[ProposalLine, ...]:
    if not seen.standing.progress:
        return ()
    rows = DateProposal.objects.filter(check_of=seen.check).order_by("-id")
    return tuple(
        ProposalLine(
            one.until,
            one.before,
            one.side,
            one.state,
            EXTENSION_WORKFLOW.state(one.state).label,
            one.reason,
            one.proposed_name,
            one.proposed_at,
            one.answer,
            one.answered_name,
            one.answered_at,
        )
        for one in rows
    )


@dataclass(frozen=True)
class DraftText:
    """A draft to read and comment on.

    Args:
        number: Number of the version.
        sections: Its sections with their passages.
        points: Numbers of the points on each passage that the one who looks sees, by its anchor.
    """

    number: int
    sections: tuple[SectionText, ...]
    points: dict[str, tuple[int, ...]]


def draft(seen: Look, number: int = 0) -> DraftText:
    """Give a version that was sent for checking.

    Args:
        seen: The check, as the one who reads stands to it.
        number: Number of the version; 0 for the one under check now.

    Raises:
        Refused: That version was not sent for checking.
    """
    assert seen.check is not None
    version = draft_of(seen.check, number)
    points: dict[str, list[int]] = {}
    listed = seen_points(seen).filter(draft=version).exclude(state=PointState.WITHDRAWN)
    for anchor, one in listed.order_by("number").values_list("anchor", "number"):
        points.setdefault(anchor, []).append(one)
    return DraftText(
        version.number, sections_of(version), {anchor: tuple(some) for anchor, some in points.items()}
    )


def standards(*, actor: Actor, reference: str) -> tuple[Standard, ...]:
    """Give the standards that an inspection rates; none for one without ratings.

    Raises:
        Refused: There is no such check that the actor sees.
    """
    seen, _ = check_of(actor, reference)
    return programme_for(seen.row).standards if seen.row.rated else ()
