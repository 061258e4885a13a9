"""What is published of an inspection, where publishing stands, and copies under embargo (D8, ¶16, ¶20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Prefetch

from oversight.inspections.models import (
    EmbargoedCopy,
    EmbargoedRead,
    PublicationMoment,
)
from oversight.inspections.queries.report import VersionDetail, detail_of
from oversight.inspections.queries.report_facts import report_of
from oversight.inspections.queries.sight import found, visible
from oversight.inspections.queries.snapshots import latest_version, snapshot_of
from oversight.inspections.rules.case import WORKFLOW, CaseState
from oversight.inspections.rules.publishing import WAITING, Ended
from oversight.jobs.queries import JobLine, latest_of
from oversight.kernel.acting import Actor
from oversight.kernel.digests import digest
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.parties.queries import (
    PartyRef,
    parties_by_code,
)
from oversight.publication.actions import PDF_JOB
from oversight.publication.queries.published import Report
from oversight.publication.queries.published import report as published_report
from oversight.publication.rules.snapshots import (
    Snapshot,
    round_subject,
)

PUBLISH: Final = "publication.publish"
#: The job that publishes at a set moment; its subject is the reference.
PUBLISH_JOB: Final = "inspections.publish"
PAGE_SIZE: Final = 25


@dataclass(frozen=True)
class MomentLine:
    """A moment set for publication, and how it ended."""

    moment: datetime
    set_at: datetime
    set_name: str
    ended: str
    ended_at: datetime | None
    ended_name: str
    ended_reason: str

    @property
    def ended_label(self) -> str:
        """How it ended, in words; empty while it stands."""
        return Ended(self.ended).label if self.ended else ""


@dataclass(frozen=True)
class CopyLine:
    """A copy under embargo as publications see it: for whom, and when it was read."""

    id: int
    name: str
    party: PartyRef
    given_at: datetime
    given_name: str
    withdrawn_at: datetime | None
    withdrawn_name: str
    withdrawn_reason: str
    reads: tuple[datetime, ...]


@dataclass(frozen=True)
class Publishing:
    """Where publishing an inspection stands.

    Args:
        reference: Reference of the inspection.
        title: What it is called.
        state: Where it stands.
        state_label: The same in words.
        revision: What the next act on it hands back.
        version: The final version, or the latest corrected one; None before the final report is issued.
        moment: The moment set for publication; None when none is.
        moments: Every moment that was set and ended, latest first.
        copies: Every copy under embargo, latest first.
        report: What is published; None before.
        publish_job: The job that publishes at the moment; None when there never was one.
        pdf_job: The job that makes the PDF of what is published; None before.
        changed: Whether the report was changed since the version that is published.
    """

    reference: str
    title: str
    state: str
    state_label: str
    revision: int
    version: VersionDetail | None
    moment: MomentLine | None
    moments: tuple[MomentLine, ...]
    copies: tuple[CopyLine, ...]
    report: Report | None
    publish_job: JobLine | None
    pdf_job: JobLine | None
    changed: bool

    @property
    def waits(self) -> bool:
        """Whether the final report waits to be published."""
        return self.state in WAITING


def publishing(*, actor: Actor, at: datetime, reference: str) -> Publishing:
    """Tell where publishing an inspection stands, to those who publish.

    Raises:
        Refused: The actor may not publish, or there is no such inspection.
    """
    actor.demand(PUBLISH)
    row = found(actor, reference)
    version, report = latest_version(row), published_report(row.reference)
    moments = list(PublicationMoment.objects.filter(inspection=row).order_by("-pk"))
    reads = Prefetch("reads", EmbargoedRead.objects.order_by("-pk"))
    copies = EmbargoedCopy.objects.filter(inspection=row).order_by("-pk").prefetch_related(reads)
    changed = False
    if version is not None and row.state == CaseState.PUBLISHED:
        now = report_of(row, at.astimezone(LONDON).date())
        changed = digest(now.content.value()) != version.digest
    return Publishing(
        reference=row.reference,
        title=row.title,
        state=row.state,
        state_label=WORKFLOW.state(row.state).label,
        revision=row.revision,
        version=detail_of(version, with_kept=False) if version else None,
        moment=next((_moment(one) for one in moments if one.ended_at is None), None),
        moments=tuple(_moment(one) for one in moments if one.ended_at is not None),
        copies=tuple(map(_copy, copies)),
        report=report,
        publish_job=latest_of(kind=PUBLISH_JOB, subject=row.reference, at=at),
        pdf_job=latest_of(kind=PDF_JOB, subject=round_subject(row.reference, report.round), at=at)
        if report
        else None,
        changed=changed,
    )


def _moment(row: PublicationMoment) -> MomentLine:
    return MomentLine(
        row.moment, row.set_at, row.set_name, row.ended, row.ended_at, row.ended_name, row.ended_reason
    )


def _copy(row: EmbargoedCopy) -> CopyLine:
    return CopyLine(
        id=row.pk,
        name=row.name,
        party=parties_by_code()[row.party_id],
        given_at=row.given_at,
        given_name=row.given_name,
        withdrawn_at=row.withdrawn_at,
        withdrawn_name=row.withdrawn_name,
        withdrawn_reason=row.withdrawn_reason,
        reads=tuple(one.read_at for one in row.reads.all()),
    )


def preview(*, actor: Actor, at_day: date, reference: str) -> Snapshot:
    """Give the report as it would be published today, to those who publish.

    Raises:
        Refused: The actor may not publish, there is no such inspection, or no final report of it.
    """
    actor.demand(PUBLISH)
    row = found(actor, reference)
    version = latest_version(row)
    if version is None:
        raise Refused(
            "not_found_final",
            "The final report of this inspection is not issued yet.",
            "Wait for the lead inspector to issue it.",
            paragraph="22",
        )
    return snapshot_of(row, version, published_on=at_day)


@dataclass(frozen=True)
class PublishingLine:
    """An inspection in the list of those that publish.

    Args:
        reference: Its reference.
        title: What it is called.
        state: Where it stands.
        state_label: The same in words.
        moment: When it is to be published; None when no moment is set.
        copies: How many copies under embargo stand.
        last_read: When one was last read; None when none was.
    """

    reference: str
    title: str
    state: str
    state_label: str
    moment: datetime | None
    copies: int
    last_read: datetime | None


def register(*, actor: Actor, page: int) -> Page[PublishingLine]:
    """List final reports that wait to be published, then published ones, latest first.

    Raises:
        Refused: The actor may not publish.
    """
    actor.demand(PUBLISH)
    states = [str(one) for one in (*WAITING, CaseState.PUBLISHED)]
    rows = visible(actor).filter(state__in=states).order_by("state", "-finished_on", "-pk")
    paginator = Paginator(rows, PAGE_SIZE)
    listed = paginator.get_page(page)
    here = list(listed.object_list)
    moments = dict(
        PublicationMoment.objects.filter(inspection__in=here, ended_at=None)
        .order_by("pk")
        .values_list("inspection", "moment")
    )
    given = (
        EmbargoedCopy.objects.filter(inspection__in=here, withdrawn_at=None)
        .order_by("inspection")
        .values_list("inspection")
        .annotate(Count("pk", distinct=True), Max("reads__read_at"))
    )
    copies = {inspection: (count, last) for inspection, count, last in given}
    lines = [
        PublishingLine(
            row.reference,
            row.title,
            row.state,
            WORKFLOW.state(row.state).label,
            moments.get(row.pk),
            *copies.get(row.pk, (0, None)),
        )
        for row in here
    ]
    return Page(lines, listed.number, paginator)  # type: ignore[arg-type]  # lines stand for their rows
