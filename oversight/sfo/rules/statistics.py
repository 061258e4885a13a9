"""A year's figures as they can be published: a table with small numbers hidden (¶19, ¶32)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from oversight.kernel.suppression import Counts, SuppressionRule, hidden
from oversight.sfo.rules.agreement import FEWEST, Agreement

COLUMNS: Final = ("year", "standard", "measure", "body", "rating", "value", "of", "note")
HIDDEN: Final = "hidden"


def hidden_places(by_body: Mapping[str, Sequence[int]], rule: SuppressionRule) -> frozenset[tuple[str, int]]:
    """Give the body and place of every hidden number of a table; the place after the last is the total.

    How many reviews a body rated is known from the page of the sample, so the total of a row never protects
    a number in it. Where that total is small itself, nothing of the row is shown.

    Args:
        by_body: For each body, its reviews with each rating.
        rule: How small a number is hidden.
    """
    table = Counts(
        tuple((*counts, sum(counts)) for counts in by_body.values()), total_row=False, total_column=True
    )
    few = {at for at, cells in enumerate(table.cells) if rule.hides(cells[-1])}
    gone = hidden(table, rule) | {place for place in table.places if place[0] in few}
    bodies = list(by_body)
    return frozenset((bodies[at], place) for at, place in gone)


def rating_rows(
    year: str,
    standard: str,
    ratings: Sequence[str],
    by_body: Mapping[str, Sequence[int]],
    rule: SuppressionRule,
) -> list[tuple[str, ...]]:
    """Give how many reviews got each rating, body by body, with small numbers hidden.

    Args:
        year: Name of the year.
        standard: Title of the standard.
        ratings: Titles of the ratings.
        by_body: For each body, its reviews with each of these ratings.
        rule: How small a number is hidden.
    """
    gone, last = hidden_places(by_body, rule), len(ratings)
    return [
        (
            year,
            standard,
            "reviews rated",
            body,
            rating,
            HIDDEN if (body, place) in gone else str(counts[place]),
            HIDDEN if (body, last) in gone else str(sum(counts)),
            "",
        )
        for body, counts in by_body.items()
        for place, rating in enumerate(ratings)
    ]


def agreement_rows(year: str, standard: str, found: Agreement) -> list[tuple[str, ...]]:
    """Give how far the two bodies agree on a standard; nothing but a note where there are too few reviews."""
    if found.kappa is None or found.low is None or found.high is None:
        # The sentence of a page gives the counts, which may be small ones.
        note = f"no figure: {_why_none(found)}"
        return [(year, standard, "weighted kappa", "both", "", "", "", note)]
    values = (
        ("weighted kappa", found.kappa),
        ("weighted kappa, low end of 95 per cent interval", found.low),
        ("weighted kappa, high end of 95 per cent interval", found.high),
    )
    return [
        (year, standard, measure, "both", "", f"{value:.3f}", str(found.pairs), "")
        for measure, value in values
    ]


def _why_none(found: Agreement) -> str:
    return "all alike" if found.pairs >= FEWEST else f"fewer than {FEWEST} reviews"


def agreement_in_words(found: Agreement) -> str:
    """Give how far the two bodies agree in a sentence without counts, which may be small."""
    if found.kappa is None or found.low is None or found.high is None:
        return f"no figure: {_why_none(found)}."
    interval = f"95 per cent interval {found.low:.2f} to {found.high:.2f}"
    return f"weighted kappa {found.kappa:.2f}, {interval}, from {found.pairs} reviews."


def count_row(year: str, measure: str, part: int, whole: int, rule: SuppressionRule) -> tuple[str, ...]:
    """Give a count of some reviews; hidden when it, or what it leaves, is small."""
    gone = rule.hides(part) or rule.hides(whole - part)
    return (year, "", measure, "both", "", HIDDEN if gone else str(part), str(whole), "")


def hidden_numbers(rows: Iterable[Sequence[str]]) -> int:
    """Give how many numbers of a table are hidden."""
    return sum(row[5] == HIDDEN for row in rows)
