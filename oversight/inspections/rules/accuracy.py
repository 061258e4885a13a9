"""What an accuracy check keeps to: points, dates, decisions, the response, the final report (D6, ¶22, ¶32).

A point keeps its number for ever. The lead inspector of an inspection never decides on points about their own
report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from oversight.inspections.rules.accuracy_states import (
    CHECK_OPEN,
    DECISION_MOVES,
    EXTENSION_WORKFLOW,
    OSAG,
    POINT_WORKFLOW,
    AskState,
    CheckState,
    PointKind,
    PointState,
)
from oversight.inspections.rules.case import LEAD
from oversight.kernel.refusals import Refused
from oversight.kernel.words import count_in_words, day_in_words
from oversight.kernel.workflow import Move


@dataclass(frozen=True)
class Remark:
    """What a contributor says about one passage of a draft.

    Args:
        anchor: The passage, as the version of the draft numbers it.
        kind: What is wrong with it.
        current: The words of the draft that it is about.
        proposed: What the draft should say; empty where nothing should take their place.
        explanation: Why, and what shows it.
        at_inspection: Whether it was so at the time of the inspection; None where that does not matter.
        standard: Identifier of the standard whose rating it is said to affect; empty for none.
        evidence_page: Page or paragraph of the evidence; empty for none.
    """

    anchor: str
    kind: PointKind
    current: str
    proposed: str
    explanation: str
    at_inspection: bool | None = None
    standard: str = ""
    evidence_page: str = ""


def check_remark(remark: Remark, *, passage_kind: str, evidence: bool) -> None:
    """Refuse a point that the Inspectorate could not decide on.

    Args:
        remark: What the contributor says.
        passage_kind: Kind of the passage, ``data_item`` among others.
        evidence: Whether a file comes with it.

    Raises:
        Refused: Rule ``accuracy_point``; ``field`` says what is missing or wrong.
    """

    def wrong(why: str, what_next: str, field: str, paragraph: str = "22") -> Refused:
        return Refused("accuracy_point", why, what_next, paragraph=paragraph, field=field)

    if remark.kind is PointKind.OBJECTION and passage_kind != "data_item":
        raise wrong(
            "An objection to publishing data is made to a table or figure of the draft.",
            "Comment on that table or figure, or choose another kind.",
            "kind",
            "32",
        )
    if remark.kind is not PointKind.OMISSION and not remark.current:
        raise wrong("A point says which words it is about.", "Enter the words of the draft.", "current")
    if remark.kind is not PointKind.OBJECTION and not remark.proposed:
        raise wrong("A point says what the draft should say.", "Enter the words you propose.", "proposed")
    if remark.kind is not PointKind.OMISSION and remark.proposed == remark.current:
        raise wrong(
            "These are the words that the draft has already.", "Change what should change.", "proposed"
        )
    if remark.kind is not PointKind.TYPING and not remark.explanation:
        raise wrong("This needs its reason.", "Say why, and what shows it.", "explanation")
    if remark.kind in {PointKind.FACT, PointKind.OMISSION} and remark.at_inspection is None:
        raise wrong(
            "A report describes things as they were at the inspection.",
            "Say whether it was so then.",
            "at_inspection",
        )
    if remark.evidence_page and not evidence:
        raise wrong(
            "A page is of an evidence file, and there is none.",
            "Add the file, or leave the page out.",
            "evidence_page",
        )


def check_contributor_date(due: date, *, today: date, check_due: date | None, field: str = "due") -> None:
    """Refuse a contributor's date that leaves OSAG no day to bring the answers together.

    Args:
        due: The contributor's last day.
        today: Day on which they are asked.
        check_due: Last day of the check as a whole; None when the arrangements give none.
        field: Name of the form field.

    Raises:
        Refused: Rule ``accuracy_date``.
    """
    if due < today:
        raise Refused(
            "accuracy_date",
            f"{day_in_words(due)} has passed.",
            "Enter today or a later day.",
            paragraph="22",
            field=field,
        )
    if check_due is not None and due >= check_due:
        late = check_due <= today
        raise Refused(
            "accuracy_date",
            f"The whole check is due on {day_in_words(check_due)}, and OSAG needs a day before that.",
            "Agree a later date with HM Inspectorate of Probation first."
            if late
            else "Enter an earlier day.",
            paragraph="32" if late else "22",
            field=field,
        )


def check_later_date(until: date, *, today: date, due: date | None, earlier: Iterable[date]) -> None:
    """Refuse a date that is no extension of the check, or one that was proposed before.

    An old yes to a date must never move the check on its own, so a date is put once only.

    Args:
        until: The date proposed.
        today: Day of the proposal.
        due: Last day as it stands; None when there is none.
        earlier: Every date proposed so far.

    Raises:
        Refused: Rule ``accuracy_later_date``.
    """

    def wrong(why: str, what_next: str) -> Refused:
        return Refused("accuracy_later_date", why, what_next, paragraph="32", field="until")

    if due is not None and until <= due:
        raise wrong(f"The check is due on {day_in_words(due)} already.", "Enter a later day.")
    if until <= today:
        raise wrong(f"{day_in_words(until)} is no later date.", "Enter a day after today.")
    if until in earlier:
        raise wrong(f"{day_in_words(until)} was proposed before.", "Propose another day.")


def side_of(role: str) -> str:
    """Give the side on which a role agrees a later date: ``osag`` or ``hmip``; empty for any other role."""
    return "osag" if role in OSAG else "hmip" if role == LEAD else ""


def check_answer(move: str, state: str, role: str, *, proposed_by: str) -> Move:
    """Give the step when someone may answer or withdraw a proposed date.

    Args:
        move: ``agree``, ``decline`` or ``withdraw``.
        state: Where the proposal stands.
        role: Role in which they act.
        proposed_by: Side that proposed it, as ``side_of`` gives it.

    Raises:
        Refused: As for ``Workflow.check``, or rule ``accuracy_both_agree``.
    """
    found = EXTENSION_WORKFLOW.check(move, state, role)
    own = side_of(role) == proposed_by
    if own != (move == "withdraw"):
        other = "HM Inspectorate of Probation" if proposed_by == "osag" else "OSAG"
        same = "OSAG" if proposed_by == "osag" else "HM Inspectorate of Probation"
        who = same if move == "withdraw" else other
        raise Refused(
            "accuracy_both_agree",
            f"{same} proposed this date, so {who} answers it."
            if move != "withdraw"
            else f"Only {same}, which proposed this date, can withdraw it.",
            f"Wait for {other}." if own else "Agree to it or decline it.",
            paragraph="32",
            who_can=who,
        )
    return found


def check_not_lead(*, is_lead: bool) -> None:
    """Refuse the lead inspector where points about their own report are decided (¶22).

    Raises:
        Refused: Rule ``accuracy_own_report``.
    """
    if is_lead:
        raise Refused(
            "accuracy_own_report",
            "You lead this inspection, so you do not decide on points about its report.",
            "Ask another inspector: someone who did not write the report looks at each point afresh.",
            paragraph="22",
            who_can="any other lead inspector of HM Inspectorate of Probation",
        )


def check_decision(target: str, state: str, role: str, *, is_lead: bool, reason: str) -> Move:
    """Give the step when someone may decide on a point so.

    Args:
        target: State that the decision leads to, one of ``DECIDED``.
        state: Where the point stands.
        role: Role in which they act.
        is_lead: Whether they lead the inspection that the report is about.
        reason: Why; may be empty for a point accepted whole.

    Raises:
        Refused: As for ``Workflow.check``; rule ``accuracy_own_report`` for the lead inspector; rule
            ``accuracy_reason`` without a reason; rule ``accuracy_decision`` for no such decision.
    """
    if target not in DECISION_MOVES:
        raise Refused(
            "accuracy_decision", "That is no decision.", "Choose one of the three.", field="decision"
        )
    found = POINT_WORKFLOW.check(DECISION_MOVES[target], state, role)
    check_not_lead(is_lead=is_lead)
    if target != PointState.ACCEPTED and not reason:
        raise Refused(
            "accuracy_reason",
            "A point that is not accepted whole needs the reason.",
            "Enter it: OSAG and the contributor read it.",
            paragraph="22",
            field="reason",
        )
    return found


def check_return(*, nil: bool, states: Mapping[str, int], outstanding: int, reason: str) -> None:
    """Refuse a response that is not whole: points open, an answer outstanding without a reason (¶22).

    Args:
        nil: Whether it says that nothing is inaccurate.
        states: How many points stand in each state.
        outstanding: How many contributors have not answered.
        reason: Why it is returned without them.

    Raises:
        Refused: Rule ``accuracy_return``.
    """

    def wrong(why: str, what_next: str, field: str = "") -> Refused:
        return Refused("accuracy_return", why, what_next, paragraph="22", field=field)

    waiting = states.get(PointState.WITH_OSAG, 0)
    cleared = states.get(PointState.CLEARED, 0)
    if waiting:
        raise wrong(
            f"{count_in_words(waiting, 'point')} not cleared yet.",
            "Clear, merge or hold back each one, then return the response.",
        )
    if nil and cleared:
        raise wrong(
            f"There {'is' if cleared == 1 else 'are'} {count_in_words(cleared, 'cleared point')}, "
            "so something is inaccurate.",
            "Return the points, or hold each one back with its reason.",
        )
    if not nil and not cleared:
        raise wrong("There is no cleared point to return.", "Return that nothing is inaccurate instead.")
    if outstanding and not reason:
        raise wrong(
            f"{count_in_words(outstanding, 'contributor')} did not answer.",
            "Chase them, or say why you return the response without them.",
            "reason",
        )


def check_clearing(*, by: str, authors: Iterable[str]) -> None:
    """Refuse someone who would clear points that nobody but themselves wrote.

    Args:
        by: Reference of the one who clears.
        authors: References of those who wrote the points that go into the response.

    Raises:
        Refused: Rule ``accuracy_clearing``.
    """
    if set(authors) == {by}:
        raise Refused(
            "accuracy_clearing",
            "You wrote every one of these points, so somebody else clears them.",
            "Ask a colleague in OSAG.",
            paragraph="22",
            who_can="another member of OSAG",
        )


def check_final(*, state: str, undecided: int) -> None:
    """Refuse a final report while its accuracy check is open (¶22).

    Args:
        state: Where the check stands.
        undecided: How many points of the response are not decided.

    Raises:
        Refused: Rule ``accuracy_open``.
    """
    if state in CHECK_OPEN:
        raise Refused(
            "accuracy_open",
            "OSAG has not returned the accuracy check, so the report cannot be final.",
            "Wait for the response. If the date has passed, ask OSAG, or agree a later date.",
            paragraph="22",
        )
    if undecided:
        raise Refused(
            "accuracy_open",
            f"{count_in_words(undecided, 'point')} of the accuracy check "
            f"{'is' if undecided == 1 else 'are'} not decided, so the report cannot be final.",
            "Have each one decided first.",
            paragraph="22",
        )


@dataclass(frozen=True)
class ToDo:
    """Something to be done next.

    Args:
        id: What it is, for the page to link.
        words: What to do, in words.
    """

    id: str
    words: str


def to_do(*, state: str, points: Mapping[str, int], asked: Mapping[str, int], late: int) -> tuple[ToDo, ...]:
    """Give what OSAG has to do on a check, first things first.

    Args:
        state: Where the check stands.
        points: How many points stand in each state.
        asked: How many contributors stand in each state.
        late: How many of those asked are past their date.
    """
    if state == CheckState.SENT:
        return (ToDo("commission", "Commission the check: say who is to look at the draft, and by when"),)
    if state != CheckState.COMMISSIONED:
        return ()
    found = []
    if late:
        found.append(ToDo("chase", f"Chase {count_in_words(late, 'contributor')} past their date"))
    if points.get(PointState.WITH_OSAG):
        number = count_in_words(points[PointState.WITH_OSAG], "point")
        found.append(ToDo("clear", f"Clear {number}, or merge duplicates"))
    waiting = asked.get(AskState.ASKED, 0) - late
    if waiting:
        found.append(
            ToDo(
                "wait",
                f"Wait for {count_in_words(waiting, 'contributor')} who still has time"
                if waiting == 1
                else f"Wait for {waiting} contributors who still have time",
            )
        )
    if not found:
        found.append(ToDo("return", "Return the response to HM Inspectorate of Probation"))
    return tuple(found)
