"""What an event would open, before anyone records it: for `oversight due` and for the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from oversight.arrangements.rules.facts import FORCE_WORDS, Basis, Force, Version
from oversight.arrangements.rules.parties import in_words
from oversight.arrangements.rules.replay import first_date
from oversight.kernel.calendars import Calendar
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words, join_in_words


@dataclass(frozen=True, kw_only=True)
class Opening:
    """One duty that an event would open.

    Args:
        arrangement: Identifier of the arrangement.
        title: What would be owed.
        paragraph: Paragraph behind it.
        force: How firmly the text puts it.
        force_words: The same in plain words.
        bearers: Who would owe it: codes, or words relative to the event.
        bearer_words: The same in plain words.
        counterpart_words: To whom, in plain words.
        due: Last day in time; None when there is no date.
        basis: What that date rests on.
        steps: How the date comes about.
        limit_note: What the text says or leaves open about time.
        before: What has to happen after it, in plain words; empty when nothing.
        met_by: What would meet it, in plain words.
        ambiguity: What the text leaves open and how it was read.
        version: Text that governs the event.
    """

    arrangement: str
    title: str
    paragraph: str
    force: Force
    force_words: str
    bearers: tuple[str, ...]
    bearer_words: str
    counterpart_words: str
    due: date | None
    basis: Basis
    steps: tuple[str, ...]
    limit_note: str
    before: str
    met_by: tuple[str, ...]
    ambiguity: str
    version: str


def version_on(versions: Sequence[Version], on: date) -> Version:
    """Give the text in force on a day.

    Raises:
        Refused: No text had taken effect by then (rule ``version_in_force``).
    """
    in_force = [version for version in versions if version.effective_from <= on]
    if not in_force:
        first = min((version.effective_from for version in versions), default=None)
        since = f" The first took effect on {day_in_words(first)}." if first else ""
        raise Refused(
            rule="version_in_force",
            why=f"No arrangements were in force on {day_in_words(on)}.{since}",
            what_next="Check the date." if first else "Load a text of arrangements first.",
            paragraph="34",
            field="on",
        )
    return max(in_force, key=lambda version: (version.effective_from, version.adopted_at))


def explain(
    *,
    event: str,
    kind: str,
    on: date,
    versions: Sequence[Version],
    calendar: Calendar,
    until: date | None = None,
) -> tuple[Opening, ...]:
    """Tell what an event of that kind on that day would open, in the order of the text.

    Args:
        event: Name of the event.
        kind: Kind; empty when kinds do not matter to it.
        on: Day of the event.
        versions: Texts to choose from; the latest in force on that day governs.
        calendar: Working days.
        until: Second date, where the event carries one.

    Raises:
        Refused: No text was in force, the event or the kind is unknown, or the date cannot be counted.
    """
    version = version_on(versions, on)
    checked_event(version, event, kind)
    openings = []
    for arrangement in version.arrangements:
        if arrangement.effective_from > on or not arrangement.opens_on(event, kind):
            continue
        due, basis, steps = first_date(arrangement, on, until, calendar)
        openings.append(
            Opening(
                arrangement=arrangement.id,
                title=arrangement.title,
                paragraph=arrangement.paragraph,
                force=arrangement.force,
                force_words=FORCE_WORDS[arrangement.force],
                bearers=arrangement.bearers,
                bearer_words=in_words(arrangement.bearers, version),
                counterpart_words=in_words(
                    [token for token in arrangement.counterparts if token not in arrangement.bearers]
                    or arrangement.counterparts,
                    version,
                ),
                due=due,
                basis=basis,
                steps=steps,
                limit_note=arrangement.limit_note,
                before=version.events[arrangement.before].title if arrangement.before else "",
                met_by=tuple(version.events[meeting.event].title for meeting in arrangement.met_by),
                ambiguity=arrangement.ambiguity,
                version=version.id,
            )
        )
    return tuple(openings)


def checked_event(version: Version, event: str, kind: str) -> None:
    """Refuse an event or a kind that the text does not know, naming what it does know.

    Raises:
        Refused: Rule ``known_event`` or ``known_kind``.
    """
    declared = version.events.get(event)
    if declared is None:
        raise Refused(
            rule="known_event",
            why=f"“{event[:80]}” is not an event of the arrangements.",
            what_next=f"Choose one of: {join_in_words(sorted(version.events), 'or')}.",
            field="event",
        )
    if kind not in (declared.kinds or ("",)):
        raise Refused(
            rule="known_kind",
            why=f"“{kind[:80]}” is not a kind of “{declared.title}”."
            if kind
            else f"“{declared.title}” needs a kind.",
            what_next=f"Choose one of: {join_in_words(declared.kinds, 'or')}."
            if declared.kinds
            else "Leave the kind out.",
            field="kind",
        )
