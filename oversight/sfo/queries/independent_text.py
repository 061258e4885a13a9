"""What an independent review says: as it is written, as a version, and as it is published (F3)."""

from __future__ import annotations

from datetime import date

from oversight.kernel.prose import html_of
from oversight.parties.queries import parties_by_code
from oversight.publication.rules.programmes import UnitType, programmes
from oversight.publication.rules.snapshots import (
    ProgrammeFacts,
    PublishedRecommendation,
    Section,
    Snapshot,
)
from oversight.sfo.models import IndependentReview, IndependentVersion
from oversight.sfo.rules.independent import KIND
from oversight.sfo.rules.independent_text import (
    VersionText,
    WrittenRecommendation,
    WrittenSection,
    outline,
    read_version,
)

#: Sections that follow by themselves, after those that reviewers write.
TERMS, RECOMMENDATIONS = "terms", "recommendations"


def written(row: IndependentReview) -> VersionText:
    """Give the report as it is written now: three queries."""
    texts = dict(row.sections.order_by("id").values_list("section", "text"))
    terms = row.terms.order_by("-number").values_list("text", flat=True).first()
    standing = row.recommendations.filter(left_out_at=None).order_by("number")
    return VersionText(
        title=row.title,
        terms=terms or "",
        sections=tuple(
            WrittenSection(one.id, one.title, texts.get(one.id, "")) for one in outline().sections
        ),
        recommendations=tuple(
            WrittenRecommendation(one.number, one.addressee_id, one.text) for one in standing
        ),
    )


def empty_sections(row: IndependentReview) -> tuple[str, ...]:
    """Give the titles of the sections that hold nothing."""
    return tuple(one.title for one in written(row).sections if not one.text)


def latest_issued(row: IndependentReview) -> IndependentVersion | None:
    """Give the final version, or its latest correction; None before."""
    return row.versions.filter(purpose__in=["final", "corrected"]).order_by("-number").first()


def sections_html(text: VersionText) -> tuple[Section, ...]:
    """Give every section of a version as clean HTML: what reviewers wrote, the terms and recommendations."""
    names = {code: ref.name for code, ref in parties_by_code().items()}
    first, *others = [Section(one.id, one.title, html_of(one.text)) for one in text.sections]
    listed = "\n\n".join(
        f"### Recommendation {one.number}, to {names[one.addressee]}\n\n{one.text}"
        for one in text.recommendations
    )
    return (
        first,
        Section(TERMS, "Terms of reference", html_of(text.terms)),
        *others,
        Section(RECOMMENDATIONS, "Recommendations", html_of(listed)),
    )


def snapshot_of(row: IndependentReview, version: IndependentVersion, *, published_on: date) -> Snapshot:
    """Put together what is published of a version: all that the public may read, and nothing else.

    No region and no case is named by the service: what the report's own words name is for its writers.

    Args:
        row: The review.
        version: The version to publish.
        published_on: Day of first publication.
    """
    text, made = read_version(version.content), outline().made
    names = {code: ref.name for code, ref in parties_by_code().items()}
    national = programmes().national
    assert row.final_on is not None
    return Snapshot(
        reference=row.reference,
        version=version.number,
        source_digest=version.digest,
        title=text.title,
        kind=KIND,
        type_title="Independent review of a Serious Further Offence",
        programme=ProgrammeFacts(
            id=made.id,
            version=1,
            title=made.title,
            rated=False,
            standards=(),
            score_max=None,
            since=made.since,
            about=made.about,
            not_known=made.not_known,
            sources=(made.source,),
        ),
        unit_type=UnitType.NATIONAL,
        unit_code=national.code,
        unit_name=national.name,
        region_code="",
        places=(),
        partners=(),
        fieldwork_from=row.asked_on,
        fieldwork_until=row.final_on,
        published_on=published_on,
        overall=None,
        score=None,
        ratings=(),
        cases=None,
        sections=sections_html(text),
        recommendations=tuple(
            PublishedRecommendation(one.number, one.addressee, names[one.addressee], one.text, ())
            for one in text.recommendations
        ),
        data_items=(),
    )
