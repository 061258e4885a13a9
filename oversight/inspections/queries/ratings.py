"""How an inspection is rated, step by step; for the Inspectorate alone until it publishes (D2, ¶16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from oversight.inspections.models import Inspection, RatingProposal, SettledRating
from oversight.inspections.queries.fieldwork import seen
from oversight.inspections.queries.judging import cases_judged
from oversight.inspections.rules.judgements import Departure, EvidenceJudgement, Judged
from oversight.inspections.rules.programmes import JudgedBy, Programme, Rating
from oversight.inspections.rules.rating import Result, rate
from oversight.inspections.rules.visibility import OWNER
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused


@dataclass(frozen=True)
class Panellist:
    """Someone of a panel, and when they confirmed; None before."""

    person: str
    name: str
    at: datetime | None


@dataclass(frozen=True)
class Proposal:
    """A proposed rating.

    Args:
        id: Its number.
        standard: Identifier of the standard.
        departs: Whether it departs from what the cases give.
        rating: The rating proposed.
        reason: Why.
        name: Who proposed it.
        at: When; None for one that is only tried.
        panel: Who decides.
        confirmed: Whether the whole panel confirmed it.
        withdrawn: Why it does not stand any more; empty when it does.
        withdrawn_name: Who withdrew it.
    """

    id: int
    standard: str
    departs: bool
    rating: Rating
    reason: str
    name: str
    at: datetime | None
    panel: tuple[Panellist, ...]
    confirmed: bool
    withdrawn: str
    withdrawn_name: str


@dataclass(frozen=True)
class Rated:
    """The ratings of an inspection as they stand.

    Args:
        inspection: The inspection.
        programme: Its programme; without rating rules when the inspection gives no ratings.
        result: What the rules make of what was judged.
        proposals: Every proposal by standard, latest first.
        problem: Why a panel's departure cannot be used any more; empty when all can.
        settled: Settled ratings by standard, the overall one under the empty name.
    """

    inspection: Inspection
    programme: Programme
    result: Result
    proposals: Mapping[str, tuple[Proposal, ...]]
    problem: str
    settled: Mapping[str, str]

    def open(self, standard: str) -> Proposal | None:
        """Give the proposal of a standard that stands."""
        return next((one for one in self.proposals.get(standard, ()) if not one.withdrawn), None)

    @property
    def waiting(self) -> tuple[Proposal, ...]:
        """Proposals that a panel has not confirmed yet."""
        return tuple(
            one for some in self.proposals.values() for one in some if not one.withdrawn and not one.confirmed
        )


def rated_seen(actor: Actor, reference: str) -> tuple[Inspection, Programme]:
    """Give an inspection to someone of the Inspectorate, with its programme.

    Raises:
        Refused: There is none that the actor sees, or the actor acts for another body (¶16).
    """
    row, programme = seen(actor, reference)
    if actor.party != OWNER:
        raise Refused(
            "permission_ratings",
            "Ratings stay with HM Inspectorate of Probation until it publishes them.",
            "Wait for the report.",
            paragraph="16",
            who_can="HM Inspectorate of Probation",
        )
    return row, programme if row.rated else replace(programme, rating=None)


def proposals_of(row: Inspection, programme: Programme) -> dict[str, tuple[Proposal, ...]]:
    """Give every proposal by standard, latest first: two queries."""
    found: dict[str, tuple[Proposal, ...]] = {}
    if programme.rating is None:
        return found
    rows = RatingProposal.objects.filter(inspection=row).order_by("-id").prefetch_related("panel")
    for one in rows:
        panel = sorted(one.panel.all(), key=lambda member: member.pk)
        found[one.standard] = (
            *found.get(one.standard, ()),
            Proposal(
                id=one.pk,
                standard=one.standard,
                departs=one.departs,
                rating=programme.rating.rating(one.rating),
                reason=one.reason,
                name=one.proposed_name,
                at=one.proposed_at,
                panel=tuple(Panellist(member.person, member.name, member.confirmed_at) for member in panel),
                confirmed=one.confirmed_at is not None,
                withdrawn=one.withdrawn_reason,
                withdrawn_name=one.withdrawn_name,
            ),
        )
    return found


def judged_of(row: Inspection, programme: Programme, standing: Iterable[Proposal]) -> Judged:
    """Give all that was judged, in the form the rules take.

    Args:
        row: The inspection.
        programme: Its programme.
        standing: Proposals to go by. A judgement on evidence counts as provisional until confirmed; a
            departure counts in any case, so give only those that are to count.
    """
    evidence: dict[str, EvidenceJudgement] = {}
    departures: dict[str, Departure] = {}
    for one in standing:
        people = tuple(member.person for member in one.panel)
        standard = programme.standard(one.standard)
        assert standard is not None
        if standard.judged_by is JudgedBy.EVIDENCE:
            # Only the lead of the day can propose, so it stays the lead's when another one takes over.
            evidence[one.standard] = EvidenceJudgement(
                one.rating, row.lead, people if one.confirmed else (), one.reason
            )
        else:
            departures[one.standard] = Departure(one.rating, one.reason, people)
    return Judged(lead=row.lead, cases=cases_judged(row, programme), evidence=evidence, departures=departures)


def worked_out(row: Inspection, programme: Programme) -> Rated:
    """Work out the ratings of an inspection from what is kept of it."""
    proposals = proposals_of(row, programme)
    standing = [
        one
        for some in proposals.values()
        for one in some
        if not one.withdrawn and (one.confirmed or not one.departs)
    ]
    problem = ""
    try:
        result = rate(programme, judged_of(row, programme, standing))
    except Refused as refused:
        # Judgements may change after a panel departed from the numbers; then it has to decide again.
        problem = f"A departure decided before is not possible any more: {refused.why}"
        kept = [one for one in standing if not one.departs]
        result = rate(programme, judged_of(row, programme, kept))
    settled = SettledRating.objects.filter(inspection=row).order_by("id").values_list("standard", "rating")
    return Rated(row, programme, result, proposals, problem, dict(settled))


def ratings(*, actor: Actor, reference: str) -> Rated:
    """Give the ratings of an inspection with every step.

    Raises:
        Refused: As for ``rated_seen``.
    """
    row, programme = rated_seen(actor, reference)
    return worked_out(row, programme)
