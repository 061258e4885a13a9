"""Case data of a joint inspection that is shared: with whom, what, why, on what basis, until when (D9, ¶33).

A share ends by itself after its last day: whether it is live is worked out from the day on which someone
looks, and nothing has to run for it to end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from oversight.exchange.rules.lasting import Standing, standing_on
from oversight.inspections.rules.case import CaseState
from oversight.inspections.rules.visibility import SHAREABLE, Part
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words, join_in_words

#: What each part of the case data is, in words.
PART_WORDS: Final = {
    Part.CASES: "Cases and how each was judged",
    Part.NOTES: "Evidence notes",
    Part.DATA: "Data items",
    Part.FILES: "Stored files",
}
#: States in which no case data is shared: not known yet to the partners, or not made.
_NOT_SHARING: Final = (CaseState.SCHEDULED, CaseState.WITHDRAWN, CaseState.REPLACED)
_LEAD: Final = "the lead inspector of this inspection"


@dataclass(frozen=True)
class Share:
    """What decides whether a share gives anything.

    Args:
        party: Code of the partner inspectorate.
        parts: What is shared.
        since: First day.
        until: Last day.
        ended: Whether it was ended before that.
    """

    party: str
    parts: frozenset[Part]
    since: date
    until: date
    ended: bool = False


def standing(share: Share, today: date) -> Standing:
    """Tell where a share stands on a day; its last day still counts."""
    return standing_on(today, since=share.since, until=share.until, ended=share.ended)


def live_parts(shares: Iterable[Share], party: str, today: date | None) -> frozenset[Part]:
    """Give what a party is given by shares that are live on a day; nothing when no day is known."""
    if today is None:
        return frozenset()
    live = (one for one in shares if one.party == party and standing(one, today) is Standing.LIVE)
    return frozenset(part for share in live for part in share.parts)


def _refused(rule: str, why: str, what_next: str, field: str = "") -> Refused:
    return Refused(rule, why, what_next, paragraph="33", who_can=_LEAD, field=field)


def check_lead(actor: str, lead: str) -> None:
    """Refuse whoever does not lead the inspection.

    Raises:
        Refused: Rule ``share_lead``.
    """
    if actor != lead:
        raise _refused(
            "share_lead",
            "Case data of a joint inspection is shared by the inspector who leads it.",
            "Ask the lead inspector.",
        )


def check_share(
    share: Share, *, purpose: str, agreement: str, partners: Collection[str], state: str, today: date
) -> None:
    """Refuse a share that names no partner, nothing, no purpose, no agreement or a day that has passed.

    Args:
        share: The share.
        purpose: What the data is for.
        agreement: Reference or link of the data sharing agreement.
        partners: Codes of the partner inspectorates of this inspection.
        state: Where the inspection stands; for a paused one, where it was paused.
        today: London date.

    Raises:
        Refused: Rule ``share_state``, ``share_party``, ``share_parts``, ``share_purpose``,
            ``share_agreement`` or ``share_until``; ``field`` says which is wrong.
    """
    if state in _NOT_SHARING or not partners:
        raise _refused(
            "share_state",
            "Case data is shared once a joint inspection is announced, and only while it is made.",
            "Open the inspection to see how it stands.",
        )
    if share.party not in partners:
        raise _refused(
            "share_party",
            "Only a partner in this inspection can be given its case data.",
            "Choose a partner from the list.",
            "party",
        )
    if not share.parts or not share.parts <= SHAREABLE:
        raise _refused("share_parts", "A share names what is shared.", "Choose at least one part.", "parts")
    if not purpose:
        raise _refused("share_purpose", "A share has a purpose.", "Enter what the data is for.", "purpose")
    if not agreement:
        raise _refused(
            "share_agreement",
            "Case data is shared under a data sharing agreement.",
            "Enter its reference or link.",
            "agreement",
        )
    if share.until < today:
        raise _refused(
            "share_until",
            f"{day_in_words(share.until)} has passed.",
            "Enter the last day of the share: today or later.",
            "until",
        )


def check_end(share: Share, reason: str, *, today: date) -> None:
    """Refuse to end a share that has ended, or without a reason.

    Raises:
        Refused: Rule ``share_ended`` or ``share_reason``.
    """
    if standing(share, today) is not Standing.LIVE:
        raise _refused("share_ended", "This share has ended.", "There is nothing to do.")
    if not reason:
        raise _refused(
            "share_reason",
            "Ending a share early needs a reason.",
            "Enter it: the partner reads it.",
            "reason",
        )


def parts_in_words(parts: Collection[Part]) -> str:
    """Give what is shared, in words and in a fixed order."""
    return join_in_words([PART_WORDS[part].lower() for part in PART_WORDS if part in parts])
