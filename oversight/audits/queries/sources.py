"""What an audit could draw on, of what its team may see (G4, ¶30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from oversight.audits.queries.sight import demand_team, found, sight_of
from oversight.audits.rules.work import SOURCE_WORDS, SourceKind
from oversight.exchange.queries.holdings import HoldingFilter, library
from oversight.intelligence.queries.items import ItemFilter, items
from oversight.intelligence.rules.items import SHARED
from oversight.kernel.acting import Actor
from oversight.kernel.words import day_in_words
from oversight.parties.queries import PartyRef, party
from oversight.publication.queries.reports import reports_about

MOST: Final = 25


@dataclass(frozen=True)
class Candidate:
    """Something that can be cited.

    Args:
        kind: Where it is held.
        cited: Its row or reference there.
        title: What it is.
        owner: Whose it is.
        as_at: Day of it, in words.
    """

    kind: SourceKind
    cited: str
    title: str
    owner: str
    as_at: str

    @property
    def kind_words(self) -> str:
        """Where it is held, in words."""
        return SOURCE_WORDS[self.kind]


def candidates(
    *, actor: Actor, reference: str, about: PartyRef | None, text: str, today: date
) -> tuple[Candidate, ...]:
    """Give what is held and in common about a body, the latest of each kind.

    Args:
        actor: Someone of the team.
        reference: Reference of the audit.
        about: Body that it is about; the one audited when None.
        text: Words that it has; any when empty.
        today: Day of looking.

    Raises:
        Refused: There is no such audit whose team the actor is of.
    """
    row = found(actor, reference)
    demand_team(sight_of(actor, row))
    body = about or party(row.audited_id)
    shared = items(actor=actor, chosen=ItemFilter(text=text, about=body.code), today=today)
    listed = [
        Candidate(
            SourceKind.ITEM,
            str(one.id),
            f"{one.kind_words}: {one.theme.title}, {one.about.name}. {one.result_words}",
            one.owner.name,
            day_in_words(one.found_on),
        )
        for one in shared.lines
        if one.state == SHARED
    ]
    held = library(actor=actor, chosen=HoldingFilter(text=text, about=body.code))
    listed += [
        Candidate(
            SourceKind.HOLDING,
            str(one.id),
            f"{one.title}, {one.about.name}",
            one.owner.name,
            day_in_words(one.as_at),
        )
        for one in held.lines
        if not one.gone
    ]
    codes = {code for code in body.lineage.split("/") if code} & {body.code, _region(body)}
    listed += [
        Candidate(
            SourceKind.REPORT,
            one.reference,
            f"{one.programme.title}: {one.said.unit_name}, {one.overall_in_words}",
            "HM Inspectorate of Probation",
            one.published_in_words,
        )
        for one in reports_about(codes, limit=MOST)
        if text.casefold() in f"{one.programme.title} {one.said.unit_name}".casefold()
    ]
    return tuple(listed)


def _region(body: PartyRef) -> str:
    """Give the region of a unit; nothing for any other body."""
    above = [code for code in body.lineage.split("/") if code]
    return above[-2] if body.kind == "pdu" and len(above) > 1 else ""
