"""Tables of the first line, by subject. Parties are linked by code, which never changes."""

from oversight.delivery.models.assessing import Assessment, Round, TeamInput
from oversight.delivery.models.figures import Figure, FigureFile

__all__ = ["Assessment", "Figure", "FigureFile", "Round", "TeamInput"]
