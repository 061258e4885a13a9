"""Tables of the exchange, by subject. Parties are linked by code, which never changes."""

from oversight.exchange.models.disposal import DisposalLine, DisposalRun, LegalHold
from oversight.exchange.models.files import StoredContent, StoredFile
from oversight.exchange.models.holdings import Ask, Copy, Holding, NamedParty, Reading, Use
from oversight.exchange.models.sharing import Share, SharedWith, ShareRead
from oversight.exchange.models.supplying import Supply, SupplyPeriod, UploadAddress

__all__ = [
    "Ask",
    "Copy",
    "DisposalLine",
    "DisposalRun",
    "Holding",
    "LegalHold",
    "NamedParty",
    "Reading",
    "Share",
    "ShareRead",
    "SharedWith",
    "StoredContent",
    "StoredFile",
    "Supply",
    "SupplyPeriod",
    "UploadAddress",
    "Use",
]
