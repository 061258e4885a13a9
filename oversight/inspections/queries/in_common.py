"""What a published inspection offers to put in common: a draft for each theme that it rated (B1, ¶15, ¶30).

Nothing is offered before the report is published: until then what inspectors found stays with the
Inspectorate (paragraph 22).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from oversight.exchange.rules.items import Marking
from oversight.inspections.models import Inspection, ReportVersion
from oversight.inspections.queries.report import VersionDetail, detail_of
from oversight.inspections.queries.sight import found
from oversight.inspections.queries.snapshots import latest_version
from oversight.inspections.rules.case import CaseState
from oversight.inspections.rules.report_content import RatingText
from oversight.inspections.rules.visibility import OWNER
from oversight.intelligence.queries.offering import Offer, Offered, offered
from oversight.intelligence.queries.sight import SHARE
from oversight.intelligence.rules.items import fitting
from oversight.intelligence.rules.words import Confidence, result_of_ratings, words
from oversight.kernel.acting import Actor
from oversight.kernel.refusals import Refused
from oversight.kernel.words import day_in_words
from oversight.parties.queries import parties_by_code, party


def shares_of(actor: Actor, state: str) -> bool:
    """Tell whether someone is offered what an inspection in a state found: published, and theirs to share."""
    return state == CaseState.PUBLISHED and actor.may(SHARE, party(OWNER))


def published_offers(actor: Actor, reference: str) -> tuple[Offer, ...]:
    """Give what a published inspection offers: a draft for each theme that it rated.

    Raises:
        Refused: There is no such inspection that the actor sees, or it is not published.
    """
    row = found(actor, reference)
    if not shares_of(actor, row.state):
        raise Refused(
            "not_found_offer",
            "There is nothing of this inspection to put in common.",
            "The Inspectorate can share what it found once the report is published.",
            paragraph="22",
        )
    version = latest_version(row)
    assert version is not None, f"{row.reference} is published without a version"
    return offers_of(row, version)


def in_common(*, actor: Actor, reference: str) -> tuple[Offered, ...]:
    """Give what a published inspection offers, and what of it is in common.

    Raises:
        Refused: There is no such inspection that the actor sees, or it is not published.
    """
    return offered(actor, published_offers(actor, reference))


def offers_of(row: Inspection, version: ReportVersion) -> tuple[Offer, ...]:
    """Give what a version of a report would offer: none for an inspection without ratings or of many units.

    Args:
        row: The inspection, published.
        version: The version.
    """
    if row.unit_id is None or row.finished_on is None:
        return ()
    published = row.moves.filter(move="publish").order_by("pk").values_list("on", flat=True).first()
    detail, unit = detail_of(version, with_kept=False), parties_by_code()[row.unit_id]
    day = f", published on {day_in_words(published)}" if published else ""
    offers = []
    for theme in words().themes.values():
        rated = [one for one in detail.ratings if one.rating and one.standard in theme.standards]
        if rated:
            offers.append(
                Offer(
                    theme=theme,
                    owner=party(OWNER),
                    about=unit,
                    text=_text(rated, detail),
                    result=result_of_ratings(one.rating_name for one in rated),
                    confidence=Confidence.HIGH,
                    found_on=row.finished_on,
                    marking=Marking.OFFICIAL,
                    origin=f"inspection:{row.reference}-{theme.id}",
                    came_from=f"Inspection {row.reference}, {row.title}{day}"[:300],
                    place=reverse("inspection-in-common", args=[row.reference]),
                )
            )
    return tuple(offers)


def _text(rated: Iterable[RatingText], detail: VersionDetail) -> str:
    sections = {one.key: one for one in detail.sections}
    told = []
    for one in rated:
        told.append(f"{one.name}: rated {one.rating_name}.")
        section = sections.get(f"improve-{one.standard}")
        if section is not None:
            told += [f"To improve: {passage.text}" for passage in section.passages if passage.text]
    return fitting("\n".join(told))
