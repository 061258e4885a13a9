"""Files that show what was reported, for those who see what it was reported on (E6, H4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from oversight.exchange.queries.files import FileContent, StoredFileRef, content_of, files_by_id
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.recommendations.models import ActionProgress, EvidenceFile, RecommendationStep
from oversight.recommendations.queries.plan_sight import found_action
from oversight.recommendations.queries.sight import found


def evidence_of(
    rows: Iterable[RecommendationStep | ActionProgress],
) -> Mapping[int, tuple[StoredFileRef, ...]]:
    """Give the files of rows read together with them, by row: one query, or none where there are no files."""
    links = {row.pk: [one.file_id for one in _read_with(row)] for row in rows}
    ids = [file_id for held in links.values() for file_id in held]
    files = files_by_id(ids) if ids else {}
    return {pk: tuple(files[file_id] for file_id in sorted(held)) for pk, held in links.items()}


def _read_with(row: RecommendationStep | ActionProgress) -> list[EvidenceFile]:
    files: QuerySet[EvidenceFile] = row.files.all()  # type: ignore[union-attr]  # both have them
    return list(files)


def recommendation_evidence(*, actor: Actor, reference: str, file_id: int) -> FileContent:
    """Give a file that shows that a recommendation is complete.

    Raises:
        Refused: The actor does not see the recommendation, it has no such file, or the content changed.
    """
    row = found(actor, reference)
    return _content(EvidenceFile.objects.filter(step__recommendation=row, file=file_id).exists(), file_id)


def action_evidence(*, actor: Actor, reference: str, number: int, file_id: int) -> FileContent:
    """Give a file that shows what was done on an action.

    Raises:
        Refused: The actor does not see the action, it has no such file, or the content changed.
    """
    row = found_action(actor, reference, number)
    return _content(EvidenceFile.objects.filter(entry__action=row, file=file_id).exists(), file_id)


def _content(held: bool, file_id: int) -> FileContent:
    if not held:
        raise Refused("not_found_file", "There is no such file.", "Open the page that it belongs to.")
    return content_of(file_id)
