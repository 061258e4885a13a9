"""The list of audits, as far as the one who asks may know (B4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from oversight.audits.models import Audit, AuditMember
from oversight.audits.queries.facts import AuditFilter, AuditLine, Audits
from oversight.audits.queries.sight import is_osag, visible
from oversight.audits.rules.audit import ISSUED, AuditState
from oversight.audits.rules.data import audit_data, scale_on, service_of
from oversight.kernel.acting import Actor
from oversight.parties.queries import parties_by_code

PAGE_SIZE: Final = 25
_ISSUED: Final = frozenset(str(one) for one in ISSUED)


def shown_state(state: str, *, osag: bool) -> str:
    """Give the state as a reader may know it: what the team does with its draft is its own affair."""
    return str(AuditState.DRAFTING) if state == AuditState.REVIEW and not osag else state


def line_of(row: Audit, *, osag: bool) -> AuditLine:
    """Give an audit as a line of a list."""
    ratings = scale_on(row.scale_since).ratings
    return AuditLine(
        reference=row.reference,
        title=row.title,
        service=service_of(row.service),
        audited=parties_by_code()[row.audited_id],
        place=row.place,
        region=parties_by_code()[row.region_id] if row.region_id else None,
        first_day=row.started_on or row.first_day,
        last_day=row.finished_on or row.last_day,
        state=shown_state(row.state, osag=osag),
        rating=ratings.get(row.rating) if row.state in _ISSUED else None,
    )


def _chosen(actor: Actor, chosen: AuditFilter) -> QuerySet[Audit]:
    rows = visible(actor)
    if chosen.text:
        rows = rows.filter(
            Q(reference__icontains=chosen.text)
            | Q(title__icontains=chosen.text)
            | Q(place__icontains=chosen.text)
            | Q(audited__name__icontains=chosen.text)
        )
    if chosen.service:
        rows = rows.filter(service=chosen.service)
    if chosen.state:
        wanted = [one.value for one in AuditState if shown_state(one, osag=is_osag(actor)) == chosen.state]
        rows = rows.filter(state__in=wanted)
    if chosen.audited:
        rows = rows.filter(
            Q(audited__lineage__contains=f"/{chosen.audited}/") | Q(region__code=chosen.audited)
        )
    if chosen.rating:
        rows = rows.filter(rating=chosen.rating, state__in=sorted(_ISSUED))
    if chosen.mine:
        mine = AuditMember.objects.filter(audit=OuterRef("pk"), person=actor.reference, left_at=None)
        rows = rows.filter(Exists(mine))
    return rows


def audits(*, actor: Actor, chosen: AuditFilter, page: int = 1) -> Audits:
    """Give a page of the audits that someone may know of, the latest planned first."""
    rows = _chosen(actor, chosen)
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    listed = rows.order_by("-first_day", "-id")[start : start + PAGE_SIZE]
    return Audits(_lines(actor, listed), count, number)


def every_audit(*, actor: Actor, chosen: AuditFilter) -> Iterator[AuditLine]:
    """Give everything that the filters choose."""
    yield from _lines(actor, _chosen(actor, chosen).order_by("-first_day", "-id").iterator(chunk_size=500))


def _lines(actor: Actor, rows: Iterable[Audit]) -> tuple[AuditLine, ...]:
    osag = is_osag(actor)
    return tuple(line_of(row, osag=osag) for row in rows)


def rating_choices() -> list[tuple[str, str]]:
    """Give every rating of every scale by name."""
    found: dict[str, str] = {}
    for scale in audit_data().scales:
        found |= {one.id: one.title for one in scale.ratings.values()}
    return list(found.items())
