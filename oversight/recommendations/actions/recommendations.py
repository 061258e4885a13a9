"""Answers to recommendations, and the steps of what is done about them (E2, E6, ¶24 to ¶27)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from oversight.arrangements.actions import happened
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party
from oversight.recommendations.actions.evidence import _keep_evidence
from oversight.recommendations.actions.texts import _locked, _needed, _text
from oversight.recommendations.models import Answer, Recommendation, RecommendationStep
from oversight.recommendations.queries.recommendations import REPORT, RESPOND, VERIFY
from oversight.recommendations.queries.sight import found, visible
from oversight.recommendations.rules import delivery, responding
from oversight.recommendations.rules.delivery import Delivery, check_agreed, check_second_person
from oversight.recommendations.rules.evidence import GivenFile, shown_by
from oversight.recommendations.rules.responding import Response, check_body, check_time, check_words
from oversight.recommendations.rules.sources import ARRANGED, Source

REASON: Final = "The reason"


def _addressee(*, by: Actor, reference: str, **_: object) -> PartyLike:
    return party(found(by, reference).addressee_id)


def _maker(*, by: Actor, reference: str, **_: object) -> PartyLike:
    return party(found(by, reference).maker_id)


def _stepped(
    row: Recommendation,
    move: str,
    source: str,
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    evidence: str = "",
    event: int | None = None,
) -> RecommendationStep:
    """Write the recommendation as the caller changed it, and its timeline."""
    row.revision += 1
    row.save()
    return RecommendationStep.objects.create(
        recommendation=row,
        move=move,
        source=source,
        target=row.delivery,
        text=text,
        evidence=evidence,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        made_party_id=by.party,
        event=event,
    )


def _moved(
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    name: str,
    *,
    text: str = "",
    evidence: str = "",
    files: Sequence[GivenFile] = (),
) -> Recorded[None]:
    """Take a step of delivery that needs no more than words."""
    row = _locked(by, reference, revision)
    move = delivery.WORKFLOW.check(name, row.delivery, by.role)
    check_agreed(move, row.response)
    source, row.delivery = row.delivery, move.target
    if name == "propose":
        row.proposed_at, row.proposed_by, row.proposed_name = at, by.reference, by.name
    elif name == "send_back":
        row.proposed_at, row.proposed_by, row.proposed_name = None, "", ""
    elif name == "confirm":
        check_second_person(row.proposed_by, by.reference)
    if move.target in delivery.CLOSED:
        row.closed_at, row.closed_by, row.closed_name = at, by.reference, by.name
    step = _stepped(row, name, source, by=by, at=at, text=text, evidence=evidence)
    payload: dict[str, Value] = {"from": source, "to": row.delivery, "text": text, "evidence": evidence}
    if files:
        payload["files"] = _keep_evidence(step, files, by=by, at=at)
    return Recorded(f"recommendation:{row.reference}", payload, None)


@action(verb="recommendation.answered", permission=RESPOND, paragraph="24", on=_addressee)
def answer(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    response: str,
    agreed_part: str = "",
    reason: str = "",
) -> Recorded[int]:
    """Answer a recommendation, or answer it again; every answer is kept.

    Args:
        by: Someone of the body addressed; OSAG where it coordinates the response (¶27).
        at: Moment of answering.
        reference: Reference of the recommendation.
        revision: Revision that the actor saw.
        response: ``agreed``, ``partly_agreed`` or ``not_agreed``.
        agreed_part: The part that will be done; where only a part is agreed.
        reason: Why not, or not all; compulsory unless all is agreed.

    Returns:
        Round of the answer, from 1.

    Raises:
        Refused: The actor may not, a part is missing, or work on the recommendation is too far on.
    """
    row = _locked(by, reference, revision)
    check_body(Source(row.kind), row.addressee_id, by.party)
    part, why = _text(agreed_part, "agreed_part"), _text(reason, "reason")
    if response not in set(Response):
        raise Refused("answer_words", "There is no such answer.", "Choose an answer.", field="response")
    given = Response(response)
    check_words(given, agreed_part=part, reason=why)
    responding.WORKFLOW.check(responding.move_of(given), row.response, by.role)
    check_time(given, row.delivery)
    first, before = row.response == Response.AWAITING, row.response
    row.response = given
    kept = Answer.objects.create(
        recommendation=row,
        round=row.answers.count() + 1,
        response=given,
        agreed_part=part,
        reason=why,
        given_at=at,
        given_by=by.reference,
        given_name=by.name,
        given_party_id=by.party,
    )
    told = None
    if first and row.kind in ARRANGED:
        # The duty to answer is met by the first answer; what comes later changes words, not duties.
        facts = happened(
            by=by,
            at=at,
            event="recommendation_answered",
            kind="",
            about=row.reference,
            on=at.astimezone(LONDON).date(),
            unit=None,
            addressee=party(row.addressee_id),
            note="",
        )
        told = facts.id
    said = responding.RESPONSE_WORDS[given]
    _stepped(row, "answer", row.delivery, by=by, at=at, text=said, event=told)
    payload: dict[str, Value] = {
        "from": before,
        "response": given.value,
        "agreed_part": part,
        "reason": why,
        "round": kept.round,
    }
    return Recorded(f"recommendation:{row.reference}", payload, kept.round)


@action(verb="recommendation.started", permission=REPORT, paragraph="24", on=_addressee)
def start(*, by: Actor, at: datetime, reference: str, revision: int, text: str = "") -> Recorded[None]:
    """Say that work on a recommendation has started.

    Args:
        by: Someone of the body addressed, or of a body above it.
        at: Moment of saying so.
        reference: Reference of the recommendation.
        revision: Revision that the actor saw.
        text: What is being done; may be empty.

    Raises:
        Refused: The actor may not, or the recommendation was not agreed or is further on.
    """
    return _moved(by, at, reference, revision, "start", text=_text(text, "text"))


@action(verb="recommendation.progress-added", permission=REPORT, paragraph="26", on=_addressee)
def add_progress(*, by: Actor, at: datetime, reference: str, revision: int, text: str) -> Recorded[None]:
    """Add to what is known of the progress; earlier entries stay.

    Args:
        by: Someone of the body addressed, or of a body above it.
        at: Moment of adding it.
        reference: Reference of the recommendation.
        revision: Revision that the actor saw.
        text: What was done.

    Raises:
        Refused: The actor may not, nothing is said, or no work is under way.
    """
    return _moved(by, at, reference, revision, "add_progress", text=_needed(text, "text", "What was done"))


@action(verb="recommendation.reported-complete", permission=REPORT, paragraph="26", on=_addressee)
def report_complete(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    text: str,
    evidence: str = "",
    files: Sequence[GivenFile] = (),
) -> Recorded[None]:
    """Report that a recommendation is done, with the evidence; the body that made it verifies.

    Args:
        by: Someone of the body addressed, or of a body above it.
        at: Moment of reporting.
        reference: Reference of the recommendation.
        revision: Revision that the actor saw.
        text: What was done.
        evidence: What shows it and where it is found; not needed beside files.
        files: Files that show it.

    Raises:
        Refused: The actor may not, something is missing, a file is not taken, or no work is under way.
    """
    said = _needed(text, "text", "What was done")
    shown = _needed(shown_by(evidence, files), "evidence", "The evidence")
    return _moved(by, at, reference, revision, "report_complete", text=said, evidence=shown, files=files)


@action(verb="recommendation.verification-proposed", permission=VERIFY, paragraph="26", on=_maker)
def propose(*, by: Actor, at: datetime, reference: str, revision: int, text: str) -> Recorded[None]:
    """Propose to verify what was reported; a second person confirms.

    Args:
        by: Someone of the body that made the recommendation.
        at: Moment of proposing.
        reference: Reference of the recommendation.
        revision: Revision that the actor saw.
        text: What the evidence shows.

    Raises:
        Refused: The actor may not, nothing is said, or it is not reported complete.
    """
    return _moved(by, at, reference, revision, "propose", text=_needed(text, "text", "What it shows"))


@action(verb="recommendation.verified", permission=VERIFY, paragraph="26", on=_maker)
def confirm(*, by: Actor, at: datetime, reference: str, revision: int, text: str = "") -> Recorded[None]:
    """Confirm that a recommendation is done; it is closed.

    Args:
        by: Someone of the body that made it, and not who proposed.
        at: Moment of confirming.
        reference: Reference of the recommendation.
        revision: Revision that the actor saw.
        text: Anything to add; may be empty.

    Raises:
        Refused: The actor may not, proposed it, or nobody did.
    """
    return _moved(by, at, reference, revision, "confirm", text=_text(text, "text"))


@action(verb="recommendation.sent-back", permission=VERIFY, paragraph="26", on=_maker)
def send_back(*, by: Actor, at: datetime, reference: str, revision: int, text: str) -> Recorded[None]:
    """Send a report of completion back to its owner, who goes on working.

    Args:
        by: Someone of the body that made the recommendation.
        at: Moment of sending it back.
        reference: Reference of the recommendation.
        revision: Revision that the actor saw.
        text: What is missing.

    Raises:
        Refused: The actor may not, nothing is said, or it is not reported complete.
    """
    return _moved(by, at, reference, revision, "send_back", text=_needed(text, "text", REASON))


@action(verb="recommendation.closed-not-agreed", permission=VERIFY, paragraph="24", on=_maker)
def close_not_agreed(*, by: Actor, at: datetime, reference: str, revision: int, text: str) -> Recorded[None]:
    """Close a recommendation that the body addressed did not agree.

    Args:
        by: Someone of the body that made it.
        at: Moment of closing.
        reference: Reference of the recommendation.
        revision: Revision that the actor saw.
        text: What the body that made it says to that.

    Raises:
        Refused: The actor may not, nothing is said, or the answer is another.
    """
    return _moved(by, at, reference, revision, "close_not_agreed", text=_needed(text, "text", REASON))


@action(verb="recommendation.superseded", permission=VERIFY, paragraph="26", on=_maker)
def supersede(
    *, by: Actor, at: datetime, reference: str, revision: int, replacement: str, text: str
) -> Recorded[None]:
    """Close a recommendation because another takes its place.

    Args:
        by: Someone of the body that made both.
        at: Moment of closing.
        reference: Reference of the recommendation.
        revision: Revision that the actor saw.
        replacement: Reference of the other.
        text: Why.

    Raises:
        Refused: The actor may not, nothing is said, or the other is the same, closed, or not there.
    """
    row = _locked(by, reference, revision)
    other = None
    if replacement.isprintable():
        other = visible(by).filter(reference=replacement).order_by("id").first()
    if other is None or other.pk == row.pk or other.maker_id != row.maker_id:
        raise Refused(
            "recommendation_replacement",
            "There is no other recommendation of that reference made by the same body.",
            "Enter the reference of the recommendation that takes the place of this one.",
            field="replacement",
        )
    if other.delivery == Delivery.CLOSED_SUPERSEDED:
        raise Refused(
            "recommendation_replacement",
            f"{other.reference} was itself superseded.",
            "Enter the reference of the recommendation that holds now.",
            field="replacement",
        )
    why = _needed(text, "text", REASON)
    move = delivery.WORKFLOW.check("supersede", row.delivery, by.role)
    source, row.delivery, row.superseded_by = row.delivery, move.target, other
    row.proposed_at, row.proposed_by, row.proposed_name = None, "", ""
    row.closed_at, row.closed_by, row.closed_name = at, by.reference, by.name
    _stepped(row, "supersede", source, by=by, at=at, text=why)
    payload: dict[str, Value] = {"from": source, "superseded_by": other.reference, "text": why}
    return Recorded(f"recommendation:{row.reference}", payload, None)


def _own(*, by: Actor, **_: object) -> PartyLike:
    return party(by.party)


@action(verb="recommendation.services-assessed", permission=REPORT, paragraph="25", on=_own)
def services_assessed(*, by: Actor, at: datetime, reference: str, revision: int, text: str) -> Recorded[None]:
    """Say how the region assessed and dealt with its commissioned services.

    Args:
        by: The Regional Probation Director of the region concerned.
        at: Moment of saying so.
        reference: Reference of the recommendation.
        revision: Revision that the actor saw.
        text: What was found and done.

    Raises:
        Refused: The actor is no director of that region, nothing is said, or it reaches no such services.
    """
    row = _locked(by, reference, revision)
    said = _needed(text, "text", "What was found and done")
    region = party(by.party)
    unit = party(row.unit_id) if row.unit_id else None
    if not row.commissioned or unit is None:
        raise Refused(
            "recommendation_services",
            "This recommendation does not reach commissioned services.",
            "Add what was done as progress.",
            paragraph="25",
        )
    if region.kind != "region" or f"/{region.code}/" not in unit.lineage:
        raise Refused(
            "permission_services",
            "Commissioned services are for the director of the region concerned to assess and deal with.",
            "Ask the Regional Probation Director.",
            paragraph="25",
            who_can="the Regional Probation Director",
        )
    told = None
    if row.kind == Source.CORE:
        facts = happened(
            by=by,
            at=at,
            event="crs_matter_addressed",
            kind="",
            about=row.reference,
            on=at.astimezone(LONDON).date(),
            unit=None,
            addressee=None,
            note="",
        )
        told = facts.id
    _stepped(row, "services_assessed", row.delivery, by=by, at=at, text=said, event=told)
    return Recorded(f"recommendation:{row.reference}", {"text": said}, None)
