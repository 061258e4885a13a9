"""What a version of a report holds, and the sections that a reader sees of it (D1, D3, D7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from html import escape
from typing import Any, Final, cast

from oversight.inspections.rules.data_items import LEVEL_WORDS, Placement
from oversight.inspections.rules.reporting import Passage, SectionText, passages
from oversight.kernel.digests import Value
from oversight.kernel.prose import clean
from oversight.kernel.words import day_in_words

RECOMMENDATIONS: Final = "recommendations"
PRACTICE: Final = "practice"
ANNEXES: Final = "annexes"
HIDDEN: Final = "hidden"
#: Counted up when ``reporting.passages`` changes what it makes of the same text.
FORM: Final = 1
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&])")


@dataclass(frozen=True)
class SectionSource:
    """A section as it was written: its key, title, kind and Markdown."""

    key: str
    title: str
    kind: str
    text: str


@dataclass(frozen=True)
class RecommendationText:
    """A recommendation: its number for ever, the one authority it is for, its text and standards by name."""

    number: int
    authority: str
    authority_name: str
    text: str
    standards: tuple[str, ...]
    standard_names: tuple[str, ...]


@dataclass(frozen=True)
class PracticeText:
    """An example of effective practice and the standard that it was found under."""

    number: int
    standard: str
    standard_name: str
    text: str


@dataclass(frozen=True)
class DataItemText:
    """A data item as a version shows it: small numbers are hidden already.

    Attributes:
        number: Its number for ever.
        title: What it shows.
        level: ``unit``, ``region`` or ``national``.
        owner: Code of the party whose figures they are.
        owner_name: The same in words.
        source: Where they come from.
        as_of: The day up to which they describe things.
        published: Whether their owner has published them.
        placement: ``text``, ``annex``, or ``kept`` in the Inspectorate's own annex.
        reason: Why figures that nobody has published are used.
        columns: Heading of each column.
        rows: Cells of each row, the first its name; None for a hidden number.
        note: What hidden numbers are; empty when none is hidden.
        digest: Digest of the figures as they were entered, which a check by data assurance is about.
    """

    number: int
    title: str
    level: str
    owner: str
    owner_name: str
    source: str
    as_of: date
    published: bool
    placement: str
    reason: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]
    note: str
    digest: str

    @property
    def public(self) -> bool:
        """Whether it may be published with the report; what the Inspectorate keeps never is."""
        return self.placement != Placement.KEPT

    @property
    def html(self) -> str:
        """A table that can stand in a page as it is."""
        head = "".join(
            f'<th class="govuk-table__header{_numeric(place)}" scope="col">{escape(one)}</th>'
            for place, one in enumerate(self.columns)
        )
        body = "".join(
            f'<tr class="govuk-table__row">{"".join(_cell(place, one) for place, one in enumerate(row))}</tr>'
            for row in self.rows
        )
        told = f"Source: {self.source}, {day_in_words(self.as_of)}. Figures of {self.owner_name}."
        if not self.published:
            told += f" Not published before: {self.reason}"
        lines = [told, self.note] if self.note else [told]
        below = "".join(f'<p class="govuk-body-s">{escape(line)}</p>' for line in lines)
        caption = f"Data item {self.number}: {self.title}"
        return clean(
            f'<table class="govuk-table"><caption class="govuk-table__caption">'
            f'{escape(caption)}</caption><thead><tr class="govuk-table__row">{head}</tr></thead>'
            f"<tbody>{body}</tbody></table>{below}"
        )

    @property
    def text(self) -> str:
        """Its words, for comparison: every row on a line."""
        rows = [
            self.columns,
            *(tuple(one if one is not None else HIDDEN for one in row) for row in self.rows),
        ]
        lines = [" | ".join(row) for row in rows]
        about = f"{LEVEL_WORDS[self.level]}. {self.source}, {day_in_words(self.as_of)}. {self.owner_name}."
        return "\n".join([f"Data item {self.number}: {self.title}", *lines, about, self.note]).strip()


def _numeric(place: int) -> str:
    return " govuk-table__header--numeric" if place else ""


def _cell(place: int, told: str | None) -> str:
    if place == 0:
        return f'<th class="govuk-table__header" scope="row">{escape(told or "")}</th>'
    shown = HIDDEN if told is None else escape(told)
    return f'<td class="govuk-table__cell govuk-table__cell--numeric">{shown}</td>'


@dataclass(frozen=True)
class RatingText:
    """A rating and how it came about; ``standard`` is empty for the overall one."""

    standard: str
    name: str
    rating: str
    rating_name: str
    explanation: tuple[str, ...]


@dataclass(frozen=True)
class OverallText:
    """The composite rating and how it came about."""

    rating: str
    rating_name: str
    score: int
    maximum: int
    explanation: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Content:
    """A whole report.

    Attributes:
        form: Which rules take its texts apart, so that the passages of an old version keep their names.
        reference: Reference of the inspection.
        title: Its title.
        programme: Identifier of its programme.
        programme_version: Version of that programme.
        sections: Sections in order, as written.
        recommendations: Recommendations that stand, by number.
        practice: Examples of effective practice, by number.
        data_items: Data items that stand, by number.
        ratings: Ratings of the standards in order; none for an inspection without ratings.
        overall: The composite rating; None without.
    """

    reference: str
    title: str
    programme: str
    programme_version: int
    sections: tuple[SectionSource, ...]
    recommendations: tuple[RecommendationText, ...]
    practice: tuple[PracticeText, ...]
    data_items: tuple[DataItemText, ...]
    ratings: tuple[RatingText, ...]
    overall: OverallText | None
    form: int = FORM

    def with_text(self, key: str, text: str) -> Content:
        """Give the same report with another text in one section."""
        return replace(
            self,
            sections=tuple(replace(one, text=text) if one.key == key else one for one in self.sections),
        )

    def value(self) -> Value:
        """Give it in the form that ``kernel.digests`` writes."""
        return cast("Value", _plain(self))


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def read_content(value: Value) -> Content:
    """Read back what ``Content.value`` gave."""
    data = cast("Mapping[str, Any]", value)
    overall = data["overall"]
    return Content(
        reference=data["reference"],
        title=data["title"],
        programme=data["programme"],
        programme_version=data["programme_version"],
        sections=tuple(SectionSource(**one) for one in data["sections"]),
        recommendations=tuple(RecommendationText(**_tuples(one)) for one in data["recommendations"]),
        practice=tuple(PracticeText(**one) for one in data["practice"]),
        data_items=tuple(DataItemText(**_tuples(one)) for one in data["data_items"]),
        ratings=tuple(RatingText(**_tuples(one)) for one in data["ratings"]),
        overall=OverallText(**_tuples(overall)) if overall else None,
        form=data["form"],
    )


def _tuples(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(tuple(one) if isinstance(one, list) else one for one in value)
        if isinstance(value, list)
        else value
        for name, value in given.items()
    }


def assembled(content: Content) -> tuple[SectionText, ...]:
    """Give the sections as they are read: recommendations, examples and data items in their places."""
    items = {one.number: one for one in content.data_items}
    return tuple(
        SectionText(one.key, one.title, (*_written(one, items), *_added(one, content)))
        for one in content.sections
    )


def _written(section: SectionSource, items: Mapping[int, DataItemText]) -> Iterable[Passage]:
    for one in passages(section.key, section.text):
        if one.kind != "data_item":
            yield one
            continue
        item = items.get(one.item)
        if item is not None and item.placement == Placement.TEXT:
            yield replace(one, text=item.text, html=item.html)
        else:
            why = f"Data item {one.item} does not stand here."
            yield replace(one, text=why, html=f'<p class="govuk-body">{why}</p>')


def _added(section: SectionSource, content: Content) -> Iterable[Passage]:
    if section.kind == RECOMMENDATIONS:
        for one in content.recommendations:
            inner = "".join(passage.html for passage in passages("x", one.text))
            told = f"Recommendation {one.number}, to {one.authority_name}"
            names = f" ({', '.join(one.standard_names)})" if one.standard_names else ""
            yield Passage(
                f"{section.key}-r{one.number}",
                "recommendation",
                f"{told}{names}\n{one.text}",
                f'<p class="govuk-body"><strong>{escape(told)}</strong>{escape(names)}</p>{inner}',
                one.number,
            )
    if section.kind == PRACTICE:
        for example in content.practice:
            inner = "".join(passage.html for passage in passages("x", example.text))
            yield Passage(
                f"{section.key}-e{example.number}",
                "paragraph",
                f"{example.standard_name}\n{example.text}",
                f'<p class="govuk-body"><strong>{escape(example.standard_name)}</strong></p>{inner}',
            )
    if section.kind == ANNEXES:
        for item in content.data_items:
            if item.placement == Placement.ANNEX:
                yield Passage(f"{section.key}-d{item.number}", "data_item", item.text, item.html, item.number)


def ratings_markdown(ratings: Iterable[RatingText], overall: OverallText | None) -> str:
    """Write the ratings and how each came about, as the text of their section."""
    blocks: list[str] = []
    if overall is not None:
        blocks.append(
            f"Overall: **{_as_text(overall.rating_name)}**, {overall.score} of {overall.maximum} points\\."
        )
        blocks += _steps(overall.explanation)
    for one in ratings:
        blocks.append(f"# {_as_text(one.name)}")
        blocks.append(f"**{_as_text(one.rating_name)}**" if one.rating else "Not rated yet\\.")
        blocks += _steps(one.explanation)
    return "\n\n".join(blocks)


def _steps(explanation: Iterable[str]) -> list[str]:
    return ["\n".join(f"- {_as_text(one)}" for one in explanation)] if explanation else []


def _as_text(told: str) -> str:
    """Write words so that Markdown reads no markup in them."""
    return _MARKUP.sub(r"\\\1", " ".join(told.split()))
