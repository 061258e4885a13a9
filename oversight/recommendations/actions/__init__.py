"""What is written about recommendations and plans. Areas above hand recommendations over with ``receive``."""

from oversight.recommendations.actions.demonstration import demonstrate_recommendations
from oversight.recommendations.actions.notices import start_telling
from oversight.recommendations.actions.receiving import receive

__all__ = ["demonstrate_recommendations", "receive", "start_telling"]
