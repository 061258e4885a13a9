"""Follow-up visits planned and recorded, and the audit closed by someone other than its lead (B4, ¶14)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from oversight.audits.actions.keeping import checked, locked, next_number, of_team, stepped, visited
from oversight.audits.models import Audit, AuditLook, FollowUp
from oversight.audits.queries.sight import SEE, WORK
from oversight.audits.rules.audit import OSAG, AuditState, check_all_closed, check_days, check_state
from oversight.audits.rules.data import PARAGRAPH, audit_data
from oversight.audits.rules.work import Looked
from oversight.exchange.actions.writing import clean_text, london_day
from oversight.exchange.rules.holdings import kept_until
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party
from oversight.programme.actions.telling import Fieldwork, fieldwork_told
from oversight.programme.rules.visits import Span
from oversight.recommendations.queries.of_source import standing_of

_FOLLOWED = (AuditState.FINAL, AuditState.FOLLOWED_UP)


def _osag(**_: object) -> PartyLike:
    return party(OSAG)


def _tell(row: Audit, one: FollowUp, *, by: Actor, at: datetime) -> None:
    members = row.members.filter(left_at=None).order_by("id").values_list("person", "name")
    fieldwork_told(
        by=by,
        at=at,
        told=Fieldwork(
            source=f"{row.reference}-F{one.number}",
            kind="audit_follow_up",
            title=f"Follow-up: {row.title}"[:200],
            **visited(row),
            span=Span(one.first_day, max(one.last_day, one.made_on or one.last_day)),
            announced=True,
            standing="done" if one.made_on else "coming",
            people=tuple(members),
        ),
    )


@action(verb="audit.follow-up-planned", permission=WORK, paragraph=PARAGRAPH)
def plan_follow_up(*, by: Actor, at: datetime, reference: str, first: date, last: date) -> Recorded[int]:
    """Plan a follow-up visit; the timetable has it from now on, and the audited know of it.

    Args:
        by: The lead or an auditor.
        at: Moment of planning.
        reference: Reference of the audit.
        first: First day.
        last: Last day.

    Returns:
        Its number.

    Raises:
        Refused: There is no such audit for the actor, it is not final or is closed, one is planned already,
            or the days do not fit.
    """
    row, _ = of_team(by, reference)
    check_state(row.state, _FOLLOWED, "Follow-ups are planned")
    check_days(first, last, today=london_day(at))
    if row.follow_ups.filter(recorded_at=None).exists():
        raise Refused(
            "audit_follow_up_once",
            "A follow-up is planned already.",
            "Record what it found first.",
            paragraph=PARAGRAPH,
        )
    made = FollowUp.objects.create(
        audit=row,
        number=next_number(row.follow_ups),
        first_day=first,
        last_day=last,
        planned_at=at,
        planned_by=by.reference,
        planned_name=by.name,
    )
    stepped(row, "plan_follow_up", row.state, by=by, at=at)
    _tell(row, made, by=by, at=at)
    payload: dict[str, Value] = {"number": made.number, "first": first, "last": last}
    return Recorded(f"audit:{row.reference}", payload, made.number)


@action(verb="audit.followed-up", permission=WORK, paragraph=PARAGRAPH)
def record_follow_up(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    made_on: date,
    account: str,
    found: Mapping[int, str],
) -> Recorded[None]:
    """Record what the planned follow-up found of each action. It closes no action: two of OSAG verify those.

    Args:
        by: The lead or an auditor.
        at: Moment of recording.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.
        made_on: Day on which it was made.
        account: What was seen.
        found: A ``Looked`` by the number of each action.

    Raises:
        Refused: There is no such audit, no follow-up is planned, its day does not fit, an action is left out,
            or it changed meanwhile.
    """
    row, sight = locked(by, reference, revision)
    move = checked(row, sight, "follow_up", by)
    one = row.follow_ups.filter(recorded_at=None).order_by("id").first()
    if one is None:
        raise Refused(
            "audit_follow_up_none", "No follow-up is planned.", "Plan one first.", paragraph=PARAGRAPH
        )
    if not one.first_day <= made_on <= london_day(at):
        raise Refused(
            "audit_follow_up_day",
            f"It was planned from {one.first_day:%-d %B %Y}, and a day still to come cannot be recorded.",
            "Enter the day on which it was made.",
            paragraph=PARAGRAPH,
            field="made_on",
        )
    one.account = clean_text(account, "account", wanted="Enter what was seen.")
    one.made_on, one.recorded_at = made_on, at
    one.recorded_by, one.recorded_name = by.reference, by.name
    one.save()
    actions = list(row.actions.filter(dropped_at=None).order_by("number"))
    for held in actions:
        if found.get(held.number) not in set(Looked):
            raise Refused(
                "audit_look",
                f"It is not said what was found of action {held.number}.",
                "Choose one.",
                paragraph=PARAGRAPH,
                field=f"action_{held.number}",
            )
    AuditLook.objects.bulk_create(
        AuditLook(follow_up=one, action=held, found=found[held.number]) for held in actions
    )
    stepped(row, move.name, move.target, by=by, at=at)
    _tell(row, one, by=by, at=at)
    payload: dict[str, Value] = {
        "number": one.number,
        "made_on": made_on,
        "account": one.account,
        "found": {str(held.number): found[held.number] for held in actions},
    }
    return Recorded(f"audit:{row.reference}", payload, None)


@action(verb="audit.closed", permission=SEE, paragraph=PARAGRAPH, on=_osag)
def close_audit(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[date]:
    """Close an audit whose actions are all closed. Its files are kept from the closing of the last of them.

    Args:
        by: The reviewer, or someone who plans audits; never its lead.
        at: Moment of closing.
        reference: Reference of the audit.
        revision: Its revision that the actor saw.
        reason: What it closes on.

    Returns:
        Last day on which its files are kept.

    Raises:
        Refused: There is no such audit, it was not followed up, an action is open, the actor leads it, the
            reason is missing, or it changed meanwhile.
    """
    row, sight = locked(by, reference, revision)
    move = checked(row, sight, "close", by)
    standings = standing_of(row.reference)
    check_all_closed([one.reference for one in standings.values() if one.closed_at is None])
    why = clean_text(reason, "reason", wanted="Enter what it closes on.")
    closed = [london_day(one.closed_at) for one in standings.values() if one.closed_at is not None]
    row.last_closed_on = max(closed, default=london_day(at))
    row.retain_until = kept_until(row.last_closed_on, audit_data().retention_months.figure)
    row.closed_at, row.closed_by = at, by.reference
    stepped(row, move.name, move.target, by=by, at=at, reason=why)
    payload: dict[str, Value] = {
        "reason": why,
        "last_closed_on": row.last_closed_on,
        "retain_until": row.retain_until,
    }
    return Recorded(f"audit:{row.reference}", payload, row.retain_until)
