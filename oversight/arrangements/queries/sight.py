"""Which duties an actor may see, and rows turned into lines: shared by the queries of this folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from oversight.access.rules import Reach, access_table
from oversight.arrangements.models import Duty, DutyParty, Event
from oversight.arrangements.queries.facts import COUNTED_UP_TO, Count, DutyLine, EventLine
from oversight.arrangements.queries.texts import known_versions
from oversight.arrangements.rules.facts import Basis, Force, Version, status_of
from oversight.kernel.acting import Actor
from oversight.parties.queries import PartyRef, parties_by_code

SEE = "arrangements.see_duties"
SEE_ALL = "arrangements.see_all_duties"


@dataclass(frozen=True)
class Sight:
    """What is needed to show duties to someone on a day: read once for a page.

    Args:
        actor: Who looks; None for the operator's command line, which sees everything.
        today: The day on which we look.
        versions: Every text, by identifier.
        parties: Every party, by code.
    """

    actor: Actor | None
    today: date
    versions: Mapping[str, Version]
    parties: Mapping[str, PartyRef]

    @property
    def reach(self) -> Reach:
        """How far the actor sees."""
        if self.actor is None or self.actor.may(SEE_ALL):
            return Reach.ALL
        self.actor.demand(SEE)
        return access_table().roles[self.actor.role].grants[SEE]

    def duties(self) -> QuerySet[Duty]:
        """Give the duties that the actor may see: bearer, counterpart or unit is within reach."""
        reach = self.reach
        if reach is Reach.ALL or self.actor is None:
            return Duty.objects.all()
        if reach is Reach.OWN:
            return Duty.objects.filter(parties__party__code=self.actor.party, parties__direct=True)
        return Duty.objects.filter(parties__party__code=self.actor.party)

    def may_see_event(self, row: Event) -> bool:
        """Tell whether the actor may see an event: it is within reach, or so is a duty it opened or met."""
        reach = self.reach
        if reach is Reach.ALL or self.actor is None:
            return True
        lineages = (row.recorder_lineage, row.unit_lineage, row.addressee_lineage)
        mine = f"/{self.actor.party}/"
        if any(mine in one if reach is Reach.OWN_AND_BELOW else one.endswith(mine) for one in lineages):
            return True
        concerned = DutyParty.objects.filter(
            Q(duty__opened_by=row) | Q(duty__met_by=row), party__code=self.actor.party
        )
        if reach is Reach.OWN:
            concerned = concerned.filter(direct=True)
        return concerned.exists()

    def line(self, row: Duty) -> DutyLine:
        """Make the line of a duty."""
        rule = self.versions[row.version_id].arrangement(row.arrangement)
        assert rule is not None
        force = Force(row.force)
        return DutyLine(
            id=row.pk,
            revision=row.revision,
            arrangement=row.arrangement,
            title=rule.title,
            about=row.about,
            kind=row.kind,
            unit=self.parties[row.unit_id] if row.unit_id else None,
            bearer=self.parties[row.bearer_id],
            counterparts=tuple(self.parties[code] for code in row.counterparts),
            paragraph=row.paragraph,
            force=force,
            opened_on=row.opened_on,
            first_due=row.first_due,
            due=row.due,
            basis=Basis(row.basis),
            met_on=row.met_on,
            status=status_of(
                today=self.today, due=row.due, met_on=row.met_on, withdrawn=row.withdrawn, force=force
            ),
            today=self.today,
        )

    def lines(self, rows: Iterable[Duty]) -> tuple[DutyLine, ...]:
        """Make the lines of duties."""
        return tuple(self.line(row) for row in rows)

    def event_line(self, row: Event) -> EventLine:
        """Make the line of an event, in the words of the latest text that knows it."""
        version = next(held for held in reversed(tuple(self.versions.values())) if row.name in held.events)
        declared = version.events[row.name]
        return EventLine(
            id=row.pk,
            revision=row.revision,
            name=row.name,
            title=declared.title,
            kind=row.kind,
            kind_words=version.kinds.get(row.kind, row.kind),
            about=row.about,
            on=row.happened_on,
            until=row.until,
            until_words=declared.until,
            unit=self.parties[row.unit_id] if row.unit_id else None,
            addressee=self.parties[row.addressee_id] if row.addressee_id else None,
            recorder=self.parties[row.recorder_id],
            recorded_at=row.recorded_at,
            recorded_by=row.recorded_name,
            note=row.note,
            withdrawn_at=row.withdrawn_at,
            withdrawn_by=row.withdrawn_name,
            withdrawn_reason=row.withdrawn_reason,
        )


def sight(actor: Actor | None, today: date) -> Sight:
    """Read what is needed to show duties: two queries, or one when the parties are remembered."""
    return Sight(
        actor=actor,
        today=today,
        versions={version.id: version for version in known_versions()},
        parties=parties_by_code(),
    )


def counted(rows: QuerySet[Any]) -> Count:
    """Count rows, exactly up to 1,000."""
    number = rows.order_by().values("pk")[: COUNTED_UP_TO + 1].count()
    return Count(min(number, COUNTED_UP_TO), number > COUNTED_UP_TO)


IS_OPEN = Q(met_on=None, withdrawn=False)


def in_state(state: str, today: date) -> Q:
    """Give the condition of a state, one of ``facts.STATES``."""
    running, passed = IS_OPEN & Q(due_order__gte=today), IS_OPEN & Q(due_order__lt=today)
    conditions = {
        "open": IS_OPEN,
        "running": running,
        "overdue": passed,
        "missed": passed & Q(force=Force.MUST),
        "late": passed & Q(force__in=[Force.USUALLY, Force.AIM]),
        "met": Q(met_on__isnull=False, met_on__lte=F("due_order")),
        "met_late": Q(met_on__isnull=False, met_on__gt=F("due_order")),
        "withdrawn": Q(withdrawn=True),
    }
    return conditions[state]
