"""Programmes and their versions, for everyone who works under them; proposals for their owner (A9, ¶9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from oversight.inspections.models import Inspection, StandardsVersion
from oversight.inspections.queries.programmes import all_programmes, read_stored
from oversight.inspections.rules.comparing import Change, changes
from oversight.inspections.rules.programmes import Programme
from oversight.inspections.rules.reading import programme_of, shipped_file, shipped_text
from oversight.inspections.rules.versions import (
    WORKFLOW,
    Standing,
    VersionState,
    event_reference,
    standing,
)
from oversight.inspections.rules.visibility import OWNER
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused

PAGE_SIZE = 25
EDIT = "standards.edit"
STANDING_WORDS = {
    Standing.COMING: "Coming",
    Standing.IN_FORCE: "In force",
    Standing.PAST: "Followed by a later one",
}


@dataclass(frozen=True)
class VersionLine:
    """A version in a list.

    Args:
        programme: The version.
        standing: Where it stands today.
        proposal: Number of its proposal; None for one that is shipped with the service.
    """

    programme: Programme
    standing: Standing
    proposal: int | None

    @property
    def standing_label(self) -> str:
        """Where it stands, in words."""
        return STANDING_WORDS[self.standing]


@dataclass(frozen=True)
class ProposalLine:
    """A version that is proposed, or was and never took effect."""

    id: int
    programme: str
    title: str
    version: int
    effective_from: date
    state: str
    state_label: str
    name: str
    at: datetime


@dataclass(frozen=True)
class ProgrammeLine:
    """A programme in the list of standards.

    Args:
        latest: Its latest version.
        in_force: The version in force; None before the first takes effect.
        coming: Versions that take effect later, the next first.
        proposed: The version proposed now; None when there is none or it is not for the one who looks.
    """

    latest: Programme
    in_force: Programme | None
    coming: tuple[Programme, ...]
    proposed: ProposalLine | None


@dataclass(frozen=True)
class Deed:
    """Something done to a version: what, by whom, when, and why where it was said."""

    title: str
    name: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Stored:
    """How a version that was proposed in the service stands.

    Args:
        id: Number of the proposal.
        revision: What the next act on it hands back.
        state: One of ``VersionState``.
        state_label: The same in words.
        why: Why it was proposed.
        deeds: What was done to it, latest first.
        acts: Steps that the one who looks may take now, by the names of the workflow.
        own: Whether they proposed it.
        told: Whether the other parties were told.
        reference: Its reference in the arrangements.
        kept_by: How many inspections keep it.
    """

    id: int
    revision: int
    state: str
    state_label: str
    why: str
    deeds: tuple[Deed, ...]
    acts: tuple[str, ...]
    own: bool
    told: bool
    reference: str
    kept_by: int


@dataclass(frozen=True)
class VersionDetail:
    """A version with all that it says and what it changes.

    Args:
        programme: The version.
        before: The version before it; None for the first.
        changes: What it changes against that one.
        standing: Where it stands today; None when it is not taken up.
        stored: How it came about; None for one that is shipped with the service.
    """

    programme: Programme
    before: Programme | None
    changes: tuple[Change, ...]
    standing: Standing | None
    stored: Stored | None

    @property
    def standing_label(self) -> str:
        """Where it stands, in words."""
        if self.standing is not None:
            return STANDING_WORDS[self.standing]
        return self.stored.state_label if self.stored else ""


@dataclass(frozen=True)
class ProgrammeVersions:
    """A page of the versions of a programme, latest first, with the proposals that the one who looks sees."""

    latest: Programme
    lines: tuple[VersionLine, ...]
    count: int
    page: int
    proposals: tuple[ProposalLine, ...]
    proposing: bool


def _proposal_line(row: StandardsVersion) -> ProposalLine:
    programme = read_stored(row.digest, row.text, f"{row.programme} v{row.version}")
    return ProposalLine(
        id=row.pk,
        programme=row.programme,
        title=programme.title,
        version=row.version,
        effective_from=row.effective_from,
        state=row.state,
        state_label=WORKFLOW.state(row.state).label,
        name=row.proposed_name,
        at=row.proposed_at,
    )


def standards(*, actor: Actor, today: date) -> tuple[ProgrammeLine, ...]:
    """Give every programme, newest first, with its proposals for the Inspectorate."""
    known = all_programmes()
    proposed: dict[str, ProposalLine] = {}
    if actor.party == OWNER:
        rows = StandardsVersion.objects.filter(state=VersionState.PROPOSED).order_by("id")
        proposed = {row.programme: _proposal_line(row) for row in rows}
    stands = [(one, standing(one, known, today=today)) for one in known]
    latest = {one.id: one for one in known}

    def those(identifier: str, wanted: Standing) -> tuple[Programme, ...]:
        return tuple(one for one, held in stands if one.id == identifier and held is wanted)

    return tuple(
        ProgrammeLine(
            one,
            next(iter(those(one.id, Standing.IN_FORCE)), None),
            those(one.id, Standing.COMING),
            proposed.get(one.id),
        )
        for one in sorted(latest.values(), key=lambda one: one.effective_from, reverse=True)
    )


def new_programmes(*, actor: Actor) -> tuple[ProposalLine, ...]:
    """Give proposals of programmes of which no version was taken up yet, for the Inspectorate."""
    if actor.party != OWNER:
        return ()
    rows = StandardsVersion.objects.filter(state=VersionState.PROPOSED, version=1).order_by("id")
    known = {one.id for one in all_programmes()}
    return tuple(_proposal_line(row) for row in rows if row.programme not in known)


def _known_programme(identifier: str) -> tuple[tuple[Programme, ...], Programme]:
    known = all_programmes()
    versions = tuple(one for one in known if one.id == identifier)
    if not versions:
        raise Refused(
            "not_found_programme", "There is no such programme.", "Choose one from the list of standards."
        )
    return known, versions[-1]


def versions(*, actor: Actor, identifier: str, today: date, page: int = 1) -> ProgrammeVersions:
    """Give a page of the versions of a programme.

    Raises:
        Refused: There is no such programme.
    """
    known, latest = _known_programme(identifier)
    found = [one for one in reversed(known) if one.id == identifier]
    rows = StandardsVersion.objects.filter(programme=identifier).order_by("-id")
    held = list(rows)
    ids = {row.version: row.pk for row in held if row.state == VersionState.APPROVED}
    number = min(max(1, page), max(1, -(-len(found) // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    return ProgrammeVersions(
        latest=latest,
        lines=tuple(
            VersionLine(one, standing(one, known, today=today), ids.get(one.version))
            for one in found[start : start + PAGE_SIZE]
        ),
        count=len(found),
        page=number,
        proposals=tuple(
            _proposal_line(row)
            for row in held
            if row.state != VersionState.APPROVED and (actor.party == OWNER or row.approved_at)
        ),
        proposing=actor.may(EDIT) and all(row.state != VersionState.PROPOSED for row in held),
    )


def version(*, actor: Actor, identifier: str, number: int, today: date) -> VersionDetail:
    """Give a version that was taken up.

    Raises:
        Refused: There is no such version.
    """
    known, _ = _known_programme(identifier)
    wanted = [one for one in known if one.id == identifier and one.version == number]
    if not wanted:
        raise _no_version()
    row = (
        StandardsVersion.objects.filter(programme=identifier, version=number, state=VersionState.APPROVED)
        .order_by("id")
        .first()
    )
    return _detail(actor, wanted[0], known, row, today)


def _no_version() -> Refused:
    return Refused("not_found_version", "There is no such version.", "Choose one from the list of versions.")


def proposal(*, actor: Actor, proposal_id: int, today: date) -> VersionDetail:
    """Give a version by the number of its proposal; one never approved is for the Inspectorate alone.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = StandardsVersion.objects.filter(pk=proposal_id).order_by("id").first()
    if row is None or (actor.party != OWNER and row.approved_at is None):
        raise _no_version()
    programme = read_stored(row.digest, row.text, f"{row.programme} v{row.version}")
    return _detail(actor, programme, all_programmes(), row, today)


