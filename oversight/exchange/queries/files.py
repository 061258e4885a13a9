"""Files of the store. Who may read one is for the area above whose thing it belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from oversight.exchange.models import StoredFile
from oversight.exchange.rules.files import check_intact, check_kept, size_in_words
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused

_LOG: Final = structlog.get_logger(__name__)


@dataclass(frozen=True)
class StoredFileRef:
    """A file of the store without its content.

    Args:
        id: Its row, for a link from another area's table.
        name: Its name.
        media_type: Under which it is handed out.
        size: Bytes.
        digest: SHA-256 of its content.
        kept_name: Who kept it.
        kept_at: When.
        gone_at: When it was disposed of; None while it is there.
    """

    id: int
    name: str
    media_type: str
    size: int
    digest: str
    kept_name: str
    kept_at: datetime
    gone_at: datetime | None

    @property
    def size_in_words(self) -> str:
        """Size as people say it."""
        return size_in_words(self.size)

    @property
    def facts(self) -> dict[str, Value]:
        """What the record says of it."""
        return {"file": self.id, "name": self.name, "size": self.size, "digest": self.digest}


@dataclass(frozen=True)
class FileContent:
    """A file of the store with its content."""

    ref: StoredFileRef
    content: bytes


def ref_of(file: StoredFile) -> StoredFileRef:
    """Give a file, read together with its content's row, as other areas know it."""
    return StoredFileRef(
        id=file.pk,
        name=file.name,
        media_type=file.media_type,
        size=file.content.size,
        digest=file.content_id,
        kept_name=file.kept_name,
        kept_at=file.kept_at,
        gone_at=file.gone_at,
    )


def files_by_id(ids: Iterable[int]) -> dict[int, StoredFileRef]:
    """Give files by row, without their content: one query."""
    rows = StoredFile.objects.filter(pk__in=list(ids)).select_related("content").defer("content__content")
    return {row.pk: ref_of(row) for row in rows.order_by("id")}


def content_of(id: int) -> FileContent:  # noqa: A002 - the id of the file, as a reader of the call expects
    """Give a file with its content, held to its digest.

    Who may read it is the caller's business: this gives it to whoever asks.

    Args:
        id: Its row.

    Raises:
        Refused: There is no such file, it was disposed of, or its content is not as it was kept; the last is
            logged as an error.
    """
    file = StoredFile.objects.select_related("content").filter(pk=id).order_by("id").first()
    if file is None:
        raise Refused("not_found_file", "There is no such file.", "Open the page that it belongs to.")
    held = file.content.content
    check_kept(file.name, gone=file.gone_at is not None or held is None)
    content = bytes(held or b"")
    try:
        check_intact(file.name, content, digest=file.content_id, size=file.content.size)
    except Refused:
        _LOG.error("file_changed", file=file.pk, digest=file.content_id, size=len(content))
        raise
    return FileContent(ref_of(file), content)
