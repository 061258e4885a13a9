"""A briefing: started from the record, written round by round, cleared by a second person (D10, ¶20)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from oversight.briefings.actions.alerts import _locked as _locked_alert
from oversight.briefings.actions.alerts import _moved as _moved_alert
from oversight.briefings.actions.alerts import _team
from oversight.briefings.actions.texts import PART_LENGTH, _needed, _one_line, _text, _today
from oversight.briefings.models import (
    TITLE_LENGTH,
    Alert,
    Briefing,
    BriefingRound,
    BriefingStep,
    FactSheet,
)
from oversight.briefings.queries.changes import public_reports
from oversight.briefings.queries.facts import facts_for, unit_of
from oversight.briefings.queries.sight import CLEAR, DRAFT, briefing_row
from oversight.briefings.rules.alerts import PARAGRAPH, AlertKind
from oversight.briefings.rules.briefings import (
    WORKFLOW,
    Part,
    check_second_person,
    check_whole,
    digest_of,
    layout,
    parts_of,
    reference_of,
    text_of,
)
from oversight.briefings.rules.facts import facts_digest, facts_text
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value, digest
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.kernel.workflow import Move
from oversight.ledger.acting import Recorded, action


def _locked(by: Actor, reference: str, revision: int, name: str) -> tuple[Briefing, Move]:
    """Lock a briefing that the actor sees, and hold the step to its state, their role and what they saw."""
    row = briefing_row(by, reference, lock=True)
    if row.revision != revision:
        raise Refused(
            "stale_briefing",
            "Someone else changed this briefing since you opened it.",
            "Open it again to see how it stands. What you typed is still here.",
        )
    return row, WORKFLOW.check(name, row.state, by.role)


def _stepped(
    row: Briefing, move: Move, *, by: Actor, at: datetime, text: str = "", event: int | None = None
) -> None:
    """Write the briefing as the caller changed it, and its timeline."""
    row.state = move.target
    row.revision += 1
    row.save()
    _told(row, move.name, move.source, by=by, at=at, text=text, event=event)


def _told(
    row: Briefing,
    move: str,
    source: str,
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    event: int | None = None,
) -> None:
    BriefingStep.objects.create(
        briefing=row,
        move=move,
        source=source,
        target=row.state,
        text=text,
        made_at=at,
        made_by=by.reference,
        made_name=by.name,
        event=event,
    )


def _recorded(row: Briefing, **more: Value) -> Recorded[None]:
    """Say what the record keeps: where the briefing stands, and digests of what was said."""
    return Recorded(f"briefing:{row.reference}", {"state": row.state, "revision": row.revision, **more}, None)


def _take_facts(row: Briefing, *, by: Actor, at: datetime) -> FactSheet:
    groups = facts_for(
        actor=by,
        today=_today(at),
        report=row.report,
        unit=row.unit_id or "",
        alerts=tuple(Alert.objects.filter(briefing=row).order_by("pk")),
    )
    return FactSheet.objects.create(
        briefing=row,
        number=FactSheet.objects.filter(briefing=row).count() + 1,
        content=facts_text(groups),
        digest=facts_digest(groups),
        taken_at=at,
        taken_by=by.reference,
        taken_name=by.name,
    )


def _save_round(
    row: Briefing, sheet: FactSheet, parts: tuple[Part, ...], *, by: Actor, at: datetime
) -> BriefingRound:
    return BriefingRound.objects.create(
        briefing=row,
        number=BriefingRound.objects.filter(briefing=row).count() + 1,
        sheet=sheet,
        title=row.title,
        content=text_of(parts),
        digest=digest_of(parts),
        written_at=at,
        written_by=by.reference,
        written_name=by.name,
    )


def _latest(row: Briefing) -> BriefingRound:
    latest = BriefingRound.objects.filter(briefing=row).select_related("sheet").order_by("-number").first()
    assert latest is not None, f"{row.reference} has no text"
    return latest


def _created(
    *, by: Actor, at: datetime, title: str, report: str, unit: str, supersedes: Briefing | None = None
) -> Briefing:
    year = at.astimezone(LONDON).year
    held = Briefing.objects.filter(reference__startswith=f"BRIEF-{year}-").order_by("pk")
    return Briefing.objects.create(
        reference=reference_of("BRIEF", year, held.values_list("reference", flat=True)),
        title=title,
        report=report,
        unit_id=unit or None,
        marking=layout().marking,
        state=WORKFLOW.starts,
        opened_at=at,
        opened_by=by.reference,
        opened_name=by.name,
        supersedes=supersedes,
    )


@action(verb="briefing.started", permission=DRAFT, paragraph=PARAGRAPH, on=_team)
def start(
    *, by: Actor, at: datetime, title: str, alert_id: int = 0, revision: int = 0, report: str = ""
) -> Recorded[str]:
    """Start a briefing on an alert or on a published report, with the record's facts beside it.

    Args:
        by: Someone of the team.
        at: Moment of starting.
        title: What it is called; must not be empty.
        alert_id: Row of the alert; 0 for none.
        revision: Revision of the alert that the actor saw.
        report: Reference of a published report; where no alert is given.

    Returns:
        Its reference.

    Raises:
        Refused: There is no such alert or published report, it has a briefing already, or there is no title.
    """
    called = _one_line(title, "title", TITLE_LENGTH)
    if not called:
        raise Refused(
            "briefing_title", "The briefing has no title.", "Enter one.", paragraph=PARAGRAPH, field="title"
        )
    alert = _locked_alert(by, alert_id, revision) if alert_id else None
    unit = (alert.unit_id or "") if alert else ""
    if alert is not None:
        report = alert.about if alert.kind == AlertKind.RATING else ""
    elif not public_reports([report]):
        # Before a report is published a copy under embargo is for the person it was given to, and not for a
        # text that a whole team reads.
        raise Refused(
            "briefing_report",
            "No report of this reference is published.",
            "Enter the reference of a published report. One under embargo cannot be briefed on here: HM "
            "Inspectorate of Probation gives copies of it by name.",
            paragraph=PARAGRAPH,
            field="report",
        )
    row = _created(by=by, at=at, title=called, report=report, unit=unit or unit_of(report))
    if alert is not None:
        alert.briefing = row
        _moved_alert(alert, "brief", by=by, at=at)
    sheet = _take_facts(row, by=by, at=at)
    empty = tuple(Part(one.id, one.title, "") for one in layout().sections)
    _save_round(row, sheet, empty, by=by, at=at)
    _told(row, "open", "", by=by, at=at)
    payload: dict[str, Value] = {"state": row.state, "facts": sheet.digest, "alert": alert_id or None}
    return Recorded(f"briefing:{row.reference}", payload, row.reference)


@action(verb="briefing.written", permission=DRAFT, paragraph=PARAGRAPH, on=_team)
def write(
    *, by: Actor, at: datetime, reference: str, revision: int, title: str, parts: Mapping[str, str]
) -> Recorded[None]:
    """Save the text as a further round; the earlier ones stay.

    Args:
        by: Someone of the team.
        at: Moment of saving.
        reference: Reference of the briefing.
        revision: Its revision that the actor saw.
        title: What it is called.
        parts: Text of each part by its identifier; one left out stays as it was.

    Raises:
        Refused: It is not being drafted, a part does not exist, or it changed meanwhile.
    """
    row, move = _locked(by, reference, revision, "write")
    latest = _latest(row)
    before = parts_of(latest.content)
    if unknown := set(parts) - {one.id for one in before}:
        raise Refused("briefing_part", f"There is no part “{min(unknown)}”.", "Open the briefing again.")
    called = _one_line(title, "title", TITLE_LENGTH)
    if not called:
        raise Refused(
            "briefing_title", "The briefing has no title.", "Enter one.", paragraph=PARAGRAPH, field="title"
        )
    written = tuple(
        Part(one.id, one.title, _text(parts.get(one.id, one.text), one.id, longest=PART_LENGTH))
        for one in before
    )
    row.title = called
    saved = latest
    if written != before or called != latest.title:
        saved = _save_round(row, latest.sheet, written, by=by, at=at)
    _stepped(row, move, by=by, at=at)
    return _recorded(row, round=saved.number, digest=saved.digest)


@action(verb="briefing.facts-taken", permission=DRAFT, paragraph=PARAGRAPH, on=_team)
def take_facts(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Take the record's facts anew; the earlier sheet stays, and the text is a further round beside it.

    Args:
        by: Someone of the team.
        at: Moment of taking them.
        reference: Reference of the briefing.
        revision: Its revision that the actor saw.

    Raises:
        Refused: It is not being drafted, or it changed meanwhile.
    """
    row, move = _locked(by, reference, revision, "take_facts")
    latest = _latest(row)
    sheet = _take_facts(row, by=by, at=at)
    _save_round(row, sheet, parts_of(latest.content), by=by, at=at)
    _stepped(row, move, by=by, at=at)
    return _recorded(row, facts=sheet.digest, sheet=sheet.number)


