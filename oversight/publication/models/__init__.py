"""Tables of the public register. They know no casework: areas are text codes, and nothing points out."""

from oversight.publication.models.changes import PublishedChange, PublishedChangeReport
from oversight.publication.models.plans import PublishedPlan, PublishedPlanMerge, PublishedPlanReport
from oversight.publication.models.register import (
    HistoryDraft,
    Origin,
    PublicNotice,
    PublishedFile,
    PublishedInspection,
    PublishedRating,
    PublishedReport,
)
from oversight.publication.models.samples import PublishedSample

__all__ = [
    "HistoryDraft",
    "Origin",
    "PublicNotice",
    "PublishedChange",
    "PublishedChangeReport",
    "PublishedFile",
    "PublishedInspection",
    "PublishedPlan",
    "PublishedPlanMerge",
    "PublishedPlanReport",
    "PublishedRating",
    "PublishedReport",
    "PublishedSample",
]
