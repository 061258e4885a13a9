"""The register of reviews and the page of one, for its named readers (F1, ¶19)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from oversight.kernel.acting import Actor
from oversight.kernel.workflow import Move
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.sfo.models import Review
from oversight.sfo.queries.marking import MarkingShown, markings_shown, marks_of
from oversight.sfo.queries.sight import in_sight, opened, reads_of_person, seen
from oversight.sfo.rules.designs import shipped_designs
from oversight.sfo.rules.marking import MarkingKind, differ, sees_marks
from oversight.sfo.rules.review import (
    ASSURERS,
    IN_WORK,
    WORKFLOW,
    ReviewState,
    steps,
    waits_for,
    who_moves,
)
from oversight.sfo.rules.standards import Standards, shipped_standards, standards_of

PAGE_SIZE = 25
#: What each entry of the timeline is called.
TAKEN: Mapping[str, str] = {
    "register": "Notified",
    "commission": "Commissioned",
    "extend": "More time given",
    "submit": "Submitted",
    "resubmit": "Submitted again",
    "list": "Put on a list",
    "allocate": "Allocated by the draw",
    "start_marking": "Marking started",
    "mark_first": "Marked",
    "mark_second": "Marked a second time",
    "mark_moderated": "Moderated",
    "settle": "Ratings settled",
    "send_feedback": "Feedback sent to the region",
    "return_for_work": "Returned for work",
    "finish": "Accepted as final",
    "disclose": "Family told",
    "learn": "Learning actions recorded",
    "close": "Closed",
    "withdraw": "Withdrawn",
}


@dataclass(frozen=True)
class ReviewFilter:
    """What the register is narrowed to; everything may be empty.

    Args:
        text: Start of a reference.
        state: One of ``ReviewState``, ``open`` for all under way, or ``late`` for those past their date.
        region: Code of a region.
        mine: Whether only those are wanted that the actor may open.
    """

    text: str = ""
    state: str = ""
    region: str = ""
    mine: bool = False


@dataclass(frozen=True)
class ReviewLine:
    """A review in the register: where it stands, and nothing of what it says.

    Args:
        reference: Its reference.
        region: Its region.
        state: Where it stands.
        state_label: The same in words.
        waits_for: For whom it waits.
        notified_on: Day of notification.
        due_on: Date by which it is due; None before it is commissioned.
        is_late: Whether that date has passed and it is not submitted.
        assurer: Body that assures it; empty before the draw.
        may_open: Whether the one who looks is a named reader.
    """

    reference: str
    region: PartyRef
    state: str
    state_label: str
    waits_for: str
    notified_on: date
    due_on: date | None
    is_late: bool
    assurer: str
    may_open: bool

    @property
    def assurer_name(self) -> str:
        """Body that assures it, in words; empty before the draw."""
        return ASSURERS.get(self.assurer, "")


@dataclass(frozen=True)
class ReviewList:
    """A page of the register.

    Args:
        lines: The reviews on it.
        count: How many there are on all pages.
        page: Which page it is.
    """

    lines: tuple[ReviewLine, ...]
    count: int
    page: int


def _line(row: Review, *, today: date, readable: frozenset[int]) -> ReviewLine:
    in_work = row.state in {str(one) for one in IN_WORK}
    return ReviewLine(
        reference=row.reference,
        region=parties_by_code()[row.region_id],
        state=row.state,
        state_label=WORKFLOW.state(row.state).label,
        waits_for=waits_for(row.state, row.assurer),
        notified_on=row.notified_on,
        due_on=row.due_on,
        is_late=in_work and row.due_on is not None and row.due_on < today,
        assurer=row.assurer,
        may_open=row.pk in readable,
    )


def register(*, actor: Actor, today: date, chosen: ReviewFilter, page: int = 1) -> ReviewList:
    """Give a page of the reviews that the actor sees, latest notification first.

    Args:
        actor: Who looks.
        today: Day of looking.
        chosen: What the list is narrowed to.
        page: Which page, from 1; a number beyond the end gives the last page.
    """
    rows, readable = in_sight(actor), reads_of_person(actor)
    if chosen.text:
        rows = rows.filter(reference__istartswith=chosen.text)
    if chosen.state == "open":
        rows = rows.exclude(state__in=[ReviewState.CLOSED, ReviewState.WITHDRAWN])
    elif chosen.state == "late":
        rows = rows.filter(state__in=[str(one) for one in IN_WORK], due_on__lt=today)
    elif chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.region:
        rows = rows.filter(region__code=chosen.region)
    if chosen.mine:
        rows = rows.filter(pk__in=readable)
    rows = rows.order_by("-notified_on", "-id")
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    lines = [_line(row, today=today, readable=readable) for row in rows[start : start + PAGE_SIZE]]
    return ReviewList(tuple(lines), count, number)


@dataclass(frozen=True)
class Step:
    """An entry of the timeline.

    Args:
        title: What was done.
        on: Day on which it counts.
        at: Moment of recording.
        by: Who.
        party: For which party.
        account: Reason, or what was done; empty for those who do not see it yet.
        round: Round of quality assurance.
    """

    title: str
    on: date
    at: datetime
    by: str
    party: str
    account: str
    round: int


@dataclass(frozen=True)
class Due:
    """A date by which the review was due, and why it took the place of the one before."""

    on: date
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ReaderShown:
    """A reader on the list; ``mine`` when the one who looks may take them off."""

    id: int
    name: str
    party: str
    since: datetime
    until: datetime | None
    mine: bool


@dataclass(frozen=True)
class ReadingShown:
    """That someone opened the review."""

    name: str
    party: str
    at: datetime


@dataclass(frozen=True)
class ReviewDetail:
    """A review for one of its named readers.

    Args:
        line: Where it stands.
        case_reference: Reference in the case record.
        group: Title of its offence group.
        standards: What it is marked by.
        revision: What the next act on it hands back.
        round: Round of quality assurance.
        first_due_on: The first date by which it was due; None before.
        submitted_on: Day of the latest submission; None before.
        dues: Every date that it had, first one first.
        steps: The timeline, latest first.
        acts: Steps that the one who looks may take now.
        who_next: Who can take the next step, in words.
        marks: Whether they may mark it now.
        markings: Markings that they see, latest round first.
        hidden: Whether there are markings that they do not see yet.
        differ: Whether the two markers differ and nobody moderated.
        readers: Everyone named.
        readings: The latest readings.
        reading_count: How often it was opened.
    """

    line: ReviewLine
    case_reference: str
    group: str
    standards: Standards
    revision: int
    round: int
    first_due_on: date | None
    submitted_on: date | None
    dues: tuple[Due, ...]
    steps: tuple[Step, ...]
    acts: tuple[Move, ...]
    who_next: str
    marks: bool
    markings: tuple[MarkingShown, ...]
    hidden: bool
    differ: bool
    readers: tuple[ReaderShown, ...]
    readings: tuple[ReadingShown, ...]
    reading_count: int


#: Entries of the timeline that tell how a review was marked.
_OF_MARKING = frozenset({"mark_first", "mark_second", "mark_moderated"})


def review(*, actor: Actor, reference: str, today: date) -> ReviewDetail:
    """Give a review to one of its named readers; the caller records that they read it.

    Raises:
        Refused: There is none that they see, or they are no named reader of it.
    """
    row = opened(actor, reference)
    names = {code: ref.name for code, ref in parties_by_code().items()}
    standards = standards_of(shipped_standards(), row.standards_version)
    marks = marks_of(row)
    kinds = {one.kind for one in marks}
    sees = sees_marks(
        row.state,
        assures=actor.may("sfo.assure"),
        marked=any(one.person == actor.reference for one in marks),
        both_marked={MarkingKind.FIRST, MarkingKind.SECOND} <= kinds,
    )
    shown = markings_shown(row, standards)
    acts = steps(row.state, role=actor.role, party=actor.party, assurer=row.assurer)
    possible = [
        move.name for move in WORKFLOW.moves_from(row.state) if move.name not in {"withdraw", "extend"}
    ]
    readings = row.readings.order_by("-id")
    return ReviewDetail(
        line=_line(row, today=today, readable=frozenset({row.pk})),
        case_reference=row.case_reference,
        group=_group(row.offence_group),
        standards=standards,
        revision=row.revision,
        round=row.round,
        first_due_on=row.first_due_on,
        submitted_on=row.submitted_on,
        dues=tuple(
            Due(one.due_on, one.reason, one.set_name, one.set_at) for one in row.dues.order_by("number")
        ),
        steps=tuple(
            Step(
                TAKEN[one.move],
                one.on,
                one.made_at,
                one.made_name,
                names[one.made_party_id],
                one.account,
                one.round,
            )
            for one in row.moves.order_by("-id")
            if sees or one.move not in _OF_MARKING or one.round < row.round
        ),
        acts=acts,
        who_next=waits_for(row.state, row.assurer) if row.assurer else who_moves(row.state, possible),
        marks=row.state == ReviewState.MARKING
        and actor.may("sfo.assure")
        and not any(one.person == actor.reference for one in marks)
        and (
            (MarkingKind.FIRST not in kinds and actor.party == row.assurer)
            or (MarkingKind.FIRST in kinds and MarkingKind.SECOND not in kinds)
            or (MarkingKind.MODERATED not in kinds and differ(marks) and actor.party == row.assurer)
        ),
        markings=tuple(one for one in shown if sees or one.round < row.round),
        hidden=bool(marks) and not sees,
        differ=differ(marks) and MarkingKind.MODERATED not in kinds,
        readers=readers_of(actor, row),
        readings=tuple(ReadingShown(one.name, names[one.party_id], one.read_at) for one in readings[:10]),
        reading_count=readings.count(),
    )


def _group(name: str) -> str:
    for design in reversed(shipped_designs()):
        if name in design.offence_groups:
            return design.offence_groups[name]
    return name


def readers_of(actor: Actor, row: Review) -> tuple[ReaderShown, ...]:
    """Give everyone named as a reader of a review, those who still are first."""
    rows = row.readers.select_related("party").order_by("id")
    shown = [
        ReaderShown(
            one.pk,
            one.name,
            one.party.name,
            one.added_at,
            one.ended_at,
            one.ended_at is None and f"/{actor.party}/" in one.party.lineage,
        )
        for one in rows
    ]
    return tuple(sorted(shown, key=lambda one: one.until is not None))


def readers_page(*, actor: Actor, reference: str) -> tuple[Review, tuple[ReaderShown, ...]]:
    """Give a review's readers to someone who may name some; nothing of the review itself.

    Raises:
        Refused: There is no review of that reference that the actor sees.
    """
    row = seen(actor, reference)
    return row, readers_of(actor, row)
