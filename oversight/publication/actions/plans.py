"""Putting an action plan on the web: each update a version beside the earlier ones, never erasing (¶24, ¶27).

Only those who publish plans do so. What is handed over is whole in itself, so nothing here reaches back.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.publication.actions.reports import _is_off, _notice, _told
from oversight.publication.models import PublicNotice, PublishedPlan, PublishedPlanMerge, PublishedPlanReport
from oversight.publication.rules.plan_snapshots import PlanSnapshot

PUBLISH_PLANS: Final = "plans.publish"


def put_plan_on_the_web(*, by: Actor, at: datetime, snapshot: PlanSnapshot) -> int:
    """Publish a plan, or its next version; give the number. The same as the last one, nothing is done.

    Args:
        by: Someone who may publish plans.
        at: Moment of doing so.
        snapshot: All that the public may read.

    Raises:
        Refused: The actor may not.
    """
    by.demand(PUBLISH_PLANS)
    rows = PublishedPlan.objects.filter(reference=snapshot.reference, superseded_at=None)
    held = rows.order_by("-round").first()
    if held is not None and held.content_digest == snapshot.digest:
        return held.round
    return _put(by=by, at=at, snapshot=snapshot)


@action(verb="plan.put-on-the-web", permission=PUBLISH_PLANS, paragraph="27")
def _put(*, by: Actor, at: datetime, snapshot: PlanSnapshot) -> Recorded[int]:
    """Write the next version of a plan beside the earlier ones."""
    before = _current(snapshot.reference)
    number = before.round + 1 if before else 1
    if before is not None:
        before.superseded_at, before.superseded_by = at, by.reference
        before.save()
    row = PublishedPlan.objects.create(
        reference=snapshot.reference,
        round=number,
        kind=snapshot.kind,
        title=snapshot.title,
        unit_code=snapshot.unit_code,
        published_on=snapshot.published_on,
        content=snapshot.text,
        content_digest=snapshot.digest,
        published_at=at,
        published_by=by.reference,
    )
    PublishedPlanReport.objects.bulk_create(
        [PublishedPlanReport(plan=row, source=one.source) for one in snapshot.reports]
    )
    payload: dict[str, Value] = {
        "version": number,
        "digest": snapshot.digest,
        "reports": [one.source for one in snapshot.reports],
    }
    return Recorded(f"published-plan:{snapshot.reference}", payload, number)


def say_plan_merged(*, by: Actor, at: datetime, reference: str, into: str, on: date, why: str) -> None:
    """Let the public page of a plan say in which plan it goes on. Said already, nothing is done.

    Args:
        by: Someone who may publish plans.
        at: Moment of doing so.
        reference: Reference of the plan that became part of another; it was published.
        into: Reference of that other, which was published too.
        on: Day on which it did.
        why: Why; the public reads it.

    Raises:
        Refused: The actor may not, or one of the two was never published.
    """
    by.demand(PUBLISH_PLANS)
    if not PublishedPlanMerge.objects.filter(reference=reference).exists():
        _say_merged(by=by, at=at, reference=reference, into=into, on=on, why=why)


@action(verb="plan.merged-on-the-web", permission=PUBLISH_PLANS, paragraph="27")
def _say_merged(*, by: Actor, at: datetime, reference: str, into: str, on: date, why: str) -> Recorded[None]:
    """Note beside the versions of a plan that it became part of another."""
    current, _ = _on_the_register(reference), _on_the_register(into)
    told = _told(why, "text", "why the plans were merged")
    PublishedPlanMerge.objects.create(
        reference=reference, into=into, on=on, why=told, told_at=at, told_by=by.reference
    )
    payload: dict[str, Value] = {"version": current.round, "into": into, "on": on, "why": told}
    return Recorded(f"published-plan:{reference}", payload, None)


@action(verb="plan.taken-off-the-web", permission=PUBLISH_PLANS, paragraph="27")
def take_plan_off_the_web(*, by: Actor, at: datetime, reference: str, why: str) -> Recorded[None]:
    """Take every version of a plan off the web. A dated notice stands in their place; all is kept.

    Args:
        by: Someone who may publish plans.
        at: Moment of doing so.
        reference: Reference of the plan.
        why: Why; the public reads it.

    Raises:
        Refused: It was never on the web, is off it already, or there is no reason.
    """
    current = _on_the_register(reference)
    if _is_off(reference):
        raise Refused("plan_off_the_web", "This plan is off the web already.", "Nothing more is needed.")
    told = _told(why, "text", "why it is taken off the web")
    _notice(reference, PublicNotice.Kind.WITHDRAWN, current.round, by=by, at=at, why=told)
    return Recorded(f"published-plan:{reference}", {"version": current.round, "why": told}, None)


@action(verb="plan.put-back-on-the-web", permission=PUBLISH_PLANS, paragraph="27")
def put_plan_back_on_the_web(*, by: Actor, at: datetime, reference: str, why: str) -> Recorded[None]:
    """Put a plan back on the web, with the reason. Both notices stay.

    Args:
        by: Someone who may publish plans.
        at: Moment of doing so.
        reference: Reference of the plan.
        why: Why; the public reads it.

    Raises:
        Refused: It is not off the web, or there is no reason.
    """
    current = _on_the_register(reference)
    if not _is_off(reference):
        raise Refused("plan_on_the_web", "This plan is on the web.", "Nothing more is needed.")
    told = _told(why, "text", "why it is back")
    _notice(reference, PublicNotice.Kind.RESTORED, current.round, by=by, at=at, why=told)
    return Recorded(f"published-plan:{reference}", {"version": current.round, "why": told}, None)


def _current(reference: str) -> PublishedPlan | None:
    rows = PublishedPlan.objects.select_for_update().filter(reference=reference, superseded_at=None)
    return rows.order_by("-round").first()


def _on_the_register(reference: str) -> PublishedPlan:
    row = _current(reference)
    if row is None:
        raise Refused("not_found_plan", "No plan was published under this reference.", "Check the reference.")
    return row
