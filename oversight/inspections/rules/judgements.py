"""What inspectors say of one inspection: judgements of cases and evidence, and what a panel decided (¶16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from oversight.inspections.rules.programmes import JudgedBy, Programme, Rating
from oversight.kernel.refusals import Refused


class Judgement(StrEnum):
    """What an inspector says of a case by one question."""

    SUFFICIENT = "sufficient"
    INSUFFICIENT = "insufficient"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True)
class Case:
    """A case with its judgements.

    Attributes:
        reference: Tells it apart from the others of its sample and unit; never a name.
        judgements: By question; a question without one is missing, which is not the same as not applicable.
        unit: Unit in whose inspection it was judged; empty when in this one.
    """

    reference: str
    judgements: Mapping[str, Judgement]
    unit: str = ""


@dataclass(frozen=True)
class EvidenceJudgement:
    """A standard judged on evidence as a whole.

    Attributes:
        rating: The rating proposed.
        proposed_by: Who proposed it.
        confirmed_by: The panel that confirmed it; nobody yet when empty.
        reason: What the evidence showed.
    """

    rating: Rating
    proposed_by: str
    confirmed_by: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Departure:
    """A panel's decision to depart from what the numbers give.

    Attributes:
        to: The rating decided on.
        reason: Why.
        decided_by: The panel.
    """

    to: Rating
    reason: str
    decided_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """All that was judged in one inspection.

    Attributes:
        lead: The lead inspector; may be empty when neither evidence nor a departure is there.
        cases: Cases by sample.
        evidence: Judgements on evidence by standard.
        given: Ratings taken as they are, by standard, for example from a published report.
        departures: A panel's departures by standard.
    """

    lead: str = ""
    cases: Mapping[str, Sequence[Case]] = field(default_factory=dict)
    evidence: Mapping[str, EvidenceJudgement] = field(default_factory=dict)
    given: Mapping[str, Rating] = field(default_factory=dict)
    departures: Mapping[str, Departure] = field(default_factory=dict)


def check_judged(programme: Programme, judged: Judged) -> None:
    """Check that what was judged is what the programme asks.

    Raises:
        Refused: An unknown sample, question or standard, or a case given twice (rule ``judgements``).
            ``field`` is the place, written as in the file of `oversight rate`.
    """
    for sample, cases in judged.cases.items():
        _check_cases(programme, sample, cases)
    for place, standards in (
        ("evidence", judged.evidence),
        ("ratings_given", judged.given),
        ("discretion", judged.departures),
    ):
        for standard in standards:
            if not programme.rated:
                raise Refused(
                    "unrated_programme",
                    f"{programme.title} gives no ratings, so none can be proposed, given or departed from.",
                    "Leave it out. Shares of sufficient cases are still worked out.",
                    paragraph="16",
                    field=f"{place}.{standard}",
                )
            if programme.standard(standard) is None:
                known = ", ".join(one.id for one in programme.standards)
                raise _refused(
                    f"{place}.{standard}",
                    f"{programme.id} has no standard “{standard}”.",
                    f"Use one of: {known}.",
                )
    for standard in judged.evidence:
        found = programme.standard(standard)
        if found is not None and found.judged_by is JudgedBy.CASES:
            raise _refused(
                f"evidence.{standard}",
                f"{found.name} is judged by its cases, not on evidence as a whole.",
                "Give its cases, and the panel's departure if there is one.",
            )
    for standard in judged.given:
        found = programme.standard(standard)
        assert found is not None
        if standard in judged.evidence or judged.cases.get(found.sample):
            raise _refused(
                f"ratings_given.{standard}",
                f"{found.name} is both given and judged here.",
                "Keep one of the two.",
            )


def check_panel(people: Sequence[str], lead: str, at_least: int, *, field: str, rule: str) -> None:
    """Check that a panel decided: enough different people, never the lead inspector alone (¶16).

    Args:
        people: Who decided.
        lead: The lead inspector.
        at_least: Least number of people.
        field: Where they are named.
        rule: Rule to refuse by.

    Raises:
        Refused: Too few different people.
    """
    different = {same_person(person) for person in people} - {""}
    if len(different) >= at_least:
        return
    alone = different == {same_person(lead)}
    raise Refused(
        rule,
        "The lead inspector alone is no panel."
        if alone
        else f"A panel is at least {at_least} different people; {len(different)} decided.",
        f"Name at least {at_least} people who decided together.",
        paragraph="16",
        who_can="A ratings panel of HM Inspectorate of Probation",
        field=field,
    )


def same_person(name: str) -> str:
    """Give a name without differences of spacing and capitals, so that one person is not counted twice."""
    return " ".join(name.split()).casefold()


def _refused(place: str, why: str, what_next: str) -> Refused:
    return Refused("judgements", why, what_next, field=place)


def _check_cases(programme: Programme, sample: str, cases: Sequence[Case]) -> None:
    found = programme.sample(sample)
    if found is None:
        known = ", ".join(one.id for one in programme.samples) or "none"
        place = f"units.{cases[0].unit}.{sample}" if cases and cases[0].unit else f"samples.{sample}"
        raise _refused(place, f"{programme.id} has no sample “{sample}”.", f"Its samples are: {known}.")
    asked = {question.id for question in programme.questions_of(sample)}
    allowed = asked | programme.unused_unit_questions if found.from_units else asked
    seen: dict[str, set[str]] = {}
    for case in cases:
        earlier = seen.setdefault(case.unit, set())
        folder = f"units.{case.unit}.{sample}" if case.unit else f"samples.{sample}"
        place = f"{folder}[{len(earlier)}]"
        if bool(case.unit) != found.from_units:
            where = (
                "the cases of its units, under “units”"
                if found.from_units
                else "cases of its own, under “samples”"
            )
            raise _refused(place, f"{found.title} is judged by {where}.", "Move the case there.")
        if case.reference in earlier:
            raise _refused(place, f"Case “{case.reference}” is there twice.", "Remove or rename one of them.")
        earlier.add(case.reference)
        for question in case.judgements:
            if question not in allowed:
                raise _refused(
                    f"{place}.judgements.{question}",
                    f"“{question}” is not asked of {found.title.lower()} (case “{case.reference}”).",
                    f"Use one of: {', '.join(sorted(allowed))}.",
                )
