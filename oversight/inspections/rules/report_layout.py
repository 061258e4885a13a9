"""What a report is made of and what has to be there before its draft is checked (D1, D3, ¶16, ¶22, ¶23).

The sections are data: ``data/report.yaml`` gives them by kind of inspection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from oversight.inspections.rules.data_items import Placement
from oversight.inspections.rules.programmes import Programme, Standard
from oversight.inspections.rules.reporting import items_placed
from oversight.kernel.data_files import DataFile, read_yaml
from oversight.kernel.refusals import Refused
from oversight.kernel.words import join_in_words

GOOD: Final = "good"
_DATA = files("oversight.inspections").joinpath("data")


@dataclass(frozen=True)
class Part:
    """A part of a report as the data gives it: one section, or one for each standard or question."""

    id: str
    kind: str
    title: str
    needed: bool
    hint: str


@dataclass(frozen=True)
class Section:
    """A section of one report.

    Attributes:
        key: Its stable key, as it stands in addresses and anchors.
        title: Its title.
        kind: How it comes about, as in ``data/report.yaml``.
        needed: Whether a draft cannot go for checking while it is empty.
        hint: What to write; may be empty.
        standard: Identifier of its standard; empty when it is of none.
    """

    key: str
    title: str
    kind: str
    needed: bool
    hint: str
    standard: str = ""

    @property
    def written(self) -> bool:
        """Whether people write it; the ratings write themselves."""
        return self.kind != "ratings"


@dataclass(frozen=True)
class Missing:
    """Something that a draft needs before it goes for checking.

    Attributes:
        what: What is missing, in plain words.
        section: Key of the section where it is put right; empty when it is none.
        page: ``section``, ``recommendations``, ``data`` or ``ratings``: where it is put right.
        paragraph: Why.
    """

    what: str
    section: str
    page: str
    paragraph: str


def layout(kind: str, *, rated: bool) -> tuple[Part, ...]:
    """Give the parts of a report.

    Args:
        kind: ``core``, ``thematic`` or ``joint``.
        rated: Whether the inspection gives ratings.
    """
    return _layouts()[kind, rated]


@cache
def _layouts() -> Mapping[tuple[str, bool], tuple[Part, ...]]:
    schema = yaml.safe_load(_DATA.joinpath("report-schema.yaml").read_text(encoding="utf-8"))
    text = _DATA.joinpath("report.yaml").read_text(encoding="utf-8")
    return read_layouts(read_yaml(text, "report.yaml", schema))


def read_layouts(file: DataFile) -> Mapping[tuple[str, bool], tuple[Part, ...]]:
    """Read the parts of reports, by kind of inspection and whether it is rated.

    Raises:
        Refused: A kind of inspection has two layouts or none, or a part is there twice.
    """
    found: dict[tuple[str, bool], tuple[Part, ...]] = {}
    for place, given in enumerate(file.data["reports"]):
        parts = tuple(
            Part(one["id"], one["kind"], one["title"], one["needed"], one.get("hint", ""))
            for one in given["sections"]
        )
        if len({one.id for one in parts}) < len(parts):
            raise file.refused(("reports", place, "sections"), "a section is there twice.", "Rename one.")
        for kind in given["for"]["kinds"]:
            if (kind, given["for"]["rated"]) in found:
                raise file.refused(
                    ("reports", place, "for"), f"{kind} has two layouts.", "Take it out of one of them."
                )
            found[kind, given["for"]["rated"]] = parts
    for kind in ("core", "thematic", "joint"):
        for rated in (True, False):
            if (kind, rated) not in found:
                raise file.refused(("reports",), f"{kind} has no layout.", "Add one.")
    return found


def sections(parts: Sequence[Part], programme: Programme, below_good: Collection[str]) -> tuple[Section, ...]:
    """Give the sections of one report in order.

    Args:
        parts: Parts of its layout.
        programme: The version of the programme it began under.
        below_good: Identifiers of the standards rated below Good.
    """
    return tuple(section for part in parts for section in _of_part(part, programme, below_good))


def _of_part(part: Part, programme: Programme, below_good: Collection[str]) -> Iterator[Section]:
    if part.kind == "standards":
        for standard in programme.standards:
            yield _section(part, standard, part.id, standard.id, f"{part.title}: {standard.name}")
    elif part.kind == "improve":
        for standard in programme.standards:
            if standard.id in below_good:
                yield _section(part, standard, part.id, standard.id, f"{part.title}: {standard.name}")
    elif part.kind == "questions":
        for standard in programme.standards:
            if not standard.questions:
                yield _section(part, standard, "theme", standard.id, f"{part.title}: {standard.name}")
            for question in standard.questions:
                yield _section(part, standard, part.id, question.id, f"{part.title}: {question.text}")
    else:
        yield Section(part.id, part.title, part.kind, part.needed, part.hint)


def _section(part: Part, standard: Standard, prefix: str, name: str, title: str) -> Section:
    needed = part.needed or part.kind == "improve"
    return Section(f"{prefix}-{name}", title, part.kind, needed, part.hint, standard.id)


def below_good(programme: Programme, ratings: Mapping[str, str]) -> tuple[str, ...]:
    """Give the standards rated below Good, in order (¶16).

    Args:
        programme: The programme.
        ratings: Identifier of the rating of each standard that has one.
    """
    if programme.rating is None:
        return ()
    ranks = {one.id: one.rank for one in programme.rating.scale}
    line = ranks.get(GOOD, max(ranks.values()))
    return tuple(one.id for one in programme.standards if one.id in ratings and ranks[ratings[one.id]] < line)


@dataclass(frozen=True)
class Drafted:
    """What a draft is judged by.

    Attributes:
        sections: Its sections.
        texts: Text of each section that has one, by key.
        unrated: Names of standards that have no settled rating though they need one.
        recommendations: Number of recommendations that stand.
        usual_most: How many recommendations are usual; None when the arrangements say nothing.
        reasoned_for: For how many recommendations a reason was given; 0 for none.
        placements: Placement of each data item that stands, by number.
        unchecked: Numbers of the national comparisons that no check holds for.
    """

    sections: tuple[Section, ...]
    texts: Mapping[str, str]
    unrated: tuple[str, ...]
    recommendations: int
    usual_most: int | None
    reasoned_for: int
    placements: Mapping[int, str]
    unchecked: tuple[int, ...]


def ready_for_checking(draft: Drafted) -> tuple[Missing, ...]:
    """Tell what a draft still needs before it goes for checking; nothing when it is whole."""
    return (*_missing_texts(draft), *_missing_recommendations(draft), *_missing_data(draft))


def _missing_texts(draft: Drafted) -> Iterator[Missing]:
    if draft.unrated:
        yield Missing(f"Ratings of {join_in_words(list(draft.unrated))}", "", "ratings", "16")
    for one in draft.sections:
        empty_allowed = one.kind in {"ratings", "recommendations"}
        if one.needed and not empty_allowed and not draft.texts.get(one.key, ""):
            yield Missing(f"Text of “{one.title}”", one.key, "section", "16")


def _missing_recommendations(draft: Drafted) -> Iterator[Missing]:
    needed = any(one.kind == "recommendations" and one.needed for one in draft.sections)
    if needed and not draft.recommendations:
        yield Missing("At least one recommendation", "", "recommendations", "23")
    if asks_why(draft.recommendations, draft.usual_most, draft.reasoned_for):
        yield Missing(
            f"The reason for {draft.recommendations} recommendations; usual are no more than "
            f"{draft.usual_most}",
            "",
            "recommendations",
            "23",
        )


def _missing_data(draft: Drafted) -> Iterator[Missing]:
    placed: dict[int, str] = {}
    for one in draft.sections:
        for number in items_placed(draft.texts.get(one.key, "")):
            if draft.placements.get(number) != Placement.TEXT:
                yield Missing(
                    f"Data item {number} is put in “{one.title}”, but it is none that stands in the text",
                    one.key,
                    "section",
                    "32",
                )
            placed.setdefault(number, one.key)
    for number, placement in draft.placements.items():
        if placement == Placement.TEXT and number not in placed:
            yield Missing(
                f"A place for data item {number}: a line “[data item {number}]” in a section",
                "",
                "data",
                "32",
            )
    for number in draft.unchecked:
        yield Missing(
            f"A check by data assurance of data item {number}, a national comparison", "", "data", "32"
        )


def asks_why(count: int, usual_most: int | None, reasoned_for: int) -> bool:
    """Tell whether so many recommendations ask for a reason that was not given yet (¶23)."""
    return usual_most is not None and count > usual_most and reasoned_for < count


def check_ready(missing: Sequence[Missing]) -> None:
    """Refuse to send a draft that is not whole (¶22).

    Raises:
        Refused: Something is missing (rule ``report_not_ready``).
    """
    if not missing:
        return
    more = f", and {len(missing) - 3} more" if len(missing) > 3 else ""
    named = "; ".join(one.what for one in missing[:3])
    raise Refused(
        "report_not_ready",
        f"The report is not whole yet: {named}{more}.",
        "Open the report: it lists all that is missing.",
        paragraph=missing[0].paragraph,
    )
