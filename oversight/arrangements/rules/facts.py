"""What the rules speak of: arrangements, versions, events, duties and how a duty stands on a day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from oversight.kernel.periods import Period


class Force(StrEnum):
    """How firmly the text puts it."""

    MUST = "must"
    USUALLY = "usually"
    AIM = "aim"


class Basis(StrEnum):
    """What the date of a duty rests on."""

    TEXT = "text"
    LOCAL = "local"
    GIVEN = "given"
    AGREED = "agreed"
    EVENT = "event"
    NONE = "none"


class Status(StrEnum):
    """How a duty stands on a day."""

    RUNNING = "running"
    MISSED = "missed"
    LATE = "late"
    MET = "met"
    MET_LATE = "met_late"
    WITHDRAWN = "withdrawn"


FORCE_WORDS: Mapping[Force, str] = {
    Force.MUST: "has to be done",
    Force.USUALLY: "usually done",
    Force.AIM: "aimed for",
}
BASIS_WORDS: Mapping[Basis, str] = {
    Basis.TEXT: "date set by the text of the arrangement",
    Basis.LOCAL: "local target, not a number in the MoU",
    Basis.GIVEN: "date agreed when the duty began",
    Basis.AGREED: "later agreed by the parties",
    Basis.EVENT: "has to come before an event that has happened",
    Basis.NONE: "no date: no number in the MoU",
}
STATUS_WORDS: Mapping[Status, str] = {
    Status.RUNNING: "running",
    Status.MISSED: "missed",
    Status.LATE: "late",
    Status.MET: "met",
    Status.MET_LATE: "met late",
    Status.WITHDRAWN: "withdrawn",
}
# What "late" asks for, by force: only `must` counts as missed.
LATE_WORDS: Mapping[Force, str] = {
    Force.MUST: "missed",
    Force.USUALLY: "late, give the reason",
    Force.AIM: "later than aimed for",
}


@dataclass(frozen=True)
class PartyFacts:
    """A party as far as the rules look: its code, what kind it is, and what it belongs to.

    Args:
        code: Stable code.
        kind: Kind of party, for example ``region``.
        lineage: Codes from the top down to this party, each between slashes.
    """

    code: str
    kind: str
    lineage: str

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes from the top down, this party's last."""
        return tuple(code for code in self.lineage.split("/") if code)

    def within(self, code: str) -> bool:
        """Tell whether this party is, or belongs to, the party with that code."""
        return code in self.codes


Resolve = Callable[[str], PartyFacts]


@dataclass(frozen=True, kw_only=True)
class EventType:
    """Something that can happen, and who is entitled to say that it did.

    Args:
        name: Stable name.
        title: What happened, in plain words.
        question: The question that asks for its date.
        kinds: Kinds that it is recorded for; empty when kinds do not matter to it.
        about: What its reference is of, in plain words; empty when the reference is fixed.
        fixed_about: The one reference that it is always recorded under; empty when there is none.
        unit_needed: Whether a unit always has to be named.
        unit_needed_for: Kinds for which a unit has to be named.
        unit_possible: Whether a unit can be named at all.
        addressees: Codes and ``kind:`` tokens of which the addressee is one; empty when there is none.
        until: What the second date means; empty when there is none.
        only_while: Arrangement whose duty has to be open; empty when none has to.
        said_by: Codes, ``kind:`` tokens and words relative to the event: who may record it.
    """

    name: str
    title: str
    question: str
    kinds: tuple[str, ...]
    about: str
    fixed_about: str
    unit_needed: bool
    unit_needed_for: tuple[str, ...]
    unit_possible: bool
    addressees: tuple[str, ...]
    until: str
    only_while: str
    said_by: tuple[str, ...]

    def needs_unit(self, kind: str) -> bool:
        """Tell whether a unit has to be named for this kind."""
        return self.unit_needed or kind in self.unit_needed_for


@dataclass(frozen=True, kw_only=True)
class Start:
    """An event that opens a duty; with no kinds, every kind of it does."""

    event: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """An event that meets a duty.

    Args:
        event: Name of the event.
        kinds: Kinds that meet it; when empty, the kind of the opening event, where both have one.
        same: Parties (``addressee``, ``unit``) that must be those of the opening event.
        by_bearer: Whether the one who records it has to belong to the bearer.
    """

    event: str
    kinds: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    by_bearer: bool = False


