"""Tables of this area."""

from oversight.sfo.models.independent import (
    SECTION_LENGTH,
    TITLE_LENGTH,
    CheckPoint,
    FamilyBriefing,
    FamilyException,
    IndependentMove,
    IndependentReader,
    IndependentReading,
    IndependentReview,
    IndependentVersion,
    RecommendationDraft,
    Reviewer,
    SectionDraft,
    Terms,
)
from oversight.sfo.models.marking import MarkedStandard, Marking, Settlement
from oversight.sfo.models.review import TEXT_LENGTH, Reader, Reading, Review, ReviewDue, ReviewMove
from oversight.sfo.models.sample import Batch, SampleYear, YearAssured

__all__ = [
    "SECTION_LENGTH",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "Batch",
    "CheckPoint",
    "FamilyBriefing",
    "FamilyException",
    "IndependentMove",
    "IndependentReader",
    "IndependentReading",
    "IndependentReview",
    "IndependentVersion",
    "MarkedStandard",
    "Marking",
    "Reader",
    "Reading",
    "RecommendationDraft",
    "Review",
    "ReviewDue",
    "ReviewMove",
    "Reviewer",
    "SampleYear",
    "SectionDraft",
    "Settlement",
    "Terms",
    "YearAssured",
]
