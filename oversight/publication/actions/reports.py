"""Publishing a report from its case, correcting it, taking it off the web; never erasing it (D8, ¶16).

Only the Inspectorate publishes. What is handed over is whole in itself, so nothing here reaches back.
"""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Final

from oversight.jobs.asking import ask
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_lines
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.ledger.acting import Recorded, action
from oversight.publication.models import (
    Origin,
    PublicNotice,
    PublishedFile,
    PublishedInspection,
    PublishedRating,
    PublishedReport,
)
from oversight.publication.rules.history import HistoryRow
from oversight.publication.rules.snapshots import Snapshot, programme_text, read_snapshot, round_subject

#: The job that makes the PDF of a round; its subject is ``rules.snapshots.round_subject``.
PDF_JOB: Final = "publication.pdf"
#: The job that tells whoever follows what is published, whom this area does not know; the same subject.
TOLD_JOB: Final = "publication.told"
NOTICE_LENGTH: Final = 2000
PUBLISH: Final = "publication.publish"


def publish_report(*, by: Actor, at: datetime, snapshot: Snapshot) -> int:
    """Publish a report; give its round. Published before with the same content, nothing is done.

    Args:
        by: Someone of the Inspectorate who may publish.
        at: Moment of publishing.
        snapshot: All that the public may read.

    Raises:
        Refused: The actor may not, or the register has another report under this reference.
    """
    by.demand(PUBLISH)
    clean = snapshot.clean()
    held = _held(clean.reference)
    if held is not None and held.superseded_at is None and _same(held, clean):
        return held.round
    return _publish(by=by, at=at, snapshot=clean)


@action(verb="report.published", permission=PUBLISH, paragraph="16")
def _publish(*, by: Actor, at: datetime, snapshot: Snapshot) -> Recorded[int]:
    """Write the first round of a report."""
    if _held(snapshot.reference) is not None:
        raise Refused(
            "report_published_already",
            f"The register has a report under the reference {snapshot.reference}.",
            "Correct that one: its address never changes.",
            paragraph="16",
        )
    _write(snapshot, 1, by=by, at=at)
    return Recorded(f"published-inspection:{snapshot.reference}", _facts(snapshot, 1), 1)


@action(verb="report.corrected", permission=PUBLISH, paragraph="16")
def correct_report(
    *, by: Actor, at: datetime, snapshot: Snapshot, wrong: str, says: str, why: str
) -> Recorded[int]:
    """Publish a corrected round beside the earlier ones, with a dated notice; give its number.

    Args:
        by: Someone of the Inspectorate who may publish.
        at: Moment of doing so.
        snapshot: The corrected report.
        wrong: What was wrong.
        says: What it says now.
        why: Why it is corrected.

    Raises:
        Refused: It was never published, nothing differs, or a part of the notice is missing.
    """
    clean = snapshot.clean()
    before = _current(clean.reference)
    if _same(before, clean):
        raise Refused(
            "report_unchanged",
            "The corrected report says what the published one says.",
            "Change the report first, then correct it.",
            paragraph="16",
        )
    notice = {
        "wrong": _told(wrong, "wrong", "what was wrong"),
        "says": _told(says, "says", "what it says now"),
        "why": _told(why, "why", "why it is corrected"),
    }
    number = before.round + 1
    before.superseded_at, before.superseded_by = at, by.reference
    before.save()
    _write(clean, number, by=by, at=at)
    _notice(clean.reference, PublicNotice.Kind.CORRECTED, number, by=by, at=at, **notice)
    return Recorded(f"published-inspection:{clean.reference}", _facts(clean, number) | notice, number)


@action(verb="report.taken-off-the-web", permission=PUBLISH, paragraph="16")
def withdraw_report(*, by: Actor, at: datetime, reference: str, why: str) -> Recorded[None]:
    """Take the text and files of a report off the web. A dated notice stands in their place; all is kept.

    Args:
        by: Someone of the Inspectorate who may publish.
        at: Moment of doing so.
        reference: Reference of the report.
        why: Why; the public reads it.

    Raises:
        Refused: It is not published from its case, is off the web already, or there is no reason.
    """
    current, off = _current(reference), _is_off(reference)
    if off:
        raise Refused("report_off_the_web", "This report is off the web already.", "Nothing more is needed.")
    told = _told(why, "why", "why it is taken off the web")
    _notice(reference, PublicNotice.Kind.WITHDRAWN, current.round, by=by, at=at, why=told)
    return Recorded(f"published-inspection:{reference}", {"round": current.round, "why": told}, None)


@action(verb="report.put-back-on-the-web", permission=PUBLISH, paragraph="16")
def restore_report(*, by: Actor, at: datetime, reference: str, why: str) -> Recorded[None]:
    """Put a report back on the web, with the reason. Both notices stay.

    Args:
        by: Someone of the Inspectorate who may publish.
        at: Moment of doing so.
        reference: Reference of the report.
        why: Why; the public reads it.

    Raises:
        Refused: It is not off the web, or there is no reason.
    """
    current = _current(reference)
    if not _is_off(reference):
        raise Refused("report_on_the_web", "This report is on the web.", "Nothing more is needed.")
    told = _told(why, "why", "why it is back")
    _notice(reference, PublicNotice.Kind.RESTORED, current.round, by=by, at=at, why=told)
    return Recorded(f"published-inspection:{reference}", {"round": current.round, "why": told}, None)


