"""What is written about the arrangements: texts taken up, what happened, questions on missed duties.

Each act is permitted, checked and recorded. The duties themselves are written by no one: they follow.
"""

from oversight.arrangements.actions.demonstration import demonstrate_events
from oversight.arrangements.actions.events import EventFacts, happened, withdraw_event
from oversight.arrangements.actions.questions import (
    answer_query,
    close_query,
    raise_query,
    return_query,
)
from oversight.arrangements.actions.texts import load_shipped_versions, load_version

__all__ = [
    "EventFacts",
    "answer_query",
    "close_query",
    "demonstrate_events",
    "happened",
    "load_shipped_versions",
    "load_version",
    "raise_query",
    "return_query",
    "withdraw_event",
]
