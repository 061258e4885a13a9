"""Files kept within other acts, and the record of who read a sensitive one (D5, D6)."""

from __future__ import annotations

from datetime import datetime

from oversight.exchange.actions.files import keep_within
from oversight.inspections.models import Inspection, StoredFile
from oversight.inspections.queries.files import FileContent, file_content
from oversight.inspections.rules.files import FileUse
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action, in_action


def _keep_within(
    row: Inspection,
    *,
    use: FileUse,
    name: str,
    content: bytes,
    by: Actor,
    at: datetime,
    sensitive: bool = True,
    party: str = "",
) -> StoredFile:
    """Keep a file as part of the act that is under way.

    Args:
        row: The inspection, which the act was seen to be allowed on.
        use: What it is attached to.
        name: As it was uploaded.
        content: All of it.
        by: Who attaches it.
        at: Moment of the act.
        sensitive: Whether each reading of it is recorded.
        party: Code of the party it is attached for; the actor's own when left out.

    Raises:
        Refused: Field ``file``: as for ``exchange.actions.files.keep_within``.
    """
    assert in_action()
    file = keep_within(name=name, content=content, by=by, at=at)
    return StoredFile.objects.create(
        inspection=row,
        use=use,
        party_id=party or by.party,
        sensitive=sensitive,
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        digest=file.digest,
        kept_id=file.id,
        kept_at=at,
        kept_by=by.reference,
        kept_name=by.name,
    )


def _file_facts(file: StoredFile) -> dict[str, Value]:
    """Give what the record says of a file that an act kept."""
    return {"name": file.name, "size": file.size, "digest": file.digest, "sensitive": file.sensitive}


@action(verb="inspection.file-read", permission="inspections.see", paragraph="31")
def read_file(*, by: Actor, at: datetime, reference: str, file_id: int) -> Recorded[FileContent]:
    """Give a sensitive file, and record who read it.

    Args:
        by: Who reads.
        at: Moment of reading.
        reference: Reference of the inspection.
        file_id: Its row.

    Raises:
        Refused: There is no such file that the actor may read.
    """
    del at
    found = file_content(actor=by, reference=reference, file_id=file_id)
    if not found.line.sensitive:
        raise Refused(
            "file_plain",
            "Reading this file is not recorded.",
            "Open it with its link.",
        )
    payload: dict[str, Value] = {"file": file_id, "name": found.line.name, "digest": found.line.digest}
    return Recorded(f"inspection:{reference}", payload, found)
