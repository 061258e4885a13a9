"""Which accuracy checks someone sees, and how they stand to one: every query and act of a check asks here."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from oversight.inspections.models import AccuracyAsk, AccuracyCheck, AccuracyPoint, Inspection
from oversight.inspections.queries.sight import parts_for, visible
from oversight.inspections.rules.accuracy_sight import Standing
from oversight.inspections.rules.accuracy_states import OSAG_PARTY, AskState, PointState
from oversight.inspections.rules.case import DRAFT_SENT
from oversight.inspections.rules.visibility import Part
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import parties_by_code

SEE = "accuracy.see"
COMMISSION = "accuracy.commission"
CONTRIBUTE = "accuracy.contribute"


@dataclass(frozen=True)
class Look:
    """One check as someone stands to it.

    Args:
        row: The inspection.
        check: Its check; None before the draft is sent.
        asks: Everyone who was asked, soonest date first, those not asked any more last.
        mine: Those of them that the one who looks answers for.
        standing: How they stand to the check.
        sees_case: Whether they see the inspection itself.
        parts: Which parts of it they see.
        units: Codes of what is inspected.
        partners: Codes of the partner inspectorates.
    """

    row: Inspection
    check: AccuracyCheck | None
    asks: tuple[AccuracyAsk, ...]
    mine: tuple[AccuracyAsk, ...]
    standing: Standing
    sees_case: bool
    parts: frozenset[Part] = frozenset()
    units: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()

    @cached_property
    def my_ids(self) -> frozenset[int]:
        """Rows of those that the one who looks answers for."""
        return frozenset(one.pk for one in self.mine)


def not_found_check() -> Refused:
    """Make the refusal for a check not there or not for the one who asks: the two look alike."""
    return Refused(
        "not_found_accuracy",
        "There is no such accuracy check, or it is not one that you can see.",
        "Check the reference, or look for it in the list of accuracy checks.",
    )


def answers_for(actor: Actor, code: str) -> bool:
    """Tell whether someone comments on drafts for a party."""
    party = parties_by_code().get(code)
    return party is not None and actor.may(CONTRIBUTE, party)


def look(actor: Actor, reference: str) -> Look:
    """Give the check of an inspection as an actor stands to it.

    Raises:
        Refused: There is no inspection of that reference that they see or were asked to check.
    """
    rows = Inspection.objects.filter(reference=reference) if reference.isprintable() else None
    row = rows.order_by("id").first() if rows is not None and actor.may(SEE) else None
    if row is None:
        raise not_found_check()
    check = (
        AccuracyCheck.objects.select_related("inspection", "draft", "first_draft")
        .defer("draft__content", "first_draft__content")
        .filter(inspection=row)
        .order_by("id")
        .first()
    )
    asks: tuple[AccuracyAsk, ...] = ()
    if check is not None:
        listed = AccuracyAsk.objects.filter(check_of=check).order_by("due", "id")
        asks = tuple(sorted(listed, key=lambda one: one.state == AskState.WITHDRAWN))
    mine = tuple(one for one in asks if one.state != AskState.WITHDRAWN and answers_for(actor, one.party_id))
    sees_case = visible(actor).filter(pk=row.pk).exists()
    if not sees_case and not mine:
        raise not_found_check()
    if not sees_case:
        return Look(row, check, asks, mine, Standing(asked=True), sees_case=False)
    units = tuple(row.units.order_by("id").values_list("unit__code", "lineage"))
    partners = tuple(row.partners.order_by("id").values_list("party__code", flat=True))
    parts = parts_for(actor, row, lineages=[lineage for _, lineage in units], partners=partners)
    standing = Standing(
        osag=actor.may(COMMISSION) and Part.DRAFT in parts,
        inspectorate=Part.EVIDENCE in parts,
        asked=bool(mine),
        reads=Part.DRAFT in parts,
    )
    codes = tuple(code for code, _ in units)
    return Look(row, check, asks, mine, standing, sees_case=True, parts=parts, units=codes, partners=partners)


def check_of(actor: Actor, reference: str) -> tuple[Look, AccuracyCheck]:
    """Give a check that was sent, and how the actor stands to it.

    Raises:
        Refused: As for ``look``, or rule ``accuracy_not_sent`` before the draft is sent.
    """
    seen = look(actor, reference)
    if seen.check is None:
        raise Refused(
            "accuracy_not_sent",
            "The draft report has not been sent for checking.",
            "You are told when it is. Until then nobody outside the Inspectorate sees it.",
            paragraph="22",
            who_can="the lead inspector",
        )
    return seen, seen.check


def seen_points(seen: Look) -> QuerySet[AccuracyPoint]:
    """Give the points of a check that someone sees, as ``rules.accuracy_sight`` has it."""
    rows = AccuracyPoint.objects.filter(check_of=seen.check)
    standing = seen.standing
    own = Q(ask__in=seen.my_ids)
    if standing.osag:
        return rows.filter(own | ~Q(state=PointState.WRITTEN))
    if standing.asked:
        return rows.filter(own | Q(in_response=True))
    return rows.filter(in_response=True) if standing.anything else rows.none()


def visible_checks(actor: Actor) -> QuerySet[AccuracyCheck]:
    """Give every check that an actor sees."""
    if not actor.may(SEE):
        return AccuracyCheck.objects.none()
    sent = Q(inspection__in=visible(actor)) & (
        Q(inspection__state__in=[str(state) for state in DRAFT_SENT])
        | Q(inspection__paused_from__in=[str(state) for state in DRAFT_SENT])
    )
    over = actor.parties_over(CONTRIBUTE)
    codes = [] if over is None else sorted(over - {OSAG_PARTY})
    asked = AccuracyAsk.objects.exclude(state=AskState.WITHDRAWN).filter(party__code__in=codes)
    return AccuracyCheck.objects.filter(sent | Q(pk__in=asked.values("check_of")))
