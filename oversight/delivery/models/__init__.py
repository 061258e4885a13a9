"""Tables of the first line, by subject. Parties are linked by code, which never changes."""

from oversight.delivery.models.assessing import Assessment, Round, TeamInput
from oversight.delivery.models.contracts import Contract, ContractListing, ContractPeriod, ServiceLevel
from oversight.delivery.models.figures import Figure, FigureFile
from oversight.delivery.models.matters import Matter, MatterMove

__all__ = [
    "Assessment",
    "Contract",
    "ContractListing",
    "ContractPeriod",
    "Figure",
    "FigureFile",
    "Matter",
    "MatterMove",
    "Round",
    "ServiceLevel",
    "TeamInput",
]
