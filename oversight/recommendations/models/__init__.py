"""Tables of recommendations and plans, by subject. Parties are linked by code, which never changes."""

from oversight.recommendations.models.base import NAME_LENGTH, REFERENCE_LENGTH, TEXT_LENGTH, TITLE_LENGTH
from oversight.recommendations.models.recommendation import Answer, Recommendation, RecommendationStep

__all__ = [
    "NAME_LENGTH",
    "REFERENCE_LENGTH",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "Answer",
    "Recommendation",
    "RecommendationStep",
]
