"""How the sample of Serious Further Offence reviews stands, pushed to the public register (F1, ¶19)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.ledger.acting import Recorded, action
from oversight.publication.models import PublishedSample
from oversight.publication.rules.sample_snapshots import SampleSnapshot

PUBLISH_SAMPLE: Final = "publication.publish_sample"


@action(verb="sample.published", permission=PUBLISH_SAMPLE, paragraph="19")
def publish_sample(*, by: Actor, at: datetime, snapshot: SampleSnapshot) -> Recorded[int]:
    """Publish how a year of the sample stands; give its round. The same again is no new round.

    Args:
        by: The Inspectorate, for which the service acts with each step of the sample.
        at: Moment of publishing.
        snapshot: All that the public may read.

    Raises:
        Refused: The actor may not.
    """
    held = (
        PublishedSample.objects.select_for_update()
        .filter(year=snapshot.year, superseded_at=None)
        .order_by("-round")
        .first()
    )
    payload: dict[str, Value] = {"digest": snapshot.digest}
    if held is not None and held.content_digest == snapshot.digest:
        return Recorded(f"published-sample:{snapshot.year}", payload | {"round": held.round}, held.round)
    number = 1
    if held is not None:
        number = held.round + 1
        held.superseded_at, held.superseded_by = at, by.reference
        held.save()
    PublishedSample.objects.create(
        year=snapshot.year,
        first_day=snapshot.first_day,
        round=number,
        content=snapshot.text,
        content_digest=snapshot.digest,
        published_at=at,
        published_by=by.reference,
    )
    return Recorded(f"published-sample:{snapshot.year}", payload | {"round": number}, number)
