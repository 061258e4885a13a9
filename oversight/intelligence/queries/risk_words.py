"""The lines of a risk picture in words: what fact, from whom, how old, which weight, how many points (B7)."""

from __future__ import annotations

from dataclasses import dataclass

from oversight.intelligence.queries.looks import INSPECTORATE
from oversight.intelligence.queries.risk import UnitRisk
from oversight.intelligence.rules.risk import FACTOR_WORDS, Factor, Line
from oversight.intelligence.rules.words import words
from oversight.kernel.partial_dates import PartialDate
from oversight.kernel.words import count_in_words, day_in_words
from oversight.parties.queries import parties_by_code
from oversight.publication.rules.programmes import programmes


@dataclass(frozen=True)
class LineWords:
    """A line as people read it.

    Args:
        line: The line.
        factor: What it rests on.
        what: The fact.
        by: From whom it is.
        when: Of which day, as far as it is known; empty where it is about several.
        how: Which weight, and what became of it.
    """

    line: Line
    factor: str
    what: str
    by: str
    when: str
    how: str


def in_words(found: UnitRisk) -> tuple[LineWords, ...]:
    """Give the lines of a picture in words, in their order."""
    return tuple(
        LineWords(one, FACTOR_WORDS[one.factor], _what(one, found), _by(one), _when(one, found), _how(one))
        for one in found.picture.lines
    )


def _what(one: Line, found: UnitRisk) -> str:
    told = words()
    match one.factor:
        case Factor.RATING:
            return f"Rated {one.rating} overall" if one.rating else "No overall rating is published"
        case Factor.UNSEEN:
            return "Not rated overall again since"
        case Factor.STANDARD:
            title = programmes().standards.get(one.theme, one.theme.replace("_", " ").capitalize())
            return f"{title} rated {one.rating}"
        case Factor.REGION:
            return f"Its region rated {one.rating} overall"
        case Factor.AROUND:
            assert one.count is not None
            part, whole = one.count
            of = "its units" if found.unit.kind == "region" else "the other units of its region"
            return f"{part} of {whole} of {of} that have a rating were last rated {one.rating}"
    assert one.told is not None
    result = told.results[one.told.result]
    sure = told.confidence[one.told.confidence].lower()
    return f"{told.themes[one.theme].title}: {result[0].lower()}{result[1:]}, {sure} confidence"


def _by(one: Line) -> str:
    parties = parties_by_code()
    if one.told is not None:
        return parties[one.told.by].name
    return parties[INSPECTORATE].name if one.rating else "Nobody"


def _when(one: Line, found: UnitRisk) -> str:
    if one.told is not None:
        return day_in_words(one.told.found_on)
    if one.report:
        published = found.published.get(one.report, "")
        return PartialDate.parse(published).in_words() if published else "Date not published"
    return ""


def _how(one: Line) -> str:
    if one.count is not None:
        return (
            f"{count_in_words(one.weight, 'point')} if it were all of them, so {one.points} for their share"
        )
    if not one.weight:
        return "No points for this"
    said = f"{count_in_words(one.weight, 'point')} for this"
    if one.per_cent != 100:
        left = one.points - one.added
        said += f"; {one.per_cent}% of that is left because of its age: {left}"
    if one.added:
        said += f"; {one.added} more because another source says alike"
    return said
