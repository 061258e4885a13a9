"""What pages are given: frozen answers, with their words, and nothing that leads back to a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from oversight.arrangements.rules.accountability import QueryState
from oversight.arrangements.rules.facts import (
    BASIS_WORDS,
    FORCE_WORDS,
    LATE_WORDS,
    STATUS_WORDS,
    Arrangement,
    Basis,
    EventType,
    Force,
    Status,
)
from oversight.kernel.words import distance_in_words, weekday_in_words
from oversight.parties.queries import PartyRef

PAGE_SIZE: Final = 25
COUNTED_UP_TO: Final = 1_000


@dataclass(frozen=True)
class Count:
    """How many there are; exact up to 1,000.

    Args:
        number: The number, or 1,000 when there are more.
        more: Whether there are more than that.
    """

    number: int
    more: bool = False

    @property
    def in_words(self) -> str:
        """The number for a page: ``7``, ``204`` or ``more than 1,000``."""
        return f"more than {self.number:,}" if self.more else f"{self.number:,}"


@dataclass(frozen=True, kw_only=True)
class DutyLine:
    """A duty as a list shows it.

    Args:
        id: Row of the duty; its page is ``/duties/<id>``.
        revision: What an act on this sight of it hands back.
        arrangement: Identifier of the arrangement.
        title: What to do, verb first.
        about: Reference of the case.
        kind: Kind; empty when none.
        unit: Unit concerned, or None.
        bearer: Who owes it.
        counterparts: To whom it is owed.
        paragraph: Paragraph behind it.
        force: How firmly the text puts it.
        opened_on: Day of the event that opened it.
        first_due: Last day in time as it first stood.
        due: Last day in time; None when there is no date.
        basis: What that date rests on.
        met_on: Day on which it was met.
        status: How it stands today.
        today: The day on which we look.
    """

    id: int
    revision: int
    arrangement: str
    title: str
    about: str
    kind: str
    unit: PartyRef | None
    bearer: PartyRef
    counterparts: tuple[PartyRef, ...]
    paragraph: str
    force: Force
    opened_on: date
    first_due: date | None
    due: date | None
    basis: Basis
    met_on: date | None
    status: Status
    today: date

    @property
    def due_words(self) -> str:
        """``in 3 weeks, Monday 16 March 2026``, or that there is no date."""
        if self.due is None:
            return "No date"
        return f"{distance_in_words(self.due, self.today)}, {weekday_in_words(self.due)}"

    @property
    def force_words(self) -> str:
        """How firmly the text puts it, in plain words."""
        return FORCE_WORDS[self.force]

    @property
    def basis_words(self) -> str:
        """What the date rests on, in plain words."""
        return BASIS_WORDS[self.basis]

    @property
    def status_words(self) -> str:
        """How it stands, in plain words; what is late says what that asks for."""
        return LATE_WORDS[self.force] if self.status is Status.LATE else STATUS_WORDS[self.status]


@dataclass(frozen=True, kw_only=True)
class DutyList:
    """A page of duties.

    Args:
        lines: Up to 25 of them.
        count: How many there are in all.
        page: Number of this page, from 1.
        pages: Number of the last page that can be asked for.
    """

    lines: tuple[DutyLine, ...]
    count: Count
    page: int
    pages: int


@dataclass(frozen=True, kw_only=True)
class DutyGroup:
    """Duties of one arrangement that are due on one day.

    Args:
        first: One of them.
        number: How many there are.
        bearers: How many bodies owe them.
    """

    first: DutyLine
    number: int
    bearers: int


STATES: Final = ("open", "overdue", *(status.value for status in Status))
SORTS: Final = ("due", "-due", "opened", "-opened")
SIDES: Final = ("owes", "owed", "others")


@dataclass(frozen=True, kw_only=True)
class DutyFilter:
    """Which duties a list shows; every field empty shows all that the actor may see.

    Args:
        party: Code of a party.
        side: ``owes`` for what the party owes, ``owed`` for what is owed to it, ``others`` for neither; empty
            for both and for what concerns it as a unit. Means nothing without ``party``.
        paragraph: ``27``, or a part such as ``10(iv)``.
        state: One of ``STATES``: ``open`` is what is neither met nor withdrawn, ``overdue`` what is missed or
            late.
        force: ``must``, ``usually`` or ``aim``.
        basis: What the date rests on, a ``Basis``.
        arrangement: Identifier of an arrangement.
        about: Reference, whole.
        kind: Kind of inspection or review of the opening event.
        text: Words of the title, the beginning of the reference, or part of a unit's name.
        since: Due (or, with no date, opened) on or after this day.
        until: Due (or, with no date, opened) on or before this day.
        sort: One of ``SORTS``.
    """

    party: str = ""
    side: str = ""
    paragraph: str = ""
    state: str = ""
    force: str = ""
    basis: str = ""
    arrangement: str = ""
    about: str = ""
    kind: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = "due"


@dataclass(frozen=True, kw_only=True)
class EventLine:
    """An event as a list shows it.

    Args:
        id: Row of the event; its page is ``/events/<id>``.
        revision: What an act on this sight of it hands back.
        name: Name of the event's type.
        title: What happened.
        kind: Kind; empty when none.
        kind_words: Its meaning.
        about: Reference of the case.
        on: Day on which it happened.
        until: Second date, or None.
        until_words: What the second date means.
        unit: Unit concerned, or None.
        addressee: Party addressed, or None.
        recorder: Party for which it was recorded.
        recorded_at: When it was recorded.
        recorded_by: Name of who recorded it.
        note: What they noted.
        withdrawn_at: When it was withdrawn, or None.
        withdrawn_by: Name of who withdrew it.
        withdrawn_reason: Why.
    """

    id: int
    revision: int
    name: str
    title: str
    kind: str
    kind_words: str
    about: str
    on: date
    until: date | None
    until_words: str
    unit: PartyRef | None
    addressee: PartyRef | None
    recorder: PartyRef
    recorded_at: datetime
    recorded_by: str
    note: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_reason: str

    @property
    def withdrawn(self) -> bool:
        """Whether it was withdrawn."""
        return self.withdrawn_at is not None


@dataclass(frozen=True, kw_only=True)
class EventDetail:
    """One event with what it did.

    Args:
        line: The event.
        opened: Duties it opened.
        met: Duties it met.
        notes: Why it did not do what one might expect.
        may_withdraw: Whether the actor may withdraw it.
    """

    line: EventLine
    opened: tuple[DutyLine, ...]
    met: tuple[DutyLine, ...]
    notes: tuple[str, ...]
    may_withdraw: bool


@dataclass(frozen=True, kw_only=True)
class QueryRound:
    """One round of a question on a duty.

    Args:
        id: Row of the round; acts name it.
        revision: What an act on this sight of it hands back.
        duty: Row of the duty.
        asker: Party that asks.
        round: Number of the round, from 1.
        state: Where it stands.
        state_words: The same in plain words.
        question: What was asked.
        asked_at: When.
        asked_by: Name of who asked.
        answer: The answer; empty until there is one.
        answered_at: When it was given, or None.
        answered_by: Name of who gave it.
        returned_reason: Why it was sent back; the next round asks this.
        returned_at: When, or None.
        closed_note: With what remark it was closed.
        closed_at: When, or None.
        closed_by: Name of who closed it.
        moves: Names of the moves that the actor may make now: ``answer``, ``close``, ``send_back``.
    """

    id: int
    revision: int
    duty: int
    asker: PartyRef
    round: int
    state: QueryState
    state_words: str
    question: str
    asked_at: datetime
    asked_by: str
    answer: str
    answered_at: datetime | None
    answered_by: str
    returned_reason: str
    returned_at: datetime | None
    closed_note: str
    closed_at: datetime | None
    closed_by: str
    moves: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DutyDetail:
    """One duty with its whole explanation.

    Args:
        line: The duty.
        rule: The arrangement under the text whose rule it keeps, with its notes and ambiguity.
        version: That text.
        steps: How the date came about.
        before_words: What it has to come before; empty when nothing.
        met_by_words: What meets it, in plain words, any of these.
        opening: Event that opened it.
        meeting: Event that met it, or None.
        recordable: Events that would meet it and that the actor may record.
        rounds: Questions on it, oldest first.
        may_ask: Whether the actor may ask why it was missed, now.
        ask_refusal: Why not; empty when they may, or when there is nothing to ask.
    """

    line: DutyLine
    rule: Arrangement
    version: VersionLine
    steps: tuple[str, ...]
    before_words: str
    met_by_words: tuple[str, ...]
    opening: EventLine
    meeting: EventLine | None
    recordable: tuple[EventType, ...]
    rounds: tuple[QueryRound, ...]
    may_ask: bool
    ask_refusal: str


@dataclass(frozen=True, kw_only=True)
class TimelineMonth:
    """The duties due in one month.

    Args:
        first: First day of the month.
        lines: Duties due in it, soonest first.
    """

    first: date
    lines: tuple[DutyLine, ...]


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """Duties by month of their date.

    Args:
        months: Every month from first to last, empty ones too.
        shown: How many duties are shown.
        left_out: Whether there are more than are shown.
    """

    months: tuple[TimelineMonth, ...]
    shown: int
    left_out: bool


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many duties stand how.

    Args:
        met: Met in time, or with no date.
        met_late: Met after their last day.
        missed: Not met, last day passed, and they have to be done.
        late: Not met, last day passed, and they are usual or aimed for.
        running: Not met, and in time or with no date.
    """

    met: int
    met_late: int
    missed: int
    late: int
    running: int

    @property
    def all(self) -> int:
        """All of them."""
        return self.met + self.met_late + self.missed + self.late + self.running

    @property
    def decided(self) -> int:
        """Those of which it is known whether they were in time."""
        return self.all - self.running

    def __add__(self, other: Tally) -> Tally:
        """Count two tallies together."""
        return Tally(
            met=self.met + other.met,
            met_late=self.met_late + other.met_late,
            missed=self.missed + other.missed,
            late=self.late + other.late,
            running=self.running + other.running,
        )


@dataclass(frozen=True, kw_only=True)
class AdherenceRow:
    """How far one party kept to one paragraph in one quarter.

    Args:
        party: Who owed.
        paragraph: Paragraph.
        quarter: First day of the quarter in which they were due or, with no date, opened.
        force: ``must`` counts as kept or missed; the others are shown apart.
        basis: What the dates rest on; local targets are not numbers of the MoU.
        tally: How they stand.
    """

    party: PartyRef
    paragraph: str
    quarter: date
    force: Force
    basis: Basis
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """A text of arrangements.

    Args:
        id: Identifier; its page is ``/arrangements?version=<id>``.
        title: Its name.
        effective_from: First day that it governs.
        adopted_at: When the service took it up.
        adopted_by: Reference of who loaded it.
        digest: SHA-256 of the text as loaded.
        source: Document that it paraphrases.
        arrangements: How many arrangements it holds.
    """

    id: str
    title: str
    effective_from: date
    adopted_at: datetime
    adopted_by: str
    digest: str
    source: str
    arrangements: int
