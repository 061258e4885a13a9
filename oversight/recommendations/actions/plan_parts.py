"""Others give their part to a plan: asked one by one, through a link to that one item (¶24, ¶27)."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from oversight.arrangements.actions import happened
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party
from oversight.recommendations.actions.plans import _CORE, _locked_plan, _moved, _today, _told, _writer
from oversight.recommendations.actions.texts import _needed
from oversight.recommendations.models import Plan, PlanPart, PlanStep
from oversight.recommendations.queries.plan_sight import CONTRIBUTE, DRAFT, found_part, visible_parts
from oversight.recommendations.rules.plans import DRAFTS, PlanKind, contributes, is_department
from oversight.recommendations.rules.sources import COORDINATED


def _tell(row: Plan, event: str, contributor: PartyRef, *, by: Actor, at: datetime, unit: bool) -> None:
    """Tell the arrangements that a body was asked for its part or gave it, where the texts know of that."""
    local = row.kind == PlanKind.LOCAL
    if not local and not is_department(contributor.code, contributor.kind):
        return
    for report in row.reports.order_by("id"):
        if report.kind not in (_CORE if local else COORDINATED):
            continue
        happened(
            by=by,
            at=at,
            event=event,
            kind=report.kind,
            about=report.source,
            on=_today(at),
            unit=party(row.unit_id) if unit and row.unit_id else None,
            addressee=contributor,
            note="",
        )


@action(verb="plan.input-asked", permission=DRAFT, paragraph="24", on=_writer)
def ask_input(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    contributor: PartyRef,
    question: str,
    wanted_by: date,
) -> Recorded[int]:
    """Ask a body for its part of a plan.

    Args:
        by: Someone who writes the plan.
        at: Moment of asking.
        reference: Reference of the plan.
        revision: Revision that the actor saw.
        contributor: The body asked.
        question: What it is asked to give.
        wanted_by: Day by which it is wanted.

    Returns:
        Row of the part; its page is ``/plans/parts/<id>``.

    Raises:
        Refused: The actor may not, the plan is no draft, the body has no part in such plans, or was asked and
            has not answered.
    """
    row = _locked_plan(by, reference, revision)
    if not contributes(row.kind, contributor.code, contributor.kind):
        raise Refused(
            "plan_contributor",
            f"{contributor.name} is not asked for input to a plan of this kind.",
            "Choose the Ministry of Justice, HMPPS or the Probation Service"
            + ("." if row.kind == PlanKind.LOCAL else ", a region or another department."),
            paragraph="24" if row.kind == PlanKind.LOCAL else "27",
            field="contributor",
        )
    asked = _needed(question, "question", "What is wanted")
    if wanted_by < _today(at):
        raise Refused("plan_wanted", "This day has passed.", "Enter today or a later day.", field="wanted_by")
    earlier = PlanPart.objects.filter(Q(plan=row, party=contributor.code))
    if earlier.filter(given_at=None).exists():
        raise Refused(
            "plan_contributor",
            f"{contributor.name} was asked already and has not answered.",
            "Wait for the answer, or ask again once it has come.",
            field="contributor",
        )
    first = not earlier.exists()
    _moved(row, "ask_input", by=by)
    part = PlanPart.objects.create(
        plan=row,
        number=row.parts.count() + 1,
        party_id=contributor.code,
        question=asked,
        wanted_by=wanted_by,
        asked_at=at,
        asked_by=by.reference,
        asked_name=by.name,
    )
    if first:
        event = "plan_input_asked" if row.kind == PlanKind.LOCAL else "department_liaison_needed"
        _tell(row, event, contributor, by=by, at=at, unit=True)
    _told(row, "ask_input", by=by, at=at, text=f"{contributor.name}: {asked}"[:2000])
    payload: dict[str, Value] = {"part": part.number, "of": contributor.code, "wanted_by": wanted_by}
    return Recorded(f"plan:{row.reference}", payload | {"question": asked}, part.pk)


def _contributor(*, by: Actor, part_id: int, **_: object) -> PartyLike:
    return party(found_part(by, part_id).party_id)


@action(verb="plan.input-given", permission=CONTRIBUTE, paragraph="27", on=_contributor)
def give_part(*, by: Actor, at: datetime, part_id: int, revision: int, answer: str) -> Recorded[str]:
    """Give the part of a plan that one's body was asked for.

    Args:
        by: Someone of the body asked.
        at: Moment of giving it.
        part_id: Row of the part.
        revision: Revision of the part that the actor saw.
        answer: What the body gives.

    Returns:
        Reference of the plan.

    Raises:
        Refused: The actor may not, nothing is said, it was given already, or the plan is no longer a draft.
    """
    part = visible_parts(by).select_for_update(of=("self",)).filter(pk=part_id).order_by("id").first()
    assert part is not None  # whoever may give it sees it
    if part.revision != revision or part.given_at is not None:
        raise Refused("stale_part", "This was answered already.", "Open it again to see what your body said.")
    row = Plan.objects.select_for_update().get(pk=part.plan_id)
    if row.state not in set(DRAFTS):
        raise Refused(
            "plan_drafts",
            "The plan is no longer being drafted, so it takes no more input.",
            "Tell those who write the plan.",
        )
    part.answer = _needed(answer, "answer", "Your part")
    part.given_at, part.given_by, part.given_name = at, by.reference, by.name
    part.revision += 1
    part.save()
    first = not row.parts.filter(
        Q(party=part.party_id), given_at__isnull=False, number__lt=part.number
    ).exists()
    if first:
        event = "plan_input_given" if row.kind == PlanKind.LOCAL else "department_consulted"
        _tell(row, event, party(part.party_id), by=by, at=at, unit=False)
    # Input changes nothing that those who draft have before them, so their page stays good.
    PlanStep.objects.create(
        plan=row,
        move="give_part",
        target=row.state,
        text=f"Part {part.number}",
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        made_party_id=by.party,
    )
    return Recorded(f"plan:{row.reference}", {"part": part.number, "answer": part.answer}, row.reference)
