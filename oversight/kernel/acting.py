"""What every rule and action may know of the one who acts."""

from __future__ import annotations

from datetime import date
from typing import Protocol


class PartyLike(Protocol):
    """A party as far as permission reaches: itself and all that it belongs to."""

    @property
    def code(self) -> str:
        """Stable code, for example ``hmip`` or ``N57EKNT``."""

    @property
    def lineage(self) -> str:
        """Codes from the top down to this party, for example ``/hmpps/probation-service/N57/N57EKNT/``."""


class Actor(Protocol):
    """Someone acting for a party in a role; nobody acts otherwise."""

    @property
    def reference(self) -> str:
        """Text reference kept in the record, for example ``person:12`` or ``command:setup``."""

    @property
    def name(self) -> str:
        """Name that people read."""

    @property
    def party(self) -> str:
        """Code of the party acted for; empty when signed out."""

    @property
    def role(self) -> str:
        """Identifier of the role acted in; empty when signed out."""

    @property
    def today(self) -> date | None:
        """London date on which they act, for what ends by itself; None when no day is known."""

    def may(self, permission: str, party: PartyLike | None = None) -> bool:
        """Tell whether this actor holds ``permission``, over ``party`` when one is given."""

    def demand(self, permission: str, party: PartyLike | None = None) -> None:
        """Raise Refused when ``may`` says no, naming who may."""

    def parties_over(self, permission: str) -> frozenset[str] | None:
        """Give the codes of the parties over which this actor holds ``permission``; None: every party."""
