"""Tables of the exchange, by subject. Parties are linked by code, which never changes."""

from oversight.exchange.models.files import StoredContent, StoredFile

__all__ = [
    "StoredContent",
    "StoredFile",
]