def _detail(
    actor: Actor,
    programme: Programme,
    known: Sequence[Programme],
    row: StandardsVersion | None,
    today: date,
) -> VersionDetail:
    earlier = [one for one in known if one.id == programme.id and one.version < programme.version]
    before = max(earlier, key=lambda one: one.version, default=None)
    taken_up = row is None or row.state == VersionState.APPROVED
    return VersionDetail(
        programme=programme,
        before=before,
        changes=changes(before, programme) if before else (),
        standing=standing(programme, known, today=today) if taken_up else None,
        stored=_stored(actor, row, today) if row else None,
    )


def kept_by(programme: str, number: int) -> tuple[str, ...]:
    """Give the references of inspections that keep a version."""
    rows = Inspection.objects.filter(programme=programme, programme_version=number)
    return tuple(rows.order_by("reference").values_list("reference", flat=True))


def _stored(actor: Actor, row: StandardsVersion, today: date) -> Stored:
    kept = len(kept_by(row.programme, row.version)) if row.approved_at else 0
    return Stored(
        id=row.pk,
        revision=row.revision,
        state=row.state,
        state_label=WORKFLOW.state(row.state).label,
        why=row.why,
        deeds=tuple(sorted(_deeds(row), key=lambda one: one.at, reverse=True)),
        acts=tuple(_acts(actor, row, today, kept)),
        own=row.proposed_by == actor.reference,
        told=row.told_at is not None,
        reference=event_reference(row.programme, row.version),
        kept_by=kept,
    )


