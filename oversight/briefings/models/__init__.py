"""Tables of alerts, briefings and policy changes; this area alone reads and writes them."""

from oversight.briefings.models.alerts import Alert
from oversight.briefings.models.base import (
    NAME_LENGTH,
    PERSON_LENGTH,
    REFERENCE_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
)
from oversight.briefings.models.briefings import (
    Briefing,
    BriefingCopy,
    BriefingRound,
    BriefingStep,
    CopyReading,
    Decision,
    FactSheet,
)
from oversight.briefings.models.changes import ChangeLink, ChangeRound, PolicyChange

__all__ = [
    "NAME_LENGTH",
    "PERSON_LENGTH",
    "REFERENCE_LENGTH",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "Alert",
    "Briefing",
    "BriefingCopy",
    "BriefingRound",
    "BriefingStep",
    "ChangeLink",
    "ChangeRound",
    "CopyReading",
    "Decision",
    "FactSheet",
    "PolicyChange",
]
