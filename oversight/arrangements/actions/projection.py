"""The table of duties kept equal to the replay of the record, case by case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from oversight.arrangements.models import UNDATED, Duty, DutyParty, Event
from oversight.arrangements.queries.replaying import replayed
from oversight.arrangements.rules.facts import DutyFacts, Version
from oversight.parties.queries import PartyRef

#: Numbers of ours among PostgreSQL's advisory locks.
_CASES: Final = 4_101
_TEXTS: Final = 4_102


@dataclass(frozen=True)
class _Changes:
    """What a replay gave, and what of it changed the table: duties that came, and duties that differ now."""

    found: tuple[DutyFacts, ...]
    opened: tuple[DutyFacts, ...]
    changed: tuple[DutyFacts, ...]


def _lock_case(about: str) -> None:
    """Let one transaction at a time work on a case. SQLite has a single writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_CASES, about])


def _lock_texts(*, alone: bool) -> None:
    """Let a text come in only while no event is being recorded, and the other way round."""
    if connection.vendor == "postgresql":
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {lock}(%s, 0)", [_TEXTS])


def _recompute(
    case: Sequence[Event],
    versions: Sequence[Version],
    parties: Mapping[str, PartyRef],
    *,
    begins: bool = False,
) -> _Changes:
    """Replay one case and write what differs. The caller holds the lock of the case.

    Args:
        case: Every event of the case, as it stands under the lock.
        versions: Every text the service knows.
        parties: Every party by code.
        begins: Whether the case has just begun, so that no duty of it can be in the table yet.

    Raises:
        Refused: A date cannot be counted because the calendar does not reach it.
    """
    about = case[0].about
    found = replayed(case, versions, parties)
    wanted = {duty.key: duty for duty in found}
    stored = () if begins else Duty.objects.filter(about=about).order_by("id")
    held = {(row.opened_by_id, row.arrangement, row.bearer_id): row for row in stored}
    if lost := held.keys() - wanted.keys():
        raise RuntimeError(f"Replaying {about!r} would erase duties: {sorted(lost)}.")
    opened = [duty for key, duty in wanted.items() if key not in held]
    changed = [duty for key, duty in wanted.items() if key in held and _change(held[key], duty)]
    rows = Duty.objects.bulk_create([_new_row(duty) for duty in opened])
    _link_parties(rows, opened, parties, {event.pk: event.unit_lineage for event in case})
    return _Changes(found, tuple(opened), tuple(changed))


def _facts(duty: DutyFacts) -> dict[str, Any]:
    """Give what the record says of a duty and later events can change."""
    return {
        "due": duty.due,
        "due_order": duty.due or UNDATED,
        "counted_on": duty.due or duty.opened_on,
        "basis": duty.basis.value,
        "steps": list(duty.steps),
        "met_on": duty.met_on,
        "met_by_id": duty.met_by,
        "withdrawn": duty.withdrawn,
    }


def _new_row(duty: DutyFacts) -> Duty:
    return Duty(
        opened_by_id=duty.opened_by,
        arrangement=duty.arrangement,
        bearer_id=duty.bearer,
        version_id=duty.version,
        about=duty.about,
        kind=duty.kind,
        unit_id=duty.unit or None,
        paragraph=duty.paragraph,
        paragraph_number=int(duty.paragraph.partition("(")[0]),
        force=duty.force.value,
        counterparts=list(duty.counterparts),
        opened_on=duty.opened_on,
        first_due=duty.first_due,
        **_facts(duty),
    )


def _change(row: Duty, duty: DutyFacts) -> bool:
    facts = _facts(duty)
    if all(getattr(row, field) == value for field, value in facts.items()):
        return False
    Duty.objects.filter(pk=row.pk).update(revision=row.revision + 1, **facts)
    DutyParty.objects.filter(duty=row).update(due_order=facts["due_order"], open=_is_open(duty))
    return True


def _is_open(duty: DutyFacts) -> bool:
    return duty.met_on is None and not duty.withdrawn


def _link_parties(
    rows: list[Duty], opened: list[DutyFacts], parties: Mapping[str, PartyRef], units: Mapping[int, str]
) -> None:
    """Write for each duty which parties it concerns, those above them included."""
    links = []
    for row, duty in zip(rows, opened, strict=True):
        direct = dict.fromkeys([duty.bearer, *duty.counterparts, *([duty.unit] if duty.unit else [])])
        lineages = [units[duty.opened_by], *(parties[code].lineage for code in direct)]
        above = dict.fromkeys(code for lineage in lineages for code in lineage.split("/") if code)
        links += [
            DutyParty(
                duty=row,
                party_id=code,
                owed=code in duty.counterparts,
                direct=code in direct,
                due_order=row.due_order,
                open=_is_open(duty),
            )
            for code in direct | above
        ]
    DutyParty.objects.bulk_create(links)
