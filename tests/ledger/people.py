"""An actor for tests of the record, which knows no parties and no roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action

AT = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Someone:
    """Someone who may do what is listed, over the parties listed."""

    permissions: frozenset[str] = frozenset({"test.act", "ledger.checkpoint"})
    parties: frozenset[str] = frozenset()
    reference: str = "person:1"
    name: str = "Ann Example"
    party: str = "hmip"
    role: str = "hmip_planner"

    def may(self, permission, party=None):
        return permission in self.permissions and (party is None or party.code in self.parties)

    def demand(self, permission, party=None):
        if not self.may(permission, party):
            raise Refused("permission_test", "You may not.", "Ask someone who may.")


ANN = Someone()


@action(verb="test.act", permission="test.act")
def act(*, by, at, what="thing:1", payload=None):
    """Do nothing but leave an entry."""
    return Recorded(what, payload if payload is not None else {}, what)
