"""What ends by itself: whether it stands is worked out from the day on which someone looks (¶33)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final


class Standing(StrEnum):
    """Where something given until a day stands."""

    LIVE = "live"
    ENDED_EARLY = "ended_early"
    ENDED = "ended"


STANDING_WORDS: Final = {
    Standing.LIVE: "Live",
    Standing.ENDED_EARLY: "Ended early",
    Standing.ENDED: "Ended",
}


def standing_on(today: date, *, since: date, until: date, ended: bool) -> Standing:
    """Tell where something stands on a day; its last day still counts. Nothing has to run for it to end.

    Args:
        today: London date.
        since: First day.
        until: Last day.
        ended: Whether it was ended before that.
    """
    if ended:
        return Standing.ENDED_EARLY
    return Standing.LIVE if since <= today <= until else Standing.ENDED
