"""An independent review that the Secretary of State asks for: its steps, and who takes and sees what (¶19).

The family is briefed before publication. An exception needs a reason and a second person, and the page and
the record show both. The Memorandum is silent on the family; the rule is this service's own, labelled so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from enum import StrEnum
from typing import Final

from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words, join_in_words
from oversight.kernel.workflow import Move, State, Workflow

PARAGRAPH: Final = "19"
#: Paragraph of the check, of the plan and of its ten weeks.
PLAN: Final = "27"
HMIP: Final = "hmip"
OSAG: Final = "hmpps-osag"
LEAD: Final = "hmip_lead_inspector"
PUBLICATIONS: Final = "hmip_publications"
COORDINATOR: Final = "osag_coordinator"
OSAG_LEAD: Final = "osag_lead"
KIND: Final = "sfo_independent"
"""Kind under the arrangements, and source of its recommendations."""


class IndependentState(StrEnum):
    """Where an independent review stands."""

    ASKED = "asked"
    TERMS = "terms"
    WORK = "work"
    CHECK = "check"
    CHECKED = "checked"
    FINAL = "final"
    EXCEPTION = "exception"
    READY = "ready"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class FamilyBasis(StrEnum):
    """On what a review may be published."""

    BRIEFED = "briefed"
    EXCEPTION = "exception"


class Decided(StrEnum):
    """What became of a point of the factual accuracy check."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    NOT_ACCEPTED = "not_accepted"


DECIDED_WORDS: Final = {
    Decided.ACCEPTED: "Accepted",
    Decided.PARTLY: "Partly accepted",
    Decided.NOT_ACCEPTED: "Not accepted",
}
_S = IndependentState
#: States before the final report, in which the review can still be withdrawn.
WITHDRAWABLE: Final = (_S.ASKED, _S.TERMS, _S.WORK, _S.CHECK, _S.CHECKED)
#: States in which reviewers write: before a draft is sent, after its check, and to correct the published.
WRITABLE: Final = (_S.TERMS, _S.WORK, _S.CHECKED, _S.PUBLISHED)
#: States in which it ended without a report, so that what was asked for is not carried out.
ENDED_EARLY: Final = (_S.DECLINED, _S.WITHDRAWN)
#: States before the work ends, in which reviewers are appointed and taken off.
OPEN_TO_REVIEWERS: Final = (_S.TERMS, _S.WORK, _S.CHECK, _S.CHECKED)


def _move(
    name: str,
    label: str,
    source: IndependentState,
    target: IndependentState,
    *roles: str,
    paragraph: str = PARAGRAPH,
) -> Move:
    return Move(name, label, source, target, frozenset(roles), paragraph)


