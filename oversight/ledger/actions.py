"""What may be done with the record itself: taking a signed checkpoint."""

from __future__ import annotations

from datetime import datetime

from oversight.kernel.acting import Actor
from oversight.kernel.digests import moment_text
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.ledger.checkpoints import SignedCheckpoint, sign
from oversight.ledger.models import Checkpoint, Head


@action(verb="checkpoint.taken", permission="ledger.checkpoint", paragraph="10(iii)")
def checkpoint(*, by: Actor, at: datetime) -> Recorded[SignedCheckpoint]:
    """Sign how far the record has come, and keep a copy.

    The checkpoint is about the last entry before it; taking it is an act, and becomes an entry after.

    Args:
        by: Who takes it.
        at: The moment, aware.

    Raises:
        Refused: The actor may not, or nothing has been recorded yet.
    """
    head = Head.objects.get(pk=1)
    if head.sequence == 0:
        raise Refused(
            "checkpoint_of_nothing",
            "Nothing has been recorded yet, so there is nothing to take a checkpoint of.",
            "Take one after the first act has been recorded.",
            paragraph="10(iii)",
        )
    signed = sign(sequence=head.sequence, digest=head.digest, at=moment_text(at), by=by.reference)
    kept = Checkpoint.objects.create(
        sequence=signed.sequence,
        digest=signed.digest,
        at=signed.at,
        by=signed.by,
        issuer=signed.issuer,
        public_key=signed.public_key,
        signature=signed.signature,
    )
    return Recorded(
        f"checkpoint:{kept.pk}",
        {"sequence": signed.sequence, "digest": signed.digest, "public_key": signed.public_key},
        signed,
    )
