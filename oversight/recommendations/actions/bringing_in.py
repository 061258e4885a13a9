"""Recommendations and actions brought in from files: all of a file, or nothing of it (H5, ¶23, ¶24)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from oversight.kernel.acting import Actor
from oversight.kernel.digests import Value
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.recommendations.actions.plan_actions import add_action
from oversight.recommendations.actions.receiving import MAKE, receive
from oversight.recommendations.models import Recommendation
from oversight.recommendations.queries.plan_sight import DRAFT, found_plan
from oversight.recommendations.rules.bringing_in import MOST_ROWS, note_of, references_of
from oversight.recommendations.rules.sources import INSPECTORATE, Source

#: Kinds of file.
RECOMMENDATIONS: Final = "recommendations"
ACTIONS: Final = "actions"


@dataclass(frozen=True)
class RowRead:
    """A row whose cells were read: its number in the file, and what it says by field."""

    line: int
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class RowRefused:
    """A row that would not be taken: why, and at which of its fields; empty when at none."""

    line: int
    field: str
    told: str


@dataclass(frozen=True)
class Rehearsed:
    """What taking a file would do: rows refused, and lines of rows that are held already."""

    refused: tuple[RowRefused, ...]
    held: frozenset[int]


def _take_recommendation(*, by: Actor, at: datetime, facts: Mapping[str, Any]) -> str | None:
    said = dict(facts)
    told = note_of(said.pop("found"), said.pop("stood"))
    kind = Source.HISTORY if by.party == INSPECTORATE else Source.AUDIT
    before = Recommendation.objects.filter(source=said["source"], number=said["number"]).exists()
    reference = receive(by=by, at=at, kind=kind.value, told=told, **said)
    return None if before else reference


def _take_action(*, by: Actor, at: datetime, facts: Mapping[str, Any]) -> str | None:
    said = dict(facts)
    plan = found_plan(by, said.pop("plan"))
    sources = list(plan.reports.order_by("id").values_list("source", flat=True))
    carried = references_of(said.pop("recommendations"), sources)
    held = plan.actions.filter(withdrawn_at=None, text=said["text"], first_due=said["due"])
    if held.exists():
        return None
    number = add_action(
        by=by, at=at, reference=plan.reference, revision=plan.revision, recommendations=carried, **said
    )
    return f"{plan.reference}, action {number}"


def _take(*, by: Actor, at: datetime, what: str, facts: Mapping[str, Any]) -> str | None:
    """Take one row; give what it made, or None where all of it was there before."""
    take = _take_action if what == ACTIONS else _take_recommendation
    return take(by=by, at=at, facts=facts)


def rehearse(*, by: Actor, at: datetime, what: str, rows: Sequence[RowRead]) -> Rehearsed:
    """Find out what taking a file would do, by taking it and undoing all of it: nothing is kept.

    Args:
        by: Who would take it.
        at: Moment of asking.
        what: ``RECOMMENDATIONS`` or ``ACTIONS``.
        rows: Its rows.
    """
    refused: list[RowRefused] = []
    held: set[int] = set()
    with transaction.atomic():
        for row in rows:
            try:
                with transaction.atomic():
                    made = _take(by=by, at=at, what=what, facts=row.facts)
            except Refused as fault:
                refused.append(RowRefused(row.line, fault.field, f"{fault.why} {fault.what_next}"))
            else:
                if made is None:
                    held.add(row.line)
        transaction.set_rollback(True)
    return Rehearsed(tuple(refused), frozenset(held))


def _taken(
    *, by: Actor, at: datetime, what: str, rows: Sequence[RowRead], file_name: str, digest: str
) -> Recorded[tuple[str, ...]]:
    if not 0 < len(rows) <= MOST_ROWS:
        raise Refused(
            "bringing_in",
            f"The file has {len(rows):,} rows.",
            f"Choose a file of 1 to {MOST_ROWS} rows.",
            field="file",
        )
    made: list[str] = []
    for row in rows:
        try:
            one = _take(by=by, at=at, what=what, facts=row.facts)
        except Refused as fault:
            if not fault.rule.startswith("permission"):
                fault.why, fault.field = f"Row {row.line}: {fault.why} Nothing was brought in.", "file"
            raise
        if one is not None:
            made.append(one)
    if not made:
        raise Refused(
            "bringing_in",
            "Everything in this file is here already, so there is nothing to bring in.",
            "Nothing more is needed.",
            field="file",
        )
    listed: list[Value] = list(made)
    payload: dict[str, Value] = {"file": file_name, "digest": digest, "rows": len(rows), "made": listed}
    return Recorded(f"file:{digest}", payload, tuple(made))


@action(verb="recommendation.file-brought-in", permission=MAKE, paragraph="23")
def bring_in_recommendations(
    *, by: Actor, at: datetime, rows: Sequence[RowRead], file_name: str, digest: str
) -> Recorded[tuple[str, ...]]:
    """Take up every recommendation of a file, each with its number for ever and its source.

    Those of the Inspectorate are of history, those of OSAG of audits, so that none starts a duty. What is in
    the register already in the same words is passed over.

    Args:
        by: Someone of the body that made them.
        at: Moment of doing so.
        rows: Its rows: what ``receive`` takes, with ``found`` and ``stood``.
        file_name: Name of the file.
        digest: SHA-256 of the file.

    Returns:
        References of those that are new.

    Raises:
        Refused: A row is refused as ``receive`` says, with its number; there are none or too many; or all are
            here already.
    """
    return _taken(by=by, at=at, what=RECOMMENDATIONS, rows=rows, file_name=file_name, digest=digest)


@action(verb="plan.file-brought-in", permission=DRAFT, paragraph="24")
def bring_in_actions(
    *, by: Actor, at: datetime, rows: Sequence[RowRead], file_name: str, digest: str
) -> Recorded[tuple[str, ...]]:
    """Add every action of a file to the plan that its row names, as an action like any other.

    An action that a plan has already in the same words with the same date is passed over.

    Args:
        by: Someone who writes these plans.
        at: Moment of doing so.
        rows: Its rows: what ``add_action`` takes, with ``plan`` and ``recommendations`` as written.
        file_name: Name of the file.
        digest: SHA-256 of the file.

    Returns:
        Each new action in words.

    Raises:
        Refused: A row is refused as ``add_action`` says, with its number; there are none or too many; or all
            are here already.
    """
    return _taken(by=by, at=at, what=ACTIONS, rows=rows, file_name=file_name, digest=digest)
