"""Files kept, and let go, within other acts (G5)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import structlog

from oversight.exchange.models import StoredContent, StoredFile
from oversight.exchange.queries.files import StoredFileRef, ref_of
from oversight.exchange.rules.files import CheckedFile, check_intact, checked
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import in_action

_LOG: Final = structlog.get_logger(__name__)


def keep_within(*, name: str, content: bytes, by: Actor, at: datetime) -> StoredFileRef:
    """Keep a file as part of the act that is under way; the act records its ``facts``.

    The same bytes are kept once, however many files have them. Who may read the file, and whether reading is
    recorded, is for the thing that it is attached to.

    Args:
        name: As it was uploaded.
        content: All of it.
        by: Who keeps it.
        at: Moment of the act.

    Raises:
        Refused: Field ``file``: as for ``rules.files.checked``; or rule ``file_changed`` when the same bytes
            are kept already and were damaged since.
        RuntimeError: No act is under way.
    """
    if not in_action():
        raise RuntimeError("A file is kept within an action, so that the record tells of it.")
    file = checked(name, content)
    held = _content(file, by, at)
    row = StoredFile.objects.create(
        content=held,
        name=file.name,
        media_type=file.kind.media_type,
        kept_at=at,
        kept_by=by.reference,
        kept_name=by.name,
    )
    return ref_of(row)


def _content(file: CheckedFile, by: Actor, at: datetime) -> StoredContent:
    # Two people who keep the same bytes at once: the second waits for the first and finds its row.
    row, made = StoredContent.objects.get_or_create(
        digest=file.digest,
        defaults={"size": file.size, "content": file.content, "kept_at": at, "kept_by": by.reference},
    )
    if made:
        return row
    row = StoredContent.objects.select_for_update(of=("self",)).get(pk=file.digest)
    if row.content is None:
        row.content, row.gone_at, row.gone_by = file.content, None, ""
        row.kept_at, row.kept_by = at, by.reference
        row.save()
        return row
    try:
        check_intact(file.name, bytes(row.content), digest=row.digest, size=row.size)
    except Refused:
        _LOG.error("file_changed", digest=row.digest, size=len(row.content))
        raise
    return row


def let_go_within(*, id: int, by: Actor, at: datetime) -> bool:  # noqa: A002 - as content_of has it
    """Let a file go as part of the act that is under way: its row and digest stay.

    Args:
        id: Its row.
        by: Who lets it go.
        at: Moment of the act.

    Returns:
        Whether the bytes are gone: they stay while another file has them.

    Raises:
        Refused: There is no such file, or it was let go already.
        RuntimeError: No act is under way.
    """
    if not in_action():
        raise RuntimeError("A file is let go within an action, so that the record tells of it.")
    found = StoredFile.objects.select_for_update(of=("self",)).filter(pk=id, gone_at=None).order_by("id")
    file = found.first()
    if file is None:
        raise Refused(
            "not_found_file", "There is no such file, or it is gone already.", "Open the list again."
        )
    file.gone_at, file.gone_by = at, by.reference
    file.save()
    held = StoredContent.objects.select_for_update(of=("self",)).get(pk=file.content_id)
    if held.files.filter(gone_at=None).exists():
        return False
    held.content, held.gone_at, held.gone_by = None, at, by.reference
    held.save()
    return True
