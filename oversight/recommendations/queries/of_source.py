"""What became of the recommendations of one report, for the area whose report it is (E6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from oversight.recommendations.models import Recommendation
from oversight.recommendations.rules.delivery import CLOSED, DELIVERY_WORDS, Delivery
from oversight.recommendations.rules.responding import RESPONSE_WORDS, Response


@dataclass(frozen=True)
class Standing:
    """Where a recommendation stands.

    Args:
        reference: Its reference.
        response_label: The answer that stands, in words.
        delivery_label: Where the work stands, in words.
        closed_at: When it was closed; None while it is open.
    """

    reference: str
    response_label: str
    delivery_label: str
    closed_at: datetime | None


def standing_of(source: str) -> dict[str, Standing]:
    """Give where each recommendation of a report stands, by reference: one query.

    Who may see the report is for the caller to say: this tells whoever asks.

    Args:
        source: Reference of the report.
    """
    rows = Recommendation.objects.filter(source=source).order_by("number")
    return {
        row.reference: Standing(
            row.reference,
            RESPONSE_WORDS[Response(row.response)],
            DELIVERY_WORDS[Delivery(row.delivery)],
            row.closed_at if row.delivery in CLOSED else None,
        )
        for row in rows
    }
