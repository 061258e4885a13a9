"""The record's facts for a briefing, with source and date, as far as the team may see them (D10, ¶20)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Final

import nh3
from django.urls import reverse

from oversight.arrangements.queries import DutyFilter
from oversight.arrangements.queries import duty_list as duties
from oversight.briefings.models import Alert
from oversight.briefings.rules.facts import Fact, FactGroup
from oversight.kernel.acting import Actor
from oversight.kernel.words import day_in_words, moment_in_words
from oversight.parties.queries import parties_by_code
from oversight.publication.queries.published import report as published_report
from oversight.publication.queries.reports import Inspection, current_of, reports_about
from oversight.publication.rules.programmes import programmes
from oversight.recommendations.queries.plan_facts import PlanFilter
from oversight.recommendations.queries.plans import plan_register
from oversight.recommendations.queries.recommendations import RecommendationFilter, every_line

#: Earlier ratings of the same unit that are told.
EARLIER: Final = 5
#: Recommendations that are told; the register has the rest.
MOST: Final = 40
#: Longest passage of a report that is told; the report has the rest.
LONGEST: Final = 700
_GOOD: Final = "Good"


def facts_for(
    *, actor: Actor, today: date, report: str, unit: str, alerts: tuple[Alert, ...]
) -> tuple[FactGroup, ...]:
    """Give the facts for a briefing. Of an inspection, only what is in the public register is told.

    Args:
        actor: Who drafts it; what they may not see is not told.
        today: Day on which the facts are taken.
        report: Reference of the published report; empty when it is on none.
        unit: Code of the region or unit; empty when it is none.
        alerts: The alerts that it takes up.
    """
    current = current_of([report]).get(report) if report else None
    # Where the briefing is on no report, the latest one on the area tells how it was rated.
    rated = current or next(iter(reports_about([unit], limit=1) if unit else ()), None)
    return (
        FactGroup("What the team was alerted to", tuple(_alerts(alerts)), "No alert led to this briefing."),
        FactGroup("Publication", tuple(_publication(current)), "The briefing is on no published report."),
        FactGroup("Ratings now", tuple(_ratings(rated)), "No ratings are published."),
        FactGroup("Ratings before", tuple(_before(rated)), "No earlier ratings of this area are published."),
        FactGroup(
            "Areas to improve", tuple(_improve(rated)), "The report names none, or its text is not held."
        ),
        FactGroup(
            "Recommendations and their answers",
            tuple(_recommendations(actor, report, unit)),
            "No recommendations are held.",
        ),
        FactGroup("Action plans", tuple(_plans(actor, report, alerts)), "No plan was submitted yet."),
        FactGroup(
            "Owed and missed", tuple(_owed(actor, today, report, alerts)), "Nothing about it was missed."
        ),
    )


def unit_of(report: str) -> str:
    """Give the code of the region or unit that a published report is on; empty when it is on none."""
    found = current_of([report]).get(report)
    return found.said.unit_code if found and found.said.unit_code in parties_by_code() else ""


def _alerts(alerts: tuple[Alert, ...]) -> Iterator[Fact]:
    for one in alerts:
        yield Fact(
            one.title,
            one.says,
            one.about,
            day_in_words(one.happened_on),
            reverse("briefing-alert", args=[one.pk]),
        )


def _publication(current: Inspection | None) -> Iterator[Fact]:
    if current is None:
        return
    source, address = _source(current)
    held = published_report(current.reference) if current.from_case else None
    yield Fact(
        "Report", held.snapshot.title if held else current.programme.title, source, _when(current), address
    )
    if held is not None:
        first = held.rounds[-1]
        yield Fact(
            "Public since",
            f"{moment_in_words(first.published_at)}. Until then it was under embargo.",
            source,
            _when(current),
            address,
        )
        yield from (
            Fact("Corrected", f"{one.wrong} Now: {one.says}", source, day_in_words(one.on), address)
            for one in held.notices
            if one.kind == "corrected"
        )


def _ratings(current: Inspection | None) -> Iterator[Fact]:
    if current is None:
        return
    source, address = _source(current)
    score = f", {current.said.score} of {current.said.score_max} points" if current.said.score_max else ""
    yield Fact("Overall", f"{current.overall_in_words}{score}", source, _when(current), address)
    for title, rating in current.ratings:
        if rating:
            yield Fact(title, rating, source, _when(current), address)


def _before(rated: Inspection | None) -> Iterator[Fact]:
    if rated is None:
        return
    listed = reports_about([rated.said.unit_code], limit=MOST)
    for one in listed[listed.index(rated) + 1 :][:EARLIER] if rated in listed else ():
        source, address = _source(one)
        yield Fact(one.programme.title, one.overall_in_words, source, _when(one), address)


def _improve(current: Inspection | None) -> Iterator[Fact]:
    if current is None:
        return
    source, address = _source(current)
    held = published_report(current.reference) if current.from_case else None
    told = set()
    for one in held.snapshot.sections if held else ():
        if one.key.startswith("improve-"):
            told.add(one.title.partition(": ")[2])
            yield Fact(one.title, _plain(one.html), source, _when(current), address)
    scale = programmes().scale
    good = scale.index(_GOOD)
    for title, rating in current.ratings:
        if title not in told and rating in scale and scale.index(rating) < good:
            yield Fact(title, f"Rated {rating}, below {_GOOD}", source, _when(current), address)


def _recommendations(actor: Actor, report: str, unit: str) -> Iterator[Fact]:
    if not report and not unit:
        return
    chosen = RecommendationFilter(unit=unit) if unit else RecommendationFilter(text=report)
    count = 0
    for line in every_line(actor=actor, chosen=chosen):
        here = line.source == report
        if not here and (not unit or line.delivery.startswith("closed")):
            continue
        count += 1
        if count > MOST:
            return
        yield Fact(
            f"{'Recommendation' if here else 'Earlier, still open: recommendation'} {line.number} to "
            f"{line.addressee.name}",
            f"{line.text[:LONGEST]} Answer: {line.response_label}. Delivery: {line.delivery_label}.",
            line.reference,
            day_in_words(line.made_on),
            reverse("recommendation", args=[line.reference]),
        )


def _plans(actor: Actor, report: str, alerts: tuple[Alert, ...]) -> Iterator[Fact]:
    for about in dict.fromkeys([report, *(one.about for one in alerts)]):
        if not about:
            continue
        for plan in plan_register(actor=actor, chosen=PlanFilter(text=about)).lines:
            said = [
                f"{words} {day_in_words(day)}"
                for words, day in (("Submitted", plan.submitted_on), ("Published", plan.published_on))
                if day
            ]
            when = plan.published_on or plan.submitted_on
            yield Fact(
                plan.title,
                ". ".join([plan.state_label, *said]),
                plan.reference,
                day_in_words(when) if when else "Not yet",
                reverse("plan", args=[plan.reference]),
            )


def _owed(actor: Actor, today: date, report: str, alerts: tuple[Alert, ...]) -> Iterator[Fact]:
    for about in dict.fromkeys([report, *(one.about for one in alerts)]):
        if not about:
            continue
        found = duties(actor=actor, today=today, chosen=DutyFilter(about=about, state="missed"))
        for line in found.lines:
            yield Fact(
                f"{line.bearer.name}: {line.title}",
                f"Missed. Due {day_in_words(line.due or line.opened_on)} (paragraph {line.paragraph}).",
                line.about,
                day_in_words(line.opened_on),
                reverse("duty", args=[line.id]),
            )


def _source(one: Inspection) -> tuple[str, str]:
    again = f", version {one.round}" if one.round > 1 else ""
    return f"{one.reference}{again}", reverse("report", args=[one.reference])


def _when(one: Inspection) -> str:
    return one.published_in_words


def _plain(html: str) -> str:
    text = " ".join(unescape(nh3.clean(html.replace("</", " </"), tags=set())).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
