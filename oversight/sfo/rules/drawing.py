"""Drawing the Inspectorate's sample of a batch: fixed by the year's seed and the frozen list alone (¶19).

The Inspectorate's seed is made before the year opens; only its digest is told. The list is frozen before
the seed is used on it, and the digest of the list makes the key of the draw. So whoever holds the seed
cannot choose the list, whoever makes the list cannot know the seed, and whoever has both can repeat the
draw. The order of the list and the names on it give nobody an advantage: every order that matters comes
from the key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused
from oversight.sfo.rules.chances import Cell, Chances, Count, SoFar, chances
from oversight.sfo.rules.designs import PARAGRAPH, Design
from oversight.sfo.rules.rounding import Chance, Tosses, rounded

#: Goes into every digest and key, so that a later way of drawing cannot be taken for this one.
METHOD: Final = "oversight-sfo-draw/1"
_HEX: Final = re.compile(r"[0-9a-f]{64}")
LONGEST_REFERENCE: Final = 80


@dataclass(frozen=True)
class ListedReview:
    """A review on a frozen list.

    Args:
        reference: Tells it apart; never a name of a person.
        region: Code of its region.
        group: Identifier of its offence group.
    """

    reference: str
    region: str
    group: str

    @property
    def cell(self) -> Cell:
        """Its region and its offence group."""
        return self.region, self.group


@dataclass(frozen=True)
class BatchList:
    """What is frozen: everything that decides a draw, but for the seed.

    Args:
        design: Version of how the sample is drawn.
        year: Name of the year, for example ``2026-27``.
        number: Number of the batch in its year, from 1.
        reviews: The reviews, in any order.
        so_far: The year before this batch.
    """

    design: int
    year: str
    number: int
    reviews: tuple[ListedReview, ...]
    so_far: SoFar

    @property
    def digest(self) -> str:
        """Digest of the list, whatever the order of its reviews."""
        return digest(self.told())

    def told(self) -> dict[str, Value]:
        """Give everything that is frozen as plain data, in the one order that its digest is made of."""
        return {
            "method": METHOD,
            "design": self.design,
            "year": self.year,
            "batch": self.number,
            "reviews": [
                {"reference": one.reference, "region": one.region, "offence_group": one.group}
                for one in sorted(self.reviews, key=lambda one: one.reference)
            ],
            "so_far": counts_of(self.so_far),
        }


def counts_of(so_far: SoFar) -> dict[str, Value]:
    """Give the counts of a year so far as plain data."""
    return {
        kind: {name: {"reviews": one.reviews, "sampled": one.sampled} for name, one in sorted(counts.items())}
        for kind, counts in (("regions", so_far.regions), ("offence_groups", so_far.groups))
    }


@dataclass(frozen=True)
class Draw:
    """A draw and its account.

    Args:
        listed: The frozen list.
        key: Key of the draw, in hexadecimal.
        chances: The chance of each review, by region and offence group.
        drawn: References of the reviews drawn, sorted.
        totals: The year with this batch.
    """

    listed: BatchList
    key: str
    chances: Chances
    drawn: tuple[str, ...]
    totals: SoFar

    def ahead(self, design: Design) -> Mapping[str, int]:
        """Give by how many hundredths of a review each region is ahead of the share, after this batch."""
        return {name: int(100 * one.ahead(design.share)) for name, one in self.totals.regions.items()}


def check_seed(seed: str) -> str:
    """Give a seed when it is one: 64 hexadecimal digits in lower case.

    Raises:
        Refused: It is none (rule ``sfo_seed``).
    """
    if not _HEX.fullmatch(seed):
        raise Refused(
            "sfo_seed",
            "A seed is 64 digits from 0 to 9 and a to f.",
            "Give it as it was published.",
            paragraph=PARAGRAPH,
            field="seed",
        )
    return seed


def seed_digest(seed: str) -> str:
    """Give the digest by which the Inspectorate commits to a seed."""
    return hashlib.sha256(f"{METHOD}\nseed\n{check_seed(seed)}".encode()).hexdigest()


def key_of(seed: str, of_list: str) -> str:
    """Give the key of a draw from the seed of the year and the digest of the list.

    It tells nothing about the key of another list, so it can be published at once.
    """
    message = f"{METHOD}\nkey\n{of_list}".encode()
    return hmac.digest(bytes.fromhex(check_seed(seed)), message, hashlib.sha256).hex()


def draw(listed: BatchList, key: str, design: Design) -> Draw:
    """Draw the sample of a batch.

    Args:
        listed: The frozen list.
        key: Key of the draw, from ``key_of``.
        design: The design that the list names.

    Raises:
        Refused: The list cannot be drawn from, or the key is none (rules of ``check_list``, ``sfo_seed``).
    """
    check_list(listed, design)
    secret = bytes.fromhex(check_seed(key))
    found = chances(design, listed.so_far, (one.cell for one in listed.reviews))
    order = sorted(listed.reviews, key=lambda one: _place(secret, one.reference))
    taken = rounded(
        [Chance(one.region, one.group, found.parts[one.cell]) for one in order], found.whole, Tosses(secret)
    )
    decided = list(zip(order, taken, strict=True))
    return Draw(
        listed=listed,
        key=key,
        chances=found,
        drawn=tuple(sorted(one.reference for one, is_drawn in decided if is_drawn)),
        totals=listed.so_far.plus((one.cell, is_drawn) for one, is_drawn in decided),
    )


def _place(key: bytes, reference: str) -> bytes:
    return hmac.digest(key, f"place\n{reference}".encode(), hashlib.sha256)


def check_list(listed: BatchList, design: Design) -> None:
    """Refuse a list that cannot be drawn from.

    Raises:
        Refused: It is of another design (``sfo_design``), too short (``sfo_batch_small``), repeats a review,
            knows another offence group, or counts that do not agree (``sfo_list``).
    """
    if listed.design != design.version:
        raise _wrong(
            "sfo_design", "The list is of another version of the design.", "Use that version.", "design"
        )
    if 0 < len(listed.reviews) < design.smallest_batch:
        raise _wrong(
            "sfo_batch_small",
            f"{len(listed.reviews)} of the {design.smallest_batch} reviews that make a batch are here. "
            f"With fewer the share cannot be kept to {design.share} per cent while every chance stays open.",
            "Let them wait for the next batch.",
            "reviews",
        )
    twice = [name for name, count in Counter(one.reference for one in listed.reviews).items() if count > 1]
    if twice:
        raise _wrong(
            "sfo_list", f"Review {min(twice)} is on the list twice.", "Leave one of them out.", "reviews"
        )
    for one in sorted(listed.reviews, key=lambda one: one.reference):
        if (
            not 0 < len(one.reference) <= LONGEST_REFERENCE
            or not one.reference.isprintable()
            or not one.region
        ):
            raise _wrong(
                "sfo_list",
                f"Every review has a region and a reference of up to {LONGEST_REFERENCE} characters.",
                "Give both.",
                "reviews",
            )
        if one.group not in design.offence_groups:
            raise _wrong(
                "sfo_list",
                f"Review {one.reference} is of an offence group that this design does not know.",
                f"Use one of: {', '.join(design.offence_groups)}.",
                "reviews",
            )
    _check_counts(listed.so_far)


def _check_counts(so_far: SoFar) -> None:
    kinds: Iterable[Sequence[Count]] = (tuple(so_far.regions.values()), tuple(so_far.groups.values()))
    sums = []
    for counts in kinds:
        if any(not 0 <= one.sampled <= one.reviews for one in counts):
            raise _wrong(
                "sfo_list", "More reviews were sampled than there were.", "Correct the counts.", "so_far"
            )
        sums.append((sum(one.reviews for one in counts), sum(one.sampled for one in counts)))
    if sums[0] != sums[1]:
        raise _wrong(
            "sfo_list",
            "The regions and the offence groups do not count the same reviews.",
            "Correct the counts of the year so far.",
            "so_far",
        )


def _wrong(rule: str, why: str, what_next: str, field: str) -> Refused:
    return Refused(rule, why, what_next, paragraph=PARAGRAPH, field=field)
