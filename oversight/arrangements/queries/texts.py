"""Texts of arrangements: which there are, what each asks, what carries each paragraph (A2, A3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from oversight.access.rules import access_table
from oversight.arrangements.models import ArrangementVersion
from oversight.arrangements.queries.facts import (
    ArrangementLine,
    ArrangementsPage,
    ParagraphLine,
    VersionLine,
)
from oversight.arrangements.rules.explaining import Opening, explain, version_on
from oversight.arrangements.rules.facts import Arrangement, EventType, Meeting, PartyFacts, Start, Version
from oversight.arrangements.rules.parties import KIND, in_words, is_one_of
from oversight.arrangements.rules.reading import read_version
from oversight.kernel.acting import Actor
from oversight.kernel.calendars import england_and_wales
from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words
from oversight.parties.queries import parties_by_code

#: Texts read so far, by digest: reading one takes a third of a second, and a text never changes.
_read: dict[str, Version] = {}


def known_versions() -> tuple[Version, ...]:
    """Give every text that the service knows, earliest first: one query once each has been read."""
    rows = list(
        ArrangementVersion.objects.order_by("effective_from", "adopted_at", "id").values_list(
            "identifier", "digest", "adopted_at"
        )
    )
    unread = [digest for _, digest, _ in rows if digest not in _read]
    if unread:
        texts = ArrangementVersion.objects.filter(digest__in=unread).order_by("id")
        for identifier, digest, text, adopted_at in texts.values_list(
            "identifier", "digest", "text", "adopted_at"
        ):
            _read[digest] = read_version(text, f"{identifier}.yaml", adopted_at)
    return tuple(_adopted(_read[digest], adopted_at) for _, digest, adopted_at in rows)


def _adopted(version: Version, at: datetime) -> Version:
    # The same text may be adopted at another moment in another database of this process.
    return version if version.adopted_at == at else replace(version, adopted_at=at)


def versions() -> tuple[VersionLine, ...]:
    """Give every text as a line, latest first."""
    held = {version.id: version for version in known_versions()}
    rows = ArrangementVersion.objects.order_by("-effective_from", "-adopted_at", "-id")
    return tuple(
        version_line(held[row[0]], digest=row[1], adopted_by=row[2])
        for row in rows.values_list("identifier", "digest", "adopted_by")
    )


def version_line(version: Version, *, digest: str, adopted_by: str) -> VersionLine:
    """Make the line of a text."""
    return VersionLine(
        id=version.id,
        title=version.title,
        effective_from=version.effective_from,
        adopted_at=version.adopted_at,
        adopted_by=adopted_by,
        digest=digest,
        source=version.source,
        arrangements=len(version.arrangements),
    )


def version_named(identifier: str, *, today: date) -> Version:
    """Give the text of an identifier, or the one in force today when the identifier is empty.

    Raises:
        Refused: There is no such text (rule ``not_found_version``), or none is in force yet.
    """
    known = known_versions()
    if not identifier:
        return version_on(known, today)
    found = next((version for version in known if version.id == identifier), None)
    if found is None:
        raise Refused(
            "not_found_version",
            f"There is no text of arrangements called {identifier[:60]!r}.",
            f"Choose one of: {join_in_words([version.id for version in known], 'or')}."
            if known
            else "Load one first.",
            paragraph="34",
            field="version",
        )
    return found


def arrangements_page(*, today: date, version: str = "") -> ArrangementsPage:
    """Give the arrangements of a text, in the order of the text (A3).

    Args:
        today: The day on which we look.
        version: Identifier of the text; empty for the one in force today.

    Raises:
        Refused: There is no such text.
    """
    shown = version_named(version, today=today)
    lines = versions()
    in_force = version_on(known_versions(), today) if shown.effective_from <= today else None
    return ArrangementsPage(
        version=next(line for line in lines if line.id == shown.id),
        in_force=in_force is not None and in_force.id == shown.id,
        arrangements=tuple(arrangement_line(rule, shown) for rule in shown.arrangements),
        others=tuple(line for line in lines if line.id != shown.id),
    )


def arrangement(*, today: date, identifier: str, version: str = "") -> ArrangementLine:
    """Give one arrangement of a text, by default the one in force today.

    Raises:
        Refused: There is no such text or no such arrangement in it (rule ``not_found_arrangement``).
    """
    shown = version_named(version, today=today)
    rule = shown.arrangement(identifier)
    if rule is None:
        raise Refused(
            "not_found_arrangement",
            f"{shown.title} has no arrangement called {identifier[:60]!r}.",
            "Choose one from the page of arrangements.",
        )
    return arrangement_line(rule, shown)


def paragraphs_page(*, today: date, version: str = "") -> tuple[ParagraphLine, ...]:
    """Give every paragraph with the arrangements that carry it, or why nothing has to (A3).

    Raises:
        Refused: There is no such text.
    """
    shown = version_named(version, today=today)
    lines = [arrangement_line(rule, shown) for rule in shown.arrangements]
    return tuple(
        ParagraphLine(
            paragraph=paragraph,
            arrangements=tuple(line for line in lines if line.rule.paragraph_number == paragraph.number),
        )
        for paragraph in shown.paragraphs
    )


def arrangement_line(rule: Arrangement, version: Version) -> ArrangementLine:
    """Put an arrangement in words."""
    return ArrangementLine(
        rule=rule,
        bearer_words=in_words(rule.bearers, version),
        counterpart_words=in_words(
            [token for token in rule.counterparts if token not in rule.bearers], version
        )
        or in_words(rule.counterparts, version),
        start_words=tuple(_event_in_words(start, version) for start in rule.starts),
        met_by_words=tuple(_event_in_words(meeting, version) for meeting in rule.met_by),
        before_words=version.events[rule.before].title if rule.before else "",
        limit_words=_limit_in_words(rule),
        guard_words=_guard_in_words(rule, version),
    )


def _event_in_words(named: Start | Meeting, version: Version) -> str:
    title = version.events[named.event].title
    if not named.kinds:
        return title
    kinds = [version.kinds[kind] for kind in named.kinds]
    return f"{title} ({join_in_words([kind[0].lower() + kind[1:] for kind in kinds], 'or')})"


def _limit_in_words(rule: Arrangement) -> str:
    if rule.limit is not None:
        return rule.limit.in_words()
    if rule.local_target is not None:
        return f"Local target, not a number in the MoU: {rule.local_target.in_words()}"
    if rule.date_given:
        return "The date that the parties agreed when it began."
    if rule.standing:
        return "Always."
    return "No number in the MoU."


def _guard_in_words(rule: Arrangement, version: Version) -> str:
    kind, _, name = rule.guard.partition(":")
    if kind == "permission":
        held = access_table().permissions.get(name)
        if held is None:
            return ""
        return f"Permission “{held.words}”. {held.reason}".strip()
    if kind == "event":
        return f"The service holds the event “{version.events[name].title}” to it."
    if kind == "page":
        return f"The page /{name} shows it from the record."
    return rule.guard_note


def recordable_events(*, actor: Actor, today: date) -> tuple[EventType, ...]:
    """Give the events that the actor's party may be entitled to record, in the order of the text in force.

    Whether it is for one unit or addressee is decided when it is recorded.
    """
    if not actor.party or not actor.may("arrangements.record_event"):
        return ()
    version = version_on(known_versions(), today)
    ref = parties_by_code()[actor.party]
    own = PartyFacts(ref.code, ref.kind, ref.lineage)
    return tuple(event for event in version.events.values() if _perhaps_said_by(own, event, version))


def _perhaps_said_by(party: PartyFacts, event: EventType, version: Version) -> bool:
    said = {
        party.code: True,
        f"{KIND}{party.kind}": True,
        "unit": party.kind in {"region", "pdu"},
        "region_of_unit": party.kind == "region",
        "addressee": is_one_of(party, event.addressees, version),
    }
    return any(said.get(token, False) for token in event.said_by)


def opens(*, event: str, kind: str, on: date, until: date | None = None) -> tuple[Opening, ...]:
    """Tell what an event would open under the texts that the service knows.

    Raises:
        Refused: No text was in force, the event or kind is unknown, or a date cannot be counted.
    """
    return explain(
        event=event, kind=kind, on=on, until=until, versions=known_versions(), calendar=england_and_wales()
    )
