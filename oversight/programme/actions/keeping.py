"""How every act on a visit keeps it: locked, held to the revision seen, told in its steps and the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from secrets import choice, token_hex
from typing import Final

from django.db.models import Max

from oversight.intelligence.actions import team_told
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, digest
from oversight.kernel.plain_text import typed_line, typed_lines
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.kernel.workflow import Move
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.programme.models import Visit, VisitPerson, VisitRound, VisitStep, VisitTeam
from oversight.programme.models.base import TEXT_LENGTH, TITLE_LENGTH
from oversight.programme.queries.sight import not_found, visible
from oversight.programme.rules.visits import PARAGRAPH, WORKFLOW, Span, VisitState, needs_reason

#: Letters and digits that are not taken for one another.
_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
#: Steps after which a team goes on other days, or not at all.
_MOVES_TEAM: Final = frozenset({"change", "cancel"})
#: Kind of the bodies whose visits are inspections.
_INSPECTORATE: Final = "inspectorate"


def _reference(prefix: str) -> str:
    """Draw a reference at random: it says nothing about how many there are, or when it was made."""
    return f"{prefix}-{''.join(choice(_SIGNS) for _ in range(8))}"


def _today(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _text(given: str, field: str) -> str:
    return typed_lines(given, field, longest=TEXT_LENGTH)


def _line(given: str, field: str, longest: int = TITLE_LENGTH) -> str:
    return typed_line(given, field, longest=longest)


def _reason(given: str, label: str, *, paragraph: str = PARAGRAPH, field: str = "reason") -> str:
    why = _text(given, field)
    if not why:
        raise Refused(
            "visit_reason",
            f"“{label}” needs a reason.",
            "Enter it: everyone who can see the visit reads it.",
            paragraph=paragraph,
            field=field,
        )
    return why


def _region_of(place: PartyRef) -> str:
    """Give the code of the region of a place.

    Raises:
        Refused: The place is no region or unit.
    """
    parties = parties_by_code()
    for code in reversed(place.lineage.split("/")):
        if code in parties and parties[code].kind == "region":
            return code
    raise Refused(
        "visit_place",
        f"{place.name} is neither a probation region nor a Probation Delivery Unit.",
        "Choose the region or unit that is visited.",
        paragraph=PARAGRAPH,
        field="place",
    )


def _locked(by: Actor, reference: str, revision: int) -> Visit:
    """Lock a visit that the actor sees, and refuse an act on an older sight of it."""
    row = None
    if reference.isprintable():
        rows = visible(by).select_for_update(of=("self",)).filter(reference=reference)
        row = rows.order_by("id").first()
    if row is None:
        raise not_found()
    if row.revision != revision:
        raise Refused(
            "stale_visit",
            "Someone else changed this visit since you opened it.",
            "Open it again to see how it stands, then decide.",
        )
    return row


def _kept_here(row: Visit) -> None:
    """Refuse to change here the days of a visit whose case keeps them."""
    if row.source:
        raise Refused(
            "visit_kept_by_case",
            f"The days of this visit are those of {row.source}.",
            "Change them there: the timetable follows at once.",
            paragraph=PARAGRAPH,
            who_can="those who keep the case",
        )


def _checked_move(row: Visit, name: str, role: str, reason: str) -> tuple[Move, str]:
    """Give the move and its clean reason, or refuse."""
    move = WORKFLOW.check(name, row.state, role)
    why = _reason(reason, move.label) if needs_reason(name) else _text(reason, "reason")
    return move, why


def _span(row: Visit) -> Span:
    return Span(row.first_day, row.last_day)


def _stepped(row: Visit, move: str, *, by: Actor, at: datetime, reason: str = "", tells: bool = True) -> None:
    """Write a visit as the caller changed it, and the step that changed it.

    Args:
        row: The visit, locked.
        move: Name of the step.
        by: Who took it.
        at: Moment of taking it.
        reason: Why.
        tells: Whether calendars have to be told.
    """
    if tells:
        row.sequence += 1
        row.changed_at = at
    row.revision += 1
    row.save()
    VisitStep.objects.create(
        visit=row,
        move=move,
        reason=reason,
        known=row.announced_at is not None,
        exchanged=row.shared_at is not None or row.announced_at is not None,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
    )
    if move in _MOVES_TEAM and VisitPerson.objects.filter(visit=row, left_at=None).exists():
        _tell_team(row, by=by, at=at)


def _round(row: Visit, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Keep the days of a visit beside the earlier ones."""
    last = VisitRound.objects.filter(visit=row).aggregate(last=Max("number"))["last"] or 0
    VisitRound.objects.create(
        visit=row,
        number=last + 1,
        first_day=row.first_day,
        last_day=row.last_day,
        visit_days=row.visit_days,
        reason=reason,
        known=row.announced_at is not None,
        exchanged=row.shared_at is not None or row.announced_at is not None,
        set_at=at,
        set_by=by.reference,
        set_name=by.name,
    )


