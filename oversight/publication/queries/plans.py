"""Action plans as the public reads them: the list, one version, the plan of a report. It sees no casework."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, cast

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from oversight.kernel.refusals import Refused
from oversight.publication.models import (
    PublicNotice,
    PublishedInspection,
    PublishedPlan,
    PublishedPlanMerge,
    PublishedPlanReport,
)
from oversight.publication.queries.published import Notice, RoundLine, off_the_web
from oversight.publication.queries.reports import PAGE
from oversight.publication.rules.plan_snapshots import PlanSnapshot, read_plan

KINDS: Final = {"local": "Local plans", "coordinated": "Plans coordinated by OSAG"}


@dataclass(frozen=True)
class PlanLine:
    """A plan in a list.

    Args:
        reference: Its reference.
        round: Number of its current version.
        title: Its title.
        snapshot: What it says; None when it is off the web.
        first_published: Day on which it was first published.
        updated_at: When its current version was.
    """

    reference: str
    round: int
    title: str
    snapshot: PlanSnapshot | None
    first_published: date
    updated_at: datetime


@dataclass(frozen=True)
class PlanMerged:
    """That one plan became part of another: reference and title of the other, the day, and why."""

    reference: str
    title: str
    on: date
    why: str


@dataclass(frozen=True)
class PublicPlan:
    """One version of a plan as the public reads it.

    Args:
        round: Its number, from 1.
        snapshot: What it says; not to be shown while ``off``.
        digest: SHA-256 of its text.
        published_at: When this version was published.
        current: Whether no later version took its place.
        rounds: Every version, latest first.
        off: The notice that takes it off the web; None while it is on.
        notices: Every notice, latest first.
        known: References of its reports that the register has.
        reports_off: References of its reports that are taken off the web.
        plans: For a recommendation that took the place of one of its own, and that another published plan
            answers: reference of that plan, by reference of the recommendation.
        merged: The plan that it became part of; None while it stands for itself.
        took_in: The plans that became part of it, earliest first.
    """

    round: int
    snapshot: PlanSnapshot
    digest: str
    published_at: datetime
    current: bool
    rounds: tuple[RoundLine, ...]
    off: Notice | None
    notices: tuple[Notice, ...]
    known: frozenset[str]
    reports_off: frozenset[str]
    plans: dict[str, str]
    merged: PlanMerged | None
    took_in: tuple[PlanMerged, ...]


@dataclass(frozen=True)
class PlanOfReport:
    """The plan that answers a report: reference, title, and how many other reports it answers too."""

    reference: str
    title: str
    others: int


def public_plan(reference: str, number: int | None = None) -> PublicPlan:
    """Give a version of a plan, the current one without a number: a constant number of queries.

    Raises:
        Refused: There is no such plan or version.
    """
    rows = list(PublishedPlan.objects.filter(reference=reference).defer("content").order_by("-round"))
    chosen = next((row for row in rows if number in {None, row.round}), None)
    if chosen is None:
        raise Refused(
            "not_found_plan",
            "There is no published action plan of this reference and version.",
            "Look for it in the list of action plans.",
        )
    snapshot = read_plan(chosen.content)
    notices = [
        Notice(one.kind, one.round, one.on, one.wrong, one.says, one.why)
        for one in PublicNotice.objects.filter(reference=reference).order_by("-pk")
    ]
    sources = [one.source for one in snapshot.reports]
    known = PublishedInspection.objects.filter(reference__in=sources, superseded_at=None)
    return PublicPlan(
        round=chosen.round,
        snapshot=snapshot,
        digest=chosen.content_digest,
        published_at=chosen.published_at,
        current=chosen.superseded_at is None,
        rounds=tuple(RoundLine(row.round, row.published_at) for row in rows),
        off=notices[0] if notices and notices[0].kind == PublicNotice.Kind.WITHDRAWN else None,
        notices=tuple(notices),
        known=frozenset(known.order_by("reference").values_list("reference", flat=True)),
        reports_off=off_the_web() & frozenset(sources),
        plans=_plans_of(snapshot),
        merged=next(iter(_merged(PublishedPlanMerge.objects.filter(reference=reference), "into")), None),
        took_in=_merged(PublishedPlanMerge.objects.filter(into=reference), "reference"),
    )


def _merged(rows: QuerySet[PublishedPlanMerge], other: str) -> tuple[PlanMerged, ...]:
    """Give with which plans one was merged: one query."""
    titles = PublishedPlan.objects.filter(reference=OuterRef(other), superseded_at=None)
    told = rows.annotate(title=Subquery(titles.order_by("-round").values("title")[:1]))
    return tuple(
        PlanMerged(*row) for row in told.order_by("on", "pk").values_list(other, "title", "on", "why")
    )


def _plans_of(snapshot: PlanSnapshot) -> dict[str, str]:
    others = [one.superseded_by for one in snapshot.recommendations if one.superseded_by]
    elsewhere = {other: other.rpartition("-R")[0] for other in others if not snapshot.holds(other)}
    if not elsewhere:
        return {}
    links = PublishedPlanReport.objects.filter(
        source__in=sorted(set(elsewhere.values())), plan__superseded_at=None
    )
    by_source = dict(links.order_by("pk").values_list("source", "plan__reference"))
    return {other: by_source[source] for other, source in elsewhere.items() if source in by_source}


@dataclass(frozen=True)
class PlanFilters:
    """What the list is narrowed to: words of the title, codes of areas, kind. Empty means all."""

    text: str = ""
    codes: tuple[str, ...] = ()
    kind: str = ""


def plan_list(filters: PlanFilters, *, number: str | None) -> Page[PlanLine]:
    """Give a page of the plans on the web, the one updated last first."""
    page = Paginator(_chosen(filters), PAGE).get_page(number)
    off = plans_off()
    rows = [_line(row, off) for row in page.object_list]
    return Page(rows, page.number, cast("Paginator[PlanLine]", page.paginator))


def _chosen(filters: PlanFilters) -> QuerySet[PublishedPlan]:
    rows = _standing()
    if filters.text:
        rows = rows.filter(Q(title__icontains=filters.text) | Q(unit_code__in=filters.codes))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    return rows.order_by("-published_at", "-id")


def _standing() -> QuerySet[PublishedPlan]:
    """Give the current version of every plan that was not merged into another."""
    merged = PublishedPlanMerge.objects.filter(reference=OuterRef("reference"))
    return PublishedPlan.objects.filter(~Exists(merged), superseded_at=None)


def _line(row: PublishedPlan, off: frozenset[str]) -> PlanLine:
    return PlanLine(
        row.reference,
        row.round,
        row.title,
        None if row.reference in off else read_plan(row.content),
        row.published_on,
        row.published_at,
    )


def plans_off() -> frozenset[str]:
    """Give the references of plans that are taken off the web: one query."""
    return off_the_web()


def every_plan(filters: PlanFilters | None = None) -> Iterator[PlanLine]:
    """Give every plan that is on the web, the one updated last first: two queries."""
    off = plans_off()
    rows = _chosen(filters or PlanFilters()).iterator(chunk_size=100)
    return (_line(row, off) for row in rows if row.reference not in off)


def newest_plans(limit: int) -> Sequence[PlanLine]:
    """Give the plans last published or updated: two queries."""
    off = plans_off()
    rows = _chosen(PlanFilters()).exclude(reference__in=sorted(off))
    return [_line(row, off) for row in rows[:limit]]


def plans_about(codes: Iterable[str], *, limit: int) -> tuple[PlanLine, ...]:
    """Give the plans of areas, the one updated last first: two queries."""
    rows = _standing().filter(unit_code__in=sorted(codes))
    off = plans_off()
    return tuple(_line(row, off) for row in rows.order_by("-published_at", "-id")[:limit])


def plan_of_report(source: str) -> PlanOfReport | None:
    """Give the published plan that answers a report; None while there is none: two queries."""
    links = PublishedPlanReport.objects.filter(source=source, plan__superseded_at=None)
    link = links.select_related("plan").defer("plan__content").order_by("-pk").first()
    if link is None:
        return None
    others = PublishedPlanReport.objects.filter(plan=link.plan_id).exclude(source=source).count()
    return PlanOfReport(link.plan.reference, link.plan.title, others)


def public_version(reference: str) -> int:
    """Give the number of a plan's current version on the web; 0 when it was never there: one query."""
    rows = PublishedPlan.objects.filter(reference=reference, superseded_at=None)
    return rows.order_by("-round").values_list("round", flat=True).first() or 0


def is_off(reference: str) -> bool:
    """Tell whether a plan is taken off the web."""
    return reference in plans_off()


def public_sources() -> frozenset[str]:
    """Give the references of reports on the web, and of those that a plan there answers: three queries."""
    off = off_the_web()
    reports = PublishedInspection.objects.filter(superseded_at=None).order_by("reference")
    links = PublishedPlanReport.objects.filter(plan__superseded_at=None).exclude(plan__reference__in=off)
    answered = links.order_by("source").values_list("source", flat=True)
    return frozenset(reports.values_list("reference", flat=True)).union(answered) - off


def plan_references() -> Sequence[str]:
    """Give the reference of every plan that was published."""
    rows = PublishedPlan.objects.filter(superseded_at=None).order_by("reference")
    return list(rows.values_list("reference", flat=True))
