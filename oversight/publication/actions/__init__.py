"""What is written to the public register: history, reports from their cases, what findings changed."""

from oversight.publication.actions.changes import publish_change, take_change_back
from oversight.publication.actions.history import (
    DRAFT_KEPT,
    Imported,
    discard_draft,
    import_history,
    keep_draft,
    load_shipped_history,
)
from oversight.publication.actions.reports import (
    PDF_JOB,
    TOLD_JOB,
    correct_report,
    keep_pdf,
    publish_report,
    restore_report,
    withdraw_report,
)

__all__ = [
    "DRAFT_KEPT",
    "PDF_JOB",
    "TOLD_JOB",
    "Imported",
    "correct_report",
    "discard_draft",
    "import_history",
    "keep_draft",
    "keep_pdf",
    "load_shipped_history",
    "publish_change",
    "publish_report",
    "restore_report",
    "take_change_back",
    "withdraw_report",
]
