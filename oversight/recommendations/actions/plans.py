"""Action plans from opening to publication and its update (E3, E4, ¶24, ¶27)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from oversight.arrangements.actions import happened
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, party
from oversight.recommendations.actions.texts import _line, _needed, _text
from oversight.recommendations.models import (
    TITLE_LENGTH,
    ActionRecommendation,
    Plan,
    PlanAction,
    PlanReport,
    PlanStep,
    Recommendation,
)
from oversight.recommendations.queries.plan_sight import CLEAR, DRAFT, found_plan, no_plan, visible_plans
from oversight.recommendations.queries.plans import STEP_PERMISSIONS
from oversight.recommendations.queries.sight import visible
from oversight.recommendations.rules.plans import (
    DRAFTS,
    ActionFacts,
    PlanKind,
    check_complete,
    check_reports,
    reference_of,
    workflow_of,
)
from oversight.recommendations.rules.responding import TO_BE_DONE
from oversight.recommendations.rules.sources import ARRANGED, OSAG, Source
from oversight.recommendations.rules.sources import UNIT_KINDS as UNITS


def _today(at: datetime) -> date:
    return at.astimezone(LONDON).date()


def _locked_plan(by: Actor, reference: str, revision: int) -> Plan:
    """Lock a plan that the actor sees, and refuse an act on an older sight of it."""
    row = None
    if reference.isprintable():
        rows = visible_plans(by).select_for_update(of=("self",)).filter(reference=reference)
        row = rows.order_by("id").first()
    if row is None:
        raise no_plan()
    if row.revision != revision:
        raise Refused(
            "stale_plan",
            "Someone else changed this plan since you opened it.",
            "Open it again to see how it stands, then decide.",
        )
    return row


def _writer(*, by: Actor, reference: str, **_: object) -> PartyLike:
    return party(found_plan(by, reference).writer_id)


def _told(row: Plan, move: str, *, by: Actor, at: datetime, text: str = "") -> None:
    row.revision += 1
    row.save()
    PlanStep.objects.create(
        plan=row,
        move=move,
        target=row.state,
        text=text,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        made_party_id=by.party,
    )


def _tell_arrangements(
    row: Plan,
    event: str,
    *,
    by: Actor,
    at: datetime,
    on: date,
    kinds: frozenset[Source] = ARRANGED,
    addressee: PartyRef | None = None,
    unit: bool = True,
) -> None:
    """Tell the arrangements what happened to a plan, once for each report of these kinds that it answers."""
    for report in row.reports.order_by("id"):
        if report.kind not in kinds:
            continue
        core = report.kind == Source.CORE
        happened(
            by=by,
            at=at,
            event=event,
            kind=report.kind,
            about=report.source,
            on=on,
            unit=party(row.unit_id) if unit and core and row.unit_id else None,
            addressee=addressee,
            note="",
        )


def _moved(row: Plan, name: str, *, by: Actor) -> None:
    """Take a step that the workflow allows; the caller writes it."""
    row.state = workflow_of(row.kind).check(name, row.state, by.role).target


def _drafted(row: Plan) -> None:
    if row.state not in set(DRAFTS):
        raise Refused(
            "plan_drafts",
            "The plan is no longer being drafted.",
            "Take it back to drafting where that is still possible, or ask for a new date of an action.",
            paragraph="24",
        )


def _report(by: Actor, source: str) -> Recommendation:
    """Give any recommendation of a report that the actor sees and no plan answers yet."""
    made = None
    if source.isprintable():
        made = visible(by).filter(source=source).order_by("number").first()
    if made is None:
        raise Refused(
            "plan_report",
            "There is no report of that reference with recommendations that you can see.",
            "Choose a report from the list.",
            field="source",
        )
    held = PlanReport.objects.filter(source=source).select_related("plan").order_by("id").first()
    if held is not None:
        raise Refused(
            "plan_report",
            f"{held.plan.reference} already answers this report.",
            "Work on that plan, or choose another report.",
            field="source",
        )
    return made


def _to_be_written(*, by: Actor, unit: PartyRef | None, **_: object) -> PartyLike:
    return unit if unit is not None else party(by.party)


@action(verb="plan.opened", permission=DRAFT, paragraph="24", on=_to_be_written)
def open_plan(
    *, by: Actor, at: datetime, source: str, kind: str, title: str, source_title: str, unit: PartyRef | None
) -> Recorded[str]:
    """Open a plan that answers a report. It can be opened before the report is published.

    Args:
        by: Someone of the region or unit for a local plan; of OSAG for a plan that it coordinates.
        at: Moment of opening.
        source: Reference of the inspection, review or audit.
        kind: Kind of the report, one of ``Source``.
        title: What the plan is called.
        source_title: What the report is called.
        unit: The unit inspected; None for a plan that OSAG coordinates.

    Returns:
        Reference of the plan.

    Raises:
        Refused: The actor may not, something is missing, or another plan answers this report.
    """
    if kind not in set(Source):
        raise Refused("plan_reports", "There is no such kind of report.", "Choose one.", field="kind")
    plan_kind = PlanKind.LOCAL if unit is not None else PlanKind.COORDINATED
    check_reports(plan_kind, [Source(kind)])
    if unit is None and by.party != OSAG:
        raise Refused(
            "plan_unit",
            "A local plan is about one region or unit.",
            "Enter it.",
            paragraph="24",
            field="unit",
        )
    if unit is not None and unit.kind not in UNITS:
        raise Refused("plan_unit", f"{unit.name} is no region or unit.", "Choose one.", field="unit")
    about = _line(source, "source", 80)
    if PlanReport.objects.filter(source=about).exists():
        raise Refused(
            "plan_report",
            "A plan already answers this report.",
            "Look for it in the list of plans.",
            field="source",
        )
    made = Recommendation.objects.filter(source=about).order_by("number").first()
    if made is not None and (made.kind != kind or (unit is not None and made.unit_id != unit.code)):
        raise Refused(
            "plan_report",
            "The recommendations of this report are of another kind or about another unit.",
            "Check the reference, the kind and the unit.",
            field="source",
        )
    called, report = _line(title, "title", TITLE_LENGTH), _line(source_title, "source_title", TITLE_LENGTH)
    for text, field in ((about, "source"), (called, "title"), (report, "source_title")):
        if not text:
            raise Refused("plan_text", "This is missing.", "Enter it.", field=field)
    if not about.replace("-", "").replace("_", "").isalnum() or not about.isascii():
        raise Refused(
            "plan_report",
            "A reference is made of letters, digits, hyphens and underscores.",
            "Enter it without blanks and other signs.",
            field="source",
        )
    row = Plan.objects.create(
        reference=reference_of(about),
        kind=plan_kind,
        title=called,
        unit_id=unit.code if unit else None,
        writer_id=unit.code if unit else by.party,
        opened_at=at,
        opened_by=by.reference,
    )
    PlanReport.objects.create(plan=row, kind=kind, source=about, title=report)
    _told(row, "open", by=by, at=at)
    payload: dict[str, Value] = {
        "kind": plan_kind.value,
        "title": called,
        "report": about,
        "report_kind": kind,
        "unit": unit.code if unit else None,
    }
    return Recorded(f"plan:{row.reference}", payload, row.reference)


@action(verb="plan.report-added", permission=DRAFT, paragraph="27", on=_writer)
def add_report(*, by: Actor, at: datetime, reference: str, revision: int, source: str) -> Recorded[None]:
    """Let a plan answer one more report, so that several reports have one merged plan.

    Args:
        by: Someone who writes the plan.
        at: Moment of adding it.
        reference: Reference of the plan.
        revision: Revision that the actor saw.
        source: Reference of a report with recommendations that no plan answers yet.

    Raises:
        Refused: The actor may not, the plan is no draft, or the report does not fit it.
    """
    row = _locked_plan(by, reference, revision)
    _drafted(row)
    made = _report(by, source)
    check_reports(PlanKind(row.kind), [Source(made.kind)])
    if row.unit_id and made.unit_id != row.unit_id:
        raise Refused(
            "plan_report",
            "This report is about another unit.",
            "Open a plan of its own for it.",
            paragraph="24",
            field="source",
        )
    PlanReport.objects.create(plan=row, kind=made.kind, source=source, title=made.source_title)
    _told(row, "add_report", by=by, at=at, text=f"{made.source_title}, {source}")
    return Recorded(f"plan:{row.reference}", {"report": source}, None)


def _stepped(
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    name: str,
    *,
    text: str = "",
    then: Callable[[Plan], Any] | None = None,
) -> Recorded[None]:
    row = _locked_plan(by, reference, revision)
    before = row.state
    _moved(row, name, by=by)
    if then is not None:
        then(row)
    _told(row, name, by=by, at=at, text=text)
    payload: dict[str, Value] = {"from": before, "to": row.state, "text": text}
    return Recorded(f"plan:{row.reference}", payload, None)


@action(verb="plan.check-asked", permission=DRAFT, paragraph="24", on=_writer)
def ask_check(*, by: Actor, at: datetime, reference: str, revision: int, text: str = "") -> Recorded[None]:
    """Send a plan to OSAG: for its advice on a local plan, for its quality check on its own.

    Args:
        by: Someone who writes the plan.
        at: Moment of sending it.
        reference: Reference of the plan.
        revision: Revision that the actor saw.
        text: What to look at; may be empty.

    Raises:
        Refused: The actor may not, or the plan is no draft or has no action.
    """

    def then(row: Plan) -> None:
        if not row.actions.filter(withdrawn_at=None).exists():
            raise Refused(
                "plan_complete", "The plan holds no action yet.", "Add its actions first.", paragraph="24"
            )
        if row.kind == PlanKind.LOCAL and not row.steps.filter(move="ask_check").exists():
            _tell_arrangements(row, "plan_advice_asked", by=by, at=at, on=_today(at), kinds=_CORE)

    return _stepped(by, at, reference, revision, "ask_check", text=_text(text, "text"), then=then)


_CORE: Final = frozenset({Source.CORE})


@action(verb="plan.check-finished", permission=STEP_PERMISSIONS["finish_check"], paragraph="24")
def finish_check(*, by: Actor, at: datetime, reference: str, revision: int, text: str) -> Recorded[None]:
    """Give advice on a local plan, or finish the quality check of a coordinated one.

    Args:
        by: Someone of OSAG.
        at: Moment of doing so.
        reference: Reference of the plan.
        revision: Revision that the actor saw.
        text: The advice, or what was checked.

    Raises:
        Refused: The actor may not, nothing is said, or it was not asked for.
    """

    def then(row: Plan) -> None:
        if row.kind == PlanKind.LOCAL and not row.steps.filter(move="finish_check").exists():
            _tell_arrangements(row, "plan_advice_given", by=by, at=at, on=_today(at), kinds=_CORE, unit=False)

    said = _needed(text, "text", "The advice")
    return _stepped(by, at, reference, revision, "finish_check", text=said, then=then)


@action(verb="plan.taken-back", permission=DRAFT, paragraph="24", on=_writer)
def take_back(*, by: Actor, at: datetime, reference: str, revision: int, text: str) -> Recorded[None]:
    """Take a plan back to drafting after its check.

    Args:
        by: Someone who writes the plan.
        at: Moment of taking it back.
        reference: Reference of the plan.
        revision: Revision that the actor saw.
        text: Why.

    Raises:
        Refused: The actor may not, nothing is said, or the plan is not at clearance.
    """
    return _stepped(by, at, reference, revision, "take_back", text=_needed(text, "text", "The reason"))


@action(verb="plan.submitted", permission=CLEAR, paragraph="24", on=_writer)
def submit(*, by: Actor, at: datetime, reference: str, revision: int, text: str) -> Recorded[None]:
    """Clear a plan and submit it to the Inspectorate, today.

    Args:
        by: The Regional Probation Director, or the OSAG lead for a plan that OSAG coordinates.
        at: Moment of submitting.
        reference: Reference of the plan.
        revision: Revision that the actor saw.
        text: Who cleared it, and when.

    Raises:
        Refused: The actor may not, nothing is said, the plan is not at clearance, or an agreed recommendation
            has no action.
    """

    def then(row: Plan) -> None:
        sources = list(row.reports.order_by("id").values_list("source", flat=True))
        agreed = Recommendation.objects.filter(
            source__in=sources, response__in=sorted(one.value for one in TO_BE_DONE)
        )
        check_complete(_action_facts(row), list(agreed.order_by("id").values_list("reference", flat=True)))
        row.cleared_at, row.cleared_by, row.cleared_name = at, by.reference, by.name
        row.submitted_on = _today(at)
        _tell_arrangements(row, "action_plan_submitted", by=by, at=at, on=_today(at))

    said = _needed(text, "text", "Who cleared it")
    return _stepped(by, at, reference, revision, "submit", text=said, then=then)


def _action_facts(row: Plan) -> list[ActionFacts]:
    actions = PlanAction.objects.filter(plan=row, withdrawn_at=None).order_by("number")
    carried: dict[int, set[str]] = {one.pk: set() for one in actions}
    for link in ActionRecommendation.objects.filter(action__in=carried).select_related("recommendation"):
        carried[link.action_id].add(link.recommendation.reference)
    return [ActionFacts(one.number, frozenset(carried[one.pk])) for one in actions]


@action(verb="plan.received", permission=STEP_PERMISSIONS["receive"], paragraph="24")
def receive_plan(*, by: Actor, at: datetime, reference: str, revision: int, text: str = "") -> Recorded[None]:
    """Confirm that the Inspectorate received a plan, today.

    Args:
        by: A lead inspector.
        at: Moment of confirming.
        reference: Reference of the plan.
        revision: Revision that the actor saw.
        text: Anything to say to it; may be empty.

    Raises:
        Refused: The actor may not, or the plan was not submitted or was received already.
    """

    def then(row: Plan) -> None:
        row.received_at, row.received_by = at, by.reference
        _tell_arrangements(row, "action_plan_received", by=by, at=at, on=_today(at))

    return _stepped(by, at, reference, revision, "receive", text=_text(text, "text"), then=then)
