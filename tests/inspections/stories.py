"""Judgements for tests of the rules, made from counts: no database."""

from __future__ import annotations

from oversight.inspections.rules.judgements import Case, Departure, EvidenceJudgement, Judged, Judgement
from oversight.inspections.rules.programmes import Programme, Rating
from oversight.inspections.rules.reading import programme_of, shipped_programmes, shipped_text

PDU_2021, PDU_2023, REGION = "pdu-2021-23", "pdu-2023-25", "region-2023-25"
NATIONAL, DYNAMIC = "national-2025", "dynamic-public-protection-2025-26"
RATED = [PDU_2021, PDU_2023, REGION, NATIONAL]
SAID = {
    "sufficient": Judgement.SUFFICIENT,
    "insufficient": Judgement.INSUFFICIENT,
    "not applicable": Judgement.NOT_APPLICABLE,
    "missing": None,
}


def programme(identifier: str) -> Programme:
    return programme_of(shipped_programmes(), identifier)


def text_of(identifier: str) -> str:
    return shipped_text(f"{identifier}.yaml")


def rating_named(rules: Programme, name: str) -> Rating:
    assert rules.rating is not None
    return next(rating for rating in rules.rating.scale if rating.name == name)


def cases_of(rules: Programme, counts: dict, unit: str = "") -> dict[str, list[Case]]:
    """Make cases by sample from counts by question; a question that runs out does not apply to the rest."""
    samples = {
        question.id: standard.sample for standard in rules.standards for question in standard.questions
    }
    samples |= dict.fromkeys(rules.unused_unit_questions, "cases")
    said: dict[str, dict[str, list]] = {}
    for question, numbers in counts.items():
        listed = [SAID[word] for word, number in numbers.items() for _ in range(number)]
        said.setdefault(samples[question], {})[question] = listed
    made: dict[str, list[Case]] = {}
    for sample, questions in said.items():
        asked = {question.id for question in rules.questions_of(sample)}
        for place in range(max(map(len, questions.values()))):
            judgements = dict.fromkeys(asked, Judgement.NOT_APPLICABLE)
            for question, listed in questions.items():
                if place < len(listed):
                    judgements[question] = listed[place]
            kept = {question: one for question, one in judgements.items() if one is not None}
            made.setdefault(sample, []).append(Case(f"{unit}{place}", kept, unit))
    return made


def judged_in(story: dict, rules: Programme) -> Judged:
    """Give what a worked example says was judged."""
    cases = cases_of(rules, story.get("cases", {}))
    for unit, counts in story.get("units", {}).items():
        for sample, made in cases_of(rules, counts, unit).items():
            cases.setdefault(sample, []).extend(made)
    scale = {rating.name: rating for rating in rules.rating.scale} if rules.rating else {}
    worst = Rating("inadequate", "Inadequate", 0, 0)
    return Judged(
        lead="Lead",
        cases=cases,
        given={standard: scale.get(name, worst) for standard, name in story.get("given", {}).items()},
        evidence={
            standard: EvidenceJudgement(
                scale[one["rating"]],
                one.get("proposed_by", "Lead"),
                tuple(one.get("confirmed_by", ())),
                one.get("reason", "What the evidence showed."),
            )
            for standard, one in story.get("evidence", {}).items()
        },
        departures={
            standard: Departure(
                scale[one["to"]], one.get("reason", "What the panel saw."), tuple(one["decided_by"])
            )
            for standard, one in story.get("discretion", {}).items()
        },
    )
