"""Reports published from their cases: the text of a round, its notices and its files. It sees no casework."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from oversight.kernel.refusals import Refused
from oversight.publication.models import (
    Origin,
    PublicNotice,
    PublishedFile,
    PublishedInspection,
    PublishedReport,
)
from oversight.publication.rules.comparing import FromCase
from oversight.publication.rules.snapshots import Snapshot, read_snapshot


@dataclass(frozen=True)
class Notice:
    """A dated notice beside a report.

    Args:
        kind: ``corrected``, ``withdrawn`` or ``restored``.
        round: The round that it came with.
        on: Its day.
        wrong: What was wrong; of a correction.
        says: What it says now; of a correction.
        why: Why.
    """

    kind: str
    round: int
    on: date
    wrong: str
    says: str
    why: str


@dataclass(frozen=True)
class FileFacts:
    """A file of a round, without its content."""

    kind: str
    size: int
    pages: int
    digest: str
    made_at: datetime

    @property
    def size_in_words(self) -> str:
        """For a link, for example “240 KB”."""
        kilobytes = max(1, round(self.size / 1024))
        return f"{kilobytes} KB" if kilobytes < 1024 else f"{kilobytes / 1024:.1f} MB"


@dataclass(frozen=True)
class RoundLine:
    """A round in a list."""

    number: int
    published_at: datetime


@dataclass(frozen=True)
class Report:
    """One round of a report as the public reads it.

    Args:
        round: Its number, from 1.
        snapshot: The report; not to be shown while ``off``.
        published_at: When this round was published.
        current: Whether no later round took its place.
        rounds: Every round, latest first.
        notices: Every notice, latest first.
        pdf: Its PDF; None until it is made.
    """

    round: int
    snapshot: Snapshot
    digest: str
    published_at: datetime
    current: bool
    rounds: tuple[RoundLine, ...]
    notices: tuple[Notice, ...]
    pdf: FileFacts | None

    @property
    def off(self) -> Notice | None:
        """The notice that takes it off the web; None while it is on."""
        last = next((one for one in self.notices if one.kind != PublicNotice.Kind.CORRECTED), None)
        return last if last is not None and last.kind == PublicNotice.Kind.WITHDRAWN else None

    @property
    def corrections(self) -> tuple[Notice, ...]:
        """Notices of corrections up to this round, latest first."""
        return tuple(
            one for one in self.notices if one.kind == PublicNotice.Kind.CORRECTED and one.round <= self.round
        )


def report(reference: str, number: int | None = None) -> Report | None:
    """Give a round of a report, the current one without a number; None when it has no text here.

    Args:
        reference: Reference of the report.
        number: The round; None for the current one.

    Raises:
        Refused: The report has a text here, but no such round.
    """
    rows = PublishedReport.objects.filter(published__reference=reference).select_related("published")
    rounds = list(rows.defer("content").order_by("-published__round"))
    if not rounds:
        return None
    chosen = next((one for one in rounds if number in {None, one.published.round}), None)
    if chosen is None:
        raise Refused(
            "not_found_report_version",
            f"This report has no version {number}.",
            "Open the report: it names its versions.",
        )
    notices = PublicNotice.objects.filter(reference=reference).order_by("-pk")
    files = chosen.files.filter(kind=PublishedFile.Kind.PDF).defer("content").order_by("pk")
    pdf = files.first()
    return Report(
        round=chosen.published.round,
        snapshot=read_snapshot(chosen.content),
        digest=chosen.content_digest,
        published_at=chosen.published_at,
        current=chosen.published.superseded_at is None,
        rounds=tuple(RoundLine(one.published.round, one.published_at) for one in rounds),
        notices=tuple(Notice(one.kind, one.round, one.on, one.wrong, one.says, one.why) for one in notices),
        pdf=FileFacts(pdf.kind, pdf.size, pdf.pages, pdf.digest, pdf.made_at) if pdf else None,
    )


def pdf_of(reference: str, number: int) -> bytes | None:
    """Give the PDF of a round; None until it is made."""
    rows = PublishedFile.objects.filter(
        kind=PublishedFile.Kind.PDF,
        report__published__reference=reference,
        report__published__round=number,
    )
    found = rows.order_by("pk").values_list("content", flat=True).first()
    return bytes(found) if found is not None else None


@dataclass(frozen=True)
class FeedEntry:
    """A report in the feed.

    Args:
        reference: Its reference.
        round: Its current round.
        title: Its title.
        summary: What it is about and how it was rated, in a sentence or two.
        published_at: When it was first published.
        updated_at: When this round was.
    """

    reference: str
    round: int
    title: str
    summary: str
    published_at: datetime
    updated_at: datetime


def newest(limit: int) -> Sequence[FeedEntry]:
    """Give the reports last published or corrected here, latest first: three queries."""
    rows = list(
        PublishedReport.objects.filter(published__superseded_at=None)
        .select_related("published")
        .order_by("-published_at", "-pk")[:limit]
    )
    references = [one.published.reference for one in rows]
    firsts = PublishedReport.objects.filter(published__round=1, published__reference__in=references)
    first = dict(firsts.order_by("pk").values_list("published__reference", "published_at"))
    off: dict[str, bool] = {}
    told = PublicNotice.objects.filter(reference__in=references).exclude(kind=PublicNotice.Kind.CORRECTED)
    for reference, kind in told.order_by("pk").values_list("reference", "kind"):
        off[reference] = kind == PublicNotice.Kind.WITHDRAWN
    return [
        _entry(one, first[one.published.reference])
        for one in rows
        if not off.get(one.published.reference, False)
    ]


def _entry(row: PublishedReport, first: datetime) -> FeedEntry:
    snapshot = read_snapshot(row.content)
    told = f"{snapshot.type_title}."
    if snapshot.overall is not None:
        told += f" HM Inspectorate of Probation rated it {snapshot.overall.rating} overall."
    if row.published.round > 1:
        told += " This version is corrected; the report says what was wrong."
    return FeedEntry(
        row.published.reference, row.published.round, snapshot.title, told, first, row.published_at
    )


def from_cases() -> Sequence[FromCase]:
    """Give every inspection published from its case: one query."""
    rows = PublishedInspection.objects.filter(origin=Origin.CASE, superseded_at=None).order_by("pk")
    return [FromCase(*one) for one in rows.values_list("reference", "programme", "unit_code", "published")]


def off_the_web() -> frozenset[str]:
    """Give the references of reports that are taken off the web now: one query."""
    told = PublicNotice.objects.exclude(kind=PublicNotice.Kind.CORRECTED).order_by("pk")
    last = dict(told.values_list("reference", "kind"))
    return frozenset(one for one, kind in last.items() if kind == PublicNotice.Kind.WITHDRAWN)
