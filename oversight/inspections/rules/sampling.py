"""Drawing cases for fieldwork: by stratum, capped per officer, the same again from the same seed (D1, ¶16).

Every case gets a place from SHA-256 of seed, digest of the list and its reference, so that anyone who holds
the list can repeat the draw and nobody can steer it. Strata share the cases in proportion to their size.

The order of work follows the sampling code of HM Inspectorate of Probation and the Ministry of Justice:
https://github.com/ministryofjustice/probation-case-sampler
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from oversight.kernel.digests import digest
from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words

#: Goes into every place, so that a later way of drawing cannot be taken for this one.
METHOD = "stratified-1"
LONGEST_SEED = 100


@dataclass(frozen=True)
class ListedCase:
    """A case on an uploaded list.

    Args:
        reference: Tells it apart; never a name.
        officer: Code of the responsible officer.
        stratum: Identifier of its stratum.
        excluded: Why it cannot be drawn; empty when it can.
    """

    reference: str
    officer: str
    stratum: str
    excluded: str = ""


@dataclass(frozen=True)
class Plan:
    """What to draw.

    Args:
        wanted: Cases to assess; at least 1.
        most_per_officer: Most cases of one officer, those in reserve included; at least 1.
        buffer_per_cent: Cases in reserve for each 100 wanted, rounded up.
        seed: Any text; published with the draw.
    """

    wanted: int
    most_per_officer: int
    buffer_per_cent: int
    seed: str

    @property
    def reserve(self) -> int:
        """Cases wanted in reserve."""
        return -(-self.wanted * self.buffer_per_cent // 100)


@dataclass(frozen=True)
class DrawnCase:
    """A case that was drawn.

    Args:
        case: The case.
        in_reserve: Whether it waits for one that cannot be assessed.
    """

    case: ListedCase
    in_reserve: bool


@dataclass(frozen=True)
class StratumCount:
    """What became of one stratum.

    Args:
        stratum: Its identifier.
        listed: Cases that could be drawn.
        wanted: Its part of the sample.
        drawn: Cases drawn for it.
        reserve_wanted: Its part of the reserve.
        reserve_drawn: Cases drawn for that.
    """

    stratum: str
    listed: int
    wanted: int
    drawn: int
    reserve_wanted: int
    reserve_drawn: int

    @property
    def shortfall(self) -> int:
        """Cases of the sample that could not be drawn."""
        return self.wanted - self.drawn


@dataclass(frozen=True)
class Drawing:
    """A draw and its account.

    Args:
        cases: Drawn cases in order: the sample, then the reserve, each in the order of the draw.
        strata: The count of each stratum, by identifier.
        wanted: Cases wanted.
        listed: Cases on the list.
        excluded: Cases left out, by reason.
    """

    cases: tuple[DrawnCase, ...]
    strata: tuple[StratumCount, ...]
    wanted: int
    listed: int
    excluded: Mapping[str, int]

    @property
    def drawn(self) -> int:
        """Cases of the sample."""
        return sum(1 for one in self.cases if not one.in_reserve)

    @property
    def shortfall(self) -> int:
        """Cases wanted that the list could not give."""
        return self.wanted - self.drawn


def list_digest(cases: Iterable[ListedCase]) -> str:
    """Give the digest of a list, whatever the order of its rows."""
    return digest(
        [
            [one.reference, one.officer, one.stratum, one.excluded]
            for one in sorted(cases, key=lambda one: one.reference)
        ]
    )


def place_of(seed: str, of_list: str, reference: str) -> str:
    """Give the place of a case in the order of the draw; lower ones are drawn first.

    Args:
        seed: Seed of the draw.
        of_list: Digest of the list.
        reference: Reference of the case.
    """
    return hashlib.sha256(f"{METHOD}\n{seed}\n{of_list}\n{reference}".encode()).hexdigest()


def allocated(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """Share cases among strata in proportion to their size.

    Each part is rounded to the nearest whole number, halves up. What the rounding leaves short is added one
    by one from the smallest stratum up; what it gives too much is taken one by one from the largest down.

    Args:
        sizes: Cases of each stratum.
        wanted: Cases to share; all of them when there are fewer.
    """
    total = sum(sizes.values())
    if wanted >= total:
        return dict(sizes)
    given = {
        name: min(size, int(Fraction(wanted * size, total) + Fraction(1, 2))) for name, size in sizes.items()
    }
    smallest_first = sorted(sizes, key=lambda name: (sizes[name], name))
    while sum(given.values()) != wanted:
        short = sum(given.values()) < wanted
        for name in smallest_first if short else reversed(smallest_first):
            if sum(given.values()) == wanted:
                break
            if short and given[name] < sizes[name]:
                given[name] += 1
            elif not short and given[name]:
                given[name] -= 1
    return given


def drawn(cases: Sequence[ListedCase], plan: Plan) -> Drawing:
    """Draw a sample and its reserve.

    The smallest strata choose first, so that the cap per officer does not empty them. What a stratum cannot
    give is a shortfall and is not taken from another one, which would change what the sample stands for.

    Args:
        cases: The list, in any order; each reference once.
        plan: What to draw.

    Raises:
        Refused: The plan or the list cannot be drawn from (rule ``sample_plan`` or ``case_list``).
    """
    _check(cases, plan)
    of_list = list_digest(cases)
    strata: dict[str, list[ListedCase]] = {}
    for one in sorted(cases, key=lambda one: place_of(plan.seed, of_list, one.reference)):
        if not one.excluded:
            strata.setdefault(one.stratum, []).append(one)
    if not strata:
        raise Refused(
            "case_list",
            "No case on the list can be drawn: all are left out.",
            "Upload a list with cases that can be assessed.",
            paragraph="16",
        )
    order = sorted(strata, key=lambda name: (len(strata[name]), name))
    officers: Counter[str] = Counter()
    parts = allocated({name: len(strata[name]) for name in order}, plan.wanted)
    sample = _picked(strata, order, parts, officers, plan.most_per_officer)
    taken = {one.reference for one in sample}
    left = {name: [one for one in strata[name] if one.reference not in taken] for name in order}
    reserve_parts = allocated({name: len(left[name]) for name in order}, plan.reserve)
    reserve = _picked(left, order, reserve_parts, officers, plan.most_per_officer)
    in_sample, in_reserve = (Counter(one.stratum for one in some) for some in (sample, reserve))
    return Drawing(
        cases=tuple(
            DrawnCase(one, waits)
            for some, waits in ((sample, False), (reserve, True))
            for one in sorted(some, key=lambda one: place_of(plan.seed, of_list, one.reference))
        ),
        strata=tuple(
            StratumCount(
                name, len(strata[name]), parts[name], in_sample[name], reserve_parts[name], in_reserve[name]
            )
            for name in sorted(strata)
        ),
        wanted=plan.wanted,
        listed=len(cases),
        excluded=dict(sorted(Counter(one.excluded for one in cases if one.excluded).items())),
    )


def _picked(
    strata: Mapping[str, Sequence[ListedCase]],
    order: Sequence[str],
    parts: Mapping[str, int],
    officers: Counter[str],
    most: int,
) -> list[ListedCase]:
    found = []
    for name in order:
        left = parts[name]
        for one in strata[name]:
            if not left:
                break
            if officers[one.officer] < most:
                officers[one.officer] += 1
                found.append(one)
                left -= 1
    return found


def replacement(reserve: Sequence[ListedCase], stratum: str) -> ListedCase | None:
    """Give the case that takes the place of one of ``stratum``.

    Args:
        reserve: Cases still in reserve, in the order of the draw.
        stratum: Stratum of the case that cannot be assessed.

    Returns:
        The first of that stratum, or else the first of all; None when the reserve is empty.
    """
    same = (one for one in reserve if one.stratum == stratum)
    return next(same, None) or next(iter(reserve), None)


def shortfall_in_words(drawing: Drawing) -> str:
    """Say whether the list gave what was wanted."""
    if not drawing.shortfall:
        return f"{drawing.drawn} of {drawing.wanted} wanted were drawn: nothing is short."
    return (
        f"{drawing.drawn} of {drawing.wanted} wanted were drawn: {count_in_words(drawing.shortfall, 'case')} "
        "short, because the list or the cap per officer gave no more."
    )


def _check(cases: Sequence[ListedCase], plan: Plan) -> None:
    if plan.wanted < 1 or plan.most_per_officer < 1 or plan.buffer_per_cent < 0:
        raise Refused(
            "sample_plan",
            "A sample has at least one case, and at least one case of an officer.",
            "Enter 1 or more.",
            paragraph="16",
            field="wanted",
        )
    if not plan.seed.strip() or len(plan.seed) > LONGEST_SEED:
        raise Refused(
            "sample_plan",
            "Without a seed nobody can repeat the draw.",
            f"Enter a seed of up to {LONGEST_SEED} characters, for example today's date and the unit.",
            paragraph="16",
            field="seed",
        )
    twice = [name for name, count in Counter(one.reference for one in cases).items() if count > 1]
    if twice:
        raise Refused(
            "case_list",
            f"Case {min(twice)} is on the list twice.",
            "Remove one of them and upload the list again.",
            paragraph="16",
        )
