"""What pages of audits show, frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from oversight.audits.queries.sight import Sight
from oversight.audits.rules.audit import WORKFLOW
from oversight.audits.rules.correcting import CORRECTION_WORKFLOW, Difference
from oversight.audits.rules.data import Grade, Rating, Scale, Service
from oversight.audits.rules.work import (
    CONCLUSION_WORDS,
    LOOKED_WORDS,
    PAPER_WORKFLOW,
    POINT_WORKFLOW,
    SOURCE_WORDS,
    Conclusion,
    Looked,
    PointState,
    SourceKind,
)
from oversight.exchange.queries.files import StoredFileRef
from oversight.intelligence.rules.words import Theme
from oversight.kernel.workflow import Move
from oversight.parties.queries import PartyRef
from oversight.recommendations.queries.of_source import Standing


@dataclass(frozen=True)
class AuditFilter:
    """What the list is narrowed to; nothing when empty."""

    text: str = ""
    service: str = ""
    state: str = ""
    audited: str = ""
    rating: str = ""
    mine: bool = False


@dataclass(frozen=True)
class AuditLine:
    """An audit in a list.

    Args:
        reference: Its reference.
        title: What it is called.
        service: Kind of service audited.
        audited: Body that answers for it.
        place: Name of the place; empty where the body is the place.
        region: Probation region that such a place concerns; None for none.
        first_day: First day of fieldwork.
        last_day: Last day of it.
        state: Where it stands, as far as the reader may know.
        rating: Rating of its final report; None before, and for none.
    """

    reference: str
    title: str
    service: Service
    audited: PartyRef
    place: str
    region: PartyRef | None
    first_day: date
    last_day: date
    state: str
    rating: Rating | None

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return WORKFLOW.state(self.state).label

    @property
    def owner(self) -> str:
        """Who has to act next."""
        return WORKFLOW.state(self.state).owner

    @property
    def ended(self) -> bool:
        """Whether nothing more can happen."""
        return WORKFLOW.state(self.state).ends

    @property
    def of_what(self) -> str:
        """What is audited, in words."""
        return f"{self.place}, {self.audited.name}" if self.place else self.audited.name


@dataclass(frozen=True)
class Audits:
    """A page of the list."""

    lines: tuple[AuditLine, ...]
    count: int
    page: int


@dataclass(frozen=True)
class Member:
    """Someone of the team."""

    person: str
    name: str
    place: str


@dataclass(frozen=True)
class Step:
    """A step that was taken, as far as the reader may know."""

    label: str
    reason: str
    at: datetime
    name: str
    party: PartyRef


@dataclass(frozen=True)
class SourceLine:
    """Something that an audit draws on.

    Args:
        number: Its number in the audit.
        kind: Where it is held.
        cited: Row or reference of it there.
        version: Its round or copy that was read.
        title: What it is.
        owner: Whose it is.
        as_at: Day of it in words, as far as it is known.
        used_for: What it was used for.
        cited_name: Who cited it.
        cited_at: When.
    """

    number: int
    kind: SourceKind
    cited: str
    version: int
    title: str
    owner: str
    as_at: str
    used_for: str
    cited_name: str
    cited_at: datetime

    @property
    def kind_words(self) -> str:
        """Where it is held, in words."""
        return SOURCE_WORDS[self.kind]


@dataclass(frozen=True)
class AuditPage:
    """An audit as far as the reader may know of it.

    Args:
        line: The audit.
        sight: What the reader is in it.
        revision: Its revision.
        scope: What is looked at.
        team: Who audits; told to OSAG, and the lead to the audited.
        sources: What it draws on; told to OSAG alone.
        steps: Moves that the reader may make now.
        lacking: What the next moves lack, for the team.
        timeline: Steps taken, the latest first.
        accuracy_due: Day by which the audited reply.
        scale: Its scale of ratings.
        reads_report: Whether the reader may read the report as it is.
        retain_until: Last day on which its files are kept.
        correction: Correction of its report that is under way; told to its team alone.
    """

    line: AuditLine
    sight: Sight
    revision: int
    scope: str
    team: tuple[Member, ...]
    sources: tuple[SourceLine, ...]
    steps: tuple[Move, ...]
    lacking: Mapping[str, Sequence[str]]
    timeline: tuple[Step, ...]
    started_on: date | None
    finished_on: date | None
    accuracy_due: date | None
    scale: Scale
    reads_report: bool
    retain_until: date | None
    correction: CorrectionLine | None


@dataclass(frozen=True)
class PaperLine:
    """A working paper with its evidence."""

    id: int
    number: int
    title: str
    text: str
    file: StoredFileRef | None
    state: str
    prepared_name: str
    prepared_at: datetime
    reviewed_name: str
    reviewed_at: datetime | None
    note: str
    may_review: bool

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return PAPER_WORKFLOW.state(self.state).label


@dataclass(frozen=True)
class TestLine:
    """A test with its working papers."""

    number: int
    question: str
    method: str
    conclusion: str
    result: str
    written_name: str
    concluded_name: str
    papers: tuple[PaperLine, ...]

    @property
    def conclusion_words(self) -> str:
        """What it showed, in words."""
        return CONCLUSION_WORDS[Conclusion(self.conclusion)] if self.conclusion else "Not concluded"


@dataclass(frozen=True)
class WorkPage:
    """Tests and working papers, for the team."""

    line: AuditLine
    sight: Sight
    tests: tuple[TestLine, ...]
    open: bool


@dataclass(frozen=True)
class ActionLine:
    """An action for a finding.

    Args:
        number: Its number.
        text: What is to be done.
        owner: Who is to do it.
        standing: Where it stands among recommendations; None before the report is final.
        looks: What follow-ups found of it, in words, the earliest first.
    """

    number: int
    text: str
    owner: PartyRef
    standing: Standing | None = None
    looks: tuple[str, ...] = ()


@dataclass(frozen=True)
class FindingLine:
    """A finding of a report."""

    number: int
    title: str
    text: str
    cause: str
    consequence: str
    theme: Theme
    grade: Grade
    test: int
    actions: tuple[ActionLine, ...]


@dataclass(frozen=True)
class VersionLine:
    """A version of the report that was handed in or issued."""

    number: int
    purpose: str
    digest: str
    made_at: datetime
    made_name: str


@dataclass(frozen=True)
class CorrectionLine:
    """A correction in a list.

    Args:
        number: Its number.
        state: Where it stands.
        wrong: What was wrong.
        reason: Why it was wrong.
        opened_name: Who wrote it.
        issued_name: Who issued it.
        issued_at: When it was issued; None before.
    """

    number: int
    state: str
    wrong: str
    reason: str
    opened_name: str
    issued_name: str
    issued_at: datetime | None

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return CORRECTION_WORKFLOW.state(self.state).label

    @property
    def owner(self) -> str:
        """Who has to act next."""
        return CORRECTION_WORKFLOW.state(self.state).owner


@dataclass(frozen=True)
class CorrectionPage:
    """A correction: what it changes, the old words beside the new.

    Args:
        line: The audit.
        sight: What the reader is in it.
        revision: Revision of the audit.
        told: The correction.
        changes: What it changes.
        before: Number of the version that it corrects.
        after: Number of the version that it made; None before it is issued.
        says: What the report says with it, for those who write it.
        findings: Numbers and titles of findings before it, for those who write it.
        scale: Scale of ratings of the audit.
        steps: Steps that the reader may take now.
        writes: Whether the reader may write it now.
    """

    line: AuditLine
    sight: Sight
    revision: int
    told: CorrectionLine
    changes: tuple[Difference, ...]
    before: int
    after: int | None
    says: Mapping[str, Any]
    findings: tuple[tuple[int, str], ...]
    scale: Scale
    steps: tuple[Move, ...]
    writes: bool


@dataclass(frozen=True)
class ReportPage:
    """The report as far as the reader may read it.

    Args:
        line: The audit.
        sight: What the reader is in it.
        purpose: ``live`` to the team while it is written, else ``draft`` or ``final``.
        rating: Its rating; None for none yet.
        summary: Its summary.
        findings: Its findings.
        scale: Its scale.
        versions: Versions that the reader may know of, the latest first.
        open: Whether it can be written now.
        version: Number of the version of a final report; None for any other.
        stands: Whether that is what the report says now.
        withdrawn: Numbers and titles of findings that were withdrawn by corrections.
        corrections: Corrections of a final report that the reader may know of, the latest first.
    """

    line: AuditLine
    sight: Sight
    purpose: str
    rating: Rating | None
    summary: str
    findings: tuple[FindingLine, ...]
    scale: Scale
    versions: tuple[VersionLine, ...]
    open: bool
    version: int | None
    stands: bool
    withdrawn: tuple[tuple[int, str], ...]
    corrections: tuple[CorrectionLine, ...]


@dataclass(frozen=True)
class PointLine:
    """A point of the accuracy check, with its answer once the reader may know it."""

    number: int
    part: str
    text: str
    evidence: str
    state: str
    reason: str
    raised_name: str
    raised_party: PartyRef
    raised_at: datetime
    answered_name: str
    may_take_back: bool
    may_answer: bool

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return POINT_WORKFLOW.state(self.state).label

    @property
    def open(self) -> bool:
        """Whether it wants an answer."""
        return self.state == PointState.RAISED


@dataclass(frozen=True)
class AccuracyPage:
    """The accuracy check with the audited."""

    line: AuditLine
    sight: Sight
    due: date | None
    points: tuple[PointLine, ...]
    raises: bool
    draft: int


@dataclass(frozen=True)
class FollowUpLine:
    """A follow-up visit."""

    number: int
    first_day: date
    last_day: date
    planned_name: str
    made_on: date | None
    account: str
    recorded_name: str
    found: tuple[tuple[int, Looked], ...]

    @property
    def found_words(self) -> tuple[str, ...]:
        """What it found of each action."""
        return tuple(f"Action {number}: {LOOKED_WORDS[found].lower()}" for number, found in self.found)


@dataclass(frozen=True)
class HoldLine:
    """Why files are kept."""

    reason: str
    placed_name: str
    placed_at: datetime
    lifted_reason: str


@dataclass(frozen=True)
class FollowingPage:
    """What became of a final report: actions, follow-ups, how long its files are kept.

    Args:
        line: The audit.
        sight: What the reader is in it.
        actions: Its actions with where they stand.
        follow_ups: Its follow-up visits, the earliest first.
        last_closed_on: Day on which its last action was closed.
        retain_until: Last day on which its files are kept.
        gone_at: When they were disposed of.
        holds: Why they are kept beyond that; told to OSAG.
        held: Whether one of those stands.
        disposes: Whether the reader may hold and dispose of them.
        proposed_by: Reference of who proposed to dispose of them; empty for nobody.
        proposed_name: Their name.
        due_for_disposal: Whether they are due to go.
    """

    line: AuditLine
    sight: Sight
    actions: tuple[ActionLine, ...]
    follow_ups: tuple[FollowUpLine, ...]
    last_closed_on: date | None
    retain_until: date | None
    gone_at: datetime | None
    holds: tuple[HoldLine, ...]
    held: bool
    disposes: bool
    proposed_by: str
    proposed_name: str
    due_for_disposal: bool

    @property
    def to_come(self) -> FollowUpLine | None:
        """The follow-up that is planned."""
        return next((one for one in self.follow_ups if one.made_on is None), None)
