"""Reviews of made-up cases, so that the pages of a demonstration have something to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from typing import Any, Final

from django.db import transaction

from oversight.access.queries import acting_under, demonstration_people
from oversight.kernel.acting import Actor
from oversight.kernel.data_files import read_yaml
from oversight.kernel.words import LONDON
from oversight.parties.queries import party
from oversight.sfo.actions import independent, independent_writing, marking, reviews, sample
from oversight.sfo.models import IndependentReview, Review
from oversight.sfo.rules.designs import shipped_designs
from oversight.sfo.rules.independent_text import outline
from oversight.sfo.rules.review import HMIP
from oversight.sfo.rules.simulating import REGIONS
from oversight.sfo.rules.standards import shipped_standards

_FILE: Final = "demonstration.yaml"
OFFICER: Final = "hmpps_officer"
LEAD: Final = "hmip_lead_inspector"
PLANNER: Final = "hmip_planner"


@dataclass(frozen=True)
class _Stage:
    """What the made-up people act with."""

    told: Mapping[str, Any]
    people: Mapping[str, Actor]
    second_lead: Actor
    now: datetime
    today: date

    def ago(self, days: int) -> datetime:
        """Give a moment some days back."""
        return datetime.combine(self.today - timedelta(days=days), time(9), tzinfo=LONDON)


def demonstrate_reviews(*, by: Actor, at: datetime) -> None:
    """Take made-up reviews through a draw and what follows, each step by one of the demonstration's people.

    Where any review is there already, nothing is done.

    Args:
        by: Who makes the demonstration; needs ``access.make_demonstration``.
        at: Moment of the act; days are counted back from it.

    Raises:
        Refused: The actor may not.
    """
    by.demand("access.make_demonstration")
    if Review.objects.exists() or IndependentReview.objects.exists():
        return
    today = at.astimezone(LONDON).date()
    first, second = (
        {
            person.role: acting_under(membership)
            for person, membership in demonstration_people(today=today)
            if membership is not None and person.second == is_second
        }
        for is_second in (False, True)
    )
    text = files("oversight.sfo").joinpath("data", _FILE).read_text(encoding="utf-8")
    stage = _Stage(read_yaml(text, _FILE).data, first, second[LEAD], at, today)
    with transaction.atomic():
        starts, before = _sample_year(stage)
        sample.commit_seed(by=stage.people[PLANNER], at=before, starts=starts)
        _listed(stage)
        for number, line in enumerate(stage.told["waiting"], start=1):
            _waiting(stage, number, line)
        for number, line in enumerate(stage.told["reviews"], start=1):
            _independent(stage, number, line)


def _act(step: Any, row: Any, by: Actor, at: datetime, /, **more: Any) -> Any:
    row.refresh_from_db()
    return step(by=by, at=at, reference=row.reference, revision=row.revision, **more)


def _registered(stage: _Stage, case: str, region: str, group: str, ago: int) -> Review:
    reference = reviews.register(
        by=stage.people[OFFICER],
        at=stage.ago(ago),
        case_reference=case,
        region=party(region),
        offence_group=group,
        notified_on=stage.ago(ago).date(),
    )
    return Review.objects.get(reference=reference)


def _commissioned(stage: _Stage, found: Review, ago: int, *, due: int) -> None:
    at = stage.ago(ago)
    day = stage.today - timedelta(days=due)
    _act(reviews.commission, found, stage.people[OFFICER], at, on=at.date(), due_on=day)


def _sample_year(stage: _Stage) -> tuple[int, datetime]:
    """Give the year of the list that is drawn, and a moment before it begins."""
    design, day = shipped_designs()[-1], stage.ago(stage.told["listed_ago"]).date()
    starts = day.year if day >= design.first_day(day.year) else day.year - 1
    return starts, datetime.combine(design.first_day(starts) - timedelta(days=20), time(9), tzinfo=LONDON)


def _listed(stage: _Stage) -> None:
    """Submit reviews, freeze and draw their list, and assure some of each body.

    Both bodies mark one of the sample, and a third person moderates. One that HMPPS assures is returned and
    comes back for a second round.
    """
    officer, drawn_ago = stage.people[OFFICER], stage.told["listed_ago"]
    groups, regions = list(shipped_designs()[-1].offence_groups), list(REGIONS)
    for number in range(stage.told["listed"]):
        found = _registered(
            stage, f"DEMO-{number + 1:04}", regions[number % 12], groups[number % 5], drawn_ago + 90
        )
        _commissioned(stage, found, drawn_ago + 85, due=drawn_ago + 5)
        if number % 3 == 0:
            later, why = stage.today - timedelta(days=drawn_ago - 10), stage.told["reason"]
            _act(reviews.extend, found, officer, stage.ago(drawn_ago + 30), due_on=later, account=why)
        submitted = stage.ago(drawn_ago + 3)
        _act(reviews.submit, found, officer, submitted, on=submitted.date())
    year, batch = sample.freeze(by=officer, at=stage.ago(drawn_ago))
    # Drawn today: what happened before the arrangements were taken up opens no duties.
    sample.make_draw(by=stage.people[PLANNER], at=stage.now, year=year, number=batch)
    drawn = Review.objects.filter(batch__year__name=year, batch__number=batch).order_by("reference")
    ours, theirs = list(drawn.exclude(assurer=HMIP)), list(drawn.filter(assurer=HMIP))
    lead, second = stage.people[LEAD], stage.second_lead
    for one, person in (*((one, lead) for one in theirs), (theirs[0], second)):
        reviews.name_reader(
            by=stage.people[PLANNER],
            # The made-up people act for their bodies since today, so who is named is named now.
            at=stage.now,
            reference=one.reference,
            person=person.reference,
        )
    _assured(stage, theirs[0], lead, officer, second)
    for one in ours[:2]:
        _assured(stage, one, officer)
    back = stage.today + timedelta(days=30)
    _act(marking.return_for_work, ours[1], officer, stage.now, due_on=back, account=stage.told["missing"])
    _act(reviews.submit, ours[1], officer, stage.now, on=stage.today)


def _assured(stage: _Stage, found: Review, *people: Actor) -> None:
    """Mark a review by each of some people, a second and a moderator after the first, and send feedback."""
    names, first = shipped_standards()[-1].names, people[0]
    _act(marking.start_marking, found, first, stage.now)
    for mark, person in enumerate(people):
        ratings = {name: "requires_improvement" if at < 2 - mark else "good" for at, name in enumerate(names)}
        told = dict.fromkeys(names, stage.told["mark"])
        _act(marking.mark, found, person, stage.now, ratings=ratings, reasons=told)
    _act(marking.settle, found, first, stage.now)
    _act(marking.send_feedback, found, first, stage.now, account=stage.told["feedback"])


def _waiting(stage: _Stage, number: int, line: Mapping[str, Any]) -> None:
    """Bring a review to a state before a list."""
    found = _registered(stage, f"DEMO-{number + 500:04}", line["region"], line["group"], 80)
    if line["state"] == "notified":
        return
    _commissioned(stage, found, 75, due=5 if line["state"] == "late" else -30)
    if line["state"] == "submitted":
        at = stage.ago(4)
        _act(reviews.submit, found, stage.people[OFFICER], at, on=at.date())


def _independent(stage: _Stage, number: int, line: Mapping[str, Any]) -> None:
    """Bring an independent review to its check, or to its final report with the family still to be told."""
    told, lead, asked = stage.told, stage.people[LEAD], line["asked_ago"]
    reference = independent.register(
        by=lead,
        at=stage.ago(asked),
        case_reference=f"DEMO-{number + 900:04}",
        region=party(line["region"]),
        scope=line["scope"],
        asked_by=told["asked_by"],
        asked_on=stage.ago(asked).date(),
        letter=f"DEMO-LETTER-{number}",
        request=told["request"],
    )
    found = IndependentReview.objects.get(reference=reference)
    at = stage.ago(asked - 5)
    _act(independent.set_terms, found, lead, at, title=line["title"], terms=told["terms"])
    _act(independent.appoint, found, lead, at, person=lead.reference, statement=told["statement"])
    _act(independent.take_step, found, lead, at, act="start_work")
    for one in outline().sections:
        _act(independent_writing.write_section, found, lead, at, section=one.id, text=told["text"])
    made = {"addressee": party("hmpps"), "text": told["recommendation"]}
    _act(independent_writing.write_recommendation, found, lead, at, **made)
    _act(independent_writing.send_draft, found, lead, stage.now)
    osag, checked = stage.people["osag_coordinator"], stage.now
    independent.name_reader(by=osag, at=checked, reference=reference, person=osag.reference)
    place = outline().sections[0].title
    _act(independent_writing.raise_point, found, osag, checked, place=place, text=told["point"])
    if line["until"] == "final":
        _act(independent_writing.return_check, found, osag, checked)
        _act(independent_writing.decide_point, found, lead, checked, number=1, decision="accepted")
        _act(independent_writing.finalise, found, lead, checked)
        publications = stage.people["hmip_publications"]
        independent.name_reader(
            by=stage.people[PLANNER], at=checked, reference=reference, person=publications.reference
        )