WORKFLOW: Final = Workflow(
    name="sfo_independent_review",
    title="Independent review of a Serious Further Offence",
    states=(
        State(_S.ASKED, "Asked for", "HM Inspectorate of Probation"),
        State(_S.TERMS, "Terms agreed", "HM Inspectorate of Probation"),
        State(_S.WORK, "Being written", "HM Inspectorate of Probation"),
        State(_S.CHECK, "Draft being checked", "OSAG"),
        State(_S.CHECKED, "Check returned", "HM Inspectorate of Probation"),
        State(_S.FINAL, "Final", "HM Inspectorate of Probation, which briefs the family"),
        State(_S.EXCEPTION, "Exception proposed", "a second person of HM Inspectorate of Probation"),
        State(_S.READY, "Ready to publish", "publications of HM Inspectorate of Probation"),
        State(_S.PUBLISHED, "Published", "nobody here", ends=True),
        State(_S.DECLINED, "Declined", "nobody", ends=True),
        State(_S.WITHDRAWN, "Withdrawn", "nobody", ends=True),
    ),
    moves=(
        _move("agree_terms", "Agree the terms of reference", _S.ASKED, _S.TERMS, LEAD),
        _move("decline", "Decline the request", _S.ASKED, _S.DECLINED, LEAD),
        _move("start_work", "Start the work", _S.TERMS, _S.WORK, LEAD),
        *(_move("change_terms", "Change the terms", state, state, LEAD) for state in (_S.TERMS, _S.WORK)),
        _move("send_draft", "Send the draft for its check", _S.WORK, _S.CHECK, LEAD, paragraph=PLAN),
        _move(
            "return_check", "Return the check", _S.CHECK, _S.CHECKED, COORDINATOR, OSAG_LEAD, paragraph=PLAN
        ),
        _move("redraft", "Draft again for another check", _S.CHECKED, _S.WORK, LEAD, paragraph=PLAN),
        _move("finalise", "Issue the final report", _S.CHECKED, _S.FINAL, LEAD),
        _move("brief_family", "Record that the family was briefed", _S.FINAL, _S.READY, LEAD),
        _move("propose_exception", "Propose to publish without a briefing", _S.FINAL, _S.EXCEPTION, LEAD),
        _move("confirm_exception", "Confirm the exception", _S.EXCEPTION, _S.READY, LEAD, PUBLICATIONS),
        _move("refuse_exception", "Refuse the exception", _S.EXCEPTION, _S.FINAL, LEAD, PUBLICATIONS),
        _move("publish", "Publish the report", _S.READY, _S.PUBLISHED, PUBLICATIONS),
        *(_move("withdraw", "Withdraw the review", state, _S.WITHDRAWN, LEAD) for state in WITHDRAWABLE),
    ),
    starts=_S.ASKED,
    role_names={
        LEAD: "lead inspector",
        PUBLICATIONS: "publications officer",
        COORDINATOR: "OSAG coordinator",
        OSAG_LEAD: "OSAG lead",
    },
)
#: Steps that need an account: why, or what was done and how.
WITH_ACCOUNT: Final = frozenset(
    {
        *("decline", "change_terms", "redraft", "brief_family", "propose_exception", "confirm_exception"),
        *("refuse_exception", "withdraw"),
    }
)
#: Steps for those appointed to carry the review out.
BY_REVIEWERS: Final = frozenset({"start_work", "send_draft", "redraft", "finalise"})


def check_step(act: str, state: str, *, role: str, is_reviewer: bool) -> Move:
    """Give the step when someone may take it now.

    Args:
        act: Name of the step.
        state: Where the review stands.
        role: Role in which they act.
        is_reviewer: Whether they are appointed to carry the review out.

    Raises:
        Refused: As for ``Workflow.check``; rule ``sfo_family_first``: the family was not briefed; rule
            ``sfo_reviewer``: others carry it out.
    """
    if act == "publish" and state in {_S.FINAL, _S.EXCEPTION}:
        raise Refused(
            "sfo_family_first",
            "The family has not been briefed, and the report is not published before that. This rule is the "
            "service's own; the Memorandum is silent.",
            "Record the briefing. Without one, propose an exception with its reason, which a second "
            "person of the Inspectorate confirms.",
            who_can="a lead inspector",
        )
    move = WORKFLOW.check(act, state, role)
    if act in BY_REVIEWERS:
        check_reviewer(is_reviewer=is_reviewer)
    return move


def check_reviewer(*, is_reviewer: bool) -> None:
    """Refuse those who are not appointed to carry the review out.

    Raises:
        Refused: Rule ``sfo_reviewer``.
    """
    if not is_reviewer:
        raise Refused(
            "sfo_reviewer",
            "Only those appointed as reviewers carry this review out.",
            "Ask one of them, or have yourself appointed with a statement of independence.",
            paragraph=PARAGRAPH,
            who_can="its reviewers",
        )


def steps(state: str, *, role: str, is_reviewer: bool) -> tuple[Move, ...]:
    """Give the steps that someone may take from a state."""
    return tuple(
        move for move in WORKFLOW.allowed(state, role) if move.name not in BY_REVIEWERS or is_reviewer
    )


def check_second_person(person: str, proposed_by: str) -> None:
    """Refuse that whoever proposed an exception also decides on it.

    Raises:
        Refused: Rule ``sfo_second_person``.
    """
    if person == proposed_by:
        raise Refused(
            "sfo_second_person",
            "You proposed this exception, so someone else decides on it.",
            "Ask another lead inspector or publications to open the review.",
            who_can="a second person of HM Inspectorate of Probation",
        )


def check_independence(person: str, marked_by: Collection[str], statement: str) -> None:
    """Refuse a reviewer who marked the review of the same case, or whose independence nobody states (¶19).

    Args:
        person: Who is to be appointed.
        marked_by: Those who marked the Probation Service's own review of the case.
        statement: What was stated about ties to the case.

    Raises:
        Refused: Rule ``sfo_independence``.
    """
    if person in marked_by:
        raise Refused(
            "sfo_independence",
            "They marked the Probation Service's own review of this case: they would look at their own work.",
            "Appoint someone else.",
            paragraph=PARAGRAPH,
            field="person",
        )
    if not statement:
        raise Refused(
            "sfo_independence",
            "The statement of independence is missing.",
            "Enter what they declared about ties to the case, the region and its people.",
            paragraph=PARAGRAPH,
            field="statement",
        )