@dataclass(frozen=True, kw_only=True)
class Variation:
    """An event that moves the date once each party named has recorded the same new one."""

    event: str
    agreed_by: tuple[str, ...]
    paragraph: str


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """One thing that a paragraph asks: who owes what to whom, from what, by when, how firmly.

    Args:
        id: Stable identifier.
        paragraph: Paragraph, for example ``10(iv)``.
        principles: Principles of paragraph 10 that it serves.
        title: What to do, verb first.
        summary: The paragraph in our own words.
        bearers: Who owes it: codes, or words relative to the event.
        counterparts: To whom.
        effective_from: First day on which an event can start it.
        starts: Events that open it; empty for a standing one.
        recurs: Whether the event that meets it opens it again.
        limit: Time limit of the text; None when it gives no number.
        limit_note: What the text says or leaves open about time.
        local_target: Labelled length that is not in the text.
        local_note: What that length is.
        date_given: Whether the due date is the second date of the opening event.
        before: Event before which it has to be met; empty when none.
        varied_by: How its date is moved by agreement; None when it cannot be.
        met_by: Events that meet it.
        force: How firmly the text puts it.
        standing: Whether it is always in force and started by no event.
        guard: What upholds a standing one.
        guard_note: The same in plain words.
        ambiguity: What the text leaves open and how it was read.
        figures: Numbers of the text other than time limits.
    """

    id: str
    paragraph: str
    principles: tuple[str, ...]
    title: str
    summary: str
    bearers: tuple[str, ...]
    counterparts: tuple[str, ...]
    effective_from: date
    starts: tuple[Start, ...] = ()
    recurs: bool = False
    limit: Period | None = None
    limit_note: str = ""
    local_target: Period | None = None
    local_note: str = ""
    date_given: bool = False
    before: str = ""
    varied_by: Variation | None = None
    met_by: tuple[Meeting, ...] = ()
    force: Force
    standing: bool = False
    guard: str = ""
    guard_note: str = ""
    ambiguity: str = ""
    figures: Mapping[str, int] = field(default_factory=dict, hash=False)

    @property
    def paragraph_number(self) -> int:
        """The paragraph's whole number: 10 for ``10(iv)``."""
        return int(self.paragraph.partition("(")[0])

    def opens_on(self, event: str, kind: str) -> bool:
        """Tell whether that event of that kind opens it, apart from dates."""
        starts = any(
            start.event == event and (not start.kinds or kind in start.kinds) for start in self.starts
        )
        return starts or (self.recurs and any(meeting.event == event for meeting in self.met_by))


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    """One paragraph of the Memorandum and, when no arrangement cites it, why none has to."""

    number: int
    subject: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Version:
    """A text of arrangements.

    Args:
        id: Stable identifier, for example ``mou-2023``.
        title: Its name.
        effective_from: First day of events that it governs.
        adopted_at: Moment from which the service knew it; events recorded earlier never use it.
        source: Document that it paraphrases.
        signatories: Code of each signatory, with that of the body that answers for it.
        parties: Codes that it names, with the name it gives them.
        kinds: Kinds of inspection and review, with their meaning.
        events: What can happen, by name.
        arrangements: What is asked, in the order of the text.
        paragraphs: Every paragraph.
    """

    id: str
    title: str
    effective_from: date
    adopted_at: datetime
    source: str
    signatories: Mapping[str, str] = field(hash=False)
    parties: Mapping[str, str] = field(hash=False)
    kinds: Mapping[str, str] = field(hash=False)
    events: Mapping[str, EventType] = field(hash=False)
    arrangements: tuple[Arrangement, ...]
    paragraphs: tuple[Paragraph, ...]

    @cached_property
    def _by_id(self) -> Mapping[str, Arrangement]:
        return {one.id: one for one in self.arrangements}

    def arrangement(self, identifier: str) -> Arrangement | None:
        """Give the arrangement with that identifier, or None."""
        return self._by_id.get(identifier)


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that someone recorded as having happened.

    Args:
        id: Its place in the order of recording; orders events of one day.
        name: Name of the event's type.
        kind: Kind; empty when kinds do not matter to it.
        about: Reference of the case, recommendation, change and so on that it is about.
        on: Day on which it happened.
        recorded_at: Moment at which it was recorded.
        recorder: Party for which it was recorded, as it stood then.
        unit: Region or unit that it concerns, as it stood then.
        addressee: Party addressed, as it stood then.
        until: Second date, where the event carries one.
        withdrawn: Whether it was withdrawn since.
    """

    id: int
    name: str
    kind: str
    about: str
    on: date
    recorded_at: datetime
    recorder: PartyFacts
    unit: PartyFacts | None = None
    addressee: PartyFacts | None = None
    until: date | None = None
    withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class DutyFacts:
    """What one party owes because of one event: derived, never written by hand.

    Args:
        opened_by: Event that opened it.
        arrangement: Identifier of the arrangement.
        bearer: Code of who owes it.
        version: Text whose rule it keeps.
        about: Reference of the opening event.
        kind: Kind of the opening event.
        unit: Code of the unit concerned; empty when none.
        paragraph: Paragraph behind it.
        force: How firmly the text puts it.
        counterparts: Codes of those to whom it is owed.
        opened_on: Day of the opening event.
        first_due: Last day in time as it first stood; None when no date.
        due: Last day in time as it stands; None when no date.
        basis: What that date rests on.
        steps: How the date came about, in plain English.
        met_on: Day on which it was met.
        met_by: Event that met it.
        withdrawn: Whether the opening event was withdrawn.
    """

    opened_by: int
    arrangement: str
    bearer: str
    version: str
    about: str
    kind: str
    unit: str
    paragraph: str
    force: Force
    counterparts: tuple[str, ...]
    opened_on: date
    first_due: date | None
    due: date | None
    basis: Basis
    steps: tuple[str, ...]
    met_on: date | None = None
    met_by: int | None = None
    withdrawn: bool = False

    @property
    def key(self) -> tuple[int, str, str]:
        """What makes this duty the same duty in every replay."""
        return (self.opened_by, self.arrangement, self.bearer)


def status(duty: DutyFacts, today: date) -> Status:
    """Tell how ``duty`` stands on ``today``: the day it is due counts as in time (paragraph 10(ii))."""
    return status_of(
        today=today, due=duty.due, met_on=duty.met_on, withdrawn=duty.withdrawn, force=duty.force
    )


def status_of(*, today: date, due: date | None, met_on: date | None, withdrawn: bool, force: Force) -> Status:
    """Tell how a duty with these facts stands on ``today``; only what must be done can be missed."""
    if withdrawn:
        return Status.WITHDRAWN
    if met_on is not None:
        return Status.MET if due is None or met_on <= due else Status.MET_LATE
    if due is None or today <= due:
        return Status.RUNNING
    return Status.MISSED if force is Force.MUST else Status.LATE
