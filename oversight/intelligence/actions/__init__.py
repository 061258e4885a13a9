"""What is written of what is put in common. Areas above hand findings over with ``share_finding``."""

from oversight.intelligence.actions.demonstration import demonstrate_intelligence
from oversight.intelligence.actions.items import Content, correct_item, share_finding, withdraw_item
from oversight.intelligence.actions.teams import team_told

__all__ = [
    "Content",
    "correct_item",
    "demonstrate_intelligence",
    "share_finding",
    "team_told",
    "withdraw_item",
]
