"""Versions of a report and the working report, for those who may see them (D1, ¶16, ¶22)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from oversight.inspections.models import Inspection, ReportVersion
from oversight.inspections.queries.report_facts import ReportNow, report_of
from oversight.inspections.queries.sight import demand_part, found, parts_for
from oversight.inspections.rules.data_items import Placement
from oversight.inspections.rules.report_content import (
    DataItemText,
    OverallText,
    PracticeText,
    RatingText,
    RecommendationText,
    assembled,
    read_content,
)
from oversight.inspections.rules.report_layout import Missing
from oversight.inspections.rules.reporting import PURPOSE_WORDS, SENT, SectionText
from oversight.inspections.rules.visibility import Part
from oversight.kernel.acting import Actor
from oversight.kernel.digests import parse
from oversight.kernel.refusals import Refused


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
            there for the Inspectorate and its partners alone.
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
    return detail_of(kept, with_kept=inside)


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


def missing_for(row: Inspection, today: date) -> tuple[Missing, ...]:
    """Tell what a report needs before it goes for checking (¶22)."""
    return report_of(row, today).missing
