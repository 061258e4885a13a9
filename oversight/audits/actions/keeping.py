"""What several acts on an audit share: the row locked and not stale, its steps, the timetable told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from oversight.access.rules import access_table
from oversight.audits.models import Audit, AuditStep
from oversight.audits.queries.sight import COMMENT, Sight, demand_team, found, sight_of
from oversight.audits.rules.audit import AuditState, check_step
from oversight.audits.rules.data import PARAGRAPH
from oversight.exchange.actions.writing import london_day
from oversight.jobs.mailing import post
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move
from oversight.parties.queries import PartyRef, membership_facts, memberships_within, party
from oversight.programme.actions.telling import Fieldwork, fieldwork_told
from oversight.programme.rules.visits import Span

UNITS: Final = frozenset({"region", "pdu"})


def locked(by: Actor, reference: str, revision: int | None = None) -> tuple[Audit, Sight]:
    """Give an audit for an act on it, and what the actor is in it.

    Args:
        by: Who acts.
        reference: Its reference.
        revision: Revision that they saw; None where several may write at the same time.

    Raises:
        Refused: There is none that they see, or it changed meanwhile.
    """
    row = found(by, reference, lock=True)
    if revision is not None and row.revision != revision:
        raise Refused(
            "audit_changed",
            "Somebody took a step on this audit since you opened it.",
            "Open it again to see how it stands.",
            paragraph=PARAGRAPH,
        )
    return row, sight_of(by, row)


def of_team(
    by: Actor, reference: str, *, works: bool = True, revision: int | None = None
) -> tuple[Audit, Sight]:
    """Give an audit to someone of its team.

    Args:
        by: Who acts.
        reference: Its reference.
        works: Whether only those who do its work will do, and not its reviewer.
        revision: Revision that they saw; None where several may write at the same time.

    Raises:
        Refused: There is none whose team they are of, they review it, or it changed meanwhile.
    """
    row, sight = locked(by, reference, revision)
    demand_team(sight)
    if works and not sight.works:
        raise Refused(
            "audit_reviewer",
            "Whoever reviews an audit does not write it too.",
            "Ask its lead or one of its auditors.",
            paragraph=PARAGRAPH,
            who_can="the lead and the auditors of the audit",
        )
    return row, sight


def checked(row: Audit, sight: Sight, name: str, by: Actor) -> Move:
    """Give a step of an audit that the actor may take now.

    Raises:
        Refused: As for ``check_step``.
    """
    return check_step(name, row.state, places=sight.places, person=by.reference, lead=sight.lead)


def stepped(
    row: Audit, move: str, target: str, *, by: Actor, at: datetime, reason: str = "", first: bool = False
) -> None:
    """Write an audit as the caller changed it, in its new state, with the step on its timeline."""
    source = "" if first else row.state
    row.state = AuditState(target).value
    if not first:
        row.revision += 1
    row.save()
    AuditStep.objects.create(
        audit=row,
        move=move,
        source=source,
        target=target,
        reason=reason,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        made_party_id=by.party,
    )


def sealed(said: Mapping[str, Value]) -> dict[str, Value]:
    """Give the digest of words that stay beside the record: others than the team may read its entries."""
    return {"digest": digest(dict(said))}


def next_number(rows: object) -> int:
    """Give the number of the next of some rows that are numbered from 1 and never go."""
    count: int = rows.count()  # type: ignore[attr-defined]  # a related manager, whose type is made by Django
    return count + 1


def unit_of(row: Audit) -> PartyRef | None:
    """Give the region or unit audited; None for any other body."""
    ref = party(row.audited_id)
    return ref if ref.kind in UNITS else None


def visited(row: Audit) -> dict[str, Any]:
    """Give what the visits of an audit are to, as the timetable takes it.

    What the register does not hold is visited under its name, with the body that answers for it.
    """
    audited = party(row.audited_id)
    if audited.kind in UNITS:
        return {"places": (audited,)}
    region = party(row.region_id) if row.region_id else None
    return {"places": (audited,), "site": row.place or audited.name, "region": region}


def tell_timetable(row: Audit, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Bring the visit of an audit in step with it."""
    first = row.started_on or row.first_day
    last = row.finished_on or max(row.last_day, first)
    standing = "coming"
    if row.finished_on is not None:
        standing = "done"
    elif row.state == AuditState.CANCELLED:
        standing = "ended"
    members = row.members.filter(left_at=None).order_by("id").values_list("person", "name")
    fieldwork_told(
        by=by,
        at=at,
        told=Fieldwork(
            source=row.reference,
            kind="audit",
            title=row.title,
            **visited(row),
            span=Span(first, last),
            announced=row.announced_at is not None,
            standing=standing,
            people=tuple(members),
            reason=reason,
        ),
    )


def tell_audited(row: Audit, what: str, *, by: Actor, at: datetime) -> None:
    """Tell those who answer for the body audited, by email, that something waits for them here.

    Args:
        row: The audit.
        what: What happened, for example ``An audit was announced to you``.
        by: Who caused it.
        at: Moment of it.
    """
    roles = [one.id for one in access_table().holders(COMMENT)]
    rows = memberships_within(party(row.audited_id).lineage, below=False).filter(
        role__in=roles, person__is_active=True
    )
    today = london_day(at)
    for address in sorted({one.email for one in map(membership_facts, rows) if one.holds_on(today)}):
        # Mail leaves the service, so it says neither what is audited nor what was found.
        post(
            by=by,
            at=at,
            to=address,
            subject=what,
            text=f"{what}. Sign in to see it:\n{settings.SITE}{reverse('audit', args=[row.reference])}\n",
            about=f"audit:{row.reference}",
        )
