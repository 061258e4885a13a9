"""Services audited, the scale of ratings, grades of findings and days, as dated data (B4, ¶14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

import yaml

from oversight.kernel.calendars import england_and_wales
from oversight.kernel.data_files import DataFile, LabelledFigure, read_yaml
from oversight.kernel.periods import EventDay, Landing, MonthEnd, Period, Unit, due
from oversight.kernel.refusals import Refused

PARAGRAPH: Final = "14"
_DATA: Final = files("oversight.audits").joinpath("data")


@dataclass(frozen=True)
class Service:
    """A kind of service that is audited.

    Args:
        id: Stable name, kept with every audit.
        title: What people call it.
        bodies: Codes of the bodies that can be audited for it.
        kinds: Kinds of body that can.
        named: Whether the place has a name of its own.
    """

    id: str
    title: str
    bodies: tuple[str, ...]
    kinds: tuple[str, ...]
    named: bool


@dataclass(frozen=True)
class Rating:
    """One step of a scale."""

    id: str
    title: str
    means: str


@dataclass(frozen=True)
class Scale:
    """The ratings of an audit from a day on, the best first.

    Args:
        since: First day.
        source: Where it comes from.
        unverified: What of it no published source confirms; empty when all is confirmed.
        ratings: By their names.
    """

    since: date
    source: str
    unverified: str
    ratings: Mapping[str, Rating]


@dataclass(frozen=True)
class Grade:
    """How grave a finding is.

    Args:
        id: Stable name.
        title: What people call it.
        means: What that says.
        result: What it amounts to where findings are in common.
        action: Whether an action is expected.
    """

    id: str
    title: str
    means: str
    result: str
    action: bool


@dataclass(frozen=True)
class AuditData:
    """Everything that the file says."""

    services: Mapping[str, Service]
    scales: tuple[Scale, ...]
    grades: Mapping[str, Grade]
    grades_unverified: str
    shared_with: tuple[str, ...]
    accuracy_days: LabelledFigure
    retention_months: LabelledFigure


@cache
def audit_data() -> AuditData:
    """Give what the service ships."""
    schema = yaml.safe_load(_DATA.joinpath("audits-schema.yaml").read_text(encoding="utf-8"))
    return read_audit_data(
        read_yaml(_DATA.joinpath("audits.yaml").read_text(encoding="utf-8"), "audits.yaml", schema)
    )


def read_audit_data(file: DataFile) -> AuditData:
    """Read the data.

    Raises:
        Refused: A name is there twice, a day is none, or scales are not in the order of their days.
    """
    said = file.data
    scales = []
    for place, one in enumerate(said["scales"]):
        since = one["since"]
        if not isinstance(since, date) or isinstance(since, datetime):
            raise file.refused(("scales", place, "since"), "this is no day.", "Write it as 2026-04-01.")
        ratings = {held["id"]: Rating(**held) for held in one["ratings"]}
        if len(ratings) < len(one["ratings"]):
            raise file.refused(("scales", place, "ratings"), "two have the same name.", "Rename one.")
        scales.append(Scale(since, one["source"], one["unverified"], ratings))
    if any(later.since <= earlier.since for earlier, later in pairwise(scales)):
        raise file.refused(("scales",), "they are not in the order of their days.", "Put the earliest first.")
    services = {
        one["id"]: Service(one["id"], one["title"], tuple(one["bodies"]), tuple(one["kinds"]), one["named"])
        for one in said["services"]
    }
    grades = {one["id"]: Grade(**one) for one in said["grades"]["kinds"]}
    for group, found, wanted in (
        ("services", services, said["services"]),
        ("grades", grades, said["grades"]["kinds"]),
    ):
        if len(found) < len(wanted):
            raise file.refused((group,), "two have the same name.", "Rename one.")
    figures = {name: LabelledFigure(**one) for name, one in said["figures"].items()}
    return AuditData(
        services,
        tuple(scales),
        grades,
        said["grades"]["unverified"],
        tuple(said["shared_with"]),
        figures["accuracy_days"],
        figures["retention_months"],
    )


def scale_on(day: date) -> Scale:
    """Give the scale that holds on a day; the earliest before the first."""
    scales = audit_data().scales
    held = [one for one in scales if one.since <= day]
    return held[-1] if held else scales[0]


def service_of(name: str) -> Service:
    """Give a service by its name.

    Raises:
        Refused: There is none; field ``service``.
    """
    found = audit_data().services.get(name)
    if found is None:
        raise Refused(
            "audit_service",
            "There is no such kind of service.",
            "Choose one.",
            paragraph=PARAGRAPH,
            field="service",
        )
    return found


def check_audited(service: str, *, code: str, kind: str, place: str) -> Service:
    """Give the service when a body can be audited for it.

    Args:
        service: Name of the service.
        code: Code of the body audited.
        kind: Its kind.
        place: Name of the place; may be empty where the body itself is the place.

    Raises:
        Refused: The body does not answer for such a service, or the name of the place is missing.
    """
    found = service_of(service)
    if code not in found.bodies and kind not in found.kinds:
        raise Refused(
            "audit_audited",
            f"This body does not answer for what is audited: {found.title.lower()}.",
            "Name the body that answers for it; it reads the draft before it is final.",
            paragraph=PARAGRAPH,
            field="audited",
        )
    if found.named and not place:
        raise Refused(
            "audit_place",
            "It is not said which one is audited.",
            "Enter its name.",
            paragraph=PARAGRAPH,
            field="place",
        )
    return found


def check_rating(since: date, rating: str) -> str:
    """Give a rating when the scale of an audit has it.

    Args:
        since: First day of its scale.
        rating: Name of the rating.

    Raises:
        Refused: Rule ``audit_rating``; field ``rating``.
    """
    if rating not in scale_on(since).ratings:
        raise Refused(
            "audit_rating",
            "The scale of this audit has no such rating.",
            "Choose one of it.",
            paragraph=PARAGRAPH,
            field="rating",
        )
    return rating


def check_region(service: Service, kind: str) -> None:
    """Refuse a region that cannot be the one that a place concerns.

    Args:
        service: Service audited.
        kind: Kind of the body named as region; empty for none.

    Raises:
        Refused: Rule ``audit_region``; field ``region``.
    """
    if not kind:
        return
    why = ""
    if not service.named:
        why = "The register says in which region a region or unit of probation lies."
    elif kind != "region":
        why = "That is no probation region."
    if why:
        raise Refused(
            "audit_region",
            why,
            "Leave it empty, or name a region beside the name of a prison, establishment or contract.",
            paragraph=PARAGRAPH,
            field="region",
        )


def grade_of(name: str) -> Grade:
    """Give a grade by its name.

    Raises:
        Refused: There is none; field ``grade``.
    """
    found = audit_data().grades.get(name)
    if found is None:
        raise Refused("audit_grade", "There is no such grade.", "Choose one.", field="grade")
    return found


def accuracy_due(issued: date) -> date:
    """Give the day by which the audited say what is not accurate in a draft issued on a day."""
    period = Period(
        length=audit_data().accuracy_days.figure,
        unit=Unit.WORKING_DAYS,
        event_day=EventDay.ZERO,
        month_end=MonthEnd.LAST_DAY,
        landing=Landing.STAY,
    )
    return due(period, issued, england_and_wales()).on
