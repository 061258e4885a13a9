"""What is written about recommendations and plans. Areas above hand recommendations over with ``receive``."""

from oversight.recommendations.actions.receiving import receive

__all__ = ["receive"]
