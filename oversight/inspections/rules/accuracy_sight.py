"""Who sees what of an accuracy check: the draft, the points, those who were asked (D6, H4, ¶16, ¶22).

A contributor sees the draft and their own points until OSAG returns the response; then everyone who sees
the draft sees the response. What a contributor still writes is theirs alone, and what OSAG held back stays
with OSAG and the one who wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass

from oversight.inspections.rules.accuracy_states import PointState


@dataclass(frozen=True)
class Standing:
    """How someone stands to one check.

    Args:
        osag: Whether they bring the check together.
        inspectorate: Whether they see the evidence, as the Inspectorate and its partners do.
        asked: Whether they answer for someone who was asked to check the draft.
        reads: Whether they see the draft without having been asked.
    """

    osag: bool = False
    inspectorate: bool = False
    asked: bool = False
    reads: bool = False

    @property
    def anything(self) -> bool:
        """Whether they see anything of the check."""
        return self.osag or self.inspectorate or self.asked or self.reads

    @property
    def progress(self) -> bool:
        """Whether they see who was asked, by when, and who has answered."""
        return self.osag or self.inspectorate

    @property
    def newer_drafts(self) -> bool:
        """Whether they see drafts that were not sent for checking."""
        return self.inspectorate


def sees_point(standing: Standing, *, state: str, own: bool, in_response: bool) -> bool:
    """Tell whether someone sees a point.

    Args:
        standing: How they stand to the check.
        state: Where the point stands.
        own: Whether they answer for the party that wrote it.
        in_response: Whether it went to the Inspectorate.
    """
    if not standing.anything:
        return False
    if own and (standing.asked or standing.osag):
        return True
    if standing.osag:
        return state != PointState.WRITTEN
    return in_response
