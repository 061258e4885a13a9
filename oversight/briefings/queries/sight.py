"""Who sees which alert, briefing and copy: every query and action of this area asks here first (H4, ¶20)."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet

from oversight.briefings.models import Alert, Briefing, BriefingCopy, PolicyChange
from oversight.briefings.rules.briefings import reads_copy
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, party

#: The team of paragraph 20. Alerts and briefings are its own, whoever else holds a permission by mistake.
TEAM: Final = "moj-sponsorship"
ALERTS: Final = "briefings.alerts"
DRAFT: Final = "briefings.draft"
CLEAR: Final = "briefings.clear"
READ: Final = "briefings.read"
DECIDE: Final = "briefings.decide"
SEE_CHANGES: Final = "briefings.see_changes"
TRACE: Final = "briefings.trace"
PAGE_SIZE: Final = 25


def team() -> PartyRef:
    """Give the party whose alerts and briefings these are."""
    return party(TEAM)


def seen_alerts(actor: Actor) -> QuerySet[Alert]:
    """Give the alerts that someone sees: all for the team, none for anyone else."""
    return Alert.objects.all() if actor.may(ALERTS, team()) else Alert.objects.none()


def seen_briefings(actor: Actor) -> QuerySet[Briefing]:
    """Give the briefings that someone writes or clears: all for the team, none for anyone else."""
    return Briefing.objects.all() if actor.may(DRAFT, team()) else Briefing.objects.none()


def seen_copies(actor: Actor) -> QuerySet[BriefingCopy]:
    """Give the copies given to someone by name, for the party that they act for."""
    if not actor.may(READ):
        return BriefingCopy.objects.none()
    return BriefingCopy.objects.filter(person=actor.reference, party__code=actor.party)


def seen_changes(actor: Actor) -> QuerySet[PolicyChange]:
    """Give the policy changes that someone sees; what is public has its public page."""
    return PolicyChange.objects.all() if actor.may(SEE_CHANGES) else PolicyChange.objects.none()


def alert_row(actor: Actor, alert_id: int, *, lock: bool = False) -> Alert:
    """Give an alert that someone sees.

    Raises:
        Refused: There is none.
    """
    rows = seen_alerts(actor)
    row = (rows.select_for_update() if lock else rows).filter(pk=alert_id).order_by("pk").first()
    if row is None:
        raise Refused(
            "not_found_alert",
            "There is no such alert, or it is not one that you can see.",
            "Look for it in the list of alerts.",
        )
    return row


def briefing_row(actor: Actor, reference: str, *, lock: bool = False) -> Briefing:
    """Give a briefing that someone of the team sees.

    Raises:
        Refused: There is none.
    """
    row = None
    if reference.isprintable():
        rows = seen_briefings(actor).filter(reference=reference)
        row = (rows.select_for_update() if lock else rows).order_by("pk").first()
    if row is None:
        raise Refused(
            "not_found_briefing",
            "There is no such briefing, or it is not one that you can see.",
            "Look for it in the list of briefings.",
        )
    return row


def copy_row(actor: Actor, copy_id: int) -> BriefingCopy:
    """Give a copy that someone may read now.

    Raises:
        Refused: There is none, it is another's, or it cannot be read any more: all three look alike.
    """
    row = (
        seen_copies(actor)
        .select_related("briefing", "round", "round__sheet")
        .filter(pk=copy_id)
        .order_by("pk")
        .first()
    )
    if row is None or not reads_copy(
        row.briefing.state,
        withdrawn=row.withdrawn_at is not None,
        same_person=row.person == actor.reference,
        same_party=row.party_id == actor.party,
    ):
        raise Refused(
            "not_found_copy",
            "There is no such briefing for you to read. It may have been withdrawn or replaced.",
            "Look in the list of the briefings sent to you.",
        )
    return row


def change_row(actor: Actor, reference: str, *, lock: bool = False) -> PolicyChange:
    """Give a policy change that someone sees.

    Raises:
        Refused: There is none.
    """
    row = None
    if reference.isprintable():
        rows = seen_changes(actor).filter(reference=reference)
        row = (rows.select_for_update() if lock else rows).order_by("pk").first()
    if row is None:
        raise Refused(
            "not_found_change",
            "There is no such policy change, or it is not one that you can see.",
            "Look for it in the list of policy changes.",
        )
    return row
