"""Files that show what was reported, for those who see what it was reported on (E6, H4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import QuerySet

from oversight.exchange.queries.files import FileContent, StoredFileRef, content_of, files_by_id
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.recommendations.models import ActionProgress, EvidenceFile, RecommendationStep
from oversight.recommendations.queries.plan_sight import found_action
from oversight.recommendations.queries.sight import found

#: The step of a recommendation that files come with.
_WITH_FILES: Final = "report_complete"

Files = Mapping[int, tuple[StoredFileRef, ...]]


def step_evidence(steps: Iterable[RecommendationStep]) -> Files:
    """Give the files of steps, by step: no query where no step can have one, else one, or two with files."""
    able = [one.pk for one in steps if one.move == _WITH_FILES]
    return _files(EvidenceFile.objects.filter(step__in=able), "step_id") if able else {}


def entry_evidence(entries: Iterable[ActionProgress]) -> Files:
    """Give the files of entries of progress, by entry: one query, or two with files; none without entries."""
    held = [one.pk for one in entries]
    return _files(EvidenceFile.objects.filter(entry__in=held), "entry_id") if held else {}


def _files(rows: QuerySet[EvidenceFile], of: str) -> Files:
    links = list(rows.order_by("file_id").values_list(of, "file_id"))
    if not links:
        return {}
    files = files_by_id([file_id for _, file_id in links])
    found: dict[int, tuple[StoredFileRef, ...]] = {}
    for owner, file_id in links:
        found[owner] = (*found.get(owner, ()), files[file_id])
    return found


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
