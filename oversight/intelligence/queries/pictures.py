"""The combined picture of a unit and of a theme: every source side by side, never averaged (B5, ¶14, ¶30)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from oversight.intelligence.models import Item
from oversight.intelligence.queries.items import ItemLine, item_lines
from oversight.intelligence.queries.looks import latest_looks, merged, rating_looks, rounds_standing
from oversight.intelligence.queries.sight import standing_rounds
from oversight.intelligence.rules.assurance import Look
from oversight.intelligence.rules.counting import Rules, Said, corroborated, is_stale, rules_on
from oversight.intelligence.rules.words import Kind, Result, Source, Theme, theme_of, words
from oversight.kernel.acting import Actor
from oversight.kernel.partial_dates import PartialDate
from oversight.parties.queries import PartyRef, parties_by_code, party
from oversight.publication.queries.reports import GivenRating, ratings_given

PAGE_SIZE: Final = 25
MOST_NOTES: Final = 25


@dataclass(frozen=True)
class PictureCell:
    """What one source says: its latest, with its owner and what is stale said.

    Args:
        look: The latest look; None for none.
        by: Who looked; None for none.
        stale: Whether it is stale.
        single: Whether no other source says alike; None for a published rating.
        when: Day in words as far as it is known.
    """

    look: Look | None
    by: PartyRef | None
    stale: bool
    single: bool | None
    when: str


@dataclass(frozen=True)
class PictureRow:
    """A theme of a unit, or a unit of a theme: a cell for each source, in their order."""

    theme: Theme
    unit: PartyRef
    cells: tuple[PictureCell, ...]


@dataclass(frozen=True)
class Overall:
    """A published overall rating, as its owner gave it."""

    reference: str
    rating: str
    when: str
    stale: bool


@dataclass(frozen=True)
class UnitPicture:
    """A unit as all who look at it see it, as far as the reader may know.

    Args:
        unit: The unit.
        rules: The rules by which something is stale or corroborated.
        sources: The columns.
        rows: A row for each theme on which anybody says anything.
        silent: Themes on which nobody does, of what the reader sees.
        overall: Published overall ratings, newest first.
        notes: Intelligence notes, the latest found first.
        note_count: How many there are.
        below: Units that belong to it.
    """

    unit: PartyRef
    rules: Rules
    sources: tuple[Source, ...]
    rows: tuple[PictureRow, ...]
    silent: tuple[Theme, ...]
    overall: tuple[Overall, ...]
    notes: tuple[ItemLine, ...]
    note_count: int
    below: tuple[PartyRef, ...]


def _when(look: Look, published: Mapping[str, str]) -> str:
    known = published.get(look.report, "")
    return PartialDate.parse(known).in_words() if known else ""


def _row(
    theme: Theme,
    unit: PartyRef,
    looks: Mapping[str, Look],
    *,
    on: date,
    parties: Mapping[str, PartyRef],
    published: Mapping[str, str],
) -> PictureRow:
    rules = rules_on(on)
    said = {name: Said(name, Result(one.level), one.found_on) for name, one in looks.items() if one.level}
    cells = []
    for name in words().sources:
        look = looks.get(name)
        if look is None:
            cells.append(PictureCell(None, None, stale=False, single=None, when=""))
            continue
        mine = said.get(name)
        alike = mine and corroborated(mine, said.values(), months=rules.corroborated_months.figure)
        cells.append(
            PictureCell(
                look,
                parties[look.by],
                stale=is_stale(look.found_on, on=on, months=rules.stale_months.figure),
                single=None if mine is None else not alike,
                when=_when(look, published),
            )
        )
    return PictureRow(theme, unit, tuple(cells))


def _published(given: tuple[GivenRating, ...]) -> Mapping[str, str]:
    return {one.reference: one.published for one in given}


def unit_picture(*, actor: Actor, code: str, today: date) -> UnitPicture:
    """Give the combined picture of a unit: six queries at most, however much is held.

    Raises:
        Refused: There is no such party.
    """
    unit, rules = party(code), rules_on(today)
    given = ratings_given(codes=[code])
    rows = rounds_standing(actor, on=today, today=today).filter(item__about__code=code)
    looks = merged([*latest_looks(rows, by_unit=False), *rating_looks(given)], by_unit=False)
    by_theme: dict[str, dict[str, Look]] = {}
    for one in looks:
        by_theme.setdefault(one.theme, {})[one.source] = one
    published = _published(given)
    noted = standing_rounds(actor).filter(item__about__code=code, item__kind=Kind.NOTE, replaced_at=None)
    latest = noted.select_related("item").defer("text").order_by("-found_on", "-item")[: MOST_NOTES + 1]
    notes = item_lines(actor, latest, today)
    months = rules.stale_months.figure
    parties = parties_by_code()
    return UnitPicture(
        unit=unit,
        rules=rules,
        sources=tuple(words().sources.values()),
        rows=tuple(
            _row(theme, unit, by_theme[name], on=today, parties=parties, published=published)
            for name, theme in words().themes.items()
            if name in by_theme
        ),
        silent=tuple(theme for name, theme in words().themes.items() if name not in by_theme),
        overall=tuple(
            Overall(
                one.reference,
                one.rating,
                PartialDate.parse(one.published).in_words() if one.published else "date not known",
                stale=is_stale(one.ordered_on, on=today, months=months),
            )
            for one in given
            if not one.standard
        ),
        notes=notes[:MOST_NOTES],
        note_count=noted.count() if len(notes) > MOST_NOTES else len(notes),
        below=tuple(
            sorted(
                (one for one in parties.values() if one.lineage == f"{unit.lineage}{one.code}/"),
                key=lambda one: one.name,
            )
        )
        if unit.kind == "region"
        else (),
    )


@dataclass(frozen=True)
class ThemePicture:
    """A theme across units, as far as the reader may know.

    Args:
        theme: The theme.
        rules: The rules by which something is stale or corroborated.
        sources: The columns.
        rows: A page of units on which anybody says anything, by name.
        count: How many units there are.
        page: Which page.
    """

    theme: Theme
    rules: Rules
    sources: tuple[Source, ...]
    rows: tuple[PictureRow, ...]
    count: int
    page: int


def theme_picture(*, actor: Actor, theme: str, today: date, page: int = 1) -> ThemePicture:
    """Give the combined picture of a theme, 25 units a page: four queries, however much is held.

    Raises:
        Refused: There is no such theme.
    """
    found, parties = theme_of(theme), parties_by_code()
    given = tuple(one for one in ratings_given() if one.standard in found.standards)
    rows = rounds_standing(actor, on=today, today=today).filter(item__theme=theme)
    codes = set(
        Item.objects.filter(pk__in=rows.values("item")).order_by().values_list("about__code", flat=True)
    )
    codes |= {one.unit_code for one in given if one.unit_code in parties}
    ordered = sorted(codes, key=lambda code: (parties[code].name, code))
    number = min(max(1, page), max(1, -(-len(ordered) // PAGE_SIZE)))
    shown = ordered[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    looks = merged(
        [
            *latest_looks(rows.filter(item__about__code__in=shown), by_unit=True),
            *(one for one in rating_looks(given) if one.unit in shown),
        ],
        by_unit=True,
    )
    by_unit: dict[str, dict[str, Look]] = {}
    for one in looks:
        by_unit.setdefault(one.unit, {})[one.source] = one
    return ThemePicture(
        theme=found,
        rules=rules_on(today),
        sources=tuple(words().sources.values()),
        rows=tuple(
            _row(found, parties[code], by_unit[code], on=today, parties=parties, published=_published(given))
            for code in shown
            if code in by_unit
        ),
        count=len(ordered),
        page=number,
    )
