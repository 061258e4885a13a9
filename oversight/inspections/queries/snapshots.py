"""What is published of a version of a report, put together for the public register (D8, ¶16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from oversight.inspections.models import Inspection, PublicationMoment, ReportVersion, SampledCase
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.queries.report import detail_of
from oversight.inspections.rules.programmes import Programme
from oversight.inspections.rules.report_content import DataItemText, RatingText
from oversight.inspections.rules.reporting import Purpose, SectionText
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.publication.rules.programmes import UnitType, programmes
from oversight.publication.rules.snapshots import (
    GivenRating,
    NamedStandard,
    Place,
    ProgrammeFacts,
    PublishedData,
    PublishedRecommendation,
    Section,
    Snapshot,
)

_PUBLISHED: Final = (Purpose.FINAL, Purpose.CORRECTED)
_UNIT_TYPES: Final = {"pdu": UnitType.PDU, "region": UnitType.REGION, "national": UnitType.NATIONAL}


def latest_version(row: Inspection) -> ReportVersion | None:
    """Give the final version of a report, or its latest correction; None before it is issued."""
    rows = ReportVersion.objects.filter(inspection=row, purpose__in=[str(one) for one in _PUBLISHED])
    return rows.order_by("-number").first()


def standing_moment(row: Inspection) -> PublicationMoment | None:
    """Give the moment set for publishing; None when none stands."""
    return PublicationMoment.objects.filter(inspection=row, ended_at=None).order_by("pk").first()


def snapshot_of(row: Inspection, version: ReportVersion, *, published_on: date) -> Snapshot:
    """Put together what is published of a version: all that the public may read, and nothing else.

    Args:
        row: The inspection.
        version: The version to publish.
        published_on: Day of first publication.
    """
    programme, detail = programme_for(row), detail_of(version, with_kept=False)
    kind = programme.inspection_type(row.type)
    assert kind is not None
    parties = parties_by_code()
    unit_type = _UNIT_TYPES[kind.unit]
    national = programmes().national
    unit = parties[row.unit_id] if row.unit_id and unit_type is not UnitType.NATIONAL else None
    overall = detail.overall
    return Snapshot(
        reference=row.reference,
        version=detail.number,
        source_digest=detail.digest,
        title=detail.title,
        kind=row.kind,
        type_title=kind.title,
        programme=_programme(programme, rated=row.rated, most=overall.maximum if overall else None),
        unit_type=unit_type,
        unit_code=unit.code if unit else national.code,
        unit_name=unit.name if unit else national.name,
        region_code=_region_of(unit, parties.values()) if unit else "",
        places=_places(row, unit, parties),
        partners=tuple(
            parties[code].name for code in row.partners.order_by("id").values_list("party__code", flat=True)
        ),
        fieldwork_from=row.started_on or row.fieldwork_from,
        fieldwork_until=row.finished_on or row.fieldwork_until,
        published_on=published_on,
        overall=GivenRating("", "Overall", overall.rating_name, overall.explanation) if overall else None,
        score=overall.score if overall else None,
        ratings=tuple(map(_rating, detail.ratings)),
        cases=SampledCase.objects.filter(inspection=row, in_reserve=False, removed_at=None).count() or None,
        sections=tuple(map(_section, detail.sections)),
        recommendations=tuple(
            PublishedRecommendation(
                one.number, one.authority, one.authority_name, one.text, one.standard_names
            )
            for one in detail.recommendations
        ),
        data_items=tuple(_data(one) for one in detail.data_items if one.public),
    )


def _programme(programme: Programme, *, rated: bool, most: int | None) -> ProgrammeFacts:
    return ProgrammeFacts(
        id=programme.id,
        version=programme.version,
        title=programme.title,
        rated=rated,
        standards=tuple(NamedStandard(one.id, one.name) for one in programme.standards) if rated else (),
        score_max=most,
        since=programme.effective_from,
        about=programme.about,
        not_known=programme.not_known,
        sources=tuple(one.address for one in programme.sources),
    )


def _region_of(unit: PartyRef, parties: Iterable[PartyRef]) -> str:
    above = set(unit.lineage.split("/"))
    return next((one.code for one in parties if one.kind == "region" and one.code in above), unit.code)


def _places(row: Inspection, unit: PartyRef | None, parties: Mapping[str, PartyRef]) -> tuple[Place, ...]:
    codes = row.units.order_by("id").values_list("unit__code", flat=True)
    looked_at = [unit] if unit else [parties[code] for code in codes]
    return tuple(Place(one.code, one.name) for one in looked_at if one.kind in {"pdu", "region"})


def _rating(given: RatingText) -> GivenRating:
    return GivenRating(
        given.standard, given.name, given.rating_name if given.rating else "", given.explanation
    )


def _section(section: SectionText) -> Section:
    return Section(section.key, section.title, "\n".join(one.html for one in section.passages))


def _data(item: DataItemText) -> PublishedData:
    return PublishedData(
        item.number, item.title, item.owner_name, item.source, item.as_of, item.columns, item.rows, item.note
    )