def check_ready_to_send(empty_sections: Iterable[str], *, recommendations: int) -> None:
    """Refuse a draft with an empty section, or one that recommends nothing.

    Raises:
        Refused: Rule ``sfo_draft``.
    """
    if empty := list(empty_sections):
        raise _draft(
            f"Nothing is written under {join_in_words([f'“{one}”' for one in empty])}.", "Write it first."
        )
    if not recommendations:
        raise _draft("The draft holds no recommendation.", "Add at least one, addressed to one authority.")


def _draft(why: str, what_next: str) -> Refused:
    return Refused("sfo_draft", why, what_next, paragraph=PLAN)


def check_all_decided(open_points: Collection[int]) -> None:
    """Refuse a final report while a point of the check is not decided.

    Raises:
        Refused: Rule ``sfo_points``.
    """
    if open_points:
        numbers = join_in_words([str(one) for one in sorted(open_points)])
        what = "Point" if len(open_points) == 1 else "Points"
        raise Refused(
            "sfo_points",
            f"{what} {numbers} of the check {'is' if len(open_points) == 1 else 'are'} not decided.",
            "Decide each with a reason.",
            paragraph=PLAN,
        )


def check_published(state: str) -> None:
    """Refuse what is done to a published report alone.

    Raises:
        Refused: Rule ``sfo_not_published``.
    """
    if state != _S.PUBLISHED:
        raise Refused(
            "sfo_not_published",
            "This report is not published.",
            "Change the draft instead, and send it for its check.",
            paragraph=PLAN,
        )


def check_decision(decision: str, reason: str) -> Decided:
    """Give the decision on a point when it is one, with a reason unless the point is accepted.

    Raises:
        Refused: Rule ``sfo_decision``.
    """
    if decision not in set(Decided):
        raise Refused(
            "sfo_decision", "Nothing is decided.", "Choose a decision.", paragraph=PLAN, field="decision"
        )
    if decision != Decided.ACCEPTED and not reason:
        raise Refused(
            "sfo_decision",
            "A point that is not wholly accepted needs a reason.",
            "Enter it: OSAG reads it.",
            paragraph=PLAN,
            field="reason",
        )
    return Decided(decision)


def check_day(on: date, *, today: date, not_before: date, after: str) -> None:
    """Refuse a day still to come, or before what has to come first.

    Args:
        on: The day.
        today: Day of recording it.
        not_before: Earliest day.
        after: What happened on that day, in words.

    Raises:
        Refused: Rule ``sfo_days``.
    """
    if on > today:
        raise _day(f"{day_in_words(on)} is still to come.", "Enter today or an earlier day.")
    if on < not_before:
        raise _day(
            f"{day_in_words(on)} is before {after}, on {day_in_words(not_before)}.",
            "Enter that day or a later one.",
        )


def _day(why: str, what_next: str) -> Refused:
    return Refused("sfo_days", why, what_next, paragraph=PARAGRAPH, field="on")


class Part(StrEnum):
    """A part of an independent review, for who may see it."""

    REQUEST = "request"
    TERMS = "terms"
    WRITING = "writing"
    SENT = "sent"
    POINTS = "points"
    FAMILY = "family"


def sees_part(part: Part, party: str) -> bool:
    """Tell whether a named reader of a party sees a part.

    Everyone named sees what was asked and the terms. What is being written, and how the family was told,
    stays with the Inspectorate. Drafts that were sent and the points of their check are OSAG's too (¶27).
    """
    if party == HMIP or part in {Part.REQUEST, Part.TERMS}:
        return True
    return party == OSAG and part in {Part.SENT, Part.POINTS}


def reference_of(year: int, held: Iterable[str]) -> str:
    """Give the next reference of a year of asking, for example ``SFO-IR-2026-1``."""
    prefix = f"SFO-IR-{year}-"
    numbers = [int(one.removeprefix(prefix)) for one in held if one.startswith(prefix)]
    return f"{prefix}{max(numbers, default=0) + 1}"
