"""A whole plan as a document: what is said of it, in tables (E3, E6, ¶24, ¶27)."""

from __future__ import annotations

from datetime import date, datetime

from oversight.kernel.acting import Actor
from oversight.kernel.spreadsheets import Cell
from oversight.kernel.words import day_in_words, join_in_words, moment_in_words
from oversight.recommendations.queries.plan_facts import DateRound, PlanHead
from oversight.recommendations.queries.plan_whole import (
    WholeAction,
    WholePlan,
    WholeRecommendation,
    whole_plan,
)
from oversight.recommendations.rules.plan_documents import PlanDocument, Rows, Sheet


def plan_document(*, actor: Actor, reference: str, today: date, at: datetime) -> PlanDocument:
    """Give a plan as it leaves the service in a file, with everything that its page shows.

    Args:
        actor: Who takes it away.
        reference: Reference of the plan.
        today: The day, to which actions are overdue or not.
        at: The moment, which the file says.

    Raises:
        Refused: There is none of that reference that the actor sees.
    """
    whole = whole_plan(actor=actor, reference=reference, today=today)
    return PlanDocument(
        title=whole.head.line.title,
        facts=_facts(whole.head, at),
        sheets=(_actions(whole), _recommendations(whole), _progress(whole), _dates(whole)),
    )


def _facts(found: PlanHead, at: datetime) -> tuple[tuple[str, str], ...]:
    line = found.line
    facts = [
        ("Reference", line.reference),
        ("Kind", line.kind_label),
        ("Answers", join_in_words([f"{one.title} ({one.source})" for one in found.reports])),
        ("Written by", found.writer.name),
        ("State", line.state_label),
    ]
    for name, day in (
        ("Submitted", line.submitted_on),
        ("Published", line.published_on),
        ("Latest update", found.updated_on),
    ):
        if day:
            facts.append((name, day_in_words(day)))
    if found.merged:
        told = f"{found.merged.title} ({found.merged.reference}), {moment_in_words(found.merged.at)}"
        facts.append(("Merged into", f"{told}: {found.merged.reason}"))
    facts += [
        ("Took in", f"{one.title} ({one.reference}), {moment_in_words(one.at)}: {one.reason}")
        for one in found.took_in
    ]
    if found.published_where:
        facts.append(("On GOV.UK", found.published_where))
    facts.append(("As it stood", moment_in_words(at)))
    return tuple(facts)


def _actions(whole: WholePlan) -> Sheet:
    revised = [(f"Revised date {number}", 2) for number in range(1, max(whole.most_dates, 1) + 1)]
    columns = (
        ("Action", 1),
        ("Recommendations", 2),
        ("What will be done", 5),
        ("Owner", 2),
        ("Measure of success", 4),
        ("Commissioned services", 2),
        ("First date", 2),
        *revised,
        ("Present date", 2),
        ("Progress", 2),
        ("Stands", 2),
        ("Progress so far", 5),
    )
    return Sheet(
        "Actions",
        columns,
        Rows(lambda: (_action(one, len(revised)) for one in whole.actions())),
        "The plan holds no actions yet.",
    )


def _action(one: WholeAction, rounds: int) -> tuple[Cell, ...]:
    line = one.line
    dates: list[Cell] = [change.due_after for change in one.revised]
    return (
        line.number,
        ", ".join(line.recommendations),
        line.text,
        line.owner.name,
        line.measure,
        line.commissioned,
        line.first_due,
        *dates,
        *[None] * (rounds - len(dates)),
        line.due,
        line.progress_label,
        line.timing_label,
        "\n".join(f"{moment_in_words(said.made_at)}, {said.label}: {said.text}" for said in one.entries),
    )


def _recommendations(whole: WholePlan) -> Sheet:
    columns = (
        ("Reference", 3),
        ("Number", 1),
        ("Report", 3),
        ("Recommendation", 5),
        ("Addressed to", 2),
        ("Answer", 2),
        ("Part agreed", 3),
        ("Reason", 3),
        ("Delivery", 2),
        ("In its place", 2),
        ("Actions", 1),
    )
    rows = Rows(lambda: (_recommendation(one) for one in whole.recommendations()))
    return Sheet(
        "Recommendations", columns, rows, "Its recommendations come in when the report is published."
    )


def _recommendation(one: WholeRecommendation) -> tuple[Cell, ...]:
    line = one.made.line
    return (
        line.reference,
        line.number,
        line.source_title,
        line.text,
        line.addressee.name,
        line.response_label,
        one.agreed_part,
        one.reason,
        line.delivery_label,
        one.superseded_by,
        ", ".join(str(number) for number in one.made.actions),
    )


def _progress(whole: WholePlan) -> Sheet:
    columns = (
        ("Action", 1),
        ("Said", 2),
        ("Progress", 2),
        ("What was done", 6),
        ("Evidence", 4),
        ("By", 2),
        ("For", 2),
    )
    rows = Rows(
        lambda: (
            (
                one.line.number,
                moment_in_words(said.made_at),
                said.label,
                said.text,
                said.evidence,
                said.by,
                said.party.name,
            )
            for one in whole.actions()
            for said in one.entries
        )
    )
    return Sheet("Progress history", columns, rows, "Nothing was reported yet.")


def _dates(whole: WholePlan) -> Sheet:
    columns = (
        ("Action", 1),
        ("From", 2),
        ("To", 2),
        ("Reason", 5),
        ("Asked for by", 2),
        ("Decision", 2),
        ("Decided by", 2),
        ("Why", 3),
    )
    rows = Rows(lambda: (_date(one.line.number, change) for one in whole.actions() for change in one.changes))
    return Sheet("Dates asked for", columns, rows, "No other date was asked for.")


def _date(number: int, change: DateRound) -> tuple[Cell, ...]:
    decided = {True: "Approved", False: "Declined", None: "Waiting to be decided"}[change.approved]
    return (
        number,
        change.due_before,
        change.due_after,
        change.reason,
        change.asked_name,
        decided,
        change.decided_name,
        change.decision,
    )
