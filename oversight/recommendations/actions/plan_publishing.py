"""A plan is published on GOV.UK and here, updated, and its progress returned (¶24, ¶26, ¶27)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.ledger.acting import Recorded, action
from oversight.publication.actions.plans import put_plan_on_the_web, say_plan_merged
from oversight.recommendations.actions.plans import _CORE, _stepped, _tell_arrangements, _today
from oversight.recommendations.actions.texts import _line, _needed, _text
from oversight.recommendations.models import Plan
from oversight.recommendations.models.plans import WHERE_LENGTH
from oversight.recommendations.queries.plan_public import plan_snapshot
from oversight.recommendations.queries.plans import STEP_PERMISSIONS
from oversight.recommendations.rules.plans import check_published
from oversight.recommendations.rules.sources import ARRANGED

_ADDRESS: Final = "https://www.gov.uk/"


def _published_at(where: str) -> str:
    address = _line(where, "where", WHERE_LENGTH)
    if not address.startswith(_ADDRESS) or " " in address:
        raise Refused(
            "plan_where",
            "Action plans are published on GOV.UK.",
            f"Enter the address of the page, which starts with {_ADDRESS}.",
            paragraph="27",
            field="where",
        )
    return address


@action(verb="plan.published", permission=STEP_PERMISSIONS["publish"], paragraph="27")
def publish_plan(
    *, by: Actor, at: datetime, reference: str, revision: int, on: date, where: str
) -> Recorded[None]:
    """Say that a plan was published on GOV.UK.

    Args:
        by: Someone of HMPPS or OSAG.
        at: Moment of saying so.
        reference: Reference of the plan.
        revision: Revision that the actor saw.
        on: Day on which it was published.
        where: Its address on GOV.UK.

    Raises:
        Refused: The actor may not, the plan was not received, or the day or the address is wrong.
    """
    address = _published_at(where)

    def then(row: Plan) -> None:
        assert row.submitted_on is not None
        check_published(on, today=_today(at), submitted=row.submitted_on)
        row.published_on, row.published_where = on, address
        _tell_arrangements(row, "action_plan_published", by=by, at=at, on=on)

    told = f"Published on {day_in_words(on)}: {address}"
    done = _stepped(by, at, reference, revision, "publish", text=told, then=then)
    return _with_version(done, reference, by=by, at=at)


@action(verb="plan.update-published", permission=STEP_PERMISSIONS["publish_update"], paragraph="27")
def publish_update(
    *, by: Actor, at: datetime, reference: str, revision: int, on: date, where: str
) -> Recorded[None]:
    """Say that an update with the progress made was published; the first is due within twelve months.

    Args:
        by: Someone of OSAG.
        at: Moment of saying so.
        reference: Reference of the plan.
        revision: Revision that the actor saw.
        on: Day on which the update was published.
        where: Its address on GOV.UK.

    Raises:
        Refused: The actor may not, the plan is local or not published, or the day or address is wrong.
    """
    address = _published_at(where)

    def then(row: Plan) -> None:
        assert row.published_on is not None
        check_published(on, today=_today(at), submitted=row.updated_on or row.published_on)
        row.updated_on = on
        kinds = ARRANGED - _CORE
        _tell_arrangements(row, "action_plan_updated", by=by, at=at, on=on, kinds=kinds)

    told = f"Update published on {day_in_words(on)}: {address}"
    done = _stepped(by, at, reference, revision, "publish_update", text=told, then=then)
    return _with_version(done, reference, by=by, at=at)


@action(verb="plan.progress-published", permission=STEP_PERMISSIONS["publish_progress"], paragraph="24")
def publish_progress(
    *, by: Actor, at: datetime, reference: str, revision: int, text: str = ""
) -> Recorded[None]:
    """Put a new version of a published local plan on the web, with the progress as it stands today.

    A plan that OSAG coordinates gets its new version with ``publish_update`` (paragraph 27).

    Args:
        by: Someone of HMPPS or OSAG.
        at: Moment of doing so.
        reference: Reference of the plan.
        revision: Revision that the actor saw.
        text: Anything to say to those who see the plan; may be empty.

    Raises:
        Refused: The actor may not, or the plan is not local or not published.
    """
    done = _stepped(by, at, reference, revision, "publish_progress", text=_text(text, "text"))
    return _with_version(done, reference, by=by, at=at)


def _with_version(done: Recorded[None], reference: str, *, by: Actor, at: datetime) -> Recorded[None]:
    """Put the plan on the web as it stands after a step, and let the record say which version that is."""
    snapshot = plan_snapshot(actor=by, reference=reference, today=_today(at))
    number = put_plan_on_the_web(by=by, at=at, snapshot=snapshot)
    _say_what_it_took_in(reference, by=by, at=at)
    return Recorded(done.subject, {**done.payload, "version": number, "digest": snapshot.digest}, None)


def _say_what_it_took_in(reference: str, *, by: Actor, at: datetime) -> None:
    """Let the public pages of plans that became part of one lead there, at whatever remove."""
    merged = Plan.objects.filter(merged_into__reference=reference, published_on__isnull=False)
    for one in merged.order_by("id"):
        assert one.merged_at is not None
        on, why = _today(one.merged_at), one.merged_reason
        say_plan_merged(by=by, at=at, reference=one.reference, into=reference, on=on, why=why)
        _say_what_it_took_in(one.reference, by=by, at=at)


@action(verb="plan.progress-returned", permission=STEP_PERMISSIONS["return_progress"], paragraph="26")
def return_progress(*, by: Actor, at: datetime, reference: str, revision: int, text: str) -> Recorded[None]:
    """Send the Inspectorate the return on progress with a local plan, as it stands today.

    What it holds is every recommendation and action with its dates and latest progress; the record keeps it.

    Args:
        by: Someone of HMPPS.
        at: Moment of sending it.
        reference: Reference of the plan.
        revision: Revision that the actor saw.
        text: What to say with it.

    Raises:
        Refused: The actor may not, nothing is said, or the plan is not published.
    """
    held: list[Value] = []

    def then(row: Plan) -> None:
        actions = row.actions.filter(withdrawn_at=None).order_by("number")
        held.extend(
            {"number": one.number, "first_due": one.first_due, "due": one.due, "progress": one.progress}
            for one in actions
        )
        _tell_arrangements(row, "progress_reported", by=by, at=at, on=_today(at), kinds=_CORE, unit=False)

    said = _needed(text, "text", "What to say with it")
    done = _stepped(by, at, reference, revision, "return_progress", text=said, then=then)
    return Recorded(done.subject, {**done.payload, "actions": held}, None)
