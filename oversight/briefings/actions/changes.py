"""Policy changes recorded, said anew, linked to what led to them, and published whole (D11, ¶21)."""

from __future__ import annotations

from datetime import date, datetime

from oversight.briefings.actions.texts import _needed, _one_line, _tell, _text, _today
from oversight.briefings.models import TITLE_LENGTH, ChangeLink, ChangeRound, PolicyChange
from oversight.briefings.queries.changes import public_reports, source_of
from oversight.briefings.queries.sight import TRACE, change_row
from oversight.briefings.rules.briefings import layout, reference_of
from oversight.briefings.rules.changes import (
    FIRST,
    LINK_WORDS,
    PARAGRAPH,
    STATE_WORDS,
    WORKFLOW,
    LinkKind,
    check_day,
    check_link,
    check_public,
    move_to,
)
from oversight.kernel.acting import Actor, PartyLike
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.kernel.words import LONDON
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import party
from oversight.publication.actions import publish_change, take_change_back
from oversight.publication.rules.changes import LedTo, PublicChange


def _own(*, by: Actor, **_: object) -> PartyLike:
    return party(by.party)


def _locked(by: Actor, reference: str, revision: int) -> PolicyChange:
    row = change_row(by, reference, lock=True)
    by.demand(TRACE, party(row.owner_id))
    if row.revision != revision:
        raise Refused(
            "stale_change",
            "Someone else changed this entry since you opened it.",
            "Open it again to see how it stands. What you typed is still here.",
        )
    return row


def _said(
    row: PolicyChange,
    *,
    by: Actor,
    at: datetime,
    title: str,
    kind: str,
    what: str,
    state: str,
    on: date,
    link: str,
    why: str,
) -> ChangeRound:
    """Check what is said of a change, and write it as a further round and into the row."""
    called = _one_line(title, "title", TITLE_LENGTH)
    if not called:
        raise Refused("change_title", "It has no title.", "Enter one.", paragraph=PARAGRAPH, field="title")
    if kind not in layout().change_kinds:
        raise Refused(
            "change_kind", "This kind of change is not known.", "Choose one.", paragraph="21", field="kind"
        )
    check_day(state, on, today=_today(at))
    address = _one_line(link, "link", 500)
    check_link(address)
    row.title, row.kind, row.state, row.on = called, kind, state, on
    told = _needed(what, "what", "What changes", PARAGRAPH)
    row.save()
    return ChangeRound.objects.create(
        change=row,
        number=ChangeRound.objects.filter(change=row).count() + 1,
        title=called,
        kind=kind,
        what=told,
        state=state,
        on=on,
        link=address,
        why=why,
        said_at=at,
        said_by=by.reference,
        said_name=by.name,
    )


def _facts(made: ChangeRound, **more: Value) -> dict[str, Value]:
    return {
        "round": made.number,
        "title": made.title,
        "kind": made.kind,
        "state": made.state,
        "on": made.on,
        **more,
    }


@action(verb="policy-change.recorded", permission=TRACE, paragraph=PARAGRAPH, on=_own)
def record(
    *, by: Actor, at: datetime, title: str, kind: str, what: str, state: str, on: date, link: str = ""
) -> Recorded[str]:
    """Record a policy change or reform.

    Args:
        by: Someone of MoJ policy; their body owns it.
        at: Moment of recording.
        title: What it is called.
        kind: One of the kinds in the data.
        what: What changes, in plain words.
        state: ``planned``, ``under_way`` or ``in_effect``.
        on: Day on which it happened, or is planned for.
        link: Page on GOV.UK or of Parliament; may be empty.

    Returns:
        Its reference.

    Raises:
        Refused: Something is missing or does not fit; ``field`` says what.
    """
    if state not in set(FIRST):
        raise Refused(
            "change_state",
            "A change is recorded as planned, under way or in effect.",
            "Choose one of these.",
            paragraph=PARAGRAPH,
            field="state",
        )
    year = at.astimezone(LONDON).year
    held = PolicyChange.objects.filter(reference__startswith=f"CHANGE-{year}-").order_by("pk")
    row = PolicyChange(
        reference=reference_of("CHANGE", year, held.values_list("reference", flat=True)),
        owner_id=by.party,
        recorded_at=at,
        recorded_by=by.reference,
    )
    made = _said(row, by=by, at=at, title=title, kind=kind, what=what, state=state, on=on, link=link, why="")
    return Recorded(f"policy-change:{row.reference}", _facts(made), row.reference)


