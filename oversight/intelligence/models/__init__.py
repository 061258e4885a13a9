"""Tables of what is put in common, by subject. Parties are linked by code, which never changes."""

from oversight.intelligence.models.issues import Evidence, Issue, IssueStep, RatedEvidence
from oversight.intelligence.models.items import Item, Notice, Reader, Reading, Round
from oversight.intelligence.models.teams import TeamPlace

__all__ = [
    "Evidence",
    "Issue",
    "IssueStep",
    "Item",
    "Notice",
    "RatedEvidence",
    "Reader",
    "Reading",
    "Round",
    "TeamPlace",
]
