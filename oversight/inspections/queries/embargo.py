"""Copies under embargo: who may be given one, and what the one it was given to reads (D8, ¶20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import QuerySet

from oversight.access.rules import access_table
from oversight.inspections.models import EmbargoedCopy, PublicationMoment
from oversight.inspections.queries.snapshots import snapshot_of, standing_moment
from oversight.inspections.rules.case import CaseState
from oversight.inspections.rules.publishing import CopyFacts, may_read
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, membership_facts, memberships_within, parties_by_code
from oversight.publication.rules.snapshots import Snapshot

READ: Final = "publication.read_embargoed"
#: People shown when someone looks for whom to give a copy.
PEOPLE_SHOWN: Final = 20


@dataclass(frozen=True)
class Reader:
    """Someone to whom a copy can be given.

    Args:
        membership: Number of the membership under which they read it.
        person: Text reference of the person.
        name: Their name.
        party: The party for which they read it.
        role_title: Their role there.
    """

    membership: int
    person: str
    name: str
    party: PartyRef
    role_title: str


def readers(*, text: str, today: date) -> Sequence[Reader]:
    """Find people who may be given a copy, by part of their name or address.

    Args:
        text: Part of a name or address; nobody is found without.
        today: Day on which they have to act for the party.
    """
    if not text:
        return ()
    table = access_table()
    roles = [role.id for role in table.roles.values() if READ in role.grants]
    rows = memberships_within("/", below=True, text=text).filter(role__in=roles, person__is_active=True)
    facts = [membership_facts(row) for row in rows[: PEOPLE_SHOWN * 4]]
    return [
        Reader(one.id, f"person:{one.person_id}", one.person_name, one.party, table.roles[one.role].title)
        for one in facts
        if one.holds_on(today)
    ][:PEOPLE_SHOWN]


@dataclass(frozen=True)
class MyCopy:
    """A copy under embargo in the list of the one it was given to.

    Args:
        id: Its number.
        title: Title of the report.
        moment: When the report is to be published; None when no moment is set.
        given_at: When the copy was given.
        ended: ``published`` or ``withdrawn`` once it cannot be read any more; empty while it can.
        reference: Reference of the report, to be shown once it is published; empty before.
    """

    id: int
    title: str
    moment: datetime | None
    given_at: datetime
    ended: str
    reference: str


def my_copies(*, actor: Actor) -> tuple[MyCopy, ...]:
    """List the copies given to someone for the party they act for, latest first; the last 50.

    Raises:
        Refused: The actor's role is given none.
    """
    actor.demand(READ)
    rows = _given_to(actor).select_related("inspection").order_by("-pk")[:50]
    listed = list(rows)
    moments = dict(
        PublicationMoment.objects.filter(inspection__in=[one.inspection_id for one in listed], ended_at=None)
        .order_by("pk")
        .values_list("inspection", "moment")
    )
    return tuple(_mine(one, moments.get(one.inspection_id)) for one in listed)


def _given_to(actor: Actor) -> QuerySet[EmbargoedCopy]:
    return EmbargoedCopy.objects.filter(person=actor.reference, party__code=actor.party)


def _mine(row: EmbargoedCopy, moment: datetime | None) -> MyCopy:
    published = row.inspection.state == CaseState.PUBLISHED
    ended = "withdrawn" if row.withdrawn_at else ("published" if published else "")
    if not ended and row.inspection.state != CaseState.EMBARGOED:
        ended = "withdrawn"
    return MyCopy(
        row.pk,
        row.inspection.title,
        moment,
        row.given_at,
        ended,
        row.inspection.reference if published else "",
    )


@dataclass(frozen=True)
class CopyToRead:
    """A copy under embargo as it is read: whose it is, until when, and the report."""

    id: int
    reference: str
    name: str
    party: PartyRef
    moment: datetime | None
    snapshot: Snapshot


def copy_row(actor: Actor, copy_id: int) -> EmbargoedCopy:
    """Give the row of a copy that the actor may read now.

    Raises:
        Refused: There is none, it is another's, or it cannot be read any more: all three look alike.
    """
    row = _given_to(actor).select_related("inspection", "version").filter(pk=copy_id).order_by("pk").first()
    facts = (
        CopyFacts(row.inspection.state, row.person, row.party_id, row.withdrawn_at is not None)
        if row
        else None
    )
    if row is None or facts is None or not may_read(facts, person=actor.reference, party=actor.party):
        raise Refused(
            "not_found_embargoed_copy",
            "There is no such copy for you to read. It may have been published or withdrawn.",
            "Look in the list of your copies. A published report is in the public register.",
        )
    return row


def copy_to_read(*, actor: Actor, today: date, copy_id: int) -> CopyToRead:
    """Give a copy to the one it was given to.

    Raises:
        Refused: As for ``copy_row``, or the actor's role is given none.
    """
    actor.demand(READ)
    row = copy_row(actor, copy_id)
    standing = standing_moment(row.inspection)
    return CopyToRead(
        id=row.pk,
        reference=row.inspection.reference,
        name=row.name,
        party=parties_by_code()[row.party_id],
        moment=standing.moment if standing else None,
        snapshot=snapshot_of(row.inspection, row.version, published_on=today),
    )