@action(verb="report.file-made", permission="publication.make_files", paragraph="16")
def keep_pdf(
    *, by: Actor, at: datetime, reference: str, number: int, content: bytes, pages: int
) -> Recorded[str]:
    """Keep the PDF of a round; give its digest. Kept before, the first one stays.

    Args:
        by: The worker, or someone who may make files.
        at: Moment of keeping it.
        reference: Reference of the report.
        number: The round.
        content: The file.
        pages: How many pages it has.
    """
    report = PublishedReport.objects.get(published__reference=reference, published__round=number)
    kept = report.files.filter(kind=PublishedFile.Kind.PDF).order_by("pk").first()
    if kept is None:
        kept = PublishedFile.objects.create(
            report=report,
            kind=PublishedFile.Kind.PDF,
            content=content,
            size=len(content),
            pages=pages,
            digest=sha256(content).hexdigest(),
            made_at=at,
            made_by=by.reference,
        )
    payload: dict[str, Value] = {
        "round": number,
        "kind": kept.kind,
        "digest": kept.digest,
        "text": report.content_digest,
    }
    return Recorded(f"published-inspection:{reference}", payload, kept.digest)


def _held(reference: str) -> PublishedInspection | None:
    rows = PublishedInspection.objects.select_for_update().filter(reference=reference)
    return rows.order_by("-round").first()


def _current(reference: str) -> PublishedInspection:
    held = _held(reference)
    if held is None or held.origin != Origin.CASE:
        raise Refused(
            "not_found_report",
            "No report was published from its case under this reference.",
            "Check the reference.",
            paragraph="16",
        )
    return held


def _same(held: PublishedInspection, snapshot: Snapshot) -> bool:
    return held.origin == Origin.CASE and snapshot.says_the_same(read_snapshot(held.report.content))


def _is_off(reference: str) -> bool:
    told = PublicNotice.objects.filter(reference=reference).exclude(kind=PublicNotice.Kind.CORRECTED)
    last = told.order_by("-pk").first()
    return last is not None and last.kind == PublicNotice.Kind.WITHDRAWN


def _write(snapshot: Snapshot, number: int, *, by: Actor, at: datetime) -> None:
    entry = snapshot.entry
    row = _row(snapshot, entry, number, by=by, at=at)
    PublishedRating.objects.bulk_create(
        [
            PublishedRating(inspection=row, standard=standard, rating=rating)
            for standard, rating in entry.ratings
        ]
    )
    PublishedReport.objects.create(
        published=row,
        content=snapshot.text,
        content_digest=snapshot.digest,
        published_at=at,
        published_by=by.reference,
    )
    again = f", version {number}" if number > 1 else ""
    ask(
        by=by,
        at=at,
        kind=PDF_JOB,
        subject=round_subject(snapshot.reference, number),
        title=f"Make the PDF of {snapshot.title}{again}",
        due_at=at,
    )
    ask(
        by=by,
        at=at,
        kind=TOLD_JOB,
        subject=round_subject(snapshot.reference, number),
        title=f"Tell those who follow what is published of {snapshot.title}{again}",
        due_at=at,
    )


def _row(
    snapshot: Snapshot, entry: HistoryRow, number: int, *, by: Actor, at: datetime
) -> PublishedInspection:
    return PublishedInspection.objects.create(
        reference=snapshot.reference,
        round=number,
        programme=entry.programme,
        unit_type=entry.unit_type,
        unit_code=entry.unit_code,
        unit_name=entry.unit_name,
        region_code=entry.region_code,
        published=entry.published,
        ordered_on=entry.ordered_on,
        fieldwork=entry.fieldwork,
        score=entry.score,
        score_max=entry.score_max,
        overall=entry.overall,
        recommendations=entry.recommendations,
        targets=entry.targets,
        cases=entry.cases,
        evidence=entry.evidence,
        url=entry.url,
        other_urls="\n".join(entry.other_urls),
        notes=entry.notes,
        content_digest=entry.digest,
        programme_facts=programme_text(snapshot.programme),
        origin=Origin.CASE,
        imported_at=at,
        imported_by=by.reference,
    )


def _notice(
    reference: str,
    kind: str,
    number: int,
    *,
    by: Actor,
    at: datetime,
    why: str,
    wrong: str = "",
    says: str = "",
) -> None:
    PublicNotice.objects.create(
        reference=reference,
        kind=kind,
        round=number,
        on=_day(at),
        wrong=wrong,
        says=says,
        why=why,
        made_at=at,
        made_by=by.reference,
    )


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _told(given: str, field: str, words: str) -> str:
    told = typed_lines(given, field, longest=NOTICE_LENGTH)
    if not told:
        raise Refused(
            "report_notice",
            f"The notice does not say {words}.",
            "Enter it: the public reads it beside the report.",
            paragraph="16",
            field=field,
        )
    return told


def _facts(snapshot: Snapshot, number: int) -> dict[str, Value]:
    return {
        "round": number,
        "version": snapshot.version,
        "version_digest": snapshot.source_digest,
        "digest": snapshot.digest,
        "published_on": snapshot.published_on,
    }
