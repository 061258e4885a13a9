"""A report put together from its tables: what it holds now, and what it still needs (D1, D3, D7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Prefetch

from oversight.arrangements.queries import known_versions
from oversight.arrangements.rules.explaining import version_on
from oversight.arrangements.rules.facts import EventType
from oversight.inspections.models import (
    DataCheck,
    DataItem,
    DataItemRevision,
    Inspection,
    PracticeExample,
    Recommendation,
    RecommendationsReason,
    RecommendationWording,
    ReportSection,
    SettledRating,
)
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.queries.ratings import worked_out
from oversight.inspections.rules.data_items import ItemFacts, Level, Measure, Placement, Table, needs_check
from oversight.inspections.rules.data_tables import shown
from oversight.inspections.rules.programmes import NOT_CONFIRMED, Programme
from oversight.inspections.rules.rating import Result
from oversight.inspections.rules.recommending import Authority, addressable
from oversight.inspections.rules.report_content import (
    Content,
    DataItemText,
    OverallText,
    PracticeText,
    RatingText,
    RecommendationText,
    SectionSource,
    ratings_markdown,
)
from oversight.inspections.rules.report_layout import (
    Drafted,
    Missing,
    Section,
    below_good,
    layout,
    ready_for_checking,
    sections,
)
from oversight.inspections.rules.shares import Step
from oversight.kernel.digests import parse
from oversight.parties.queries import PartyRef, parties_by_code

MADE = "recommendation_made"
EXCEEDED = "recommendations_exceeded_ten"
USUAL = "23-usually-ten-at-most"


@dataclass(frozen=True)
class SectionNow:
    """What a section says now; ``revision`` is 0 while nothing was saved."""

    text: str
    revision: int
    at: datetime | None
    name: str


@dataclass(frozen=True)
class RecommendationNow:
    """A recommendation as it stands or stood.

    Attributes:
        text: What a version would hold of it.
        revision: Revision of its wording.
        name: Who wrote that.
        at: When.
        withdrawn: Why it was withdrawn; empty when it stands.
        withdrawn_name: Who withdrew it.
        before: Earlier wordings, latest first.
    """

    text: RecommendationText
    revision: int
    name: str
    at: datetime
    withdrawn: str
    withdrawn_name: str
    before: tuple[str, ...]


@dataclass(frozen=True)
class CheckLine:
    """What data assurance found of a revision; ``current`` when it is about the figures as they are."""

    holds: bool
    note: str
    name: str
    at: datetime
    current: bool


@dataclass(frozen=True)
class DataItemNow:
    """A data item as it stands or stood.

    Attributes:
        number: Its number for ever.
        facts: What it is, with every number as it was entered.
        text: What a version would hold of it.
        revision: Its revision.
        name: Who entered that.
        at: When.
        withdrawn: Why it was withdrawn; empty when it stands.
        withdrawn_name: Who withdrew it.
        checks: Checks by data assurance, latest first.
    """

    number: int
    facts: ItemFacts
    text: DataItemText
    revision: int
    name: str
    at: datetime
    withdrawn: str
    withdrawn_name: str
    checks: tuple[CheckLine, ...]

    @property
    def needs_check(self) -> bool:
        """Whether data assurance has to check it before it leaves the Inspectorate."""
        return needs_check(self.facts.level, self.facts.placement)

    @property
    def checked(self) -> bool:
        """Whether the latest check of the figures as they are found them right."""
        latest = next((one for one in self.checks if one.current), None)
        return latest is not None and latest.holds


@dataclass(frozen=True)
class ReportNow:
    """A report as it stands.

    Attributes:
        inspection: The inspection.
        programme: Its programme.
        sections: Its sections.
        texts: What each says, by key.
        ratings: Ratings in order.
        overall: The composite rating; None without.
        settled: Whether the ratings are settled.
        recommendations: Every recommendation, withdrawn ones too, by number.
        reasoned_for: For how many recommendations a reason was given.
        reason: That reason.
        usual_most: How many are usual under the arrangements in force; None when they say nothing.
        practice: Examples chosen, by number.
        data_items: Every data item, withdrawn ones too, by number.
        missing: What it needs before it goes for checking.
    """

    inspection: Inspection
    programme: Programme
    sections: tuple[Section, ...]
    texts: Mapping[str, SectionNow]
    ratings: tuple[RatingText, ...]
    overall: OverallText | None
    settled: bool
    recommendations: tuple[RecommendationNow, ...]
    reasoned_for: int
    reason: str
    usual_most: int | None
    practice: tuple[PracticeText, ...]
    data_items: tuple[DataItemNow, ...]
    missing: tuple[Missing, ...]

    def section(self, key: str) -> Section | None:
        """Give the section of a key, or None."""
        return next((one for one in self.sections if one.key == key), None)

    @property
    def unchecked(self) -> tuple[int, ...]:
        """Numbers of the national comparisons that no check by data assurance holds for as they are."""
        return unchecked(self.data_items)

    @property
    def content(self) -> Content:
        """What a version made now would hold."""
        return Content(
            reference=self.inspection.reference,
            title=self.inspection.title,
            programme=self.programme.id,
            programme_version=self.programme.version,
            sections=tuple(
                SectionSource(one.key, one.title, one.kind, self.text_of(one)) for one in self.sections
            ),
            recommendations=tuple(one.text for one in self.recommendations if not one.withdrawn),
            practice=self.practice,
            data_items=tuple(one.text for one in self.data_items if not one.withdrawn),
            ratings=self.ratings,
            overall=self.overall,
        )

    def text_of(self, section: Section) -> str:
        """Give the Markdown of a section: written, or made from the ratings."""
        if section.kind == "ratings":
            return ratings_markdown(self.ratings, self.overall)
        now = self.texts.get(section.key)
        return now.text if now else ""


def report_of(row: Inspection, today: date) -> ReportNow:
    """Put a report together as it stands: a constant number of queries.

    Args:
        row: The inspection.
        today: Day on which the arrangements are asked how many recommendations are usual.
    """
    programme = programme_for(row)
    result, given, settled = _rated(row, programme)
    poor = below_good(programme, given) if row.rated else ()
    planned = sections(layout(row.kind, rated=row.rated), programme, poor)
    texts = texts_of(row)
    recommended = recommendations_of(row, programme)
    items = data_items_of(row)
    reason = RecommendationsReason.objects.filter(inspection=row).order_by("-id").first()
    usual_most = usual_most_for(row, today)
    standing = [one for one in items if not one.withdrawn]
    draft = Drafted(
        sections=planned,
        texts={key: one.text for key, one in texts.items()},
        unrated=tuple(one.name for one in programme.standards if one.id not in given or not settled)
        if row.rated
        else (),
        recommendations=sum(1 for one in recommended if not one.withdrawn),
        usual_most=usual_most,
        reasoned_for=reason.count if reason else 0,
        placements={one.number: str(one.facts.placement) for one in standing},
        unchecked=unchecked(items),
    )
    return ReportNow(
        inspection=row,
        programme=programme,
        sections=planned,
        texts=texts,
        ratings=_ratings(programme, result, given) if row.rated else (),
        overall=_overall(result) if row.rated else None,
        settled=settled,
        recommendations=recommended,
        reasoned_for=draft.reasoned_for,
        reason=reason.reason if reason else "",
        usual_most=usual_most,
        practice=practice_of(row, programme),
        data_items=items,
        missing=ready_for_checking(draft),
    )


def unchecked(items: Iterable[DataItemNow]) -> tuple[int, ...]:
    """Give the numbers of standing data items that data assurance still has to check."""
    return tuple(one.number for one in items if not one.withdrawn and one.needs_check and not one.checked)


def _rated(row: Inspection, programme: Programme) -> tuple[Result | None, dict[str, str], bool]:
    """Give what the rules make of the judgements, the rating of each standard, and whether it is settled."""
    if not row.rated:
        return None, {}, True
    result = worked_out(row, programme).result
    kept = dict(SettledRating.objects.filter(inspection=row).order_by("id").values_list("standard", "rating"))
    if kept:
        return result, {standard: rating for standard, rating in kept.items() if standard}, True
    given = {one.standard.id: one.rating.id for one in result.standards if one.rating is not None}
    return result, given, False


def _ratings(programme: Programme, result: Result | None, given: Mapping[str, str]) -> tuple[RatingText, ...]:
    assert result is not None
    assert programme.rating is not None
    names = {one.id: one.name for one in programme.rating.scale}
    return tuple(
        RatingText(
            one.standard.id,
            one.standard.name,
            given.get(one.standard.id, ""),
            names.get(given.get(one.standard.id, ""), ""),
            steps_in_words(one.steps),
        )
        for one in result.standards
    )


def _overall(result: Result | None) -> OverallText | None:
    if result is None or result.overall is None:
        return None
    whole = result.overall
    return OverallText(
        whole.rating.id, whole.rating.name, whole.score, whole.maximum, steps_in_words(whole.steps)
    )


def steps_in_words(steps: Sequence[Step]) -> tuple[str, ...]:
    """Give the steps of an explanation, and how many of them rest on rules that no source confirms."""
    open_ = sum(1 for one in steps if one.basis.flag)
    verb = "rests on a rule" if open_ == 1 else "rest on rules"
    label = (f"{open_} of these {len(steps)} steps {verb} {NOT_CONFIRMED}.",) if open_ else ()
    return (*(one.what for one in steps), *label)


def texts_of(row: Inspection) -> dict[str, SectionNow]:
    """Give what every section says now, by key."""
    rows = ReportSection.objects.filter(inspection=row, superseded=False).order_by("id")
    return {one.key: SectionNow(one.text, one.revision, one.saved_at, one.saved_name) for one in rows}


def recommendations_of(row: Inspection, programme: Programme) -> tuple[RecommendationNow, ...]:
    """Give every recommendation by number, withdrawn ones too: two queries."""
    parties, names = parties_by_code(), {one.id: one.name for one in programme.standards}
    wordings = Prefetch("wordings", RecommendationWording.objects.order_by("-revision"))
    rows = Recommendation.objects.filter(inspection=row).order_by("number").prefetch_related(wordings)
    found: list[RecommendationNow] = []
    for one in rows:
        current, *before = one.wordings.all()
        found.append(
            RecommendationNow(
                text=RecommendationText(
                    one.number,
                    current.authority_id,
                    parties[current.authority_id].name,
                    current.text,
                    tuple(current.standards),
                    tuple(names[standard] for standard in current.standards),
                ),
                revision=current.revision,
                name=current.written_name,
                at=current.written_at,
                withdrawn=one.withdrawn_reason,
                withdrawn_name=one.withdrawn_name,
                before=tuple(f"To {parties[was.authority_id].name}: {was.text}" for was in before),
            )
        )
    return tuple(found)


def practice_of(row: Inspection, programme: Programme) -> tuple[PracticeText, ...]:
    """Give the examples of effective practice chosen into the report, by number."""
    names = {one.id: one.name for one in programme.standards}
    rows = PracticeExample.objects.filter(inspection=row, left_out_at=None).select_related("note")
    return tuple(
        PracticeText(one.number, one.note.standard, names[one.note.standard], one.text)
        for one in rows.order_by("number")
    )


def data_items_of(row: Inspection) -> tuple[DataItemNow, ...]:
    """Give every data item by number, withdrawn ones too: four queries."""
    revisions = Prefetch("revisions", DataItemRevision.objects.filter(superseded=False).order_by("id"))
    rows = list(DataItem.objects.filter(inspection=row).order_by("number").prefetch_related(revisions))
    checks = list(
        DataCheck.objects.filter(revision__item__inspection=row)
        .order_by("-id")
        .values_list("revision__item_id", "digest", "holds", "note", "checked_name", "checked_at")
    )
    parties = parties_by_code()
    found: list[DataItemNow] = []
    for one in rows:
        now = one.revisions.all()[0]
        found.append(_item(one, now, parties[now.owner_id].name, [c for c in checks if c[0] == one.pk]))
    return tuple(found)


def _item(
    row: DataItem, now: DataItemRevision, owner_name: str, checks: Sequence[tuple[Any, ...]]
) -> DataItemNow:
    facts = facts_of(now)
    table = shown(facts)
    return DataItemNow(
        number=row.number,
        facts=facts,
        text=DataItemText(
            number=row.number,
            title=facts.title,
            level=str(facts.level),
            owner=facts.owner,
            owner_name=owner_name,
            source=facts.source,
            as_of=facts.as_of,
            published=facts.published,
            placement=str(facts.placement),
            reason=facts.reason,
            columns=facts.table.columns,
            rows=table.rows,
            note=table.note,
            digest=now.digest,
        ),
        revision=now.revision,
        name=now.written_name,
        at=now.written_at,
        withdrawn=row.withdrawn_reason,
        withdrawn_name=row.withdrawn_name,
        checks=tuple(
            CheckLine(holds, note, name, at, found == now.digest)
            for _, found, holds, note, name, at in checks
        ),
    )


def facts_of(now: DataItemRevision) -> ItemFacts:
    """Give what a revision of a data item says."""
    figures = cast("Mapping[str, Any]", parse(now.figures))
    return ItemFacts(
        title=now.title,
        level=Level(now.level),
        measure=Measure(now.measure),
        owner=now.owner_id,
        source=now.source,
        as_of=now.as_of,
        published=now.published,
        placement=Placement(now.placement),
        reason=now.reason,
        table=Table(tuple(figures["columns"]), tuple(tuple(one) for one in figures["rows"])),
    )


def usual_most_for(row: Inspection, today: date) -> int | None:
    """Give how many recommendations are usual in such a report under the arrangements in force (¶23).

    None when they say nothing of it, as for reports that are not core ones.
    """
    text = version_on(known_versions(), today)
    event = text.events.get(EXCEEDED)
    arrangement = next((one for one in text.arrangements if one.id == USUAL), None)
    if arrangement is None or event is None or (event.kinds and row.kind not in event.kinds):
        return None
    return arrangement.figures.get("usual_most")


def event_type(name: str, today: date) -> EventType | None:
    """Give an event of the arrangements in force, or None when they know none of that name."""
    return version_on(known_versions(), today).events.get(name)


#: Bodies of the whole country come before regions and these before units, as people look for them.
_ORDER = {"region": 1, "pdu": 2}


def authorities(row: Inspection, today: date) -> tuple[PartyRef, ...]:
    """Give whom a recommendation may be addressed to under the arrangements in force (¶23)."""
    text = version_on(known_versions(), today)
    event = text.events.get(MADE)
    tokens = event.addressees if event else ()
    lineages = list(row.units.order_by("id").values_list("lineage", flat=True))
    # A signatory stands for itself alone, never for a kind such as "department".
    parties = [
        one for one in parties_by_code().values() if one.code in tokens or one.code not in text.signatories
    ]
    chosen = set(
        addressable([Authority(one.code, one.kind, one.lineage) for one in parties], tokens, lineages)
    )
    found = [one for one in parties if one.code in chosen]
    return tuple(sorted(found, key=lambda one: (_ORDER.get(one.kind, 0), one.name)))
