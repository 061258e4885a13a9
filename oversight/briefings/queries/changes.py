"""Policy changes, and the trace between them and the findings that led to them, both ways (D11, ¶21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count as Counted
from django.db.models import Q

from oversight.briefings.models import ChangeLink, ChangeRound, PolicyChange
from oversight.briefings.queries.sight import PAGE_SIZE, TRACE, change_row, seen_changes
from oversight.briefings.rules.briefings import layout
from oversight.briefings.rules.changes import LINK_WORDS, STATE_WORDS, WORKFLOW, LinkKind
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.publication.queries.published import report as published_report
from oversight.publication.queries.reports import current_of
from oversight.recommendations.queries.recommendations import recommendation


@dataclass(frozen=True)
class ChangeLine:
    """A policy change in a list."""

    reference: str
    title: str
    kind_label: str
    state: str
    state_label: str
    on: date
    owner: PartyRef
    public: bool
    links: int


@dataclass(frozen=True)
class ChangeList:
    """A page of policy changes."""

    lines: tuple[ChangeLine, ...]
    count: int
    page: int


@dataclass(frozen=True)
class ChangeSaid:
    """What was said of a change in one round."""

    number: int
    title: str
    kind: str
    kind_label: str
    what: str
    state_label: str
    on: date
    link: str
    why: str
    said_at: datetime
    said_name: str


@dataclass(frozen=True)
class LinkLine:
    """What led to a change."""

    id: int
    kind: str
    kind_label: str
    target: str
    report: str
    title: str
    how: str
    added_at: datetime
    added_name: str
    removed_at: datetime | None
    removed_reason: str
    is_public: bool


@dataclass(frozen=True)
class ChangeDetail:
    """A policy change with its rounds and what led to it.

    Args:
        line: What its list says.
        revision: What the next act hands back.
        said: The latest round.
        rounds: Every round, latest first.
        links: What led to it.
        removed: What was taken away, with the reason.
        published_at: When it was first published; None while it is not.
        acts: Whether the one who looks may change it.
        states: States that it can be given now, with their words.
    """

    line: ChangeLine
    revision: int
    said: ChangeSaid
    rounds: tuple[ChangeSaid, ...]
    links: tuple[LinkLine, ...]
    removed: tuple[LinkLine, ...]
    published_at: datetime | None
    acts: bool
    states: tuple[tuple[str, str], ...]


def _kind(name: str) -> str:
    return layout().change_kinds.get(name, name)


def _line(row: PolicyChange, links: int) -> ChangeLine:
    return ChangeLine(
        row.reference,
        row.title,
        _kind(row.kind),
        row.state,
        STATE_WORDS[row.state],
        row.on,
        parties_by_code()[row.owner_id],
        row.published_at is not None,
        links,
    )


def change_list(*, actor: Actor, state: str = "", text: str = "", page: int = 1) -> ChangeList:
    """Give a page of the policy changes, latest first: two queries.

    Args:
        actor: Who looks.
        state: One of ``ChangeState``, or empty for all.
        text: Part of the title, or a reference of what led to it.
        page: Which page, from 1.
    """
    rows = seen_changes(actor)
    if text:
        linked = ChangeLink.objects.filter(Q(target__iexact=text) | Q(report__iexact=text), removed_at=None)
        rows = rows.filter(
            Q(title__icontains=text) | Q(reference__istartswith=text) | Q(pk__in=linked.values("change"))
        )
    if state:
        rows = rows.filter(state=state)
    count = rows.count()
    here = min(max(page, 1), max(1, -(-count // PAGE_SIZE)))
    shown = rows.annotate(standing=Counted("links", filter=Q(links__removed_at=None)))
    listed = shown.order_by("-on", "-id")[(here - 1) * PAGE_SIZE : here * PAGE_SIZE]
    return ChangeList(tuple(_line(row, row.standing) for row in listed), count, here)


def said(row: ChangeRound) -> ChangeSaid:
    """Give a row of a round as pages show it."""
    return ChangeSaid(
        row.number,
        row.title,
        row.kind,
        _kind(row.kind),
        row.what,
        STATE_WORDS[row.state],
        row.on,
        row.link,
        row.why,
        row.said_at,
        row.said_name,
    )


def change(*, actor: Actor, reference: str) -> ChangeDetail:
    """Give a policy change.

    Raises:
        Refused: There is none that the actor sees.
    """
    row = change_row(actor, reference)
    rounds = tuple(said(one) for one in ChangeRound.objects.filter(change=row).order_by("-number"))
    links = list(ChangeLink.objects.filter(change=row).order_by("pk"))
    published = public_reports([one.report for one in links])
    told = [_link(one, published) for one in links]
    standing = tuple(one for one in told if one.removed_at is None)
    moves = WORKFLOW.allowed(row.state, actor.role)
    states = dict.fromkeys([move.target for move in moves if move.target != row.state])
    return ChangeDetail(
        line=_line(row, len(standing)),
        revision=row.revision,
        said=rounds[0],
        rounds=rounds,
        links=standing,
        removed=tuple(one for one in told if one.removed_at is not None),
        published_at=row.published_at,
        acts=actor.may(TRACE) and bool(moves),
        states=tuple((name, STATE_WORDS[name]) for name in ([row.state, *states] if moves else states)),
    )


def _link(row: ChangeLink, published: Mapping[str, str]) -> LinkLine:
    return LinkLine(
        row.pk,
        row.kind,
        LINK_WORDS[LinkKind(row.kind)],
        row.target,
        row.report,
        row.title,
        row.how,
        row.added_at,
        row.added_name,
        row.removed_at,
        row.removed_reason,
        row.report in published,
    )


def public_reports(references: Sequence[str]) -> Mapping[str, str]:
    """Give those of the references that are in the public register, with the name of what was inspected."""
    known = current_of([one for one in references if one])
    return {reference: f"{one.said.unit_name}, {one.published_in_words}" for reference, one in known.items()}


@dataclass(frozen=True)
class Source:
    """A report or recommendation that can be linked."""

    kind: LinkKind
    target: str
    report: str
    title: str


def source_of(*, actor: Actor, target: str) -> Source:
    """Find the report or recommendation of a reference.

    Args:
        actor: Who links it; a recommendation that they do not see cannot be linked.
        target: The reference.

    Raises:
        Refused: There is none that the actor sees (``field`` is ``target``).
    """
    found = public_reports([target])
    if target in found:
        return Source(LinkKind.REPORT, target, target, f"Report on {found[target]}")
    public = _public_recommendation(target)
    if public is not None:
        return public
    try:
        line = recommendation(actor=actor, reference=target).line
    except Refused as refused:
        raise Refused(
            "change_source",
            "No published report and no recommendation that you can see has this reference.",
            "Copy the reference from the page of the report or recommendation.",
            paragraph="21",
            field="target",
        ) from refused
    return Source(
        LinkKind.RECOMMENDATION,
        line.reference,
        line.source,
        f"Recommendation {line.number}, {line.source_title}: {line.text[:200]}",
    )


def _public_recommendation(target: str) -> Source | None:
    """Give a recommendation that stands in a published report, whoever it is addressed to."""
    report, _, number = target.rpartition("-R")
    if not report or not number.isascii() or not number.isdecimal():
        return None
    held = published_report(report)
    if held is None or held.off is not None:
        return None
    for one in held.snapshot.recommendations:
        if one.number == int(number):
            title = f"Recommendation {one.number}, {held.snapshot.title}: {one.text[:200]}"
            return Source(LinkKind.RECOMMENDATION, target, report, title)
    return None


@dataclass(frozen=True)
class Traced:
    """What a report or recommendation led to: both ways of the trace."""

    target: str
    title: str
    kind: LinkKind
    report: str
    changes: tuple[tuple[ChangeLine, str], ...]


def traced(*, actor: Actor, target: str) -> Traced:
    """Give the policy changes that a report, with its recommendations, or one recommendation led to.

    Args:
        actor: Who looks.
        target: Reference of the report or recommendation.

    Raises:
        Refused: There is none of that reference that the actor sees.
    """
    source = source_of(actor=actor, target=target)
    rows = ChangeLink.objects.filter(removed_at=None, change__in=seen_changes(actor).values("pk"))
    column = "report" if source.kind is LinkKind.REPORT else "target"
    listed = rows.filter(**{column: target}).select_related("change").order_by("-change__on", "-pk")
    return Traced(
        target,
        source.title,
        source.kind,
        source.report,
        tuple((_line(one.change, 1), f"{one.title}: {one.how}") for one in listed[:100]),
    )
