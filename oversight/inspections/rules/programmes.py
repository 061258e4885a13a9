"""What a programme is made of: standards, questions, rating rules and what each rests on (¶9, ¶16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

OWNER = "hmip"
#: What a page says beside every figure that no published page confirms.
NOT_CONFIRMED = "not confirmed by a published source"


@dataclass(frozen=True)
class Source:
    """A published page that a fact was read on."""

    id: str
    title: str
    address: str


@dataclass(frozen=True)
class Basis:
    """What a figure or a rule rests on.

    Attributes:
        sources: Pages that confirm it; none when it is not verified.
        note: Where it comes from when no page confirms it, or what a page leaves open.
    """

    sources: tuple[Source, ...]
    note: str = ""

    @property
    def verified(self) -> bool:
        """Whether a published page confirms it."""
        return bool(self.sources)

    @property
    def flag(self) -> str:
        """What a page has to say beside it; empty when it is verified."""
        return "" if self.verified else NOT_CONFIRMED


@dataclass(frozen=True)
class Rating:
    """A point on the scale.

    Attributes:
        id: Stable identifier.
        name: How it is written.
        points: What it adds to the overall score.
        rank: Place on the scale, the worst is 0.
    """

    id: str
    name: str
    points: int
    rank: int


@dataclass(frozen=True)
class Question:
    """What inspectors judge in every case of a sample.

    Attributes:
        id: Stable identifier, the same in unit and regional programmes when the question is the same.
        text: The question, in our words.
        dimension: Which of the case dimensions it is about; empty when none.
        applies_when: To which cases it applies; empty when to all.
        basis: What its wording and use rest on.
    """

    id: str
    text: str
    dimension: str
    applies_when: str
    basis: Basis


class JudgedBy(StrEnum):
    """Where the rating of a standard comes from."""

    CASES = "cases"
    EVIDENCE = "evidence"


@dataclass(frozen=True, kw_only=True)
class Standard:
    """A standard that is rated, or in an unrated programme a theme that is looked at.

    Attributes:
        id: Stable identifier, as in the register's columns.
        name: How it is written.
        name_basis: What the name rests on.
        code: Short code; empty when none is known. Codes are never verified (see ``code_basis``).
        code_basis: What the code rests on; None without a code.
        group: Identifier of the group it belongs to.
        judged_by: Where its rating comes from.
        basis: What that rests on.
        sample: Identifier of the sample whose cases decide it; empty when judged on evidence.
        questions: What is judged in each case; none when judged on evidence.
    """

    id: str
    name: str
    name_basis: Basis
    code: str
    code_basis: Basis | None
    group: str
    judged_by: JudgedBy
    basis: Basis
    sample: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Sample:
    """A set of cases of one kind.

    Attributes:
        id: Stable identifier.
        title: What it is called.
        from_units: Whether its cases come from the inspections of the region's units.
        basis: What that rests on.
    """

    id: str
    title: str
    from_units: bool
    basis: Basis


@dataclass(frozen=True)
class InspectionType:
    """A type of inspection within a programme.

    Attributes:
        id: Stable identifier.
        title: What it is called.
        unit: What is inspected: ``pdu``, ``region`` or ``national``.
        rated: Whether this type gives ratings.
        basis: What that rests on.
        kind: Kind under the arrangements, which decides what is owed: ``core``, ``thematic`` or ``joint``.
        kind_note: Why that kind, where the Memorandum leaves it open; empty otherwise.
    """

    id: str
    title: str
    unit: str
    rated: bool
    basis: Basis
    kind: str
    kind_note: str


@dataclass(frozen=True)
class Information:
    """Something wanted before an inspection (¶31).

    Attributes:
        id: Stable identifier, the same in every programme, so that what was supplied once is found again.
        title: What it is.
        level: What it is about: the ``unit`` inspected, its ``region``, or ``national``.
        owner: Who holds it: ``unit``, ``region``, or the code of a party. There is one owner.
        basis: What that rests on.
    """

    id: str
    title: str
    level: str
    owner: str
    basis: Basis


@dataclass(frozen=True)
class SmallSample:
    """How few judgements make a share unsure: ``at_most`` of them."""

    at_most: int
    basis: Basis


class Combining(StrEnum):
    """How the questions of a standard become one rating."""

    LOWEST_QUESTION = "lowest_question"
    POOLED = "pooled"


@dataclass(frozen=True)
class CaseRules:
    """How shares of sufficient cases become the rating of a standard.

    Attributes:
        at_least: Least share, in whole per cent, for each rating, worst first; the first is 0.
        thresholds_basis: What the figures rest on.
        combining: How several questions become one rating.
        combining_basis: What that rests on.
    """

    at_least: tuple[tuple[Rating, int], ...]
    thresholds_basis: Basis
    combining: Combining
    combining_basis: Basis


@dataclass(frozen=True)
class EvidenceRules:
    """How a standard is rated on evidence: the lead inspector proposes, a panel of so many confirms."""

    panel_at_least: int
    basis: Basis


class GroundKind(StrEnum):
    """Why a panel may depart from the numbers."""

    NEAR_BOUNDARY = "near_boundary"
    ONE_JUDGEMENT = "one_judgement"
    SMALL_SAMPLE = "small_sample"


@dataclass(frozen=True)
class Ground:
    """A ground on which a panel may depart; ``within_points`` is given for ``near_boundary`` alone."""

    kind: GroundKind
    within_points: int
    basis: Basis


@dataclass(frozen=True)
class DiscretionRules:
    """When a panel of at least so many people may move a standard, always by a single step."""

    panel_at_least: int
    basis: Basis
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class Cap:
    """A limit on the overall rating.

    Attributes:
        id: Stable identifier.
        words: The rule in plain words.
        standards: Which standards it looks at.
        how_many: How many of them have to be poor for it to apply.
        rated_at_most: What counts as poor.
        overall_at_most: Best overall rating that is then possible.
        basis: What it rests on.
    """

    id: str
    words: str
    standards: tuple[str, ...]
    how_many: int
    rated_at_most: Rating
    overall_at_most: Rating
    basis: Basis


@dataclass(frozen=True)
class OverallRules:
    """How points become the overall rating.

    Attributes:
        maximum: Most points there can be.
        maximum_basis: What that figure rests on.
        up_to: Most points for each overall rating, worst first; the last is ``maximum``.
        bands_basis: What the bands rest on.
        caps: Limits on the overall rating.
        caps_basis: What their presence or absence rests on.
    """

    maximum: int
    maximum_basis: Basis
    up_to: tuple[tuple[Rating, int], ...]
    bands_basis: Basis
    caps: tuple[Cap, ...]
    caps_basis: Basis


@dataclass(frozen=True)
class RatingRules:
    """All rules of a rated programme; ``cases`` and ``evidence`` only where a standard needs them."""

    scale: tuple[Rating, ...]
    scale_basis: Basis
    points_basis: Basis
    cases: CaseRules | None
    evidence: EvidenceRules | None
    discretion: DiscretionRules | None
    overall: OverallRules

    def rating(self, identifier: str) -> Rating:
        """Give the rating of that identifier."""
        return next(rating for rating in self.scale if rating.id == identifier)


@dataclass(frozen=True, kw_only=True)
class Programme:
    """One version of a programme's standards and rules; an inspection keeps the version it began under (A9).

    Attributes:
        id: Stable identifier, as in the public register.
        version: Counted from 1.
        title: What it is called.
        owner: Who alone may change it (¶9).
        effective_from: First day on which inspections begin under it.
        effective_from_basis: What that day rests on.
        about: What it is, in plain words.
        not_known: What could not be confirmed, in plain words.
        sources: Every page it draws on.
        inspection_types: Types of inspection within it.
        information: What is wanted before fieldwork (¶31).
        groups: Title of each group of standards by identifier.
        dimensions: Title of each case dimension by identifier.
        dimensions_basis: What the dimensions rest on; None when there are none.
        samples: Sets of cases it looks at.
        standards: What it rates, or the themes of an unrated one, in order.
        unused_unit_questions: Questions judged in units that this programme leaves aside, so that unit files
            can be given as they are.
        left_out_basis: What leaving out judgements that do not apply or were not made rests on.
        small_sample: How few judgements make a share unsure.
        rating: How it rates; None when it gives no ratings.
    """

    id: str
    version: int
    title: str
    owner: str
    effective_from: date
    effective_from_basis: Basis
    about: str
    not_known: str
    sources: tuple[Source, ...]
    inspection_types: tuple[InspectionType, ...]
    information: tuple[Information, ...]
    groups: Mapping[str, str]
    dimensions: Mapping[str, str]
    dimensions_basis: Basis | None
    samples: tuple[Sample, ...]
    standards: tuple[Standard, ...]
    unused_unit_questions: frozenset[str]
    left_out_basis: Basis
    small_sample: SmallSample
    rating: RatingRules | None

    @property
    def rated(self) -> bool:
        """Whether it gives ratings at all."""
        return self.rating is not None

    def inspection_type(self, identifier: str) -> InspectionType | None:
        """Give the type of inspection of that identifier, or None."""
        return next((one for one in self.inspection_types if one.id == identifier), None)

    def standard(self, identifier: str) -> Standard | None:
        """Give the standard of that identifier, or None."""
        return next((standard for standard in self.standards if standard.id == identifier), None)

    def sample(self, identifier: str) -> Sample | None:
        """Give the sample of that identifier, or None."""
        return next((sample for sample in self.samples if sample.id == identifier), None)

    def questions_of(self, sample: str) -> tuple[Question, ...]:
        """Give every question asked of the cases of a sample, in order."""
        return tuple(
            question
            for standard in self.standards
            if standard.sample == sample
            for question in standard.questions
        )

    def rule(self, name: str) -> str:
        """Give the identifier of one of its rules, for example ``pdu-2023-25 v1: thresholds``."""
        return f"{self.id} v{self.version}: {name}"
