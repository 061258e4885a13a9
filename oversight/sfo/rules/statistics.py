"""A year's figures as they can be published: a table with small numbers hidden (¶19, ¶32)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from oversight.kernel.suppression import Counts, SuppressionRule, hidden
from oversight.sfo.rules.agreement import FEWEST, Agreement

COLUMNS: Final = ("year", "standard", "measure", "body", "rating", "value", "of", "note")
HIDDEN: Final = "hidden"


def rating_rows(
    year: str,
    standard: str,
    ratings: Sequence[str],
    by_body: Mapping[str, Sequence[int]],
    rule: SuppressionRule,
) -> list[tuple[str, ...]]:
    """Give how many reviews got each rating, body by body, with small numbers hidden.

    How many reviews a body rated is known from the page of the sample, so the total of a row never protects
    a number in it. Where that total is small itself, nothing of the row is shown.

    Args:
        year: Name of the year.
        standard: Title of the standard.
        ratings: Titles of the ratings.
        by_body: For each body, its reviews with each of these ratings.
        rule: How small a number is hidden.
    """
    bodies = list(by_body)
    table = Counts(
        tuple((*by_body[body], sum(by_body[body])) for body in bodies), total_row=False, total_column=True
    )
    last = len(ratings)
    few = {at for at, cells in enumerate(table.cells) if rule.hides(cells[last])}
    gone = hidden(table, rule) | {place for place in table.places if place[0] in few}
    return [
        (
            year,
            standard,
            "reviews rated",
            body,
            rating,
            HIDDEN if (at, place) in gone else str(by_body[body][place]),
            HIDDEN if (at, last) in gone else str(table.cells[at][last]),
            "",
        )
        for at, body in enumerate(bodies)
        for place, rating in enumerate(ratings)
    ]


def agreement_rows(year: str, standard: str, found: Agreement) -> list[tuple[str, ...]]:
    """Give how far the two bodies agree on a standard; nothing but a note where there are too few reviews."""
    if found.kappa is None or found.low is None or found.high is None:
        # The sentence of a page gives the counts, which may be small ones.
        note = "all alike" if found.pairs >= FEWEST else f"fewer than {FEWEST} reviews"
        return [(year, standard, "weighted kappa", "both", "", "", "", f"no figure: {note}")]
    values = (
        ("weighted kappa", found.kappa),
        ("weighted kappa, low end of 95 per cent interval", found.low),
        ("weighted kappa, high end of 95 per cent interval", found.high),
    )
    return [
        (year, standard, measure, "both", "", f"{value:.3f}", str(found.pairs), "")
        for measure, value in values
    ]


def count_row(year: str, measure: str, part: int, whole: int, rule: SuppressionRule) -> tuple[str, ...]:
    """Give a count of some reviews; hidden when it, or what it leaves, is small."""
    gone = rule.hides(part) or rule.hides(whole - part)
    return (year, "", measure, "both", "", HIDDEN if gone else str(part), str(whole), "")


def hidden_numbers(rows: Iterable[Sequence[str]]) -> int:
    """Give how many numbers of a table are hidden."""
    return sum(row[5] == HIDDEN for row in rows)