@action(verb="policy-change.said-anew", permission=TRACE, paragraph=PARAGRAPH, on=_own)
def say_anew(
    *,
    by: Actor,
    at: datetime,
    reference: str,
    revision: int,
    title: str,
    kind: str,
    what: str,
    state: str,
    on: date,
    link: str,
    why: str,
) -> Recorded[None]:
    """Say how a change stands now, or correct what was said; the earlier round stays.

    Where the change is public, what is said of it now is at once.

    Args:
        by: Someone of the body that owns it.
        at: Moment of saying so.
        reference: Reference of the change.
        revision: Its revision that the actor saw.
        title: What it is called.
        kind: One of the kinds in the data.
        what: What changes.
        state: How it stands now.
        on: Day on which that happened, or is planned for.
        link: Page on GOV.UK or of Parliament; may be empty.
        why: Why it is said anew; must not be empty.

    Raises:
        Refused: No step leads to that state, something is missing or does not fit, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    reason = _needed(why, "why", "The reason", PARAGRAPH)
    move_to(row.state, state, by.role)
    row.revision += 1
    made = _said(
        row, by=by, at=at, title=title, kind=kind, what=what, state=state, on=on, link=link, why=reason
    )
    if row.published_at is not None:
        _push(row, by=by, at=at)
    return Recorded(f"policy-change:{row.reference}", _facts(made, why=reason), None)


@action(verb="policy-change.linked", permission=TRACE, paragraph=PARAGRAPH, on=_own)
def add_link(
    *, by: Actor, at: datetime, reference: str, revision: int, target: str, how: str
) -> Recorded[None]:
    """Link a report or recommendation that led to a change: what the report made owed is met (¶21).

    Args:
        by: Someone of the body that owns the change.
        at: Moment of linking.
        reference: Reference of the change.
        revision: Its revision that the actor saw.
        target: Reference of a published report, or of a recommendation that the actor sees.
        how: How it led to the change; must not be empty.

    Raises:
        Refused: There is no such report or recommendation, it is linked already, something is missing, or the
            change was changed meanwhile.
    """
    row = _locked(by, reference, revision)
    source = source_of(actor=by, target=_one_line(target, "target", 100))
    said = _needed(how, "how", "How it led to the change", PARAGRAPH)
    links = ChangeLink.objects.filter(change=row, removed_at=None)
    if links.filter(kind=source.kind, target=source.target).exists():
        raise Refused(
            "change_linked",
            f"{source.target} is linked to this change already.",
            "There is nothing to do.",
            paragraph=PARAGRAPH,
            field="target",
        )
    ChangeLink.objects.create(
        change=row,
        kind=source.kind,
        target=source.target,
        report=source.report,
        title=source.title[:500],
        how=said,
        added_at=at,
        added_by=by.reference,
        added_name=by.name,
    )
    row.revision += 1
    row.save()
    event = None
    if source.report in public_reports([source.report]):
        event = _tell("policy_effect_recorded", source.report, by=by, at=at, on=_today(at))
    if row.published_at is not None:
        _push(row, by=by, at=at)
    payload: dict[str, Value] = {"kind": source.kind, "target": source.target, "how": said, "event": event}
    return Recorded(f"policy-change:{row.reference}", payload, None)


@action(verb="policy-change.unlinked", permission=TRACE, paragraph=PARAGRAPH, on=_own)
def remove_link(
    *, by: Actor, at: datetime, reference: str, revision: int, link_id: int, reason: str
) -> Recorded[None]:
    """Take a link away, with the reason; it stays in view as taken away.

    Args:
        by: Someone of the body that owns the change.
        at: Moment of doing so.
        reference: Reference of the change.
        revision: Its revision that the actor saw.
        link_id: Row of the link.
        reason: Why; must not be empty.

    Raises:
        Refused: There is no such link that stands, there is no reason, it is the last public one of a
            published change, or the change was changed meanwhile.
    """
    row = _locked(by, reference, revision)
    link = ChangeLink.objects.filter(change=row, pk=link_id, removed_at=None).order_by("pk").first()
    if link is None:
        raise Refused("not_found_link", "There is no such link.", "Open the change again.")
    why = _needed(reason, "reason", "The reason", PARAGRAPH)
    link.removed_at, link.removed_by, link.removed_reason = at, by.reference, why
    link.save()
    row.revision += 1
    row.save()
    if row.published_at is not None:
        _push(row, by=by, at=at)
    payload: dict[str, Value] = {"target": link.target, "reason": why}
    return Recorded(f"policy-change:{row.reference}", payload, None)


@action(verb="policy-change.made-public", permission=TRACE, paragraph=PARAGRAPH, on=_own)
def make_public(*, by: Actor, at: datetime, reference: str, revision: int) -> Recorded[None]:
    """Publish a change with the published reports that led to it; from then on every round is public.

    Args:
        by: Someone of the body that owns it.
        at: Moment of publishing.
        reference: Reference of the change.
        revision: Its revision that the actor saw.

    Raises:
        Refused: No published report is linked, it is public already, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    if row.published_at is not None:
        raise Refused("change_public_already", "This change is public already.", "Nothing more is needed.")
    row.published_at, row.published_by = at, by.reference
    row.revision += 1
    row.save()
    number = _push(row, by=by, at=at)
    return Recorded(f"policy-change:{row.reference}", {"round": number}, None)


