"""What is written to the public register (capabilities A9, D8 and H5).

Paragraph 16: reports and ratings are published by the Inspectorate, so importing is reserved to it. The
operator of the service can load only the history that comes with it, never over the Inspectorate's own
word. Published rows are never erased: a correction is a further round.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.ledger.acting import Recorded, action
from oversight.publication.models import HistoryDraft, Origin, PublishedInspection, PublishedRating
from oversight.publication.queries.history import plan_of, shipped_plan
from oversight.publication.rules.comparing import Plan, Planned
from oversight.publication.rules.history import visible

#: How long a file put forward is kept for its owner to decide on.
DRAFT_KEPT: Final = timedelta(days=2)
#: Rows sent to the database at once.
BATCH: Final = 500
#: References named one by one in the record; a longer list is told by its digest alone.
NAMED: Final = 200


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Args:
        new: References of inspections the register did not hold.
        corrected: References of inspections that have a further round.
        unchanged: How many rows said what the register held.
    """

    new: tuple[str, ...]
    corrected: tuple[str, ...]
    unchanged: int


@action(verb="history.imported", permission="publication.import_history", paragraph="16")
def import_history(
    *, by: Actor, at: datetime, content: bytes, file_name: str, plan_digest: str
) -> Recorded[Imported]:
    """Import a history file whole, or nothing of it.

    A file that would change nothing is refused here, so that the record holds only what changed the register;
    ask ``queries.history.plan_of`` first.

    Args:
        by: Who imports; needs ``publication.import_history``, which only the Inspectorate has.
        at: Moment of importing.
        content: Bytes of the file.
        file_name: Its name, for the record.
        plan_digest: Digest of the plan that was shown. When file and register no longer give that plan,
            nothing is imported.

    Raises:
        Refused: The file has faults, changes nothing, or would do something else than was shown.
    """
    plan = plan_of(content, today=at.astimezone(LONDON).date())
    if plan.file.fault_count:
        raise Refused(
            "history_faults",
            f"{plan.file.refused_rows:,} of the file's rows cannot be accepted, so none was imported.",
            "Correct the rows that are listed, then choose the file again.",
        )
    if not plan.changes:
        raise Refused(
            "history_unchanged",
            "The register already holds everything in this file, so there is nothing to import.",
            "Nothing more is needed.",
        )
    if plan.digest != plan_digest:
        raise Refused(
            "history_moved_on",
            "The register changed after you checked this file, so importing it would do something else than "
            "you were shown. Nothing was imported.",
            "Check the file again.",
        )
    done = _write(plan, by=by, at=at, origin=Origin.IMPORT)
    HistoryDraft.objects.filter(owner=by.reference, content_digest=plan.file.digest).delete()
    facts: dict[str, Value] = {"file_name": _harmless(file_name)}
    return Recorded(f"history:{plan.file.digest}", facts | _facts(plan), done)


def load_shipped_history(*, by: Actor, at: datetime) -> Imported:
    """Add the history that comes with the service, and only that. Again, it changes and records nothing.

    Args:
        by: Who loads it; needs ``parties.load_reference``, as for the other lists that come with the service.
        at: Moment of loading.

    Raises:
        Refused: The actor may not, or the shipped file names an area that the register of parties lacks.
    """
    by.demand("parties.load_reference")
    plan = shipped_plan()
    if plan.file.fault_count:
        raise Refused(
            "shipped_history",
            f"The shipped history does not fit this register: {plan.file.faults[0]}",
            "Load the register of parties first.",
        )
    if not plan.changes:
        return Imported((), (), plan.unchanged)
    return _load_shipped(by=by, at=at)


@action(verb="history.loaded", permission="parties.load_reference", paragraph="16")
def _load_shipped(*, by: Actor, at: datetime) -> Recorded[Imported]:
    """Write what the shipped history has and the register has not."""
    plan = shipped_plan()
    done = _write(plan, by=by, at=at, origin=Origin.PACKAGE)
    return Recorded(f"history:{plan.file.digest}", _facts(plan), done)


