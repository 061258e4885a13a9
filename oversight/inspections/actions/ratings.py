"""Ratings: proposed by the lead, confirmed by every member of a panel, settled once (D2, ¶16)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from oversight.inspections.actions.fieldwork import _inspection
from oversight.inspections.actions.moving import _checked_move, _locked, _moved, _text, _today
from oversight.inspections.models import Inspection, PanelMember, RatingProposal, SettledRating
from oversight.inspections.queries.people import inspectors
from oversight.inspections.queries.ratings import Panellist, Proposal, judged_of, rated_seen, worked_out
from oversight.inspections.rules.case import CaseState
from oversight.inspections.rules.judgements import check_panel
from oversight.inspections.rules.programmes import JudgedBy, Programme, Standard
from oversight.inspections.rules.rating import rate
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action

RATING = (CaseState.RATINGS,)


def _standard(programme: Programme, identifier: str) -> Standard:
    standard = programme.standard(identifier)
    if programme.rating is None or standard is None:
        raise Refused(
            "rating_standard",
            "This inspection rates no such standard.",
            "Choose one of its standards.",
            paragraph="9",
        )
    return standard


def _not_lead() -> Refused:
    return Refused(
        "rating_proposer",
        "The lead inspector proposes ratings.",
        "Ask the lead inspector of this inspection.",
        paragraph="16",
        who_can="the lead inspector",
    )


@action(verb="inspection.rating-proposed", permission="ratings.set", paragraph="16")
def propose(
    *, by: Actor, at: datetime, reference: str, standard: str, rating: str, reason: str, panel: Sequence[str]
) -> Recorded[int]:
    """Propose the rating of a standard on its evidence, or a departure from what its cases give.

    Args:
        by: The lead inspector.
        at: Moment of doing so.
        reference: Reference of the inspection.
        standard: Identifier of the standard.
        rating: Identifier of the rating.
        reason: What the evidence showed, or why to depart.
        panel: References of the people who decide.

    Returns:
        Number of the proposal, which takes the place of an earlier one.

    Raises:
        Refused: The actor does not lead it, the panel is no panel, there is no reason, the rules do not allow
            it, or it is not the time.
    """
    row = _inspection(by, reference, RATING)
    _, programme = rated_seen(by, reference)
    if by.reference != row.lead:
        raise _not_lead()
    found, told = _standard(programme, standard), _text(reason, "reason")
    rules = programme.rating
    assert rules is not None
    chosen = next((one for one in rules.scale if one.id == rating), None)
    if chosen is None or not told:
        field, what = ("rating", "rating") if chosen is None else ("reason", "reason")
        raise Refused("rating_proposal", f"A proposal needs a {what}.", f"Enter the {what}.", field=field)
    departs = found.judged_by is JudgedBy.CASES
    body = rules.discretion if departs else rules.evidence
    people = {one.reference: one.name for one in inspectors(today=_today(at))}
    unknown = [one for one in panel if one not in people]
    if unknown:
        raise Refused(
            "rating_panel",
            "A panel is made of lead inspectors of the day.",
            "Choose from the list.",
            paragraph="16",
            field="panel",
        )
    at_least = body.panel_at_least if body else 2
    members = tuple(dict.fromkeys(panel))
    check_panel(members, row.lead, at_least, field="panel", rule="rating_panel")
    if departs:
        _check_departure(row, programme, _proposal(programme, standard, chosen.id, told, members))
    RatingProposal.objects.filter(inspection=row, standard=standard, withdrawn_at=None).update(
        withdrawn_at=at,
        withdrawn_by=by.reference,
        withdrawn_name=by.name,
        withdrawn_reason="A new proposal took its place.",
    )
    kept = RatingProposal.objects.create(
        inspection=row,
        standard=standard,
        departs=departs,
        rating=chosen.id,
        reason=told,
        proposed_at=at,
        proposed_by=by.reference,
        proposed_name=by.name,
    )
    PanelMember.objects.bulk_create(
        PanelMember(proposal=kept, person=one, name=people[one]) for one in members
    )
    payload: dict[str, Value] = {
        "standard": standard,
        "rating": chosen.id,
        "departs": departs,
        "reason": told,
        "panel": list(members),
    }
    return Recorded(f"inspection:{row.reference}", payload, kept.pk)


def _check_departure(row: Inspection, programme: Programme, wanted: Proposal) -> None:
    """Let the rules say whether a departure is possible as the judgements stand."""
    try:
        rate(programme, judged_of(row, programme, [wanted]))
    except Refused as refused:
        refused.field = "rating"
        raise


def _proposal(
    programme: Programme, standard: str, rating: str, reason: str, members: Sequence[str]
) -> Proposal:
    """Give a departure as the rules see it once its panel decided."""
    assert programme.rating is not None
    return Proposal(
        id=0,
        standard=standard,
        departs=True,
        rating=programme.rating.rating(rating),
        reason=reason,
        name="",
        at=None,
        panel=tuple(Panellist(one, one, None) for one in members),
        confirmed=True,
        withdrawn="",
        withdrawn_name="",
    )


def _open(row: Inspection, proposal_id: int) -> RatingProposal:
    found = (
        RatingProposal.objects.select_for_update()
        .filter(inspection=row, pk=proposal_id, withdrawn_at=None)
        .order_by("id")
        .first()
    )
    if found is None:
        raise Refused(
            "not_found_proposal",
            "There is no such proposal, or it does not stand any more.",
            "Open the ratings again.",
        )
    return found


def _for_panel(by: Actor, reference: str) -> tuple[Inspection, Programme]:
    """Lock an inspection whose ratings are being worked out; a panel may be of people off its team."""
    row, programme = rated_seen(by, reference)
    row = Inspection.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.state not in RATING:
        raise Refused(
            "fieldwork_state",
            "Ratings are decided after fieldwork, until they are settled.",
            "Open the inspection to see its next step.",
            paragraph="16",
        )
    return row, programme


@action(verb="inspection.rating-confirmed", permission="ratings.set", paragraph="16")
def confirm(*, by: Actor, at: datetime, reference: str, proposal_id: int) -> Recorded[bool]:
    """Confirm a proposal as one of its panel; it holds once all have.

    Args:
        by: Someone of the panel.
        at: Moment of doing so.
        reference: Reference of the inspection.
        proposal_id: Number of the proposal.

    Returns:
        Whether the whole panel has confirmed it now.

    Raises:
        Refused: The actor is not of the panel or confirmed already, it does not stand, the rules do not allow
            it any more, or it is not the time.
    """
    row, programme = _for_panel(by, reference)
    found = _open(row, proposal_id)
    member = found.panel.filter(person=by.reference).order_by("id").first()
    if member is None or member.confirmed_at is not None:
        raise Refused(
            "rating_panel",
            "You are not of the panel that decides on this."
            if member is None
            else "You confirmed it already.",
            "The others of the panel confirm it.",
            paragraph="16",
            who_can="the panel",
        )
    members = list(found.panel.order_by("id").values_list("person", flat=True))
    if found.departs:
        wanted = _proposal(programme, found.standard, found.rating, found.reason, members)
        _check_departure(row, programme, wanted)
    member.confirmed_at = at
    member.save()
    whole = not found.panel.filter(confirmed_at=None).exists()
    if whole:
        found.confirmed_at = at
        found.save()
    payload: dict[str, Value] = {"standard": found.standard, "rating": found.rating, "whole_panel": whole}
    return Recorded(f"inspection:{row.reference}", payload, whole)


@action(verb="inspection.rating-withdrawn", permission="ratings.set", paragraph="16")
def withdraw(*, by: Actor, at: datetime, reference: str, proposal_id: int, reason: str) -> Recorded[None]:
    """Withdraw a proposal as the lead, or decline it as one of its panel; it stays in the history.

    Args:
        by: The lead inspector or someone of the panel.
        at: Moment of doing so.
        reference: Reference of the inspection.
        proposal_id: Number of the proposal.
        reason: Why; must not be empty.

    Raises:
        Refused: The actor is neither, there is no reason, it does not stand, or it is not the time.
    """
    row, _ = _for_panel(by, reference)
    found, told = _open(row, proposal_id), _text(reason, "reason")
    if by.reference != row.lead and not found.panel.filter(person=by.reference).exists():
        raise Refused(
            "rating_panel",
            "Only the lead inspector withdraws a proposal, and only its panel declines it.",
            "Ask them.",
            paragraph="16",
            who_can="the lead inspector and the panel",
        )
    if not told:
        raise Refused("rating_proposal", "This needs a reason.", "Enter it.", field="reason")
    found.withdrawn_at, found.withdrawn_by = at, by.reference
    found.withdrawn_name, found.withdrawn_reason = by.name, told
    found.save()
    payload: dict[str, Value] = {"standard": found.standard, "rating": found.rating, "reason": told}
    return Recorded(f"inspection:{row.reference}", payload, None)


@action(verb="inspection.ratings-settled", permission="ratings.set", paragraph="16")
def settle(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Settle the ratings as the rules give them now; the inspection goes on to its draft.

    Args:
        by: Someone on the team.
        at: Moment of doing so.
        reference: Reference of the inspection.
        revision: Its revision that the actor saw.

    Raises:
        Refused: A rating, a judgement or a confirmation is missing, a departure is not possible any more, the
            step is not possible now or not for the actor, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    move = _checked_move(by, row, "settle_ratings")
    _, programme = rated_seen(by, reference)
    rated = worked_out(row, programme)
    why = rated.problem or rated.result.why_no_overall
    if not why and rated.waiting:
        why = "A panel has not confirmed every proposal yet."
    if not why and rated.result.provisional:
        why = "Judgements of cases are still missing."
    if why:
        raise Refused("ratings_open", why, "Complete it, then settle the ratings.", paragraph="16")
    whole = rated.result.overall
    assert whole is not None
    given = [(one.standard.id, one.rating) for one in rated.result.standards if one.rating]
    SettledRating.objects.bulk_create(
        [
            *(
                SettledRating(
                    inspection=row,
                    standard=name,
                    rating=rating.id,
                    points=rating.points,
                    settled_at=at,
                    settled_by=by.reference,
                )
                for name, rating in given
            ),
            SettledRating(
                inspection=row,
                rating=whole.rating.id,
                points=whole.score,
                settled_at=at,
                settled_by=by.reference,
            ),
        ]
    )
    _moved(row, move, by=by, at=at, on=_today(at))
    payload: dict[str, Value] = {
        "standards": {name: rating.id for name, rating in given},
        "overall": whole.rating.id,
        "score": whole.score,
    }
    return Recorded(f"inspection:{row.reference}", payload, None)
