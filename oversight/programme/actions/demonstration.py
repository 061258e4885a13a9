"""What the made-up planners of a demonstration have entered, so that the timetable has something to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from oversight.access.queries import acting_under, demonstration_people
from oversight.kernel.acting import Actor
from oversight.kernel.data_files import read_yaml
from oversight.kernel.words import LONDON
from oversight.parties.queries import party
from oversight.programme.actions.burdens import burden_noted
from oversight.programme.actions.clashing import _quietly
from oversight.programme.actions.closures import close_weeks
from oversight.programme.actions.programmes import start_programme
from oversight.programme.actions.reviews import begin_reviews
from oversight.programme.actions.visits import announce_visit, plan_visit, record_visit, share_visit
from oversight.programme.models import Programme, Visit
from oversight.programme.rules.kinds import data_text
from oversight.programme.rules.visits import Span

_FILE: Final = "demonstration.yaml"


def demonstrate_timetable(*, by: Actor, at: datetime) -> None:
    """Start the cycle of a demonstration and enter its visits, each by one of its people.

    Where any programme is there already, nothing is done.

    Args:
        by: Who makes the demonstration; needs ``access.make_demonstration``.
        at: Moment of the act; days are counted from it.

    Raises:
        Refused: The actor may not.
    """
    by.demand("access.make_demonstration")
    if Programme.objects.exists():
        return
    today = at.astimezone(LONDON).date()
    people = {
        person.role: acting_under(membership)
        for person, membership in demonstration_people(today=today)
        if membership is not None and not person.second
    }
    told = read_yaml(data_text(_FILE), _FILE).data
    cycle = told["cycle"]
    with transaction.atomic(), _quietly():
        start_programme(
            by=people[cycle["role"]],
            at=at,
            title=cycle["title"],
            kinds=cycle["kinds"],
            starts_on=date.fromisoformat(cycle["starts_on"]),
            earliest_months=cycle["months"][0],
            latest_months=cycle["months"][1],
            rated=True,
            published=cycle["published"],
            demonstration=True,
        )
        for role in told["reviews"]:
            begin_reviews(by=people[role], at=at, on=today)
        for line in told["visits"]:
            _visit(line, people=people, at=at, today=today)
        for line in told["requests"]:
            burden_noted(
                by=people[line["role"]],
                at=at,
                place=party(line["place"]),
                source=line["source"],
                title=line["title"],
                on=today - timedelta(weeks=line["weeks_ago"]),
                hours=Decimal(line["hours"]),
            )
        for line in told["closed"]:
            span = _span(today, line["weeks"], 7 * line["length"])
            close_weeks(
                by=people[line["role"]], at=at, of=party(line["of"]), span=span, reason=line["reason"]
            )


def _span(today: date, weeks: int, days: int) -> Span:
    """Give days from the Monday so many weeks from today's."""
    first = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return Span(first, first + timedelta(days=days - 1))


def _visit(line: Mapping[str, Any], *, people: Mapping[str, Actor], at: datetime, today: date) -> None:
    person = people[line["role"]]
    span = _span(today, line["weeks"], line["days"])
    place = party(line["place"])
    if line["state"] == "done":
        record_visit(by=person, at=at, kind=line["kind"], place=place, span=span)
        return
    reference, _ = plan_visit(
        by=person,
        at=at,
        owner=party(person.party),
        kind=line["kind"],
        place=place,
        span=span,
        teams=line.get("teams", ()),
    )
    revision = Visit.objects.get(reference=reference).revision
    if line["state"] == "shared":
        share_visit(by=person, at=at, reference=reference, revision=revision)
    elif line["state"] == "announced":
        announce_visit(by=person, at=at, reference=reference, revision=revision)
