"""What the made-up people of a demonstration have done, so that these pages have something to show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, Final

from django.db import transaction

from oversight.access.queries import acting_under, demonstration_people
from oversight.briefings.actions.alerts import look, tell_of_same_day_alert
from oversight.briefings.actions.briefings import ask_clearance, clear, start, write
from oversight.briefings.actions.changes import add_link, make_public, record
from oversight.briefings.actions.sending import send
from oversight.briefings.models import Alert, Briefing
from oversight.kernel.acting import Actor
from oversight.kernel.data_files import read_yaml
from oversight.kernel.words import LONDON
from oversight.publication.queries.reports import reports_about

_FILE: Final = "demonstration.yaml"


def demonstrate_briefings(*, by: Actor, at: datetime) -> None:
    """Raise alerts, send a made-up briefing on a published report, and record a policy change it led to.

    Where any alert is there already, nothing is done.

    Args:
        by: Who makes the demonstration; needs ``access.make_demonstration``.
        at: Moment of the act.

    Raises:
        Refused: The actor may not.
    """
    by.demand("access.make_demonstration")
    if Alert.objects.exists():
        return
    today = at.astimezone(LONDON).date()
    people = {
        (person.role, person.second): acting_under(membership)
        for person, membership in demonstration_people(today=today)
        if membership is not None
    }
    first, second = people["sponsorship_officer", False], people["sponsorship_officer", True]
    policy, reader = people["moj_policy_officer", False], people["ministers_office", False]
    text = files("oversight.briefings").joinpath("data", _FILE).read_text(encoding="utf-8")
    told = read_yaml(text, _FILE).data
    with transaction.atomic():
        look(by=first, at=at)
        tell_of_same_day_alert(by=first, at=at, **told["same_day"])
        said, change = told["briefing"], told["change"]
        reports = reports_about([said["unit"]], limit=1)
        if not reports:
            return
        report = reports[0].reference
        reference = start(by=first, at=at, title=said["title"], report=report)
        steps: tuple[tuple[Callable[..., Any], Actor, dict[str, Any]], ...] = (
            (write, first, {"title": said["title"], "parts": said["parts"]}),
            (ask_clearance, first, {}),
            (clear, second, {}),
            (send, first, {"people": [reader.reference]}),
        )
        for act, person, more in steps:
            revision = Briefing.objects.get(reference=reference).revision
            act(by=person, at=at, reference=reference, revision=revision, **more)
        planned = today + timedelta(days=change["days"])
        facts = {name: change[name] for name in ("title", "kind", "what", "state")}
        made = record(by=policy, at=at, on=planned, **facts)
        add_link(by=policy, at=at, reference=made, revision=1, target=report, how=change["how"])
        make_public(by=policy, at=at, reference=made, revision=2)
