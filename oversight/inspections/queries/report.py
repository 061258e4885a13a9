"""Versions of a report and the working report, for those who may see them (D1, ¶16, ¶22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from oversight.inspections.models import (
    EvidenceNote,
    Inspection,
    PracticeExample,
    ReportSection,
    ReportVersion,
)
from oversight.inspections.queries.notes import Note
from oversight.inspections.queries.report_facts import ReportNow, report_of
from oversight.inspections.queries.sight import demand_part, found, parts_for
from oversight.inspections.rules.data_items import Placement
from oversight.inspections.rules.report_content import (
    PRACTICE,
    DataItemText,
    OverallText,
    PracticeText,
    RatingText,
    RecommendationText,
    assembled,
    read_content,
)
from oversight.inspections.rules.report_layout import Missing, Section
from oversight.inspections.rules.reporting import PURPOSE_WORDS, SENT, SectionText
from oversight.inspections.rules.visibility import OWNER, Part
from oversight.kernel.acting import Actor
from oversight.kernel.digests import parse
from oversight.kernel.refusals import Refused

#: How many earlier texts of a section its page offers.
EARLIER = 25


@dataclass(frozen=True)
class VersionLine:
    """A version in a list."""

    number: int
    purpose: str
    digest: str
    made_at: datetime
    made_name: str
    note: str

    @property
    def purpose_words(self) -> str:
        """What it was made for, in words."""
        return PURPOSE_WORDS[self.purpose]


@dataclass(frozen=True, kw_only=True)
class VersionDetail(VersionLine):
    """A version as it was made.

    Attributes:
        title: Title of the report.
        programme: Identifier of its programme.
        programme_version: Version of that programme.
        sections: Its sections with their passages: recommendations, examples and data items in their places.
        recommendations: Its recommendations by number.
        practice: Its examples of effective practice by number.
        data_items: Its data items by number, small numbers hidden; those that the Inspectorate keeps are
            there for the Inspectorate alone.
        ratings: Its ratings in order.
        overall: The composite rating; None without.
    """

    title: str
    programme: str
    programme_version: int
    sections: tuple[SectionText, ...]
    recommendations: tuple[RecommendationText, ...]
    practice: tuple[PracticeText, ...]
    data_items: tuple[DataItemText, ...]
    ratings: tuple[RatingText, ...]
    overall: OverallText | None


def detail_of(row: ReportVersion, *, with_kept: bool) -> VersionDetail:
    """Give a version from its row.

    Args:
        row: The version.
        with_kept: Whether data items are among it that the Inspectorate keeps.
    """
    content = read_content(parse(row.content))
    return VersionDetail(
        number=row.number,
        purpose=row.purpose,
        digest=row.digest,
        made_at=row.made_at,
        made_name=row.made_name,
        note=row.note,
        title=content.title,
        programme=content.programme,
        programme_version=content.programme_version,
        sections=assembled(content),
        recommendations=content.recommendations,
        practice=content.practice,
        data_items=tuple(one for one in content.data_items if with_kept or one.placement != Placement.KEPT),
        ratings=content.ratings,
        overall=content.overall,
    )


def _parts(actor: Actor, row: Inspection) -> frozenset[Part]:
    lineages = list(row.units.order_by("id").values_list("lineage", flat=True))
    partners = list(row.partners.order_by("id").values_list("party__code", flat=True))
    return parts_for(actor, row, lineages=lineages, partners=partners)


def version(*, actor: Actor, reference: str, number: int) -> VersionDetail:
    """Give a version of a report.

    Raises:
        Refused: There is no such inspection or version that the actor sees. Who does not see the evidence
            sees the versions that were sent, once they were.
    """
    row = found(actor, reference)
    parts = _parts(actor, row)
    inside = Part.EVIDENCE in parts
    if not inside:
        demand_part(actor, row, Part.DRAFT)
    rows = ReportVersion.objects.filter(inspection=row, number=number)
    kept = (rows if inside else rows.filter(purpose__in=SENT)).order_by("id").first()
    if kept is None:
        raise Refused(
            "not_found_version",
            f"There is no version {number} that you can see.",
            "Open the list of versions.",
        )
    return detail_of(kept, with_kept=actor.party == OWNER)


def versions(*, actor: Actor, reference: str) -> tuple[VersionLine, ...]:
    """Give the versions of a report that the actor sees, latest first.

    Raises:
        Refused: As for ``version``.
    """
    row = found(actor, reference)
    inside = Part.EVIDENCE in _parts(actor, row)
    if not inside:
        demand_part(actor, row, Part.DRAFT)
    rows = ReportVersion.objects.filter(inspection=row)
    if not inside:
        rows = rows.filter(purpose__in=SENT)
    listed = rows.order_by("-number").values_list(
        "number", "purpose", "digest", "made_at", "made_name", "note"
    )
    return tuple(VersionLine(*one) for one in listed)


def report(*, actor: Actor, reference: str, today: date) -> ReportNow:
    """Give the working report to those who see the evidence.

    Raises:
        Refused: There is no such inspection whose evidence the actor sees.
    """
    row = found(actor, reference)
    demand_part(actor, row, Part.EVIDENCE)
    return report_of(row, today)


@dataclass(frozen=True)
class Revision:
    """A text that a section had before."""

    revision: int
    at: datetime
    name: str
    text: str


@dataclass(frozen=True)
class NoteToChoose:
    """A note of effective practice, with the number of the example made of it; 0 when it is left out."""

    id: int
    standard_name: str
    source: str
    text: str
    example: int


@dataclass(frozen=True)
class SectionPage:
    """A section to write.

    Attributes:
        now: The whole report.
        section: The section.
        before: The section before it; None for the first.
        after: The section after it; None for the last.
        evidence: Notes on its standard, latest first.
        practice: Notes of effective practice, for the section that takes them.
        earlier: What it said before, latest first, without the present text.
    """

    now: ReportNow
    section: Section
    before: Section | None
    after: Section | None
    evidence: tuple[Note, ...]
    practice: tuple[NoteToChoose, ...]
    earlier: tuple[Revision, ...]


def section_page(*, actor: Actor, reference: str, key: str, today: date) -> SectionPage:
    """Give a section with what helps to write it.

    Raises:
        Refused: There is no such inspection or section that the actor sees.
    """
    now = report(actor=actor, reference=reference, today=today)
    keys = [one.key for one in now.sections]
    if key not in keys:
        raise Refused(
            "not_found_section", "The report has no such section.", "Open the report: it lists its sections."
        )
    place = keys.index(key)
    section = now.sections[place]
    rows = ReportSection.objects.filter(inspection=now.inspection, key=key, superseded=True)
    return SectionPage(
        now=now,
        section=section,
        before=now.sections[place - 1] if place else None,
        after=now.sections[place + 1] if place + 1 < len(keys) else None,
        evidence=_evidence(now, section),
        practice=practice_notes(now) if section.kind == PRACTICE else (),
        earlier=tuple(
            Revision(one.revision, one.saved_at, one.saved_name, one.text)
            for one in rows.order_by("-revision")[:EARLIER]
        ),
    )


def _evidence(now: ReportNow, section: Section) -> tuple[Note, ...]:
    if not section.standard:
        return ()
    rows = EvidenceNote.objects.filter(inspection=now.inspection, standard=section.standard)
    return tuple(
        Note(one.source, one.text, one.effective_practice, one.noted_name, one.noted_at)
        for one in rows.order_by("-id")
    )


def practice_notes(now: ReportNow) -> tuple[NoteToChoose, ...]:
    """Give the notes of effective practice, each with the example made of it."""
    names = {one.id: one.name for one in now.programme.standards}
    rows = EvidenceNote.objects.filter(inspection=now.inspection, effective_practice=True).order_by("id")
    chosen = dict(
        PracticeExample.objects.filter(inspection=now.inspection, left_out_at=None)
        .order_by("number")
        .values_list("note_id", "number")
    )
    return tuple(
        NoteToChoose(one.pk, names[one.standard], one.source, one.text, chosen.get(one.pk, 0)) for one in rows
    )


def missing_for(row: Inspection, today: date) -> tuple[Missing, ...]:
    """Tell what a report needs before it goes for checking (¶22)."""
    return report_of(row, today).missing