def _deeds(row: StandardsVersion) -> Iterable[Deed]:
    yield Deed("Proposed", row.proposed_name, row.proposed_at, row.why)
    if row.approved_at:
        yield Deed("Approved", row.approved_name, row.approved_at)
    if row.told_at:
        yield Deed("The other parties were told", row.told_name, row.told_at)
    if row.effect_at:
        yield Deed("Recorded that it took effect", row.effect_name, row.effect_at)
    if row.closed_at:
        words = "Not approved" if row.state == VersionState.DECLINED else "Withdrawn"
        yield Deed(words, row.closed_name, row.closed_at, row.closed_reason)


def _acts(actor: Actor, row: StandardsVersion, today: date, kept: int) -> Iterable[str]:
    """Give the steps that the actor may take now, leaving out what would be refused."""
    begun = row.effective_from <= today
    off = {
        "approve": row.proposed_by == actor.reference or row.effective_from < today,
        "decline": row.proposed_by == actor.reference,
        "tell": row.told_at is not None,
        "take_effect": row.effect_at is not None or not begun,
        "withdraw": row.state == VersionState.APPROVED and (begun or kept > 0),
    }
    if actor.may(EDIT):
        yield from (move.name for move in WORKFLOW.allowed(row.state, actor.role) if not off[move.name])


def text_of(*, identifier: str, number: int) -> tuple[str, str]:
    """Give the text of a version that was taken up, and a name for its file.

    Raises:
        Refused: There is no such version.
    """
    name = shipped_file(identifier, number)
    if name:
        return shipped_text(name), f"{identifier}-v{number}.yaml"
    rows = StandardsVersion.objects.filter(programme=identifier, version=number, state=VersionState.APPROVED)
    row = rows.order_by("id").first()
    if row is None:
        raise _no_version()
    return row.text, f"{identifier}-v{number}.yaml"


def latest_text(*, identifier: str) -> tuple[Programme, str]:
    """Give the latest version taken up of a programme, with its text.

    Raises:
        Refused: There is no such programme.
    """
    known, _ = _known_programme(identifier)
    found = programme_of(known, identifier)
    text, _ = text_of(identifier=identifier, number=found.version)
    return found, text


def used_numbers(identifier: str) -> tuple[int, ...]:
    """Give every number of a version that was approved in the service, withdrawn ones too."""
    rows = StandardsVersion.objects.filter(programme=identifier, approved_at__isnull=False)
    return tuple(rows.order_by("version").values_list("version", flat=True))
