"""Disposal runs and holds, to those who may dispose of what their party holds (G5, ¶32)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from oversight.exchange.models import Copy, DisposalRun, LegalHold
from oversight.exchange.rules.disposal import FATE_WORDS, RUN_WORKFLOW, Fate, Kept, RunState, due_to_go
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, parties_by_code

PAGE_SIZE: Final = 25
DISPOSE: Final = "exchange.dispose"


@dataclass(frozen=True)
class RunLine:
    """A disposal run.

    Args:
        id: Its row.
        owner: Whose information it lists.
        as_of: Day for which it was listed.
        state: Where it stands.
        proposed_by: Reference of who proposed it.
        proposed_name: Their name.
        proposed_at: When.
        decided_name: Who decided on it; empty while nobody has.
        decided_at: When.
        decided_reason: Why it was withdrawn.
        count: How many copies it lists.
        gone: How many were disposed of.
    """

    id: int
    owner: PartyRef
    as_of: date
    state: RunState
    proposed_by: str
    proposed_name: str
    proposed_at: datetime
    decided_name: str
    decided_at: datetime | None
    decided_reason: str
    count: int
    gone: int

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return RUN_WORKFLOW.state(self.state).label

    @property
    def waits(self) -> bool:
        """Whether a second person has to decide."""
        return self.state is RunState.PROPOSED


@dataclass(frozen=True)
class DisposalItem:
    """One copy on a list."""

    id: int
    holding: int
    title: str
    about: PartyRef
    number: int
    retain_until: date
    digest: str
    fate: Fate
    reason: str
    bytes_gone: bool

    @property
    def fate_label(self) -> str:
        """What became of it, in words."""
        return FATE_WORDS[self.fate]


@dataclass(frozen=True)
class Runs:
    """A page of runs, and for whom a new one can be proposed."""

    lines: tuple[RunLine, ...]
    count: int
    page: int


def _over(actor: Actor) -> Q:
    codes = actor.parties_over(DISPOSE)
    return Q() if codes is None else Q(owner__code__in=codes)


def _line(one: DisposalRun, count: int, gone: int) -> RunLine:
    return RunLine(
        id=one.pk,
        owner=parties_by_code()[one.owner_id],
        as_of=one.as_of,
        state=RunState(one.state),
        proposed_by=one.proposed_by,
        proposed_name=one.proposed_name,
        proposed_at=one.proposed_at,
        decided_name=one.decided_name,
        decided_at=one.decided_at,
        decided_reason=one.decided_reason,
        count=count,
        gone=gone,
    )


def _counted(rows: QuerySet[DisposalRun]) -> QuerySet[Any]:
    return rows.annotate(listed=Count("lines"), went=Count("lines", filter=Q(lines__fate=Fate.GONE)))


def runs(*, actor: Actor, page: int = 1) -> Runs:
    """Give a page of the runs of the parties that the actor disposes for, newest first."""
    rows = DisposalRun.objects.filter(_over(actor))
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    listed = _counted(rows).order_by("-id")[start : start + PAGE_SIZE]
    return Runs(tuple(_line(one, one.listed, one.went) for one in listed), count, number)


def run(*, actor: Actor, run_id: int) -> tuple[RunLine, tuple[DisposalItem, ...]]:
    """Give a run with what it lists.

    Raises:
        Refused: There is no such run that the actor sees.
    """
    row = _counted(DisposalRun.objects.filter(_over(actor), pk=run_id)).order_by("id").first()
    if row is None:
        raise Refused(
            "not_found_run",
            "There is no such disposal run, or it is not one that you may see.",
            "Open the list of runs to see what is there for you.",
        )
    parties = parties_by_code()
    items = tuple(
        DisposalItem(
            id=one.pk,
            holding=one.copy.holding_id,
            title=one.title,
            about=parties[one.copy.holding.about_id],
            number=one.copy.number,
            retain_until=one.retain_until,
            digest=one.digest,
            fate=Fate(one.fate),
            reason=one.reason,
            bytes_gone=one.bytes_gone,
        )
        for one in row.lines.select_related("copy__holding").order_by("retain_until", "id")
    )
    return _line(row, row.listed, row.went), items


def due_copies(*, owner: str, today: date) -> tuple[int, ...]:
    """Give the rows of the copies that an owner is due to dispose of on a day, longest due first."""
    live = LegalHold.objects.filter(holding=OuterRef("holding"), lifted_at=None)
    rows = Copy.objects.filter(holding__owner__code=owner, retain_until__lt=today, gone_at=None)
    found = rows.annotate(on_hold=Exists(live)).values_list("pk", "retain_until", "on_hold").order_by("id")
    return due_to_go((Kept(pk, until, False, held) for pk, until, held in found), today)


def owners_with_due(*, actor: Actor, today: date) -> tuple[tuple[PartyRef, int], ...]:
    """Give the parties that the actor disposes for and that something is due of, with how much: one query."""
    live = LegalHold.objects.filter(holding=OuterRef("holding"), lifted_at=None)
    codes = actor.parties_over(DISPOSE)
    rows = Copy.objects.filter(~Exists(live), retain_until__lt=today, gone_at=None)
    if codes is not None:
        rows = rows.filter(holding__owner__code__in=codes)
    parties = parties_by_code()
    counted = rows.values("holding__owner__code").annotate(n=Count("pk")).order_by("holding__owner__code")
    return tuple((parties[one["holding__owner__code"]], one["n"]) for one in counted)


@dataclass(frozen=True)
class HoldLine:
    """A legal hold on an item."""

    reason: str
    placed_name: str
    placed_at: datetime
    lifted_name: str
    lifted_at: datetime | None
    lifted_reason: str


def holds_on(*, holding_id: int) -> tuple[HoldLine, ...]:
    """Give the holds on an item, newest first, for those who may see the item as its owner."""
    rows = LegalHold.objects.filter(holding=holding_id).order_by("-id")
    return tuple(
        HoldLine(
            one.reason, one.placed_name, one.placed_at, one.lifted_name, one.lifted_at, one.lifted_reason
        )
        for one in rows
    )
