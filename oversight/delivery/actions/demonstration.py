"""A made-up first line, so that the pages of a demonstration have something to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any, Final

from django.db import transaction

from oversight.access.queries import acting_by_command, acting_under, demonstration_people
from oversight.delivery.actions import assessing, contracts, figures, matters
from oversight.delivery.models import Contract, ContractListing, Matter, Round
from oversight.delivery.rules.assessing import reference_of
from oversight.delivery.rules.contracts import CHIEF, COMMERCIAL, DIRECTOR, MANAGER, MatterKind
from oversight.delivery.rules.measures import period_of
from oversight.exchange.rules.supplying import Every
from oversight.kernel.acting import Actor
from oversight.kernel.data_files import read_yaml
from oversight.kernel.words import LONDON

_FILE: Final = "demonstration.yaml"
_TEAM: Final = "performance_quality_officer"


def _quarters(today: date, count: int) -> list[date]:
    """Give the first days of the quarters that ended, the earliest first."""
    found: list[date] = []
    day = period_of(Every.QUARTER, today).first
    while len(found) < count:
        day = period_of(Every.QUARTER, day - timedelta(days=1)).first
        found.insert(0, day)
    return found


def demonstrate_first_line(*, by: Actor, at: datetime) -> None:
    """Take made-up assessments and contracts through their steps, each by one of the demonstration's people.

    Where any round or matter is there already, nothing is done.

    Args:
        by: Who makes the demonstration; needs ``access.make_demonstration``.
        at: Moment of the act; days are counted back from it.

    Raises:
        Refused: The actor may not.
    """
    by.demand("access.make_demonstration")
    if Round.objects.exists() or Matter.objects.exists():
        return
    today = at.astimezone(LONDON).date()
    people = {
        person.role: acting_under(membership)
        for person, membership in demonstration_people(today=today)
        if membership is not None and not person.second
    }
    text = files("oversight.delivery").joinpath("data", _FILE).read_text(encoding="utf-8")
    told: Mapping[str, Any] = read_yaml(text, _FILE).data
    with transaction.atomic():
        quarters = _quarters(today, len(next(iter(told["figures"].values()))))
        last = period_of(Every.QUARTER, quarters[-1]).last
        assessing.open_round(
            by=people[CHIEF],
            at=at,
            every=Every.QUARTER,
            first=quarters[-1],
            due=max(last + timedelta(days=45), today + timedelta(days=3)),
        )
        _assessments(told, people, at, quarters)
        _contracts(told, people, at, today)


def _assessments(
    told: Mapping[str, Any], people: Mapping[str, Actor], at: datetime, quarters: list[date]
) -> None:
    """Assess the units of the file in the last quarter, and bring in figures of those before."""
    for unit, who in zip(told["units"], (people[CHIEF], people[DIRECTOR]), strict=True):
        reference = reference_of(unit, Every.QUARTER, quarters[-1])
        now = {name: Decimal(str(values[-1])) for name, values in told["figures"].items()}
        assessing.enter_figures(by=who, at=at, reference=reference, figures=now)
        if unit == told["units"][-1]:
            assessing.give_input(by=people[_TEAM], at=at, reference=reference, text=told["input"])
            assessing.complete_assessment(by=who, at=at, reference=reference, summary=told["summary"])
    _history(told, people, at, quarters[:-1])


def _history(
    told: Mapping[str, Any], people: Mapping[str, Actor], at: datetime, quarters: list[date]
) -> None:
    """Bring in the figures of earlier quarters."""
    rows = [
        ",".join((unit, name, first.isoformat(), str(values[number])))
        for unit in told["units"]
        for name, values in told["figures"].items()
        for number, first in enumerate(quarters)
    ]
    content = "\n".join(["Unit,Measure,Period begins,Figure", *rows, ""]).encode()
    by, worker = people[CHIEF], acting_by_command("setup")
    made = figures.bring_file(by=by, at=at, file_name="Example figures.csv", file=content)
    figures.work_on_file(by=worker, at=at, file_id=made, tell=_ignored)
    figures.confirm_file(by=by, at=at, file_id=made)
    figures.work_on_file(by=worker, at=at, file_id=made, tell=_ignored)


def _ignored(done: int, total: int) -> None:
    del done, total


def _contracts(told: Mapping[str, Any], people: Mapping[str, Actor], at: datetime, today: date) -> None:
    manager, commercial, director = people[MANAGER], people[COMMERCIAL], people[DIRECTOR]
    here = ContractListing.objects.filter(
        region__code=director.party, listing__open_to_referrals=True, contract__in_house=False
    )
    listed = here.select_related("contract").order_by("contract__reference").first()
    assert listed is not None, "the region of the demonstration has a contract that is open"
    reference = listed.contract.reference
    period = 0
    for first, levels in zip(_quarters(today, len(told["levels"])), told["levels"], strict=True):
        period = contracts.open_period(by=manager, at=at, reference=reference, first=first)
        reached = {name: Decimal(str(value)) for name, value in levels.items()}
        contracts.enter_levels(by=manager, at=at, period_id=period, figures=reached)
        contracts.assess_period(by=manager, at=at, period_id=period, account=told["account"])
    found = told["lever"]
    lever = matters.raise_matter(
        by=manager,
        at=at,
        contract=reference,
        kind=MatterKind.LEVER,
        title=found["title"],
        text=found["text"],
        lever=found["kind"],
        clause=found["clause"],
        period_id=period,
    )
    _step(told, lever, "authorise", commercial, at)
    _step(told, lever, "serve", manager, at, due=today + timedelta(days=28))
    for kind, who in (
        (MatterKind.CHANGE, manager),
        (MatterKind.DISPUTE, manager),
        (MatterKind.CONCERN, director),
    ):
        made = _raised(told, kind, reference, who, at)
        if kind is MatterKind.CHANGE:
            _step(told, made, "assess_impact", manager, at)
        elif kind is MatterKind.DISPUTE:
            _step(told, made, "hand_over", manager, at)
    ours = Contract.objects.filter(in_house=True).order_by("reference").first()
    assert ours is not None, "the shipped list has services that are in-house"
    _raised(told, MatterKind.LINE, ours.reference, people[CHIEF], at)


def _raised(told: Mapping[str, Any], kind: MatterKind, contract: str, by: Actor, at: datetime) -> str:
    said = told[str(kind)]
    return matters.raise_matter(
        by=by, at=at, contract=contract, kind=kind, title=said["title"], text=said["text"]
    )


def _step(
    told: Mapping[str, Any], reference: str, move: str, by: Actor, at: datetime, *, due: date | None = None
) -> None:
    matters.take_matter_step(
        by=by,
        at=at,
        reference=reference,
        revision=Matter.objects.get(reference=reference).revision,
        move=move,
        account=told["step"],
        due=due,
    )
