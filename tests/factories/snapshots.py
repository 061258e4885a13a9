"""Reports as they are handed over to be published, for tests of the public register."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from oversight.jobs.working import work
from oversight.publication.actions import PDF_JOB, publish_report
from oversight.publication.rules.programmes import UnitType
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
from tests.factories.parties import acting_as

AT = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
PROGRAMME = ProgrammeFacts(
    id="pdu-2023-25",
    version=1,
    title="PDU inspections, 2023 to 2025",
    rated=True,
    standards=(NamedStandard("leadership", "Leadership"), NamedStandard("staffing", "Staffing")),
    score_max=21,
    since=date(2023, 10, 1),
    about="Every PDU of a region was inspected.",
    not_known="The rules were not seen.",
    sources=("https://example.org/pdu",),
)
THEME = replace(
    PROGRAMME,
    id="thematic-2023",
    title="Thematic and joint inspections",
    rated=False,
    standards=(),
    score_max=None,
)


def snapshot(**more) -> Snapshot:
    """Give a small rated report on East Kent."""
    return replace(
        Snapshot(
            reference="2026-PDU-N57EKNT-1",
            version=3,
            source_digest="a" * 64,
            title="An inspection of East Kent",
            kind="core",
            type_title="Inspection of a Probation Delivery Unit",
            programme=PROGRAMME,
            unit_type=UnitType.PDU,
            unit_code="N57EKNT",
            unit_name="East Kent",
            region_code="N57",
            places=(Place("N57EKNT", "East Kent"),),
            partners=(),
            fieldwork_from=date(2026, 4, 13),
            fieldwork_until=date(2026, 4, 24),
            published_on=date(2026, 6, 1),
            overall=GivenRating("", "Overall", "Requires improvement", ("7 points of 21.",)),
            score=7,
            ratings=(
                GivenRating("leadership", "Leadership", "Good", ("The panel confirmed it.",)),
                GivenRating("staffing", "Staffing", "Inadequate", ("12 of 40 cases were sufficient.",)),
            ),
            cases=40,
            sections=(
                Section("foreword", "Foreword", '<p class="govuk-body">Much was well done.</p>'),
                Section("ratings", "Ratings", '<p class="govuk-body">Overall: Requires improvement.</p>'),
                Section(
                    "recommendations",
                    "Recommendations",
                    '<h3 class="govuk-heading-m">To the unit</h3><p class="govuk-body">Fill vacancies.</p>',
                ),
            ),
            recommendations=(
                PublishedRecommendation(1, "N57EKNT", "East Kent", "Fill vacancies.", ("Staffing",)),
            ),
            data_items=(
                PublishedData(
                    1,
                    "Staff in post",
                    "East Kent",
                    "Workforce return",
                    date(2026, 3, 31),
                    ("Grade", "Posts"),
                    (("Officers", "41"), ("Managers", None)),
                    "Numbers below five are hidden.",
                ),
            ),
        ),
        **more,
    )


def thematic(**more) -> Snapshot:
    """Give an unrated report on a subject in two places, made with another inspectorate."""
    facts = {
        "reference": "2026-JOINT-1",
        "title": "Women on probation",
        "kind": "joint",
        "type_title": "Joint thematic inspection",
        "programme": THEME,
        "unit_type": UnitType.NATIONAL,
        "unit_code": "national",
        "unit_name": "National arrangements (HMPPS)",
        "region_code": "",
        "places": (Place("N57EKNT", "East Kent"), Place("N57SUR", "Surrey")),
        "partners": ("Care Quality Commission",),
        "overall": None,
        "score": None,
        "ratings": (),
    }
    return snapshot(**facts | more)


def published(*, by=None, at=AT, given: Snapshot | None = None, **more) -> Snapshot:
    """Publish a report, and give it as it was handed over."""
    made = given or snapshot(**more)
    publish_report(by=by or acting_as("hmip_publications"), at=at, snapshot=made)
    return made


def make_pdfs(at=AT) -> int:
    """Let the worker make every PDF that is due."""
    from oversight.publication.pdf import make_pdf

    return work({PDF_JOB: make_pdf}, clock=lambda: at)
