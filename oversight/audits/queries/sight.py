"""Who sees an audit, and how much of it: every query of this area begins here (H4, ¶14).

OSAG sees that there is an audit. What its team writes is for the team alone: papers and tests for ever, the
report until it is issued. The audited know of it once it is announced, read the draft once it is issued, and
never see papers or sources. HMPPS and the Ministry read what is final.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from oversight.audits.models import Audit
from oversight.audits.rules.audit import ISSUED, OSAG, WITH_DRAFT, Place
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import party

SEE: Final = "audits.see"
PLAN: Final = "audits.plan"
WORK: Final = "audits.work"
COMMENT: Final = "audits.comment"
DISPOSE: Final = "exchange.dispose"
_FINAL: Final = tuple(str(one) for one in ISSUED)


def is_osag(actor: Actor) -> bool:
    """Tell whether someone acts for OSAG and may see its audits."""
    return actor.party == OSAG and actor.may(SEE)


def visible(actor: Actor) -> QuerySet[Audit]:
    """Give the audits that someone may know of."""
    if not actor.may(SEE):
        return Audit.objects.none()
    if is_osag(actor):
        return Audit.objects.all()
    told = Q(announced_at__isnull=False)
    codes, comments = actor.parties_over(SEE), actor.parties_over(COMMENT)
    sight = Q(state__in=_FINAL) if codes is None else told & Q(audited__code__in=sorted(codes))
    if comments:
        sight |= told & Q(audited__code__in=sorted(comments))
    return Audit.objects.filter(sight)


def not_found() -> Refused:
    """Make the refusal for what is not there or not theirs: the two look alike."""
    return Refused(
        "not_found_audit",
        "There is no such audit, or it is not one that you can see.",
        "Look for it in the list of audits.",
    )


def found(actor: Actor, reference: str, *, lock: bool = False) -> Audit:
    """Give an audit that someone may know of.

    Args:
        actor: Who asks.
        reference: Its reference.
        lock: Whether it is to be changed.

    Raises:
        Refused: There is none that they see.
    """
    rows = visible(actor).filter(reference=reference) if reference.isprintable() else Audit.objects.none()
    rows = rows.select_for_update(of=("self",)) if lock else rows
    row = rows.order_by("id").first()
    if row is None:
        raise not_found()
    return row


@dataclass(frozen=True)
class Sight:
    """What someone is in an audit, and how much of it they see.

    Args:
        places: What they are in it.
        osag: Whether they act for OSAG.
        lead: Reference of its lead.
    """

    places: frozenset[str]
    osag: bool
    lead: str

    @property
    def team(self) -> bool:
        """Whether they are of its team."""
        return bool(self.places & {Place.LEAD, Place.AUDITOR, Place.REVIEWER})

    @property
    def works(self) -> bool:
        """Whether they do its work: the lead and the auditors."""
        return bool(self.places & {Place.LEAD, Place.AUDITOR})

    def reads_report(self, state: str) -> bool:
        """Tell whether they read findings, actions, rating and summary now."""
        if self.team or state in set(ISSUED):
            return True
        return Place.AUDITED in self.places and state in set(WITH_DRAFT)


def sight_of(actor: Actor, row: Audit) -> Sight:
    """Say what someone is in an audit: one query."""
    places: set[str] = set()
    lead = ""
    for person, place in row.members.filter(left_at=None).order_by("id").values_list("person", "place"):
        if place == Place.LEAD:
            lead = person
        if is_osag(actor) and person == actor.reference:
            places.add(place)
    if is_osag(actor) and actor.may(PLAN):
        places.add(Place.PLANNER)
    if not is_osag(actor) and actor.may(COMMENT, party(row.audited_id)):
        places.add(Place.AUDITED)
    return Sight(frozenset(places), is_osag(actor), lead)


def demand_team(sight: Sight) -> None:
    """Refuse those who are not of the team what only the team sees, as if it were not there.

    Raises:
        Refused: They are not of the team.
    """
    if not sight.team:
        raise not_found()
