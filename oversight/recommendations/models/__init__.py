"""Tables of recommendations and plans, by subject. Parties are linked by code, which never changes."""

from oversight.recommendations.models.base import NAME_LENGTH, REFERENCE_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from oversight.recommendations.models.evidence import EvidenceFile
from oversight.recommendations.models.follow_up import FollowUp, FollowUpDone
from oversight.recommendations.models.notices import Notice, NoticeChoice
from oversight.recommendations.models.plans import (
    ActionProgress,
    ActionRecommendation,
    DateChange,
    MergedAction,
    MergedReport,
    Plan,
    PlanAction,
    PlanPart,
    PlanReport,
    PlanStep,
)
from oversight.recommendations.models.recommendation import Answer, Recommendation, RecommendationStep
from oversight.recommendations.models.repeats import Compared, Repeat, RepeatDecision

__all__ = [
    "NAME_LENGTH",
    "REFERENCE_LENGTH",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "ActionProgress",
    "ActionRecommendation",
    "Answer",
    "Compared",
    "DateChange",
    "EvidenceFile",
    "FollowUp",
    "FollowUpDone",
    "MergedAction",
    "MergedReport",
    "Notice",
    "NoticeChoice",
    "Plan",
    "PlanAction",
    "PlanPart",
    "PlanReport",
    "PlanStep",
    "Recommendation",
    "RecommendationStep",
    "Repeat",
    "RepeatDecision",
]