@action(verb="policy-change.taken-back", permission=TRACE, paragraph=PARAGRAPH, on=_own)
def take_back(*, by: Actor, at: datetime, reference: str, revision: int, reason: str) -> Recorded[None]:
    """Take a change off the public list, with the reason; what was published is kept.

    Args:
        by: Someone of the body that owns it.
        at: Moment of doing so.
        reference: Reference of the change.
        revision: Its revision that the actor saw.
        reason: Why; must not be empty.

    Raises:
        Refused: It is not public, there is no reason, or it changed meanwhile.
    """
    row = _locked(by, reference, revision)
    why = _needed(reason, "reason", "The reason", PARAGRAPH)
    if row.published_at is None:
        raise Refused("change_not_public", "This change is not public.", "Nothing more is needed.")
    row.published_at, row.published_by = None, ""
    row.revision += 1
    row.save()
    take_change_back(by=by, at=at, reference=row.reference, why=why)
    return Recorded(f"policy-change:{row.reference}", {"reason": why}, None)


def _push(row: PolicyChange, *, by: Actor, at: datetime) -> int:
    """Hand the change over to the public register whole, with the public part of what led to it."""
    links = list(ChangeLink.objects.filter(change=row, removed_at=None).order_by("pk"))
    published = public_reports([one.report for one in links])
    check_public([one.report for one in links], list(published))
    made = ChangeRound.objects.filter(change=row).order_by("-number").first()
    assert made is not None, f"{row.reference} says nothing"
    return publish_change(
        by=by,
        at=at,
        change=PublicChange(
            reference=row.reference,
            title=made.title,
            kind=layout().change_kinds.get(made.kind, made.kind),
            what=made.what,
            state=STATE_WORDS[made.state],
            ended=WORKFLOW.state(made.state).ends,
            on=made.on,
            link=made.link,
            owner=party(row.owner_id).name,
            led=tuple(
                LedTo(
                    report=one.report,
                    report_title=published[one.report],
                    what=_public_title(one),
                    how=_text(one.how, "how"),
                )
                for one in links
                if one.report in published
            ),
        ),
    )


def _public_title(link: ChangeLink) -> str:
    return f"{LINK_WORDS[LinkKind(link.kind)]} {link.target}"