def _last_round_known(row: Visit) -> None:
    """Mark the days that stand as known to those who now know of the visit."""
    last = VisitRound.objects.filter(visit=row).order_by("-number").first()
    assert last is not None
    last.exchanged = True
    last.known = row.announced_at is not None
    last.save(update_fields=["exchanged", "known"])


def _set_teams(row: Visit, teams: Sequence[str], *, by: Actor, at: datetime) -> None:
    held = {one.team: one for one in VisitTeam.objects.filter(visit=row, left_at=None).order_by("id")}
    for team, one in held.items():
        if team not in teams:
            one.left_at, one.left_by = at, by.reference
            one.save()
    VisitTeam.objects.bulk_create(
        VisitTeam(visit=row, team=team) for team in dict.fromkeys(teams) if team not in held
    )


def _tell_team(row: Visit, *, by: Actor, at: datetime) -> None:
    """Say below who inspects a place until when, so that nobody of them is shown its risk.

    Of an audit or another visit nothing is said: who audits looks into what the risk rests on (paragraph 30).
    """
    if parties_by_code()[row.owner_id].kind != _INSPECTORATE:
        return
    people = set()
    if row.state != VisitState.CANCELLED:
        held = VisitPerson.objects.filter(visit=row, left_at=None).order_by("id")
        people = set(held.values_list("person", flat=True))
    team_told(
        by=by,
        at=at,
        source=f"visit:{row.reference}",
        place=parties_by_code()[row.place_id],
        people=people,
        last_day=row.last_day,
    )


def _set_people(row: Visit, people: Sequence[tuple[str, str]], *, by: Actor, at: datetime) -> None:
    """Say who goes on a visit. Whoever was on it before and is not named leaves it."""
    wanted = dict(people)
    held = {one.person: one for one in VisitPerson.objects.filter(visit=row, left_at=None).order_by("id")}
    for person, one in held.items():
        if person not in wanted:
            one.left_at, one.left_by = at, by.reference
            one.save()
    VisitPerson.objects.bulk_create(
        VisitPerson(visit=row, person=person, name=name)
        for person, name in wanted.items()
        if person not in held
    )
    if wanted.keys() != held.keys():
        _tell_team(row, by=by, at=at)


def _salt() -> str:
    return token_hex(16)


def _payload(row: Visit, facts: Mapping[str, Value]) -> dict[str, Value]:
    """Give what the record holds: the facts, or until it is announced their digest with the visit's salt."""
    if row.announced_at is not None:
        return dict(facts)
    return {"sealed": digest({**facts, "salt": row.salt})}


def _facts(row: Visit) -> dict[str, Value]:
    return {
        "kind": row.kind,
        "owner": row.owner_id,
        "place": row.place_id,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "visit_days": row.visit_days,
        "state": row.state,
        **({"site": row.site, "region": row.region_id} if row.site else {}),
    }
