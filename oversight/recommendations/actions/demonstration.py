"""What the made-up people of a demonstration have done, so that its pages have something to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any, Final

from django.db import transaction

from oversight.access.queries import acting_under, demonstration_people
from oversight.kernel.acting import Actor
from oversight.kernel.data_files import read_yaml
from oversight.kernel.words import LONDON
from oversight.parties.queries import party
from oversight.recommendations.actions import recommendations as acts
from oversight.recommendations.actions.plan_actions import (
    add_action,
    ask_date,
    decide_date,
    report_action,
)
from oversight.recommendations.actions.plan_parts import ask_input
from oversight.recommendations.actions.plan_publishing import publish_plan, publish_update
from oversight.recommendations.actions.plans import (
    add_report,
    ask_check,
    finish_check,
    open_plan,
    receive_plan,
    submit,
)
from oversight.recommendations.actions.receiving import receive
from oversight.recommendations.actions.repeats import link_repeat
from oversight.recommendations.models import Plan, PlanAction, Recommendation

_FILE: Final = "demonstration.yaml"


def demonstrate_recommendations(*, by: Actor, at: datetime) -> None:
    """Take up the made-up recommendations of a demonstration and open a plan, each by one of its people.

    Where any recommendation is there already, nothing is done.

    Args:
        by: Who makes the demonstration; needs ``access.make_demonstration``.
        at: Moment of the act; days are counted from it.

    Raises:
        Refused: The actor may not.
    """
    by.demand("access.make_demonstration")
    if Recommendation.objects.exists():
        return
    today = at.astimezone(LONDON).date()
    people = {
        person.role: acting_under(membership)
        for person, membership in demonstration_people(today=today)
        if membership is not None
    }
    text = files("oversight.recommendations").joinpath("data", _FILE).read_text(encoding="utf-8")
    told = read_yaml(text, _FILE).data
    with transaction.atomic():
        for line in told["recommendations"]:
            reference = receive(
                by=people[line["role"]],
                at=at,
                kind=line["kind"],
                source=line["source"],
                source_title=line["source_title"],
                number=line["number"],
                text=line["text"],
                addressee=party(line["addressee"]),
                on=today - timedelta(days=line["ago"]),
                unit=party(line["unit"]),
                theme=line["theme"],
            )
            _go_on(line, reference, people=people, at=at)
        _plan(told["plan"], people=people, at=at, today=today)
        _published(told["published_plan"], people=people, at=at, today=today)


def _go_on(line: Mapping[str, Any], reference: str, *, people: Mapping[str, Actor], at: datetime) -> None:
    steps: tuple[tuple[str, Callable[..., Any]], ...] = (
        ("answered", acts.answer),
        ("started", acts.start),
        ("complete", acts.report_complete),
    )
    for revision, (step, act) in enumerate(steps, start=1):
        if step in line:
            said = dict(line[step])
            person = people[said.pop("role")]
            act(by=person, at=at, reference=reference, revision=revision, **said)


def _plan(line: Mapping[str, Any], *, people: Mapping[str, Actor], at: datetime, today: date) -> None:
    person = people[line["role"]]
    reference = open_plan(
        by=person,
        at=at,
        source=line["source"],
        kind="history",
        title=line["title"],
        source_title=line["source_title"],
        unit=party(line["unit"]),
    )
    revision = Plan.objects.get(reference=reference).revision
    for one in line["actions"]:
        add_action(
            by=person,
            at=at,
            reference=reference,
            revision=revision,
            text=one["text"],
            owner=party(one["owner"]),
            measure=one["measure"],
            due=today + timedelta(days=one["days"]),
            recommendations=[f"{line['source']}-R{number}" for number in one["recommendations"]],
        )
    ask_input(
        by=person,
        at=at,
        reference=reference,
        revision=revision,
        contributor=party(line["asked"]["contributor"]),
        question=line["asked"]["question"],
        wanted_by=today + timedelta(days=line["asked"]["days"]),
    )


def _published(line: Mapping[str, Any], *, people: Mapping[str, Actor], at: datetime, today: date) -> None:
    """Make a plan for two reports that was published, whose dates moved, and that was updated."""
    for report in line["reports"]:
        for one in report["recommendations"]:
            receive(
                by=people["hmip_publications"],
                at=at,
                kind="history",
                source=report["source"],
                source_title=report["title"],
                number=one["number"],
                text=one["text"],
                addressee=party(one["addressee"]),
                on=today - timedelta(days=line["ago"]),
                theme=one["theme"],
            )
    for answer in line["answers"]:
        said = dict(answer)
        acts.answer(by=people[said.pop("role")], at=at, revision=1, **said)
    first = line["reports"][0]
    reference = open_plan(
        by=people[line["role"]],
        at=at,
        source=first["source"],
        kind="history",
        title=line["title"],
        source_title=first["title"],
        unit=None,
    )
    for step in line["steps"]:
        said = dict(step)
        act, person = _STEPS[said.pop("act")], people[said.pop("role")]
        act(by=person, at=at, **_facts(said, reference, today))
    for repeat in line["repeats"]:
        said = dict(repeat)
        link_repeat(by=people[said.pop("role")], at=at, **said)


#: Steps that a demonstration can take, by the name that its data has for them.
_STEPS: Final[Mapping[str, Callable[..., Any]]] = {
    one.__name__: one
    for one in (
        add_report,
        add_action,
        ask_check,
        finish_check,
        submit,
        receive_plan,
        publish_plan,
        publish_update,
        report_action,
        ask_date,
        decide_date,
        acts.supersede,
    )
}


def _facts(said: dict[str, Any], plan: str, today: date) -> dict[str, Any]:
    """Give what a step takes: days counted from today, parties by code, and the revision that stands."""
    if "days" in said:
        said["due"] = today + timedelta(days=said.pop("days"))
    if "where" in said:
        said["on"] = today
    if "owner" in said:
        said["owner"] = party(said["owner"])
    if "recommendation" in said:
        row = Recommendation.objects.get(reference=said.pop("recommendation"))
        return said | {"reference": row.reference, "revision": row.revision}
    held = Plan.objects.get(reference=plan)
    changed = PlanAction.objects.get(plan=held, number=said["number"]) if "number" in said else held
    return said | {"reference": plan, "revision": changed.revision}
