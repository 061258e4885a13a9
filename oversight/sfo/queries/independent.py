"""The register of independent reviews and the page of one, for its named readers (F3, ¶19, ¶27)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from oversight.arrangements.queries import DutyFilter, DutyLine, duty_list
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.publication.queries.published import report as published_report
from oversight.publication.rules.snapshots import Section
from oversight.sfo.models import FamilyException, IndependentReview
from oversight.sfo.queries.independent_sight import (
    in_sight,
    is_reviewer,
    may_note_end,
    opened,
    readable,
    seen,
)
from oversight.sfo.queries.independent_text import sections_html, written
from oversight.sfo.queries.reviews import ReaderShown, ReadingShown, Step
from oversight.sfo.rules.independent import (
    DECIDED_WORDS,
    HMIP,
    OPEN_TO_REVIEWERS,
    WORKFLOW,
    WRITABLE,
    Decided,
    IndependentState,
    Part,
    sees_part,
    steps,
)
from oversight.sfo.rules.independent_text import VersionText, outline, read_version

PAGE_SIZE = 25
#: What each entry of the timeline is called.
TAKEN: Mapping[str, str] = {
    "register": "Asked for",
    "agree_terms": "Terms agreed",
    "change_terms": "Terms changed",
    "decline": "Declined",
    "start_work": "Work started",
    "send_draft": "Draft sent for its check",
    "return_check": "Check returned",
    "redraft": "Drafted again",
    "finalise": "Final report issued",
    "brief_family": "Family briefed",
    "propose_exception": "Publication without a briefing proposed",
    "confirm_exception": "Exception confirmed",
    "refuse_exception": "Exception refused",
    "publish": "Published",
    "correct": "Corrected",
    "off_the_web": "Taken off the web",
    "back_on_the_web": "Put back on the web",
    "note_end": "End noted by those who asked",
    "withdraw": "Withdrawn",
}
#: Entries whose account tells of the family, or of what is being written.
_OF_HMIP = frozenset(
    {"brief_family", "propose_exception", "confirm_exception", "refuse_exception", "redraft"}
)


@dataclass(frozen=True)
class IndependentLine:
    """An independent review in the register: where it stands, and nothing of what it says.

    Args:
        reference: Its reference.
        region: Region of the case.
        scope: What is reviewed, in words.
        state: Where it stands.
        state_label: The same in words.
        waits_for: For whom it waits.
        asked_on: Day of asking.
        published_on: Day of publication; None before.
        may_open: Whether the one who looks is a named reader.
    """

    reference: str
    region: PartyRef
    scope: str
    state: str
    state_label: str
    waits_for: str
    asked_on: date
    published_on: date | None
    may_open: bool


@dataclass(frozen=True)
class IndependentList:
    """A page of the register."""

    lines: tuple[IndependentLine, ...]
    count: int
    page: int


def _line(row: IndependentReview, *, may_open: bool) -> IndependentLine:
    state = WORKFLOW.state(row.state)
    return IndependentLine(
        reference=row.reference,
        region=parties_by_code()[row.region_id],
        scope=outline().scopes[row.scope],
        state=row.state,
        state_label=state.label,
        waits_for=state.owner,
        asked_on=row.asked_on,
        published_on=row.published_on,
        may_open=may_open,
    )


def register(*, actor: Actor, page: int = 1) -> IndependentList:
    """Give a page of the independent reviews that the actor sees, latest request first: three queries.

    Args:
        actor: Who looks.
        page: Which page, from 1; a number beyond the end gives the last page.
    """
    rows, open_to = in_sight(actor).order_by("-asked_on", "-id"), readable(actor)
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    lines = [_line(row, may_open=row.pk in open_to) for row in rows[start : start + PAGE_SIZE]]
    return IndependentList(tuple(lines), count, number)


@dataclass(frozen=True)
class TermsShown:
    """A version of the terms of reference."""

    number: int
    title: str
    text: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class ReviewerShown:
    """Someone appointed."""

    id: int
    name: str
    statement: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class VersionLine:
    """A version of the report in a list."""

    number: int
    title: str
    at: datetime
    by: str
    digest: str


@dataclass(frozen=True)
class PointShown:
    """A point of the check; what is empty has not happened."""

    number: int
    round: int
    place: str
    text: str
    proposed: str
    by: str
    decision: str
    reason: str
    decided_by: str
    taken_back_by: str


@dataclass(frozen=True)
class ExceptionShown:
    """A proposal to publish without a briefing, with its decision."""

    reason: str
    proposed_by: str
    proposed_at: datetime
    granted: bool | None
    decision: str
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True)
class Family:
    """How the family was told; the account is for the Inspectorate.

    Args:
        briefed_on: Day of the briefing; None without one.
        account: How; empty for other bodies.
        exceptions: Every exception proposed, latest first; none for other bodies.
        by_exception: Whether it may be published by an exception.
    """

    briefed_on: date | None
    account: str
    exceptions: tuple[ExceptionShown, ...]
    by_exception: bool


@dataclass(frozen=True)
class IndependentDetail:
    """An independent review for one of its named readers.

    Args:
        line: Where it stands.
        case_reference: Reference in the case record.
        own_review: Reference of the Probation Service's own review of the case; empty when not registered.
        asked_by: Office that asked.
        letter: Reference of the letter.
        request: What was asked.
        title: Title under which it is published; empty before the terms.
        revision: What the next act on it hands back.
        round: Round of the check.
        draft_received_on: Day from which ten weeks run; None before.
        duties: What is owed for it, as far as the one who looks may see.
        terms: Versions of the terms, latest first.
        reviewers: Everyone appointed, those who still are first.
        sections: The report as it is written now; none for other bodies.
        text: The same as typed, with its recommendations; None for other bodies.
        versions: Versions that the one who looks may read, latest first.
        points: Points of the check, by number; none for those who see none.
        sees_points: Whether they see points at all.
        family: How the family was told.
        steps: The timeline, latest first.
        acts: Steps that the one who looks may take now.
        beside: What they may do now that moves it to no other state.
        off_the_web: Whether the public sees a notice in place of the published report.
        reviews_it: Whether they are appointed to carry it out.
        to_appoint: Reference and name of those who can be appointed; none for other bodies.
        writes: Whether they may write now.
        appoints: Whether they may appoint reviewers now.
        decides: Whether they may decide points now.
        raises: Whether they may raise points now.
        readers: Everyone named.
        readings: The latest readings.
        reading_count: How often it was opened.
    """

    line: IndependentLine
    case_reference: str
    own_review: str
    asked_by: str
    letter: str
    request: str
    title: str
    revision: int
    round: int
    draft_received_on: date | None
    duties: tuple[DutyLine, ...]
    terms: tuple[TermsShown, ...]
    reviewers: tuple[ReviewerShown, ...]
    sections: tuple[Section, ...]
    text: VersionText | None
    versions: tuple[VersionLine, ...]
    points: tuple[PointShown, ...]
    sees_points: bool
    family: Family
    steps: tuple[Step, ...]
    acts: tuple[Move, ...]
    beside: tuple[str, ...]
    off_the_web: bool
    reviews_it: bool
    to_appoint: tuple[tuple[str, str], ...]
    writes: bool
    appoints: bool
    decides: bool
    raises: bool
    readers: tuple[ReaderShown, ...]
    readings: tuple[ReadingShown, ...]
    reading_count: int

    @property
    def open_points(self) -> tuple[PointShown, ...]:
        """Points that wait for a decision."""
        return tuple(one for one in self.points if not one.decision and not one.taken_back_by)


def independent(*, actor: Actor, reference: str, today: date) -> IndependentDetail:
    """Give an independent review to one of its named readers; the caller records that they read it.

    Raises:
        Refused: There is none that they see, or they are no named reader of it.
    """
    row = opened(actor, reference)
    names = {code: ref.name for code, ref in parties_by_code().items()}
    reviews_it, own = is_reviewer(actor, row), actor.party == HMIP
    acts = steps(row.state, role=actor.role, is_reviewer=reviews_it)
    sees_points = sees_part(Part.POINTS, actor.party)
    text = written(row) if sees_part(Part.WRITING, actor.party) and row.terms.exists() else None
    readings = row.readings.order_by("-id")
    published = published_report(row.reference) if row.published_on else None
    off = published is not None and published.off is not None
    return IndependentDetail(
        line=_line(row, may_open=True),
        case_reference=row.case_reference,
        own_review=row.review.reference if row.review else "",
        asked_by=row.asked_by,
        letter=row.letter,
        request=row.request,
        title=row.title,
        revision=row.revision,
        round=row.round,
        draft_received_on=row.draft_received_on,
        duties=duty_list(actor=actor, today=today, chosen=DutyFilter(about=row.reference)).lines,
        terms=tuple(
            TermsShown(one.number, one.title, one.text, one.reason, one.set_name, one.set_at)
            for one in row.terms.order_by("-number")
        ),
        reviewers=_reviewers(row),
        sections=sections_html(text) if text else (),
        text=text,
        versions=_versions(row, actor),
        points=_points(row) if sees_points else (),
        sees_points=sees_points,
        family=_family(row, actor),
        steps=tuple(
            Step(
                TAKEN[one.move],
                one.on,
                one.made_at,
                one.made_name,
                names[one.made_party_id],
                one.account if own or one.move not in _OF_HMIP else "",
                one.round,
            )
            for one in row.moves.order_by("-id")
        ),
        acts=acts,
        beside=_beside(actor, row, off=off),
        off_the_web=off,
        reviews_it=reviews_it,
        to_appoint=_to_appoint(row) if own else (),
        writes=reviews_it and row.state in WRITABLE,
        appoints=own and actor.may("sfo.review_independently") and row.state in OPEN_TO_REVIEWERS,
        decides=reviews_it and row.state == IndependentState.CHECKED,
        raises="return_check" in {move.name for move in acts},
        readers=_readers(actor, row),
        readings=tuple(ReadingShown(one.name, names[one.party_id], one.read_at) for one in readings[:10]),
        reading_count=readings.count(),
    )


def _beside(actor: Actor, row: IndependentReview, *, off: bool) -> tuple[str, ...]:
    if row.published_on is not None and actor.may("publication.publish"):
        return ("back_on_the_web",) if off else ("off_the_web",)
    return ("note_end",) if may_note_end(actor, row) else ()


def _reviewers(row: IndependentReview) -> tuple[ReviewerShown, ...]:
    shown = [
        ReviewerShown(one.pk, one.name, one.statement, one.appointed_at, one.ended_at)
        for one in row.reviewers.order_by("id")
    ]
    return tuple(sorted(shown, key=lambda one: one.until is not None))


def _to_appoint(row: IndependentReview) -> tuple[tuple[str, str], ...]:
    """Give the readers of the Inspectorate who are not appointed."""
    appointed = row.reviewers.filter(ended_at=None).order_by("id").values_list("person", flat=True)
    held = row.readers.filter(party__code=HMIP, ended_at=None).exclude(person__in=appointed)
    return tuple(held.order_by("name", "id").values_list("person", "name"))


_PURPOSES: Mapping[str, str] = {
    "draft": "Draft sent for its check, round {round}",
    "final": "Final report",
    "corrected": "Corrected after publication",
}


def _versions(row: IndependentReview, actor: Actor) -> tuple[VersionLine, ...]:
    if not sees_part(Part.SENT, actor.party):
        return ()
    return tuple(
        VersionLine(
            one.number,
            _PURPOSES[one.purpose].format(round=one.round),
            one.made_at,
            one.made_name,
            one.digest,
        )
        for one in row.versions.defer("content").order_by("-number")
        # The final report is OSAG's like everyone's: when it is published.
        if actor.party == HMIP or one.purpose == "draft" or row.published_on is not None
    )


def _points(row: IndependentReview) -> tuple[PointShown, ...]:
    return tuple(
        PointShown(
            one.number,
            one.round,
            one.place,
            one.text,
            one.proposed,
            one.raised_name,
            DECIDED_WORDS[Decided(one.decision)] if one.decision else "",
            one.reason,
            one.decided_name,
            one.taken_back_name,
        )
        for one in row.points.order_by("number")
    )


def _family(row: IndependentReview, actor: Actor) -> Family:
    own = sees_part(Part.FAMILY, actor.party)
    return Family(
        briefed_on=row.briefing.on if row.briefing else None,
        account=row.briefing.account if row.briefing and own else "",
        exceptions=tuple(map(_exception, row.exceptions.order_by("-number"))) if own else (),
        by_exception=row.exception_id is not None,
    )


def _exception(one: FamilyException) -> ExceptionShown:
    return ExceptionShown(
        one.reason,
        one.proposed_name,
        one.proposed_at,
        one.granted,
        one.decision,
        one.decided_name,
        one.decided_at,
    )


def _readers(actor: Actor, row: IndependentReview) -> tuple[ReaderShown, ...]:
    shown = [
        ReaderShown(
            one.pk,
            one.name,
            one.party.name,
            one.added_at,
            one.ended_at,
            one.ended_at is None and one.party_id == actor.party,
        )
        for one in row.readers.select_related("party").order_by("id")
    ]
    return tuple(sorted(shown, key=lambda one: one.until is not None))


def readers_page(*, actor: Actor, reference: str) -> tuple[IndependentReview, tuple[ReaderShown, ...]]:
    """Give a review's readers to someone who may name some; nothing of the review itself.

    Raises:
        Refused: There is no review of that reference that the actor sees.
    """
    row = seen(actor, reference)
    return row, _readers(actor, row)


@dataclass(frozen=True)
class VersionShown:
    """A version of the report, to be read."""

    line: VersionLine
    title: str
    sections: tuple[Section, ...]


def version(*, actor: Actor, reference: str, number: int) -> VersionShown:
    """Give a version of the report to a named reader who may read it.

    Raises:
        Refused: There is none that they may read.
    """
    row = opened(actor, reference)
    found = next((one for one in _versions(row, actor) if one.number == number), None)
    if found is None:
        raise Refused(
            "not_found_version",
            "There is no such version, or it is not one that you can read.",
            "Choose one from the page of the review.",
        )
    text = read_version(row.versions.order_by("id").get(number=number).content)
    return VersionShown(found, text.title, sections_html(text))
