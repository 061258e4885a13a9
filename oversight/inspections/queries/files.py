"""Files attached to inspections: who may read one, its line, its content (D5, D6, H4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from oversight.exchange.queries.files import content_of
from oversight.exchange.rules.files import size_in_words
from oversight.inspections.models import Inspection, StoredFile
from oversight.inspections.queries.accuracy_sight import look, seen_points
from oversight.inspections.queries.sight import found, shared_with
from oversight.inspections.rules.files import FileUse
from oversight.inspections.rules.visibility import OWNER, Part
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import parties_by_code


@dataclass(frozen=True)
class FileLine:
    """A file without its content.

    Args:
        id: Its row.
        kept_id: Row of the file in the store.
        reference: Reference of the inspection that it is attached to.
        name: Its name.
        media_type: Under which it is handed out.
        size: Bytes.
        digest: SHA-256 of its content.
        sensitive: Whether each reading is recorded.
        kept_name: Who attached it.
        kept_at: When.
    """

    id: int
    kept_id: int
    reference: str
    name: str
    media_type: str
    size: int
    digest: str
    sensitive: bool
    kept_name: str
    kept_at: datetime

    @property
    def size_in_words(self) -> str:
        """Size as people say it."""
        return size_in_words(self.size)


@dataclass(frozen=True)
class FileContent:
    """A file with its content."""

    line: FileLine
    content: bytes


def answers_for(actor: Actor, code: str) -> bool:
    """Tell whether someone acts for a party or for one that it belongs to."""
    ref = parties_by_code().get(code)
    return actor.party == code or (ref is not None and f"/{actor.party}/" in ref.lineage)


def _reads_information(actor: Actor, row: Inspection, file: StoredFile) -> bool:
    return actor.party == OWNER or answers_for(actor, file.party_id) or Part.FILES in shared_with(actor, row)


def _reads_accuracy(actor: Actor, row: Inspection, file: StoredFile) -> bool:
    return seen_points(look(actor, row.reference)).filter(evidence=file.pk).exists()


#: By what a file is attached to, who reads it. Each is asked of someone who sees the inspection.
READERS: Final[Mapping[FileUse, Callable[[Actor, Inspection, StoredFile], bool]]] = {
    FileUse.INFORMATION: _reads_information,
    FileUse.ACCURACY: _reads_accuracy,
}


def lines_of(ids: Iterable[int]) -> dict[int, FileLine]:
    """Give files by row, without their content, for those already seen to read them: one query."""
    rows = StoredFile.objects.filter(pk__in=list(ids)).select_related("inspection")
    return {row.pk: _line(row) for row in rows.order_by("id")}


def _file(actor: Actor, reference: str, file_id: int) -> StoredFile:
    row = found(actor, reference)
    rows = StoredFile.objects.filter(pk=file_id, inspection=row).select_related("inspection")
    file = rows.order_by("id").first()
    if file is None or not READERS[FileUse(file.use)](actor, row, file):
        raise Refused(
            "not_found_file",
            "There is no such file, or it is not one that you may read.",
            "Open the inspection to see what is there for you.",
        )
    return file


def file_line(*, actor: Actor, reference: str, file_id: int) -> FileLine:
    """Give a file without its content.

    Raises:
        Refused: There is no such file that the actor may read; the two look alike.
    """
    return _line(_file(actor, reference, file_id))


def read_under_share(*, actor: Actor, reference: str, file_id: int) -> bool:
    """Tell whether someone may read a file because it is shared with them, so that it is recorded (¶33).

    Raises:
        Refused: As for ``file_line``.
    """
    file = _file(actor, reference, file_id)
    own = actor.party == OWNER or answers_for(actor, file.party_id)
    return file.use == FileUse.INFORMATION and not own


def file_content(*, actor: Actor, reference: str, file_id: int) -> FileContent:
    """Give a file with its content.

    Raises:
        Refused: As for ``file_line``, or it is not as it was kept.
    """
    return with_content(_line(_file(actor, reference, file_id)))


def with_content(line: FileLine) -> FileContent:
    """Give a file, already seen to be one that the actor reads, with its content.

    Raises:
        Refused: It is not as it was kept.
    """
    return FileContent(line, content_of(line.kept_id).content)


def _line(file: StoredFile) -> FileLine:
    return FileLine(
        id=file.pk,
        kept_id=file.kept_id,
        reference=file.inspection.reference,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        digest=file.digest,
        sensitive=file.sensitive,
        kept_name=file.kept_name,
        kept_at=file.kept_at,
    )
