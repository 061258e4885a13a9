"""What a version of a programme changes against the one before it, in words (A9, ¶9, ¶29).

Every fact of a programme is written out under the thing it is about, and the two lists are compared, so that
no change can pass unseen. Its number and the day on which it takes effect differ anyway and are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from oversight.inspections.rules.programmes import (
    NOT_CONFIRMED,
    Basis,
    Programme,
    RatingRules,
    Standard,
)
from oversight.kernel.words import join_in_words

#: Subjects of a comparison, in the order in which a page tells them.
SUBJECTS: Final = (
    "Programme",
    "Standards",
    "Questions",
    "Rating scale",
    "Thresholds",
    "Bands",
    "Caps",
    "Discretion",
    "Evidence",
    "Inspection types",
    "Samples",
    "Information in advance",
    "Groups and dimensions",
    "Sources",
)


@dataclass(frozen=True)
class Thing:
    """Something that a programme holds.

    Args:
        subject: One of ``SUBJECTS``.
        id: Stable identifier within it.
        label: What it is called.
        facts: What is said of it, by name.
    """

    subject: str
    id: str
    label: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """One difference.

    Args:
        subject: One of ``SUBJECTS``.
        label: What it is about.
        field: Which fact changed; ``added`` or ``removed`` for the whole.
        before: What was said; empty when it was added.
        after: What is said; empty when it was removed.
    """

    subject: str
    label: str
    field: str
    before: str
    after: str

    @property
    def in_words(self) -> str:
        """The difference as a sentence."""
        if self.field in {"added", "removed"}:
            return f"{self.label} is {self.field}."
        if not self.before:
            return f"{self.label}: {self.field} is now “{self.after}”; there was none."
        if not self.after:
            return f"{self.label}: {self.field} was “{self.before}”, and there is none now."
        return f"{self.label}: {self.field} was “{self.before}” and is now “{self.after}”."


def changes(before: Programme | None, after: Programme) -> tuple[Change, ...]:
    """Give every difference between two versions, by subject; everything is new without a version before."""
    old = {(one.subject, one.id): one for one in (_things(before) if before else ())}
    new = {(one.subject, one.id): one for one in _things(after)}
    found: list[Change] = []
    for key in [*new, *(key for key in old if key not in new)]:
        found += _changed(old.get(key), new.get(key))
    if before:
        found += _moved(before, after)
    return tuple(sorted(found, key=lambda one: SUBJECTS.index(one.subject)))


def _changed(old: Thing | None, new: Thing | None) -> Iterator[Change]:
    if old is None or new is None:
        one = new or old
        assert one is not None
        told = ", ".join(f"{name}: {value}" for name, value in one.facts.items() if value)
        yield Change(
            one.subject,
            one.label,
            "added" if new else "removed",
            "" if new else told,
            told if new else "",
        )
        return
    for name in [*new.facts, *(name for name in old.facts if name not in new.facts)]:
        was, now = old.facts.get(name, ""), new.facts.get(name, "")
        if was != now:
            yield Change(new.subject, old.label, name, was, now)


def _moved(before: Programme, after: Programme) -> Iterator[Change]:
    """Tell when things that both have come in another order."""
    old, new = ({(one.subject, one.id): one for one in _things(programme)} for programme in (before, after))
    for subject in SUBJECTS:
        was = [key for key in old if key[0] == subject and key in new]
        now = [key for key in new if key[0] == subject and key in old]
        if was != now:
            yield Change(
                subject,
                subject,
                "order",
                join_in_words([old[key].label for key in was]),
                join_in_words([new[key].label for key in now]),
            )


def _basis(basis: Basis | None) -> str:
    if basis is None:
        return ""
    words = join_in_words([source.title for source in basis.sources]) if basis.sources else NOT_CONFIRMED
    return f"{words} ({basis.note})" if basis.note else words


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _things(programme: Programme) -> Iterator[Thing]:
    yield Thing(
        "Programme",
        "",
        "The programme",
        {
            "identifier": programme.id,
            "title": programme.title,
            "owner": programme.owner,
            "what it is": programme.about,
            "what is not known": programme.not_known,
            "whether it rates": _yes(programme.rated),
            "small sample": f"{programme.small_sample.at_most} judgements or fewer",
            "basis of the small sample": _basis(programme.small_sample.basis),
            "basis of the day it takes effect": _basis(programme.effective_from_basis),
            "basis of leaving out": _basis(programme.left_out_basis),
            "questions of units left aside": ", ".join(sorted(programme.unused_unit_questions)),
        },
    )
    for standard in programme.standards:
        yield _standard(programme, standard)
        for question in standard.questions:
            yield Thing(
                "Questions",
                question.id,
                f"“{question.text}”",
                {
                    "wording": question.text,
                    "standard": standard.name,
                    "dimension": programme.dimensions.get(question.dimension, question.dimension),
                    "cases it applies to": question.applies_when,
                    "basis": _basis(question.basis),
                },
            )
    if programme.rating is not None:
        yield from _rating(programme.rating, {one.id: one.name for one in programme.standards})
    yield from _around(programme)


def _standard(programme: Programme, standard: Standard) -> Thing:
    sample = programme.sample(standard.sample)
    return Thing(
        "Standards",
        standard.id,
        standard.name,
        {
            "name": standard.name,
            "basis of the name": _basis(standard.name_basis),
            "code": standard.code,
            "basis of the code": _basis(standard.code_basis),
            "group": programme.groups.get(standard.group, standard.group),
            "judged by": standard.judged_by.value,
            "basis": _basis(standard.basis),
            "sample": sample.title if sample else standard.sample,
            "questions": str(len(standard.questions)),
        },
    )


def _rating(rules: RatingRules, standards: Mapping[str, str]) -> Iterator[Thing]:
    yield Thing(
        "Rating scale",
        "",
        "The scale",
        {"basis": _basis(rules.scale_basis), "basis of the points": _basis(rules.points_basis)},
    )
    for rating in rules.scale:
        yield Thing(
            "Rating scale",
            f"rating {rating.id}",
            rating.name,
            {"name": rating.name, "points": str(rating.points), "place from the worst": str(rating.rank)},
        )
    if rules.cases:
        yield Thing(
            "Thresholds",
            "",
            "Thresholds",
            {
                "basis": _basis(rules.cases.thresholds_basis),
                "how questions combine": rules.cases.combining.value.replace("_", " "),
                "basis of combining": _basis(rules.cases.combining_basis),
            },
        )
        for rating, least in rules.cases.at_least:
            yield Thing(
                "Thresholds", f"rating {rating.id}", rating.name, {"least share sufficient": f"{least}%"}
            )
    if rules.evidence:
        yield Thing(
            "Evidence",
            "",
            "Ratings on evidence",
            {
                "least people in a panel": str(rules.evidence.panel_at_least),
                "basis": _basis(rules.evidence.basis),
            },
        )
    yield from _discretion(rules)
    yield from _overall(rules, standards)


def _discretion(rules: RatingRules) -> Iterator[Thing]:
    if rules.discretion is None:
        return
    yield Thing(
        "Discretion",
        "",
        "The panel's discretion",
        {
            "least people in a panel": str(rules.discretion.panel_at_least),
            "basis": _basis(rules.discretion.basis),
        },
    )
    for ground in rules.discretion.grounds:
        yield Thing(
            "Discretion",
            f"ground {ground.kind}",
            f"The ground “{ground.kind.replace('_', ' ')}”",
            {
                "within percentage points": str(ground.within_points) if ground.within_points else "",
                "basis": _basis(ground.basis),
            },
        )


def _overall(rules: RatingRules, standards: Mapping[str, str]) -> Iterator[Thing]:
    overall = rules.overall
    yield Thing(
        "Bands",
        "",
        "The overall rating",
        {
            "most points": str(overall.maximum),
            "basis of the most points": _basis(overall.maximum_basis),
            "basis of the bands": _basis(overall.bands_basis),
        },
    )
    for rating, most in overall.up_to:
        yield Thing("Bands", f"rating {rating.id}", rating.name, {"up to points": str(most)})
    yield Thing("Caps", "", "Caps", {"basis": _basis(overall.caps_basis)})
    for cap in overall.caps:
        yield Thing(
            "Caps",
            f"cap {cap.id}",
            f"“{cap.words}”",
            {
                "rule": cap.words,
                "standards": join_in_words([standards.get(one, one) for one in cap.standards]),
                "how many": str(cap.how_many),
                "rated at most": cap.rated_at_most.name,
                "overall at most": cap.overall_at_most.name,
                "basis": _basis(cap.basis),
            },
        )


def _around(programme: Programme) -> Iterator[Thing]:
    for kind in programme.inspection_types:
        yield Thing(
            "Inspection types",
            kind.id,
            kind.title,
            {
                "title": kind.title,
                "what is inspected": kind.unit,
                "rated": _yes(kind.rated),
                "kind": kind.kind,
                "note on the kind": kind.kind_note,
                "basis": _basis(kind.basis),
            },
        )
    for sample in programme.samples:
        yield Thing(
            "Samples",
            sample.id,
            sample.title,
            {
                "title": sample.title,
                "from inspections of units": _yes(sample.from_units),
                "basis": _basis(sample.basis),
            },
        )
    for item in programme.information:
        yield Thing(
            "Information in advance",
            item.id,
            item.title,
            {"title": item.title, "level": item.level, "owner": item.owner, "basis": _basis(item.basis)},
        )
    for identifier, title in programme.groups.items():
        yield Thing("Groups and dimensions", f"group {identifier}", title, {"title": title})
    yield Thing("Groups and dimensions", "", "Dimensions", {"basis": _basis(programme.dimensions_basis)})
    for identifier, title in programme.dimensions.items():
        yield Thing("Groups and dimensions", f"dimension {identifier}", title, {"title": title})
    for source in programme.sources:
        yield Thing("Sources", source.id, source.title, {"title": source.title, "address": source.address})
