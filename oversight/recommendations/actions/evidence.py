"""Files kept with what an owner reports, in the same act (E6, ¶26)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from oversight.exchange.actions.files import keep_within
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.recommendations.models import ActionProgress, EvidenceFile, RecommendationStep
from oversight.recommendations.rules.evidence import GivenFile, check_files


def _keep_evidence(
    of: RecommendationStep | ActionProgress, files: Sequence[GivenFile], *, by: Actor, at: datetime
) -> list[Value]:
    """Keep files as part of the act that is under way, and give what the record says of each.

    Raises:
        Refused: Field ``files``: there are too many, or one is not as the store takes it.
    """
    check_files(files)
    told: list[Value] = []
    for given in files:
        kept = keep_within(name=given.name, content=given.content, by=by, at=at)
        link = {"step": of} if isinstance(of, RecommendationStep) else {"entry": of}
        EvidenceFile.objects.create(file_id=kept.id, **link)
        told.append(kept.facts)
    return told
