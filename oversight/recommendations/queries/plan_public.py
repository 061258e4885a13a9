"""A plan as the public will read it: no person is named and no evidence shown (E3, E4, ¶24, ¶27)."""

from __future__ import annotations

from datetime import date

from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.publication.rules.plan_snapshots import (
    AnsweredReport,
    NewDate,
    PlanSnapshot,
    PublishedAction,
    PublishedAnswer,
    SaidOfIt,
)
from oversight.recommendations.queries.plan_whole import WholeAction, WholeRecommendation, whole_plan


def plan_snapshot(*, actor: Actor, reference: str, today: date) -> PlanSnapshot:
    """Give a plan as the public would read it if it were published now.

    Args:
        actor: Who asks; sees the plan.
        reference: Reference of the plan.
        today: Day on which it stands so.

    Raises:
        Refused: There is none that the actor sees, or it was never submitted, so that it is no one's to read.
    """
    whole = whole_plan(actor=actor, reference=reference, today=today)
    found, line = whole.head, whole.head.line
    if line.submitted_on is None:
        raise Refused(
            "plan_public",
            "The plan was not submitted yet, so there is nothing that the public could read.",
            "Look again once it is submitted.",
            paragraph="24",
        )
    if found.merged is not None:
        raise Refused(
            "plan_public",
            f"The plan became part of {found.merged.reference}, and the public reads on there.",
            f"Look at {found.merged.reference}.",
            paragraph="24",
        )
    return PlanSnapshot(
        reference=line.reference,
        title=line.title,
        kind=line.kind,
        kind_words=line.kind_label,
        writer=found.writer.name,
        unit_code=line.unit.code if line.unit else "",
        unit_name=line.unit.name if line.unit else "",
        submitted_on=line.submitted_on,
        published_on=line.published_on or today,
        updated_on=found.updated_on,
        where=found.published_where,
        as_on=today,
        reports=tuple(AnsweredReport(one.source, one.title, one.kind_label) for one in found.reports),
        recommendations=tuple(_recommendation(one) for one in whole.recommendations()),
        actions=tuple(_action(one) for one in whole.actions()),
    )


def _recommendation(one: WholeRecommendation) -> PublishedAnswer:
    line = one.made.line
    return PublishedAnswer(
        reference=line.reference,
        number=line.number,
        source=line.source,
        text=line.text,
        authority=line.addressee.name,
        response=line.response,
        answer=line.response_label,
        agreed_part=one.agreed_part,
        reason=one.reason,
        state=line.delivery,
        delivery=line.delivery_label,
        superseded_by=one.superseded_by,
        actions=one.made.actions,
    )


def _action(one: WholeAction) -> PublishedAction:
    line = one.line
    return PublishedAction(
        number=line.number,
        text=line.text,
        owner=line.owner.name,
        measure=line.measure,
        commissioned=line.commissioned,
        recommendations=line.recommendations,
        first_date=line.first_due,
        dates=tuple(
            NewDate(
                change.due_before, change.due_after, change.reason, change.asked_at.astimezone(LONDON).date()
            )
            for change in one.revised
        ),
        present_date=line.due,
        progress=line.progress_label,
        timing=line.timing,
        stands=line.timing_label,
        said=tuple(
            SaidOfIt(said.made_at.astimezone(LONDON).date(), said.label, said.text, said.party.name)
            for said in one.entries
        ),
    )
