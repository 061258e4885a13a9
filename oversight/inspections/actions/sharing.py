"""Case data of a joint inspection shared with a partner, ended, and each reading of it recorded (D9, ¶33)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from oversight.inspections.actions.moving import _line, _text, _today
from oversight.inspections.models import (
    TEXT_LENGTH,
    CaseShare,
    Inspection,
    InspectionPartner,
    SharedPart,
    ShareReading,
)
from oversight.inspections.models.sharing import ADDRESS_LENGTH
from oversight.inspections.queries.sharing import joint_seen, live_share
from oversight.inspections.queries.sight import found
from oversight.inspections.rules.sharing import Share, check_end, check_lead, check_share
from oversight.inspections.rules.visibility import OWNER, Part
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action


@action(verb="inspection.case-data-shared", permission="inspections.share", paragraph="33")
def give_share(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    party: str,
    parts: Sequence[str],
    purpose: str,
    agreement: str,
    until: date,
    renews: int | None = None,
) -> Recorded[int]:
    """Share parts of the case data of a joint inspection with a partner in it, from today until a day.

    Args:
        by: The lead inspector.
        at: Moment of doing so.
        reference: Reference of the inspection.
        party: Code of the partner inspectorate.
        parts: What is shared, as ``Part`` has it.
        purpose: What the data is for.
        agreement: Reference or link of the data sharing agreement.
        until: Last day; the share ends by itself after it.
        renews: Number of the share that this one follows; None for none. The old one stays as it is.

    Returns:
        Number of the share.

    Raises:
        Refused: The actor does not lead the inspection, or something is missing or not possible; ``field``
            says what.
    """
    row, partners = joint_seen(by, reference)
    row = Inspection.objects.select_for_update(of=("self",)).get(pk=row.pk)
    check_lead(by.reference, row.lead)
    today = _today(at)
    why, basis = _text(purpose, "purpose"), _line(agreement, "agreement", TEXT_LENGTH)
    known = {str(part) for part in Part}
    share = Share(party, frozenset(Part(part) for part in parts if part in known), today, until)
    check_share(
        share,
        purpose=why,
        agreement=basis,
        partners=partners,
        state=row.paused_from or row.state,
        today=today,
    )
    before = _renewed(row, party, renews)
    kept = CaseShare.objects.create(
        partner=InspectionPartner.objects.get(inspection=row, party__code=party),
        purpose=why,
        agreement=basis,
        since=today,
        until=until,
        renews=before,
        given_at=at,
        given_by=by.reference,
        given_name=by.name,
    )
    chosen = sorted(share.parts)
    SharedPart.objects.bulk_create(SharedPart(share=kept, part=part) for part in chosen)
    payload: dict[str, Value] = {
        "share": kept.pk,
        "party": party,
        "parts": [str(part) for part in chosen],
        "purpose": why,
        "agreement": basis,
        "since": today,
        "until": until,
        "renews": before.pk if before else None,
    }
    return Recorded(f"inspection:{row.reference}", payload, kept.pk)


def _renewed(row: Inspection, party: str, renews: int | None) -> CaseShare | None:
    if renews is None:
        return None
    before = (
        CaseShare.objects.filter(pk=renews, partner__inspection=row, partner__party__code=party)
        .order_by("id")
        .first()
    )
    if before is None:
        raise Refused(
            "not_found_share",
            "There is no such share with this partner to renew.",
            "Choose one from the list of shares.",
            field="party",
        )
    return before


@action(verb="inspection.share-ended", permission="inspections.share", paragraph="33")
def end_share(*, by: Actor, at: datetime, reference: str, share_id: int, reason: str) -> Recorded[None]:
    """End a share before its last day.

    Args:
        by: The lead inspector.
        at: Moment of doing so.
        reference: Reference of the inspection.
        share_id: Number of the share.
        reason: Why; the partner reads it.

    Raises:
        Refused: The actor does not lead the inspection, the share has ended, or the reason is missing.
    """
    row, _ = joint_seen(by, reference)
    share = (
        CaseShare.objects.select_for_update(of=("self",))
        .select_related("partner")
        .filter(pk=share_id, partner__inspection=row)
        .order_by("id")
        .first()
    )
    if share is None:
        raise Refused("not_found_share", "There is no such share.", "Choose one from the list of shares.")
    check_lead(by.reference, row.lead)
    why = _text(reason, "reason")
    facts = Share(
        share.partner.party_id, frozenset(), share.since, share.until, ended=share.ended_at is not None
    )
    check_end(facts, why, today=_today(at))
    share.ended_at, share.ended_by, share.ended_name, share.ended_reason = at, by.reference, by.name, why
    share.save()
    payload: dict[str, Value] = {"share": share.pk, "party": facts.party, "reason": why}
    return Recorded(f"inspection:{row.reference}", payload, None)


@action(verb="inspection.share-read", permission="inspections.see", paragraph="33")
def record_reading(
    *, by: Actor, at: datetime, reference: str, part: Part, address: str
) -> Recorded[int | None]:
    """Record that someone of a partner inspectorate read a page of shared case data.

    Args:
        by: Who read it.
        at: Moment of doing so.
        reference: Reference of the inspection.
        part: What of the case data the page shows.
        address: Path of the page.

    Returns:
        Number of the share under which it was read.

    Raises:
        Refused: The actor does not see the inspection, acts for the Inspectorate, or no share is live.
    """
    row = found(by, reference)
    share = live_share(by, row, part) if by.party != OWNER else None
    if share is None:
        raise Refused(
            "permission_inspection_share",
            "No share of this case data with your organisation is live today.",
            "Ask the lead inspector.",
            paragraph="33",
            who_can="the lead inspector of this inspection",
        )
    ShareReading.objects.create(
        share=share,
        part=part,
        address=address[:ADDRESS_LENGTH],
        read_at=at,
        read_by=by.reference,
        read_name=by.name,
    )
    payload: dict[str, Value] = {"share": share.pk, "part": str(part), "address": address[:ADDRESS_LENGTH]}
    return Recorded(f"inspection:{row.reference}", payload, share.pk)
