"""Recurring issues: proposed by the rule, confirmed and closed by OSAG, dealt with by their owner (B5)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from oversight.access.rules import access_table
from oversight.exchange.actions.writing import clean_text, london_day
from oversight.intelligence.models import Evidence, Issue, IssueStep, RatedEvidence, Round
from oversight.intelligence.models.checks import NAME_LENGTH
from oversight.intelligence.queries.issues import (
    ISSUES,
    OWN,
    found_issue,
    possible_owners,
    published_ratings,
    recurring_now,
)
from oversight.intelligence.rules.counting import rules_on
from oversight.intelligence.rules.recurring import (
    LIVE,
    IssueState,
    PublishedRating,
    check_issue_move,
)
from oversight.jobs.mailing import post
from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.plain_text import typed_line
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.ledger.acting import Recorded, action
from oversight.parties.queries import PartyRef, memberships_in_roles

_LIVE: Final = [str(one) for one in LIVE]
_OSAG: Final = "hmpps-osag"


@action(verb="intelligence.issues-proposed", permission=ISSUES, paragraph="14")
def look_for_issues(*, by: Actor, at: datetime) -> Recorded[tuple[int, int]]:
    """Propose an issue for each theme on which a concern recurs, and add new findings to those still open.

    Only what OSAG may read counts, and what is published: an issue tells nothing that its owner did not share
    with OSAG.

    Args:
        by: Someone of OSAG.
        at: Moment of looking.

    Returns:
        How many issues are new, and how many findings and ratings are new behind those that were open.
    """
    today = london_day(at)
    rules = rules_on(today)
    live = {one.theme: one for one in Issue.objects.filter(state__in=_LIVE).order_by("pk")}
    rounds = Round.objects.filter(replaced_at=None).order_by("pk")
    published = published_ratings()
    ratings = {one.behind: given for one, given in published.items()}
    decided = _behind(issue__state__in=[str(IssueState.SET_ASIDE), str(IssueState.CLOSED)])
    made = added = 0
    told: list[Value] = []
    for one in recurring_now(actor=by, today=today, published=published):
        row = live.get(one.theme)
        if row is None:
            if {*one.items, *one.ratings} <= decided:
                # OSAG has decided on these; only something new raises the question again.
                continue
            row = Issue.objects.create(
                theme=one.theme,
                least_units=rules.recurring_units.figure,
                within_months=rules.recurring_months.figure,
                proposed_at=at,
                proposed_by=by.reference,
            )
            made += 1
            added -= len(one.items) + len(one.ratings)
        known = _behind(issue=row)
        items = [item for item in one.items if item not in known]
        numbers = dict(rounds.filter(item__in=items).values_list("item", "number"))
        Evidence.objects.bulk_create(
            Evidence(issue=row, item_id=item, number=numbers[item], added_at=at) for item in items
        )
        rated = [rating for rating in one.ratings if rating not in known]
        RatedEvidence.objects.bulk_create(
            RatedEvidence(
                issue=row,
                reference=rating.reference,
                standard=rating.standard,
                unit_id=ratings[rating].unit_code,
                rating=ratings[rating].rating,
                added_at=at,
            )
            for rating in rated
        )
        added += len(items) + len(rated)
        told.append(
            {
                "issue": row.pk,
                "theme": one.theme,
                "units": list(one.units),
                "new": list(items),
                "rated": [f"{rating.reference} {rating.standard}" for rating in rated],
            }
        )
    return Recorded("intelligence:issues", {"found": told, "made": made}, (made, added))


def _behind(**held: Any) -> set[int | PublishedRating]:
    """Give what is behind some issues."""
    items = Evidence.objects.filter(**held).order_by("pk").values_list("item", flat=True)
    rated = RatedEvidence.objects.filter(**held).order_by("pk").values_list("reference", "standard")
    return {*items, *(PublishedRating(*one) for one in rated)}


def _step(
    *,
    by: Actor,
    at: datetime,
    issue_id: int,
    revision: int,
    act: str,
    text: str,
    wanted: str,
    owner: PartyRef | None = None,
    due_on: date | None = None,
) -> tuple[Issue, dict[str, Value]]:
    """Take a step: the row is locked, moved and told of."""
    row = found_issue(by, issue_id, lock=True)
    move = check_issue_move(act, row.state, role=by.role, party=by.party, owner=row.owner_id or "")
    if row.revision != revision:
        raise Refused(
            "stale_issue",
            "Someone else changed this issue since you opened it.",
            "Open it again to see how it stands.",
        )
    said = clean_text(text, "text", wanted=wanted)
    row.state = move.target
    row.revision += 1
    IssueStep.objects.create(
        issue=row,
        revision=row.revision,
        act=act,
        source=move.source,
        target=move.target,
        text=said,
        owner_id=owner.code if owner else None,
        due_on=due_on,
        party_id=by.party,
        taken_at=at,
        taken_by=by.reference,
        taken_name=by.name,
    )
    payload: dict[str, Value] = {
        "act": act,
        "state": row.state,
        "text": said,
        "owner": owner.code if owner else "",
        "due_on": due_on,
    }
    return row, payload


def _tell_body(row: Issue, code: str, permission: str, *, said: str, by: Actor, at: datetime) -> int:
    """Tell the people of a body who may act on an issue that it waits for them; who acted is not told.

    Args:
        row: The issue.
        code: The body.
        permission: What those who are told may do.
        said: What happened, as a sentence.
        by: Who acted.
        at: Moment of acting.

    Returns:
        How many people were told.
    """
    roles = [role.id for role in access_table().holders(permission)]
    people = {
        one.person_id: one.email
        for one in memberships_in_roles(roles, today=london_day(at))
        if one.party.code == code and f"person:{one.person_id}" != by.reference
    }
    # Mail leaves the service, so it says neither on what theme the issue is nor what was found.
    for _, address in sorted(people.items()):
        post(
            by=by,
            at=at,
            to=address,
            subject="A recurring issue waits for your organisation",
            text=(
                f"{said} Sign in to see what it is about and what is expected:\n"
                f"{settings.SITE}{reverse('intelligence-issue', args=[row.pk])}\n"
            ),
            about=f"intelligence-issue:{row.pk}",
        )
    return len(people)


def _recorded(row: Issue, payload: dict[str, Value]) -> Recorded[None]:
    row.save()
    return Recorded(f"intelligence-issue:{row.pk}", payload, None)


@action(verb="intelligence.issue-confirmed", permission=ISSUES, paragraph="14")
def confirm_issue(
    *, by: Actor, at: datetime, issue_id: int, revision: int, title: str, text: str
) -> Recorded[None]:
    """Confirm that an issue recurs, in words that every body may read.

    Args:
        by: Someone of OSAG.
        at: Moment of confirming.
        issue_id: Its row.
        revision: Its revision that the actor saw.
        title: What it is called.
        text: What it is about, without what only some may read.

    Raises:
        Refused: It cannot be confirmed now or by the actor, it changed meanwhile, or something is missing.
    """
    row, payload = _step(
        by=by,
        at=at,
        issue_id=issue_id,
        revision=revision,
        act="confirm",
        text=text,
        wanted="Enter what it is about; every body that takes part reads it.",
    )
    row.title = typed_line(title, "title", longest=NAME_LENGTH)
    if not row.title:
        raise Refused("text_missing", "It has no title.", "Enter what it is called.", field="title")
    row.summary = str(payload["text"])
    return _recorded(row, payload | {"title": row.title})


@action(verb="intelligence.issue-set-aside", permission=ISSUES, paragraph="14")
def set_issue_aside(*, by: Actor, at: datetime, issue_id: int, revision: int, text: str) -> Recorded[None]:
    """Set aside what the rule proposed, with the reason.

    Args:
        by: Someone of OSAG.
        at: Moment of doing so.
        issue_id: Its row.
        revision: Its revision that the actor saw.
        text: Why.

    Raises:
        Refused: As for ``confirm_issue``.
    """
    row, payload = _step(
        by=by,
        at=at,
        issue_id=issue_id,
        revision=revision,
        act="set_aside",
        text=text,
        wanted="Enter why it is set aside.",
    )
    return _recorded(row, payload)


@action(verb="intelligence.issue-owner-named", permission=ISSUES, paragraph="14")
def name_issue_owner(
    *, by: Actor, at: datetime, issue_id: int, revision: int, owner: PartyRef, due_on: date, text: str
) -> Recorded[None]:
    """Name the body that owns an issue, and by when it is to be dealt with.

    Args:
        by: Someone of OSAG.
        at: Moment of naming.
        issue_id: Its row.
        revision: Its revision that the actor saw.
        owner: The body.
        due_on: The day.
        text: What is expected of it.

    Raises:
        Refused: As for ``confirm_issue``, the body cannot own one, or the day has passed.
    """
    if owner not in possible_owners():
        raise Refused(
            "issue_owner_kind",
            f"{owner.name} cannot own an issue here: nobody of it can say what is being done.",
            "Choose a body from the list.",
            paragraph="14",
            field="owner",
        )
    if due_on < london_day(at):
        raise Refused(
            "issue_day",
            f"{day_in_words(due_on)} has passed.",
            "Enter today or a later day.",
            paragraph="14",
            field="due_on",
        )
    row, payload = _step(
        by=by,
        at=at,
        issue_id=issue_id,
        revision=revision,
        act="name_owner",
        text=text,
        wanted="Enter what is expected of its owner.",
        owner=owner,
        due_on=due_on,
    )
    row.owner_id, row.due_on = owner.code, due_on
    until = f"It is to be dealt with by {day_in_words(due_on)}."
    said = f"Your organisation was named as the owner of an issue that recurs across units. {until}"
    payload["told"] = _tell_body(row, owner.code, OWN, said=said, by=by, at=at)
    return _recorded(row, payload)


@action(verb="intelligence.issue-progress", permission=OWN, paragraph="30")
def note_progress(*, by: Actor, at: datetime, issue_id: int, revision: int, text: str) -> Recorded[None]:
    """Say what is being done about an issue.

    Args:
        by: Someone of its owner.
        at: Moment of saying so.
        issue_id: Its row.
        revision: Its revision that the actor saw.
        text: What.

    Raises:
        Refused: As for ``confirm_issue``, or another body owns it.
    """
    row, payload = _step(
        by=by,
        at=at,
        issue_id=issue_id,
        revision=revision,
        act="note_progress",
        text=text,
        wanted="Enter what is being done.",
    )
    return _recorded(row, payload)


@action(verb="intelligence.issue-reported", permission=OWN, paragraph="30")
def report_issue(*, by: Actor, at: datetime, issue_id: int, revision: int, text: str) -> Recorded[None]:
    """Report an issue as dealt with. OSAG closes it, never its owner.

    Args:
        by: Someone of its owner.
        at: Moment of reporting.
        issue_id: Its row.
        revision: Its revision that the actor saw.
        text: What was done.

    Raises:
        Refused: As for ``note_progress``.
    """
    row, payload = _step(
        by=by,
        at=at,
        issue_id=issue_id,
        revision=revision,
        act="report",
        text=text,
        wanted="Enter what was done, and how one can see it.",
    )
    said = "The owner of an issue that recurs across units reported it as dealt with."
    payload["told"] = _tell_body(row, _OSAG, ISSUES, said=said, by=by, at=at)
    return _recorded(row, payload)


@action(verb="intelligence.issue-sent-back", permission=ISSUES, paragraph="14")
def send_issue_back(*, by: Actor, at: datetime, issue_id: int, revision: int, text: str) -> Recorded[None]:
    """Send an issue back to its owner, with what is still missing.

    Args:
        by: Someone of OSAG.
        at: Moment of doing so.
        issue_id: Its row.
        revision: Its revision that the actor saw.
        text: What is missing.

    Raises:
        Refused: As for ``confirm_issue``.
    """
    row, payload = _step(
        by=by,
        at=at,
        issue_id=issue_id,
        revision=revision,
        act="send_back",
        text=text,
        wanted="Enter what is still missing.",
    )
    said = "An issue that your organisation reported as dealt with was sent back to it."
    payload["told"] = _tell_body(row, str(row.owner_id), OWN, said=said, by=by, at=at)
    return _recorded(row, payload)


@action(verb="intelligence.issue-closed", permission=ISSUES, paragraph="14")
def close_issue(*, by: Actor, at: datetime, issue_id: int, revision: int, text: str) -> Recorded[None]:
    """Close an issue that was dealt with.

    Args:
        by: The lead of OSAG.
        at: Moment of closing.
        issue_id: Its row.
        revision: Its revision that the actor saw.
        text: On what that rests.

    Raises:
        Refused: As for ``confirm_issue``.
    """
    row, payload = _step(
        by=by,
        at=at,
        issue_id=issue_id,
        revision=revision,
        act="close",
        text=text,
        wanted="Enter on what the closing rests.",
    )
    return _recorded(row, payload)
