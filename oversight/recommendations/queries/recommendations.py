"""The register of recommendations and the page of one (E1, E2, E6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet

from oversight.arrangements.queries import Count
from oversight.exchange.queries.files import StoredFileRef
from oversight.kernel.acting import Actor
from oversight.kernel.words import join_in_words
from oversight.parties.queries import PartyRef, parties_by_code
from oversight.recommendations.models import Recommendation, Repeat
from oversight.recommendations.queries.evidence import step_evidence
from oversight.recommendations.queries.paging import MOST_COUNTED, PAGE_SIZE, counted, page_of
from oversight.recommendations.queries.sight import found, in_parts_to, seen_by, viewer_of, visible_to
from oversight.recommendations.rules import delivery, responding
from oversight.recommendations.rules.delivery import DELIVERY_WORDS, OPEN, Delivery
from oversight.recommendations.rules.follow_up import FINDING_WORDS
from oversight.recommendations.rules.repeats import RepeatState
from oversight.recommendations.rules.responding import RESPONSE_WORDS, TO_BE_DONE, Response
from oversight.recommendations.rules.sources import COORDINATED, OSAG, SOURCE_WORDS, Source, kinds_of
from oversight.recommendations.rules.visibility import Viewer
from oversight.recommendations.rules.wording import words_of

RESPOND: Final = "recommendations.respond"
REPORT: Final = "recommendations.report"
VERIFY: Final = "recommendations.verify"
#: What each step is called once it was taken.
TAKEN: Final = {
    "receive": "Recommendation made",
    "answer": "Answered",
    "start": "Work started",
    "add_progress": "Progress added",
    "report_complete": "Reported complete",
    "propose": "Proposed to verify",
    "confirm": "Confirmed as verified",
    "send_back": "Sent back",
    "supersede": "Closed as superseded",
    "close_not_agreed": "Closed as not agreed",
    "services_assessed": "Commissioned services assessed",
}


@dataclass(frozen=True)
class RecommendationFilter:
    """What the register is narrowed to; everything may be empty.

    Args:
        text: Part of the text or the title of the report, or the start of a reference.
        response: One of ``Response``.
        delivery: One of ``Delivery``, or ``open`` for all that are not closed.
        authority: Code of the body addressed.
        unit: Code of a region or unit; a region stands for its units too.
        kind: One of ``Source``.
        theme: Name of a theme, or ``none`` for those without one.
        year: Year in which they were made; None for every one.
        again: Whether only those are wanted that somebody confirmed to repeat an earlier one.
    """

    text: str = ""
    response: str = ""
    delivery: str = ""
    authority: str = ""
    unit: str = ""
    kind: str = ""
    theme: str = ""
    year: int | None = None
    again: bool = False


@dataclass(frozen=True)
class RecommendationLine:
    """A recommendation in a list.

    Args:
        reference: Its reference.
        number: Its number in its report.
        text: What is recommended.
        source: Reference of its report.
        source_title: What the report is called.
        kind_label: Where it comes from, in words.
        theme_label: Its theme in words; empty when it has none.
        addressee: The body addressed.
        unit: The unit that it concerns; None when it concerns no one unit.
        made_on: Day on which it was made.
        response: The answer that stands.
        response_label: The same in words.
        delivery: Where the work stands.
        delivery_label: The same in words.
    """

    reference: str
    number: int
    text: str
    source: str
    source_title: str
    kind_label: str
    theme_label: str
    addressee: PartyRef
    unit: PartyRef | None
    made_on: date
    response: str
    response_label: str
    delivery: str
    delivery_label: str


@dataclass(frozen=True)
class RecommendationList:
    """A page of the register."""

    lines: tuple[RecommendationLine, ...]
    count: Count
    page: int


@dataclass(frozen=True)
class AnswerRound:
    """One round of answering."""

    round: int
    label: str
    agreed_part: str
    reason: str
    given_at: datetime
    by: str
    party: PartyRef


@dataclass(frozen=True)
class StepTaken:
    """Something on the timeline.

    Args:
        title: What happened.
        text: What was said.
        evidence: Where the evidence is; for a report of completion.
        made_at: When.
        by: Who did it.
        party: For which party.
        event: What the arrangements were told; None for nothing.
        files: Files that show it.
    """

    title: str
    text: str
    evidence: str
    made_at: datetime
    by: str
    party: PartyRef
    event: int | None
    files: tuple[StoredFileRef, ...]


@dataclass(frozen=True)
class FindingTold:
    """What a later inspection found; ``carried_to`` is empty for those who do not see that one."""

    inspection: str
    label: str
    text: str
    carried_to: str
    found_at: datetime
    by: str


@dataclass(frozen=True)
class RecommendationDetail:
    """One recommendation as someone sees it.

    Args:
        id: Its row.
        line: The recommendation in a list.
        revision: What the next act on it hands back.
        maker: Who made it.
        commissioned: Whether it reaches commissioned services.
        answers: Every round of answering, latest first.
        steps: Its timeline, latest first.
        findings: What later inspections found of it, latest first.
        superseded_by: Reference of the one in its place; empty for none or for those who do not see that one.
        proposed_name: Who proposed to verify it; empty for nobody.
        acts: What the actor may do now: names of steps, the one that a page puts forward first.
        waiting_for: Who acts next; empty when it is closed.
    """

    id: int
    line: RecommendationLine
    revision: int
    maker: PartyRef
    commissioned: bool
    answers: tuple[AnswerRound, ...]
    steps: tuple[StepTaken, ...]
    findings: tuple[FindingTold, ...]
    superseded_by: str
    proposed_name: str
    acts: tuple[str, ...]
    waiting_for: str


def line_of(row: Recommendation, parties: Mapping[str, PartyRef]) -> RecommendationLine:
    """Give a row as lists show it, with the parties that it names."""
    return RecommendationLine(
        reference=row.reference,
        number=row.number,
        text=row.text,
        source=row.source,
        source_title=row.source_title,
        kind_label=SOURCE_WORDS[row.kind],
        theme_label=words_of("themes").get(row.theme, row.theme),
        addressee=parties[row.addressee_id],
        unit=parties[row.unit_id] if row.unit_id else None,
        made_on=row.made_on,
        response=row.response,
        response_label=RESPONSE_WORDS[row.response],
        delivery=row.delivery,
        delivery_label=DELIVERY_WORDS[row.delivery],
    )


def _chosen(viewer: Viewer, chosen: RecommendationFilter) -> QuerySet[Recommendation]:
    return _narrowed(visible_to(viewer), chosen).order_by("-made_on", "-id")


def _narrowed(rows: QuerySet[Recommendation], chosen: RecommendationFilter) -> QuerySet[Recommendation]:
    if chosen.text:
        rows = rows.filter(
            Q(text__icontains=chosen.text)
            | Q(source_title__icontains=chosen.text)
            | Q(reference__istartswith=chosen.text)
        )
    if chosen.delivery == "open":
        rows = rows.filter(delivery__in=[state.value for state in OPEN])
    elif chosen.delivery:
        rows = rows.filter(delivery=chosen.delivery)
    if chosen.unit:
        rows = rows.filter(unit__code__in=_units_within(chosen.unit))
    for field, value in (
        ("response", chosen.response),
        ("addressee", chosen.authority),
        ("kind", chosen.kind),
        ("theme", "" if chosen.theme == "none" else chosen.theme),
    ):
        if value:
            rows = rows.filter(**{field: value})
    if chosen.theme == "none":
        rows = rows.filter(theme="")
    if chosen.year:
        rows = rows.filter(made_on__year=chosen.year)
    if chosen.again:
        rows = rows.filter(pk__in=Repeat.objects.filter(state=RepeatState.CONFIRMED).values("later"))
    return rows


def _units_within(unit: str) -> list[str]:
    return [code for code, ref in parties_by_code().items() if f"/{unit}/" in ref.lineage]


def register(*, actor: Actor, chosen: RecommendationFilter, page: int = 1) -> RecommendationList:
    """Give a page of the recommendations that the actor sees, latest first: at most three queries.

    Args:
        actor: Who looks.
        chosen: What the list is narrowed to.
        page: Which page, from 1; a number beyond the end gives the last page.
    """
    viewer = viewer_of(actor)
    rows = _chosen(viewer, chosen)
    known = _found_by_words(rows) if chosen.text else None
    if known is None:
        parts = [
            _narrowed(part, chosen)
            for part in in_parts_to(viewer, units=_units_within(chosen.unit) if chosen.unit else ())
        ]
        if len(parts) == 1:
            rows = parts[0].order_by("-made_on", "-id")
        count = counted(*parts)
        number, part = page_of(count, page)
    else:
        count = Count(len(known), more=False)
        number, part = page_of(count, page)
        # Every row that has the words is at hand: they need not be looked for in the texts once more.
        rows, part = (
            Recommendation.objects.filter(pk__in=known[part]).order_by("-made_on", "-id"),
            slice(None),
        )
    parties = parties_by_code()
    return RecommendationList(tuple(line_of(row, parties) for row in rows[part]), count, number)


def _found_by_words(rows: QuerySet[Recommendation]) -> list[int] | None:
    """Give what has the words that were looked for, in its order; None when that is more than is counted."""
    found = list(rows.order_by().values_list("made_on", "pk")[: MOST_COUNTED + 1])
    return None if len(found) > MOST_COUNTED else [pk for _, pk in sorted(found, reverse=True)]


def every_line(*, actor: Actor, chosen: RecommendationFilter) -> Iterator[RecommendationLine]:
    """Give every recommendation that the register would show, read as they are needed."""
    parties = parties_by_code()
    return (line_of(row, parties) for row in _chosen(viewer_of(actor), chosen).iterator(chunk_size=500))


def recommendation(*, actor: Actor, reference: str) -> RecommendationDetail:
    """Give one recommendation.

    Raises:
        Refused: There is none of that reference that the actor sees.
    """
    row = found(actor, reference)
    answers = row.answers.order_by("-round")
    steps = list(row.steps.order_by("-id"))
    findings = row.follow_ups.select_related("carried_to").order_by("-found_at", "-id")
    parties = parties_by_code()
    files = step_evidence(steps)
    return RecommendationDetail(
        id=row.pk,
        line=line_of(row, parties),
        revision=row.revision,
        maker=parties[row.maker_id],
        commissioned=row.commissioned,
        answers=tuple(
            AnswerRound(
                one.round,
                RESPONSE_WORDS[one.response],
                one.agreed_part,
                one.reason,
                one.given_at,
                one.given_name,
                parties[one.given_party_id],
            )
            for one in answers
        ),
        steps=tuple(
            StepTaken(
                TAKEN[one.move],
                one.text,
                one.evidence,
                one.made_at,
                one.made_name,
                parties[one.made_party_id],
                one.event,
                files.get(one.pk, ()),
            )
            for one in steps
        ),
        findings=tuple(
            FindingTold(
                one.inspection,
                FINDING_WORDS[one.finding],
                one.text,
                one.carried_to.reference
                if one.carried_to and seen_by(viewer_of(actor), one.carried_to)
                else "",
                one.found_at,
                one.found_name,
            )
            for one in findings
        ),
        superseded_by=_shown(actor, row.superseded_by),
        proposed_name=row.proposed_name,
        acts=_acts(actor, row),
        waiting_for=_waiting_for(row),
    )


def _shown(actor: Actor, other: Recommendation | None) -> str:
    """Give the reference of another one; empty for none, and for those who do not see that one."""
    return other.reference if other and seen_by(viewer_of(actor), other) else ""


def _acts(actor: Actor, row: Recommendation) -> tuple[str, ...]:
    """Give what the actor may do now."""
    parties = parties_by_code()
    addressee, maker = parties[row.addressee_id], parties[row.maker_id]
    answers = actor.may(RESPOND, addressee) and (
        actor.party == row.addressee_id or (actor.party == OSAG and row.kind in COORDINATED)
    )
    acts: list[str] = []
    if answers and row.delivery in {Delivery.NOT_STARTED, Delivery.IN_PROGRESS}:
        acts.append("answer")
    for move in delivery.WORKFLOW.allowed(row.delivery, actor.role):
        owner_move = move.roles == delivery.OWNERS
        if not actor.may(REPORT, addressee) if owner_move else not actor.may(VERIFY, maker):
            continue
        if move.target in delivery.NEEDS_AGREEMENT and row.response not in TO_BE_DONE:
            continue
        if move.name == "close_not_agreed" and row.response != Response.NOT_AGREED:
            continue
        if move.name == "confirm" and row.proposed_by == actor.reference:
            continue
        acts.append(move.name)
    region = parties.get(actor.party)
    if row.commissioned and row.unit_id and region and region.kind == "region" and actor.may(REPORT, region):
        unit = parties[row.unit_id]
        if f"/{region.code}/" in unit.lineage:
            acts.append("services_assessed")
    # An answer that stands comes after what there is to do.
    if row.response != Response.AWAITING and "answer" in acts:
        acts.remove("answer")
        acts.append("answer")
    return tuple(acts)


def _waiting_for(row: Recommendation) -> str:
    parties = parties_by_code()
    addressee, maker = parties[row.addressee_id].name, parties[row.maker_id].name
    if row.response == Response.AWAITING:
        bodies = [addressee, *([parties[OSAG].name] if row.kind in COORDINATED else [])]
        return f"{join_in_words(bodies, 'or')}, to answer"
    if row.response == Response.NOT_AGREED and row.delivery == Delivery.NOT_STARTED:
        return f"{maker}, to close it or to hear a new answer"
    return {
        Delivery.NOT_STARTED: f"{addressee}, to start work",
        Delivery.IN_PROGRESS: f"{addressee}, to report it complete",
        Delivery.REPORTED_COMPLETE: f"{maker}, to look at the evidence",
        Delivery.PENDING_SIGN_OFF: f"a second person of {maker}, to confirm",
    }.get(Delivery(row.delivery), "")


def response_moves(state: str, role: str) -> tuple[str, ...]:
    """Give the answers that a role may give now."""
    return tuple(move.target for move in responding.WORKFLOW.allowed(state, role))


def known_kinds(maker: str) -> tuple[tuple[str, str], ...]:
    """Give the kinds of source whose recommendations a party adds, with their words."""
    return tuple((kind.value, SOURCE_WORDS[kind]) for kind in kinds_of(maker))


__all__ = [
    "PAGE_SIZE",
    "AnswerRound",
    "RecommendationDetail",
    "RecommendationFilter",
    "RecommendationLine",
    "RecommendationList",
    "Source",
    "StepTaken",
    "every_line",
    "known_kinds",
    "line_of",
    "recommendation",
    "register",
    "response_moves",
]
