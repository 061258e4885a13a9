"""The log of an accuracy check and each of its points, as far as someone sees them (D6, ¶22, ¶32)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from django.db.models import Count, Prefetch, QuerySet

from oversight.inspections.models import AccuracyPoint, PointDecision, ReportVersion
from oversight.inspections.queries.accuracy_drafts import drafts_of, followed, placed_in
from oversight.inspections.queries.accuracy_sight import Look, check_of, seen_points
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.rules.accuracy_states import (
    DECIDED,
    POINT_WORKFLOW,
    AskState,
    PointKind,
    PointState,
)
from oversight.inspections.rules.programmes import Programme
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, parties_by_code

PAGE_SIZE: Final = 25
#: States in which each of those who look has something to do with a point.
OPEN_FOR: Final = {
    "osag": (PointState.WITH_OSAG,),
    "inspectorate": (PointState.RETURNED,),
    "asked": (PointState.WRITTEN,),
}


@dataclass(frozen=True)
class DecisionRound:
    """One decision on a point.

    Args:
        decision: One of the states of a point.
        label: The same in words.
        reason: Why.
        change: What is to change in the report.
        name: Who decided.
        at: When.
        dispute: Where OSAG stands; empty when it does not disagree.
        disputed_name: Who recorded that.
        disputed_at: When.
        reopened: Why it was looked at again; empty while it stands.
        reopened_name: Who did.
    """

    decision: str
    label: str
    reason: str
    change: str
    name: str
    at: datetime
    dispute: str
    disputed_name: str
    disputed_at: datetime | None
    reopened: str
    reopened_name: str


@dataclass(frozen=True, kw_only=True)
class PointLine:
    """A point in the log.

    Args:
        number: Its number for ever.
        revision: What the next act on it hands back.
        draft: Number of the version that it is about.
        anchor: The passage in that version.
        section: Title of its section.
        passage_kind: Kind of the passage.
        item: Number of the data item; 0 for none.
        kind: What is wrong, as one of ``PointKind``.
        current: Words of the draft.
        proposed: Words proposed.
        explanation: Why.
        at_inspection: Whether it was so at the inspection; None where that does not matter.
        standard: Name of the standard whose rating it is said to affect; empty for none.
        evidence: Row of the evidence file; None without.
        evidence_name: Its name.
        evidence_page: Page in it.
        party: Who wrote it.
        written_name: The person.
        written_at: When.
        state: Where it stands, as one of ``PointState``.
        reason: Why it was held back, merged or withdrawn.
        answered_with: Number of the point that answers for it; None when it stands for itself.
        answers_for: Numbers of the points that it answers for.
        decision: The decision that stands on it, or on the point that answers for it; None before.
        passage: What became of its passage since: ``same``, ``changed`` or ``gone``.
    """

    number: int
    revision: int
    draft: int
    anchor: str
    section: str
    passage_kind: str
    item: int
    kind: PointKind
    current: str
    proposed: str
    explanation: str
    at_inspection: bool | None
    standard: str
    evidence: int | None
    evidence_name: str
    evidence_page: str
    party: PartyRef
    written_name: str
    written_at: datetime
    state: str
    reason: str
    answered_with: int | None
    answers_for: tuple[int, ...]
    decision: DecisionRound | None
    passage: str

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return POINT_WORKFLOW.state(self.state).label

    @property
    def decided(self) -> bool:
        """Whether the Inspectorate has decided on it."""
        return self.state in DECIDED

    @property
    def section_key(self) -> str:
        """Key of the section that it is in."""
        return self.anchor.rpartition("-")[0]


@dataclass(frozen=True)
class LogFilter:
    """What the log is narrowed to; everything may be empty.

    Args:
        state: One of ``PointState``, or ``undecided``, ``disputed`` or ``changed``.
        kind: One of ``PointKind``.
        party: Code of a contributor.
        text: Part of the words.
    """

    state: str = ""
    kind: str = ""
    party: str = ""
    text: str = ""


@dataclass(frozen=True)
class Log:
    """A page of the log.

    Args:
        lines: Its points, by number.
        count: How many the filter chooses.
        page: Which page it is.
        by_state: How many of all that the one who looks sees stand in each state.
        next_open: Number of the first point for the one who looks to act on; None for none.
    """

    lines: tuple[PointLine, ...]
    count: int
    page: int
    by_state: dict[str, int]
    next_open: int | None


@dataclass(frozen=True)
class PointDetail:
    """One point with its neighbours, its history and its passage.

    Args:
        line: The point.
        standard_id: Identifier of the standard whose rating it is said to affect; empty for none.
        text: The whole passage of the version that it is about.
        now: The passage as the newest version has it; empty when it is the same or gone.
        changed_in: Number of the version in which the passage first changed; None when it did not.
        rounds: Every decision, latest first.
        previous: Number of the point before; None for none.
        following: Number of the point after.
        next_open: Number of the next point for the one who looks to act on.
        mine: Whether the one who looks answers for its author.
    """

    line: PointLine
    standard_id: str
    text: str
    now: str
    changed_in: int | None
    rounds: tuple[DecisionRound, ...]
    previous: int | None
    following: int | None
    next_open: int | None
    mine: bool


class _Reading:
    """What many lines share: the parties, the standards, and the newest version that the reader may know."""

    def __init__(self, seen: Look) -> None:
        assert seen.check is not None
        self.seen, self.check = seen, seen.check
        self.parties = parties_by_code()

    @cached_property
    def programme(self) -> Programme:
        return programme_for(self.seen.row)

    @cached_property
    def drafts(self) -> list[ReportVersion]:
        return drafts_of(self.check)

    @cached_property
    def later(self) -> tuple[ReportVersion, ...]:
        """Versions after the first draft that the reader may compare with, in order."""
        if not self.seen.standing.newer_drafts:
            return (self.check.draft,)
        rows = ReportVersion.objects.filter(
            inspection=self.check.inspection_id, number__gte=self.check.first_draft.number
        )
        return tuple(rows.defer("content").order_by("number"))

    def passage(self, row: AccuracyPoint) -> str:
        newest = self.later[-1]
        if newest.pk == row.draft_id:
            return "same"
        return followed(row.draft, newest)[row.anchor].state

    def line(self, row: AccuracyPoint) -> PointLine:
        standard = self.programme.standard(row.standard) if row.standard else None
        rounds = _rounds(row.answered_with or row)
        standing = next((one for one in rounds if not one.reopened), None)
        return PointLine(
            number=row.number,
            revision=row.revision,
            draft=row.draft.number,
            anchor=row.anchor,
            section=row.section,
            passage_kind=row.passage_kind,
            item=row.item,
            kind=PointKind(row.kind),
            current=row.current,
            proposed=row.proposed,
            explanation=row.explanation,
            at_inspection=row.at_inspection,
            standard=standard.name if standard else row.standard,
            evidence=row.evidence_id,
            evidence_name=row.evidence.name if row.evidence else "",
            evidence_page=row.evidence_page,
            party=self.parties[row.ask.party_id],
            written_name=row.written_name,
            written_at=row.written_at,
            state=row.state,
            reason=row.reason,
            answered_with=row.answered_with.number if row.answered_with else None,
            answers_for=tuple(sorted(one.number for one in row.answers_for.all())),
            decision=standing,
            passage=self.passage(row),
        )


def _rounds(row: AccuracyPoint) -> tuple[DecisionRound, ...]:
    return tuple(
        DecisionRound(
            decision=one.decision,
            label=POINT_WORKFLOW.state(one.decision).label,
            reason=one.reason,
            change=one.change,
            name=one.decided_name,
            at=one.decided_at,
            dispute=one.dispute,
            disputed_name=one.disputed_name,
            disputed_at=one.disputed_at,
            reopened=one.reopened_reason,
            reopened_name=one.reopened_name,
        )
        for one in sorted(row.decisions.all(), key=lambda one: -one.round)
    )


def _with_facts(rows: QuerySet[AccuracyPoint]) -> QuerySet[AccuracyPoint]:
    """Load with each point what its line shows, however many there are."""
    latest = PointDecision.objects.order_by("-round")
    return (
        rows.select_related("draft", "ask", "evidence", "answered_with")
        .defer("draft__content")
        .prefetch_related(
            Prefetch("decisions", latest),
            Prefetch("answered_with__decisions", latest),
            Prefetch("answers_for", AccuracyPoint.objects.order_by("number")),
        )
    )


def _chosen(reading: _Reading, rows: QuerySet[AccuracyPoint], chosen: LogFilter) -> QuerySet[AccuracyPoint]:
    if chosen.state == "undecided":
        rows = rows.filter(state=PointState.RETURNED)
    elif chosen.state == "disputed":
        rows = rows.filter(decisions__disputed_at__isnull=False, decisions__reopened_at=None)
    elif chosen.state == "changed":
        rows = rows.filter(pk__in=_on_changed(reading, rows))
    elif chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.kind:
        rows = rows.filter(kind=chosen.kind)
    if chosen.party:
        rows = rows.filter(ask__party__code=chosen.party)
    if chosen.text:
        said = rows.none()
        for field in ("current", "proposed", "explanation"):
            said = said | rows.filter(**{f"{field}__icontains": chosen.text})
        rows = said
    return rows


def _on_changed(reading: _Reading, rows: QuerySet[AccuracyPoint]) -> list[int]:
    newest = reading.later[-1]
    drafts = {one.pk: one for one in reading.drafts}
    told = rows.exclude(draft=newest).order_by("id").values_list("pk", "draft_id", "anchor")
    return [pk for pk, draft, anchor in told if followed(drafts[draft], newest)[anchor].state != "same"]


def open_states(seen: Look) -> Sequence[str]:
    """Give the states in which a point waits for the one who looks."""
    standing = seen.standing
    if standing.osag:
        return OPEN_FOR["osag"]
    return OPEN_FOR["inspectorate"] if standing.inspectorate else OPEN_FOR["asked"]


def _next_open(seen: Look, after: int = 0) -> int | None:
    """Give the first point after a number that waits for the one who looks, or else the first of all."""
    waiting = seen_points(seen).filter(state__in=open_states(seen))
    if not seen.standing.progress:
        waiting = waiting.filter(ask__in=seen.my_ids, ask__state=AskState.ASKED)
    numbers = waiting.exclude(number=after).order_by("number").values_list("number", flat=True)
    return numbers.filter(number__gt=after).first() or numbers.first()


def log(seen: Look, *, chosen: LogFilter, page: int = 1) -> Log:
    """Give a page of the log, by number.

    Args:
        seen: The check, as the one who looks stands to it.
        chosen: What it is narrowed to.
        page: Which page, from 1; a number beyond the end gives the last page.
    """
    reading = _Reading(seen)
    every = seen_points(seen)
    rows = _chosen(reading, every, chosen)
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    shown = _with_facts(rows).order_by("number")[start : start + PAGE_SIZE]
    by_state = dict(every.order_by("state").values_list("state").annotate(many=Count("id")))
    return Log(
        tuple(reading.line(row) for row in shown),
        count,
        number,
        by_state,
        _next_open(seen),
    )


def log_lines(actor: Actor, reference: str) -> Iterator[PointLine]:
    """Give every point of a check that someone sees, by number, read as they are needed.

    Args:
        actor: Who looks.
        reference: Reference of the inspection.

    Raises:
        Refused: There is no such check that the actor sees.
    """
    seen, _ = check_of(actor, reference)
    reading = _Reading(seen)
    rows = _with_facts(seen_points(seen)).order_by("number")
    return (reading.line(row) for row in rows.iterator(chunk_size=500))


def no_point(number: int) -> Refused:
    """Make the refusal for a point not there or not for the one who asks: the two look alike."""
    return Refused(
        "not_found_point",
        f"There is no point {number}, or it is not one that you can see.",
        "Open the list of points.",
    )


def point(seen: Look, number: int) -> PointDetail:
    """Give one point with its passage, its history and its neighbours.

    Raises:
        Refused: There is no such point that the actor sees.
    """
    reading = _Reading(seen)
    every = seen_points(seen)
    row = _with_facts(every.filter(number=number)).order_by("id").first()
    if row is None:
        raise no_point(number)
    line = reading.line(row)
    placed = placed_in(row.draft).get(row.anchor)
    numbers = every.order_by("number").values_list("number", flat=True)
    return PointDetail(
        line=line,
        standard_id=row.standard,
        text=placed.text if placed else row.current,
        now=_now(reading, row),
        changed_in=_changed_in(reading, row),
        rounds=_rounds(row.answered_with or row),
        previous=numbers.filter(number__lt=number).reverse().first(),
        following=numbers.filter(number__gt=number).first(),
        next_open=_next_open(seen, number),
        mine=row.ask_id in seen.my_ids,
    )


def _now(reading: _Reading, row: AccuracyPoint) -> str:
    newest = reading.later[-1]
    if newest.pk == row.draft_id:
        return ""
    found = followed(row.draft, newest)[row.anchor]
    return placed_in(newest)[found.anchor].text if found.state == "changed" else ""


def _changed_in(reading: _Reading, row: AccuracyPoint) -> int | None:
    for version in reading.later:
        if version.number > row.draft.number and followed(row.draft, version)[row.anchor].state != "same":
            return version.number
    return None


def same_place(seen: Look, number: int) -> tuple[PointLine, ...]:
    """Give the other points on the passage of a point that it can be merged with, by number.

    Raises:
        Refused: There is no such point that the actor sees.
    """
    every = seen_points(seen)
    row = every.filter(number=number).order_by("id").first()
    if row is None:
        raise no_point(number)
    near = every.filter(
        draft=row.draft_id, anchor=row.anchor, state__in=[PointState.WITH_OSAG, PointState.CLEARED]
    )
    reading = _Reading(seen)
    rows = _with_facts(near.exclude(pk=row.pk)).order_by("number")[:PAGE_SIZE]
    return tuple(reading.line(one) for one in rows)


def contributors(seen: Look) -> tuple[PartyRef, ...]:
    """Give who wrote any point that the one who looks sees, by name."""
    parties = parties_by_code()
    codes = seen_points(seen).order_by("ask__party__code").values_list("ask__party__code", flat=True)
    return tuple(sorted((parties[code] for code in codes.distinct()), key=lambda one: one.name))


def accepted_unchanged(seen: Look) -> tuple[int, ...]:
    """Give the points accepted, whole or in part, whose passage still reads as it did, by number."""
    reading = _Reading(seen)
    rows = seen_points(seen).filter(state__in=[PointState.ACCEPTED, PointState.PARTLY])
    listed = rows.select_related("draft").defer("draft__content").order_by("number")
    return tuple(row.number for row in listed if reading.passage(row) == "same")
