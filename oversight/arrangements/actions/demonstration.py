"""What the made-up people of a demonstration have recorded, so that its pages have something to show."""

from __future__ import annotations

from datetime import datetime, timedelta
from importlib.resources import files
from typing import Final

from django.db import transaction

from oversight.access.queries import acting_under, demonstration_people
from oversight.arrangements.actions.events import EventFacts, happened
from oversight.arrangements.actions.questions import raise_query
from oversight.arrangements.models import Duty, Event
from oversight.kernel.acting import Actor
from oversight.kernel.data_files import read_yaml
from oversight.kernel.words import LONDON
from oversight.parties.queries import party

_FILE: Final = "demonstration.yaml"


def demonstrate_events(*, by: Actor, at: datetime) -> tuple[EventFacts, ...]:
    """Record the made-up events and questions of a demonstration, each by one of its people.

    Where any event is there already, nothing is done.

    Args:
        by: Who makes the demonstration; needs ``access.make_demonstration``.
        at: Moment of the act; the days of the events are counted back from it.

    Raises:
        Refused: The actor may not, or an event of the file is not one that its person may record.
    """
    by.demand("access.make_demonstration")
    if Event.objects.exists():
        return ()
    today = at.astimezone(LONDON).date()
    people = {
        person.role: acting_under(membership)
        for person, membership in demonstration_people(today=today)
        if membership is not None
    }
    text = files("oversight.arrangements").joinpath("data", _FILE).read_text(encoding="utf-8")
    told = read_yaml(text, _FILE).data
    lines = [(line.get("on") or today - timedelta(days=line["ago"]), line) for line in told["events"]]
    with transaction.atomic():
        recorded = tuple(
            happened(
                by=people[line["role"]],
                at=at,
                event=line["event"],
                kind=line.get("kind", ""),
                about=line.get("about", ""),
                on=on,
                unit=party(line["unit"]) if "unit" in line else None,
                addressee=party(line["addressee"]) if "addressee" in line else None,
                note=line.get("note", ""),
            )
            for on, line in sorted(lines, key=lambda one: one[0])
        )
        for line in told["questions"]:
            duty = Duty.objects.get(about=line["about"], arrangement=line["arrangement"])
            raise_query(
                by=people[line["role"]],
                at=at,
                duty_id=duty.pk,
                revision=duty.revision,
                question=line["question"],
            )
    return recorded
