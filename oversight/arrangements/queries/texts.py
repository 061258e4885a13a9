"""Texts of arrangements: which there are, and what may be recorded under the one in force (A2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from oversight.arrangements.models import ArrangementVersion
from oversight.arrangements.queries.facts import VersionLine
from oversight.arrangements.rules.explaining import version_on
from oversight.arrangements.rules.facts import EventType, PartyFacts, Version
from oversight.arrangements.rules.parties import KIND, is_one_of
from oversight.arrangements.rules.reading import read_version
from oversight.kernel.acting import Actor
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
