"""What the made-up people of a demonstration put in common, so that its pages have something to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, Final

from django.db import transaction

from oversight.access.queries import acting_under, demonstration_people
from oversight.exchange.actions.writing import london_day
from oversight.exchange.rules.items import Marking
from oversight.intelligence.actions.issues import confirm_issue, look_for_issues, name_issue_owner
from oversight.intelligence.actions.items import (
    Content,
    file_note,
    read_item,
    record_work,
    release_note,
    share_finding,
)
from oversight.intelligence.models import Issue, Item
from oversight.intelligence.rules.words import Confidence, Result
from oversight.kernel.acting import Actor
from oversight.kernel.data_files import read_yaml
from oversight.parties.queries import party

_FILE: Final = "demonstration.yaml"


def demonstrate_intelligence(*, by: Actor, at: datetime) -> None:
    """Put the made-up findings of a demonstration in common, each by one of its people.

    Where anything is there already, nothing is done.

    Args:
        by: Who makes the demonstration; needs ``access.make_demonstration``.
        at: Moment of the act; days are counted back from it.

    Raises:
        Refused: The actor may not.
    """
    by.demand("access.make_demonstration")
    if Item.objects.exists():
        return
    today = london_day(at)
    people = {
        person.role: acting_under(membership)
        for person, membership in demonstration_people(today=today)
        if membership is not None
    }
    text = files("oversight.intelligence").joinpath("data", _FILE).read_text(encoding="utf-8")
    told = read_yaml(text, _FILE).data

    def facts(line: Mapping[str, Any]) -> dict[str, Any]:
        person = people[line["role"]]
        return {
            "by": person,
            "at": at,
            "owner": party(person.party),
            "about": party(line["about"]),
            "theme": line["theme"],
            "readers": line["readers"],
            "content": Content(
                text=line["text"],
                result=Result(line["result"]),
                confidence=Confidence(line["confidence"]),
                found_on=today - timedelta(days=line["ago"]),
                marking=Marking.SENSITIVE,
                link=line.get("link", ""),
            ),
        }

    with transaction.atomic():
        shared = [share_finding(**facts(line)) for line in told["findings"]]
        for line in told["notes"]:
            row = file_note(**facts(line))
            if line["released"]:
                release_note(by=people[line["role"]], at=at, item_id=row)
        for line in told["works"]:
            record_work(body=party(line["body"]), **facts(line))
        read_item(by=people[told["read"]["role"]], at=at, item_id=shared[0])
        _raise(told["issue"], people=people, at=at)


def _raise(line: Mapping[str, Any], *, people: Mapping[str, Actor], at: datetime) -> None:
    """Let the rule propose what recurs, confirm it and name its owner."""
    person = people[line["role"]]
    look_for_issues(by=person, at=at)
    row = Issue.objects.get(theme=line["theme"])
    given: dict[str, Any] = {"by": person, "at": at, "issue_id": row.pk}
    confirm_issue(**given, revision=1, title=line["title"], text=line["text"])
    name_issue_owner(
        **given,
        revision=2,
        owner=party(line["owner"]),
        due_on=london_day(at) + timedelta(days=line["days"]),
        text=line["expected"],
    )