@action(verb="history.put_forward", permission="publication.import_history", paragraph="16")
def keep_draft(*, by: Actor, at: datetime, content: bytes, file_name: str) -> Recorded[str]:
    """Keep a history file for its owner between checking and importing; give its digest.

    An earlier file of the same owner is replaced, and files that have lapsed are forgotten.

    Args:
        by: Who puts it forward; nobody else sees it.
        at: Moment of putting it forward.
        content: Bytes of the file, already read once without being refused whole.
        file_name: Its name, for the page.
    """
    digest = sha256(content).hexdigest()
    HistoryDraft.objects.filter(Q(owner=by.reference) | Q(lapses_at__lte=at)).delete()
    HistoryDraft.objects.create(
        owner=by.reference,
        file_name=_harmless(file_name),
        content=zlib.compress(content, level=1),
        content_digest=digest,
        kept_at=at,
        lapses_at=at + DRAFT_KEPT,
    )
    return Recorded(f"history:{digest}", {"bytes": len(content)}, digest)


@action(verb="history.discarded", permission="publication.import_history", paragraph="16")
def discard_draft(*, by: Actor, at: datetime, digest: str) -> Recorded[None]:
    """Forget the file that was put forward.

    Raises:
        Refused: There is no such file of this owner.
    """
    del at
    gone, _by_model = HistoryDraft.objects.filter(owner=by.reference, content_digest=digest).delete()
    if not gone:
        raise Refused(
            "history_draft", "That file is no longer kept.", "Nothing more is needed: nothing was imported."
        )
    return Recorded(f"history:{digest}", {}, None)


def _write(plan: Plan, *, by: Actor, at: datetime, origin: Origin) -> Imported:
    try:
        with transaction.atomic():
            for some in _batches(plan.corrected):
                references = [each.reference for each in some]
                PublishedInspection.objects.filter(reference__in=references, superseded_at=None).update(
                    superseded_at=at, superseded_by=by.reference
                )
            for some in _batches(plan.changes):
                rows = [_row(each, by=by, at=at, origin=origin) for each in some]
                PublishedInspection.objects.bulk_create(rows)
                PublishedRating.objects.bulk_create(_ratings(rows, some))
    except IntegrityError as error:
        # Two imports at the same moment: the second finds the first one's rows in its place.
        raise Refused(
            "history_moved_on",
            "Someone else imported at the same moment. Nothing of this file was imported.",
            "Check the file again.",
        ) from error
    return Imported(
        tuple(each.reference for each in plan.new),
        tuple(each.reference for each in plan.corrected),
        plan.unchanged,
    )


def _batches(planned: Sequence[Planned]) -> Iterator[Sequence[Planned]]:
    return (planned[start : start + BATCH] for start in range(0, len(planned), BATCH))


def _row(planned: Planned, *, by: Actor, at: datetime, origin: Origin) -> PublishedInspection:
    said = planned.row
    return PublishedInspection(
        reference=planned.reference,
        round=planned.round,
        programme=said.programme,
        unit_type=said.unit_type,
        unit_code=said.unit_code,
        unit_name=said.unit_name,
        region_code=said.region_code,
        published=said.published,
        ordered_on=said.ordered_on,
        fieldwork=said.fieldwork,
        score=said.score,
        score_max=said.score_max,
        overall=said.overall,
        recommendations=said.recommendations,
        targets=said.targets,
        cases=said.cases,
        evidence=said.evidence,
        url=said.url,
        other_urls="\n".join(said.other_urls),
        notes=said.notes,
        content_digest=said.digest,
        origin=origin,
        imported_at=at,
        imported_by=by.reference,
    )


def _ratings(rows: Sequence[PublishedInspection], planned: Iterable[Planned]) -> Iterator[PublishedRating]:
    for row, each in zip(rows, planned, strict=True):
        for standard, rating in each.row.ratings:
            yield PublishedRating(inspection=row, standard=standard, rating=rating)


def _harmless(file_name: str) -> str:
    """Return a file's name fit to be kept: it is only a label, so nothing is refused for it."""
    return visible(file_name, longest=100) or "history.csv"


def _facts(plan: Plan) -> dict[str, Value]:
    facts: dict[str, Value] = {
        "file": plan.file.digest,
        "plan": plan.digest,
        "new": len(plan.new),
        "corrected": len(plan.corrected),
        "unchanged": plan.unchanged,
    }
    if len(plan.changes) <= NAMED:
        facts["rows"] = [
            {"reference": each.reference, "round": each.round, "digest": each.row.digest}
            for each in plan.changes
        ]
    return facts
