"""Issues that recur: who knows of which, the findings behind them as far as one sees them (B5, ¶14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet

from oversight.access.rules import access_table
from oversight.intelligence.models import Evidence, Issue, RatedEvidence
from oversight.intelligence.queries.items import ItemLine, item_lines
from oversight.intelligence.queries.looks import rounds_standing
from oversight.intelligence.queries.sight import SEE, standing_rounds
from oversight.intelligence.rules.counting import months_before, rules_on
from oversight.intelligence.rules.recurring import (
    ISSUE_WORKFLOW,
    KNOWN,
    LIVE,
    OWNERS,
    IssueState,
    Looked,
    PublishedRating,
    Recurs,
    issue_steps,
    recurring,
)
from oversight.intelligence.rules.words import Kind, Result, Theme, result_of_ratings, words
from oversight.kernel.acting import Actor
from oversight.kernel.partial_dates import PartialDate
from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Move
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.publication.queries.reports import GivenRating, ratings_given
from oversight.publication.rules.programmes import programmes

PAGE_SIZE: Final = 25
ISSUES: Final = "intelligence.issues"
OWN: Final = "intelligence.own_issue"
_KNOWN: Final = [str(one) for one in KNOWN]


@dataclass(frozen=True)
class IssueLine:
    """An issue.

    Args:
        id: Its row.
        theme: On what it recurs.
        title: What it is called; the theme until OSAG confirms it.
        summary: What OSAG says of it; empty until then.
        state: Where it stands.
        owner: Who owns it; None for nobody yet.
        due_on: By when it is to be dealt with; None until it is owned.
        overdue: Whether that has passed and it is still with its owner.
        revision: Its revision.
        proposed_at: When the rule proposed it.
        least_units: How many units the rule asked for.
        within_months: Within how many months.
    """

    id: int
    theme: Theme
    title: str
    summary: str
    state: IssueState
    owner: PartyRef | None
    due_on: date | None
    overdue: bool
    revision: int
    proposed_at: datetime
    least_units: int
    within_months: int

    @property
    def state_label(self) -> str:
        """Where it stands, in words."""
        return ISSUE_WORKFLOW.state(self.state).label

    @property
    def waits_for(self) -> str:
        """For whom it waits, in words."""
        if self.state is IssueState.OWNED and self.owner is not None:
            return self.owner.name
        return ISSUE_WORKFLOW.state(self.state).owner


def seen_issues(actor: Actor) -> QuerySet[Issue]:
    """Give the issues that someone knows of: OSAG of all, others once OSAG has confirmed one."""
    if actor.may(ISSUES):
        return Issue.objects.all()
    return Issue.objects.filter(state__in=_KNOWN) if actor.may(SEE) else Issue.objects.none()


def found_issue(actor: Actor, issue_id: int, *, lock: bool = False) -> Issue:
    """Give an issue.

    Raises:
        Refused: There is none that the actor knows of.
    """
    rows = seen_issues(actor).filter(pk=issue_id).order_by("pk")
    row = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if row is None:
        raise Refused(
            "not_found_issue",
            "There is no such issue, or it is not one that you can see.",
            "Look in the list of recurring issues.",
        )
    return row


def _line(row: Issue, today: date) -> IssueLine:
    theme, state = words().themes[row.theme], IssueState(row.state)
    return IssueLine(
        id=row.pk,
        theme=theme,
        title=row.title or theme.title,
        summary=row.summary,
        state=state,
        owner=parties_by_code()[row.owner_id] if row.owner_id else None,
        due_on=row.due_on,
        overdue=state is IssueState.OWNED and row.due_on is not None and row.due_on < today,
        revision=row.revision,
        proposed_at=row.proposed_at,
        least_units=row.least_units,
        within_months=row.within_months,
    )


@dataclass(frozen=True)
class IssueList:
    """A page of issues."""

    lines: tuple[IssueLine, ...]
    count: int
    page: int


def issues(*, actor: Actor, today: date, state: str = "", mine: bool = False, page: int = 1) -> IssueList:
    """Give a page of issues, those still open first, then the newest.

    Args:
        actor: Who asks.
        today: London date.
        state: Only in this state; empty for all.
        mine: Only those that the actor's party owns.
        page: Which page.
    """
    rows = seen_issues(actor)
    if state:
        rows = rows.filter(state=state)
    if mine:
        rows = rows.filter(owner__code=actor.party)
    count = rows.count()
    number = min(max(1, page), max(1, -(-count // PAGE_SIZE)))
    start = (number - 1) * PAGE_SIZE
    live = Q(state__in=[str(one) for one in LIVE])
    ordered = rows.annotate(live=live).order_by("-live", "-id")
    return IssueList(tuple(_line(one, today) for one in ordered[start : start + PAGE_SIZE]), count, number)


@dataclass(frozen=True)
class StepLine:
    """What someone did with an issue."""

    label: str
    text: str
    owner: PartyRef | None
    due_on: date | None
    party: PartyRef
    name: str
    at: datetime


@dataclass(frozen=True)
class RatedUnit:
    """What a published inspection rated that is behind an issue.

    Args:
        reference: Permanent reference of the inspection.
        unit: The unit.
        when: When it was published, in words.
        ratings: Standards and their ratings as they stand, in words.
        stands: Whether these are still the ones that were looked at.
    """

    reference: str
    unit: PartyRef
    when: str
    ratings: tuple[tuple[str, str], ...]
    stands: bool


@dataclass(frozen=True)
class IssuePage:
    """An issue with all that the reader may see of it.

    Args:
        line: The issue.
        evidence: The findings behind it that the reader sees, latest first; never how many others are.
        rated: Published ratings behind it, which everybody may know, by unit, the latest first.
        steps: What was done with it, latest first.
        moves: Steps that the reader may take now.
    """

    line: IssueLine
    evidence: tuple[ItemLine, ...]
    rated: tuple[RatedUnit, ...]
    steps: tuple[StepLine, ...]
    moves: tuple[Move, ...]


def issue(*, actor: Actor, issue_id: int, today: date) -> IssuePage:
    """Give an issue.

    Raises:
        Refused: There is none that the actor knows of.
    """
    row, parties = found_issue(actor, issue_id), parties_by_code()
    behind = Evidence.objects.filter(issue=row).order_by().values("item")
    rounds = standing_rounds(actor).filter(item__in=behind, replaced_at=None)
    shown = rounds.select_related("item").defer("text").order_by("-found_on", "-item")
    labels = {move.name: move.label for move in ISSUE_WORKFLOW.moves}
    acts = actor.may(ISSUES) or actor.may(OWN)
    return IssuePage(
        line=_line(row, today),
        evidence=item_lines(actor, shown, today),
        rated=_rated_units(row),
        steps=tuple(
            StepLine(
                labels[one.act],
                one.text,
                parties[one.owner_id] if one.owner_id else None,
                one.due_on,
                parties[one.party_id],
                one.taken_name,
                one.taken_at,
            )
            for one in row.steps.order_by("-revision")
        ),
        moves=issue_steps(row.state, role=actor.role, party=actor.party, owner=row.owner_id or "")
        if acts
        else (),
    )


def _rated_units(row: Issue) -> tuple[RatedUnit, ...]:
    """Give the published inspections whose ratings are behind an issue: three queries."""
    kept = RatedEvidence.objects.filter(issue=row).order_by("pk")
    behind = {(one.reference, one.standard): one for one in kept}
    given: dict[str, list[GivenRating]] = {}
    for one in ratings_given(codes={one.unit_id for one in behind.values()}):
        if (one.reference, one.standard) in behind:
            given.setdefault(one.reference, []).append(one)
    parties, titles = parties_by_code(), programmes().standards
    return tuple(
        RatedUnit(
            reference,
            parties[ratings[0].unit_code],
            PartialDate.parse(ratings[0].published).in_words() if ratings[0].published else "date not known",
            tuple((titles.get(one.standard, one.standard), one.rating) for one in ratings),
            all(behind[reference, one.standard].rating == one.rating for one in ratings),
        )
        for reference, ratings in given.items()
    )


def published_ratings() -> Mapping[Looked, GivenRating]:
    """Give every published rating of a standard that speaks of a theme, as the rule counts it: two queries.

    Areas that are in the register no more are left out.
    """
    themes = {standard: one.id for one in words().themes.values() for standard in one.standards}
    found, parties = {}, parties_by_code()
    for one in ratings_given():
        result = result_of_ratings([one.rating])
        if one.standard in themes and one.unit_code in parties and result is not None:
            behind = PublishedRating(one.reference, one.standard)
            found[Looked(behind, one.unit_code, themes[one.standard], result, one.ordered_on)] = one
    return found


def recurring_now(*, actor: Actor, today: date, published: Iterable[Looked]) -> tuple[Recurs, ...]:
    """Give the themes on which a concern recurs today by the rule, of what the actor sees: one query.

    Args:
        actor: Who asks.
        today: London date.
        published: Published ratings, which everybody may know.
    """
    rules = rules_on(today)
    since = months_before(today, rules.recurring_months.figure)
    rows = rounds_standing(actor, on=today, today=today).filter(
        item__kind=Kind.FINDING,
        item__about__kind__in=["pdu", "region"],
        result__in=[str(one) for one in Result if one.concern],
        found_on__gte=since,
        found_on__lte=today,
    )
    told = rows.order_by("item").values_list("item", "item__about__code", "item__theme", "result", "found_on")
    found = [Looked(item, unit, theme, Result(result), day) for item, unit, theme, result, day in told]
    return recurring(
        [*found, *published],
        units=rules.recurring_units.figure,
        months=rules.recurring_months.figure,
        rated_months=rules.recurring_rated_months.figure,
        on=today,
    )


def possible_owners() -> tuple[PartyRef, ...]:
    """Give the bodies that can own an issue, as the access table has them, by name."""
    roles = [one for one in access_table().holders(OWN) if one.id in OWNERS]
    held = (
        ref
        for ref in parties_by_code().values()
        if any(role.held_in(code=ref.code, kind=ref.kind) for role in roles)
    )
    return tuple(sorted(held, key=lambda ref: ref.name))
