"""Effective practice that inspections found, for everyone once the report is published (D3, H4).

Nothing of an inspection that is not published comes from here, whoever asks; nor of one whose report was
taken off the web, nor what the team took out of the report again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Coalesce

from oversight.inspections.models import EvidenceNote, InspectionUnit, PracticeExample
from oversight.inspections.queries.programmes import all_programmes, programme_finder
from oversight.inspections.rules.case import CaseState
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.publication.queries.published import off_the_web

PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class PracticeFilter:
    """What the entries are narrowed to; empty for any.

    Args:
        text: Part of what an entry says, or of the title of its inspection.
        standard: Identifier of a standard.
        region: Code of a region.
        programme: Identifier of a programme.
    """

    text: str = ""
    standard: str = ""
    region: str = ""
    programme: str = ""


@dataclass(frozen=True)
class Practice:
    """An entry.

    Args:
        text: What was effective: in the words of the report, else in those of the note.
        in_report: Whether the report says it.
        standard: Name of the standard it was found on.
        programme: Title of the programme.
        reference: Reference of the published report.
        title: Title of the inspection.
        units: What was inspected.
        year: Year in which fieldwork ended.
    """

    text: str
    in_report: bool
    standard: str
    programme: str
    reference: str
    title: str
    units: tuple[PartyRef, ...]
    year: int


@dataclass(frozen=True)
class PracticePage:
    """A page of entries, latest inspections first."""

    entries: tuple[Practice, ...]
    count: int
    page: int


def _published() -> QuerySet[EvidenceNote]:
    examples = PracticeExample.objects.filter(note=OuterRef("pk"))
    chosen = examples.filter(left_out_at=None)
    rows = EvidenceNote.objects.filter(
        effective_practice=True, inspection__state=str(CaseState.PUBLISHED)
    ).exclude(inspection__reference__in=off_the_web())
    rows = rows.annotate(chosen=Exists(chosen), considered=Exists(examples))
    words = Subquery(chosen.order_by("id").values("text")[:1])
    return rows.filter(Q(chosen=True) | Q(considered=False)).annotate(
        words=Coalesce(words, "text", output_field=TextField())
    )


def practice(*, chosen: PracticeFilter, page: int) -> PracticePage:
    """Give a page of what published inspections found effective.

    Args:
        chosen: What it is narrowed to.
        page: Page asked for; the nearest there is when there is none.
    """
    rows = _published()
    if chosen.text:
        rows = rows.filter(Q(words__icontains=chosen.text) | Q(inspection__title__icontains=chosen.text))
    if chosen.standard:
        rows = rows.filter(standard=chosen.standard)
    if chosen.programme:
        rows = rows.filter(inspection__programme=chosen.programme)
    if chosen.region:
        within = InspectionUnit.objects.filter(lineage__contains=f"/{chosen.region}/")
        rows = rows.filter(inspection__in=within.values("inspection"))
    count = rows.count()
    here = min(max(page, 1), max(1, -(-count // PAGE_SIZE)))
    units = Prefetch("inspection__units", InspectionUnit.objects.order_by("id"))
    shown = rows.select_related("inspection").prefetch_related(units)
    shown = shown.order_by("-inspection__finished_on", "-id")[(here - 1) * PAGE_SIZE : here * PAGE_SIZE]
    programme_of, parties = programme_finder(), parties_by_code()
    entries = []
    row: Any  # with what was annotated
    for row in shown:
        programme = programme_of(row.inspection)
        standard = programme.standard(row.standard)
        assert row.inspection.finished_on is not None
        entries.append(
            Practice(
                text=row.words,
                in_report=row.chosen,
                standard=standard.name if standard else row.standard,
                programme=programme.title,
                reference=row.inspection.reference,
                title=row.inspection.title,
                units=tuple(parties[one.unit_id] for one in row.inspection.units.all()),
                year=row.inspection.finished_on.year,
            )
        )
    return PracticePage(tuple(entries), count, here)


@dataclass(frozen=True)
class PracticeChoices:
    """What the entries can be narrowed to, as identifiers and words."""

    standards: tuple[tuple[str, str], ...]
    regions: tuple[tuple[str, str], ...]
    programmes: tuple[tuple[str, str], ...]


def choices() -> PracticeChoices:
    """Give what the entries can be narrowed to, by name; of two versions the later one names a thing."""
    programmes = all_programmes()
    standards = {one.id: one.name for programme in programmes for one in programme.standards}
    titles = {programme.id: programme.title for programme in programmes}
    regions = {ref.code: ref.name for ref in parties_by_code().values() if ref.kind == "region"}
    by_name = (tuple(sorted(held.items(), key=lambda one: one[1])) for held in (standards, regions, titles))
    return PracticeChoices(*by_name)
