"""Tables of the exchange, by subject. Parties are linked by code, which never changes."""

from oversight.exchange.models.files import StoredContent, StoredFile
from oversight.exchange.models.holdings import Ask, Copy, Holding, NamedParty, Reading, Use

__all__ = [
    "Ask",
    "Copy",
    "Holding",
    "NamedParty",
    "Reading",
    "StoredContent",
    "StoredFile",
    "Use",
]