@action(verb="briefing.clearance-asked", permission=DRAFT, paragraph=PARAGRAPH, on=_team)
def ask_clearance(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Send a briefing to a second person for clearance.

    Args:
        by: Someone of the team.
        at: Moment of doing so.
        reference: Reference of the briefing.
        revision: Its revision that the actor saw.

    Raises:
        Refused: A needed part is empty, it is not being drafted, or it changed meanwhile.
    """
    row, move = _locked(by, reference, revision, "ask_clearance")
    latest = _latest(row)
    check_whole({one.id: one.text for one in parts_of(latest.content)}, layout().sections)
    row.asked_at, row.asked_by = at, by.reference
    _stepped(row, move, by=by, at=at)
    return _recorded(row, round=latest.number, digest=latest.digest)


@action(verb="briefing.cleared", permission=CLEAR, paragraph=PARAGRAPH, on=_team)
def clear(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Clear a briefing that someone else wrote.

    Args:
        by: A second person of the team.
        at: Moment of clearing.
        reference: Reference of the briefing.
        revision: Its revision that the actor saw.

    Raises:
        Refused: The actor wrote the text or sent it for clearance, it does not wait for clearance, or it
            changed meanwhile.
    """
    row, move = _locked(by, reference, revision, "clear")
    latest = _latest(row)
    check_second_person({latest.written_by, row.asked_by}, by.reference)
    row.cleared_at, row.cleared_by, row.cleared_name = at, by.reference, by.name
    _stepped(row, move, by=by, at=at)
    return _recorded(row, round=latest.number, digest=latest.digest)


@action(verb="briefing.sent-back", permission=CLEAR, paragraph=PARAGRAPH, on=_team)
def send_back(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Send a briefing back to drafting instead of clearing it, with the reason.

    Args:
        by: Someone of the team.
        at: Moment of doing so.
        reference: Reference of the briefing.
        revision: Its revision that the actor saw.
        reason: What has to change; must not be empty.

    Raises:
        Refused: It does not wait for clearance, there is no reason, or it changed meanwhile.
    """
    return _back("send_back", by=by, at=at, reference=reference, revision=revision, reason=reason)


@action(verb="briefing.taken-back", permission=DRAFT, paragraph=PARAGRAPH, on=_team)
def revise(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Take a cleared briefing back to drafting; it is cleared again before it is sent.

    Args:
        by: Someone of the team.
        at: Moment of doing so.
        reference: Reference of the briefing.
        revision: Its revision that the actor saw.
        reason: What has to change; must not be empty.

    Raises:
        Refused: It is not cleared or was sent, there is no reason, or it changed meanwhile.
    """
    return _back("revise", by=by, at=at, reference=reference, revision=revision, reason=reason)


def _back(
    name: str, *, by: Actor, at: datetime, reference: str, revision: int, reason: str
) -> Recorded[None]:
    row, move = _locked(by, reference, revision, name)
    why = _needed(reason, "reason", "The reason", PARAGRAPH)
    row.asked_at, row.asked_by = None, ""
    row.cleared_at, row.cleared_by, row.cleared_name = None, "", ""
    _stepped(row, move, by=by, at=at, text=why)
    return _recorded(row, reason=digest(why))
