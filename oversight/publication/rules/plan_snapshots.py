"""What is published of an action plan: all that the public may read of it, and nothing that points back.

Casework hands over a ``PlanSnapshot``; it is whole in itself. It names bodies and no person, and holds no
evidence. Each update is a new version beside the old (¶24, ¶27).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, cast

from oversight.kernel.digests import Value, canonical, digest, parse


@dataclass(frozen=True)
class AnsweredReport:
    """A report that the plan answers: reference, title and kind in words."""

    source: str
    title: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class PublishedAnswer:
    """A recommendation, the answer to it and where the work stands.

    Attributes:
        reference: Its reference for ever.
        number: Its number in its report.
        source: Reference of that report.
        text: What is recommended.
        authority: Name of the body addressed.
        response: Name of the answer, for the colour of its tag.
        answer: The answer in words.
        agreed_part: The part that is agreed, where only a part is.
        reason: Why not, or not all.
        state: Name of the state, for the colour of its tag.
        delivery: Where the work stands, in words.
        superseded_by: Reference of the recommendation in its place; empty for none.
        actions: Numbers of the actions that carry it out.
    """

    reference: str
    number: int
    source: str
    text: str
    authority: str
    response: str
    answer: str
    agreed_part: str
    reason: str
    state: str
    delivery: str
    superseded_by: str
    actions: tuple[int, ...]


@dataclass(frozen=True)
class NewDate:
    """A date that was approved: the one before, the new one, the reason, and when it was asked for."""

    before: date
    after: date
    reason: str
    asked_on: date


@dataclass(frozen=True)
class SaidOfIt:
    """What the owner said one day: day, progress in words, text, and the body that said so."""

    on: date
    progress: str
    text: str
    body: str


@dataclass(frozen=True, kw_only=True)
class PublishedAction:
    """Something that will be done.

    Attributes:
        number: Its number in the plan.
        text: What will be done.
        owner: Name of the body that does it.
        measure: How success is measured.
        commissioned: Whether it is about commissioned services.
        recommendations: References of the recommendations that it carries out.
        first_date: The first date, which is never lost.
        dates: Every date approved since, in order.
        present_date: The date that stands.
        progress: How it stands, in words.
        timing: How it stood to its date, by name, for the colour of its tag.
        stands: The same in words.
        said: What its owner said, earliest first.
    """

    number: int
    text: str
    owner: str
    measure: str
    commissioned: bool
    recommendations: tuple[str, ...]
    first_date: date
    dates: tuple[NewDate, ...]
    present_date: date
    progress: str
    timing: str
    stands: str
    said: tuple[SaidOfIt, ...]


@dataclass(frozen=True, kw_only=True)
class PlanSnapshot:
    """A plan as it is published.

    Attributes:
        reference: Permanent reference, part of the address.
        title: Title of the plan.
        kind: ``local`` or ``coordinated``.
        kind_words: The same in words.
        writer: Name of the body that writes it.
        unit_code: The region or unit of a local plan; empty for another.
        unit_name: Its name at the time.
        submitted_on: Day on which it was submitted to the Inspectorate.
        published_on: Day on which it was first published.
        updated_on: Day of the latest update on GOV.UK; None before one.
        where: Its address on GOV.UK.
        as_on: Day on which it stood so.
        reports: The reports that it answers; several when plans were made one.
        recommendations: Their recommendations.
        actions: Its actions by number.
    """

    reference: str
    title: str
    kind: str
    kind_words: str
    writer: str
    unit_code: str
    unit_name: str
    submitted_on: date
    published_on: date
    updated_on: date | None
    where: str
    as_on: date
    reports: tuple[AnsweredReport, ...]
    recommendations: tuple[PublishedAnswer, ...]
    actions: tuple[PublishedAction, ...]

    @property
    def text(self) -> str:
        """Its canonical text, which is kept."""
        return canonical(_plain(self))

    @property
    def digest(self) -> str:
        """SHA-256 of that text."""
        return digest(_plain(self))

    @property
    def done(self) -> int:
        """How many actions are done."""
        return sum(one.timing == "done" for one in self.actions)

    @property
    def overdue(self) -> int:
        """How many actions were overdue."""
        return sum(one.timing == "overdue" for one in self.actions)

    @property
    def moved(self) -> int:
        """How many actions have another date than their first."""
        return sum(one.present_date != one.first_date for one in self.actions)

    def answers_of(self, source: str) -> tuple[PublishedAnswer, ...]:
        """Give the recommendations of one of its reports."""
        return tuple(one for one in self.recommendations if one.source == source)

    def holds(self, reference: str) -> bool:
        """Tell whether a recommendation is one of its own."""
        return any(one.reference == reference for one in self.recommendations)


def _plain(value: object) -> Value:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return cast("Value", value)


def read_plan(text: str) -> PlanSnapshot:
    """Read back what ``PlanSnapshot.text`` gave."""
    data = cast("dict[str, Any]", parse(text))
    return PlanSnapshot(
        **data
        | {
            "reports": tuple(AnsweredReport(**one) for one in data["reports"]),
            "recommendations": tuple(
                PublishedAnswer(**one | {"actions": tuple(one["actions"])}) for one in data["recommendations"]
            ),
            "actions": tuple(map(_action, data["actions"])),
        }
    )


def _action(data: Mapping[str, Any]) -> PublishedAction:
    return PublishedAction(
        **dict(data)
        | {
            "recommendations": tuple(data["recommendations"]),
            "dates": tuple(NewDate(**one) for one in data["dates"]),
            "said": tuple(SaidOfIt(**one) for one in data["said"]),
        }
    )
