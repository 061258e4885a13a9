"""Asking that new recommendations are compared with all others (E7)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from oversight.jobs.asking import ask
from oversight.kernel.acting import Actor

REPEATS_JOB: Final = "recommendations.repeats"


def _ask_to_compare(*, by: Actor, at: datetime) -> None:
    """Have new recommendations compared with all others, inside the act that takes them up.

    Args:
        by: Who takes them up.
        at: When.
    """
    ask(
        by=by,
        at=at,
        kind=REPEATS_JOB,
        subject="recommendations",
        title="Look for recommendations that repeat earlier ones",
        due_at=at,
    )
