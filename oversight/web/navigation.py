"""The ways through the service: each person sees only what they can use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.urls import reverse

from oversight.kernel.requests import Request


@dataclass(frozen=True)
class Way:
    """One place in the navigation; ``permission`` is empty when everybody signed in may go there."""

    text: str
    name: str
    permission: str = ""


@dataclass(frozen=True)
class Section:
    """What belongs together; the first of its ways that someone may go is where its name leads."""

    text: str
    ways: tuple[Way, ...]


#: More than so many names in one row are read by nobody.
MOST: Final = 7

STAFF = (
    Section("Home", (Way("Home", "home"),)),
    Section(
        "Inspections",
        (
            Way("Inspections", "inspections", "inspections.see"),
            Way("Timetable", "timetable", "programme.see"),
            Way("Accuracy checks", "accuracy-checks", "accuracy.see"),
            Way("Figures to check", "inspection-data-checks", "inspections.check_data"),
            Way("Embargoed copies", "embargoed-copies", "publication.read_embargoed"),
            Way("Publishing", "publishing", "publication.publish"),
            Way("History", "import-history", "publication.import_history"),
            Way("Standards", "standards"),
            Way("Effective practice", "effective-practice"),
        ),
    ),
    Section(
        "Recommendations",
        (
            Way("Recommendations", "recommendations", "recommendations.see"),
            Way("Plans", "plans", "recommendations.see"),
        ),
    ),
    Section(
        "Offence reviews",
        (
            Way("Offence reviews", "sfo", "sfo.see"),
            Way("Sample of reviews", "sfo-sample", "sfo.see_sample"),
            Way("Independent reviews", "sfo-independent-reviews", "sfo.see_independent"),
        ),
    ),
    Section(
        "Assurance",
        (
            Way("First line", "delivery", "delivery.see"),
            Way("Contracts", "contracts", "delivery.see_contracts"),
            Way("Audits", "audits", "audits.see"),
            Way("Intelligence", "intelligence", "intelligence.see"),
            Way("Exchange", "exchange", "exchange.see"),
        ),
    ),
    Section(
        "Briefings",
        (
            Way("Alerts", "briefing-alerts", "briefings.alerts"),
            Way("Briefings", "briefings", "briefings.draft"),
            Way("Briefings", "briefing-copies", "briefings.read"),
            Way("Policy changes", "policy-changes", "briefings.see_changes"),
        ),
    ),
    Section("Units", (Way("Units", "units", "parties.see_units"),)),
    Section(
        "Arrangements",
        (
            Way("Duties", "duties", "arrangements.see_duties"),
            Way("Adherence", "adherence", "arrangements.see_adherence"),
            Way("Arrangements", "arrangements", "arrangements.see_duties"),
            Way("People", "people", "parties.manage_memberships"),
            Way("Record", "record", "ledger.see_record"),
        ),
    ),
)

PUBLIC = (
    Way("Areas", "areas"),
    Way("Reports", "reports"),
    Way("Action plans", "public-plans"),
    Way("What changed", "what-changed"),
    Way("How oversight works", "how-oversight-works"),
    Way("Data", "data"),
)


def sections_for(may: Callable[[str], bool]) -> tuple[Section, ...]:
    """Give what someone can use: every way by itself where that fits in a row, otherwise by section.

    A section of which they can use one way alone goes by the name of that way.

    Args:
        may: Tells whether they hold a permission.
    """
    held = [
        Section(section.text, tuple(way for way in section.ways if not way.permission or may(way.permission)))
        for section in STAFF
    ]
    ways = [way for section in held for way in section.ways]
    if len(ways) <= MOST:
        return tuple(Section(way.text, (way,)) for way in ways)
    return tuple(
        section if len(section.ways) > 1 else Section(section.ways[0].text, section.ways)
        for section in held
        if section.ways
    )


@dataclass(frozen=True)
class Shown:
    """The navigation of a page, in the form that the navigation macro takes.

    Args:
        top: Sections, or single ways.
        section: Name of the section in which the page lies; empty where that is a way by itself.
        within: The ways of that section.
    """

    top: list[dict[str, object]]
    section: str
    within: list[dict[str, object]]


def staff(request: Request) -> Shown:
    """Return the navigation of people who are signed in, for the one who asks."""
    found = sections_for(request.actor.may)
    nearest = _nearest(request, [way for section in found for way in section.ways])
    here = next((one for one in found if nearest in one.ways and len(one.ways) > 1), None)
    top = [
        {
            "text": section.text,
            "href": _address(section.ways[0]),
            "current": section.ways == (nearest,) and request.path == _address(section.ways[0]),
            "active": nearest in section.ways,
        }
        for section in found
    ]
    return Shown(top, here.text if here else "", _items(request, here.ways, nearest) if here else [])


def every_way(request: Request) -> list[dict[str, object]]:
    """Return every way that the one who asks can go, whatever its section."""
    return _items(request, [way for one in sections_for(request.actor.may) for way in one.ways], None)


def public_items(request: Request) -> list[dict[str, object]]:
    """Return the navigation of the public site, the same for everyone so that its pages can be cached."""
    return _items(request, PUBLIC, _nearest(request, PUBLIC))


@cache
def _address(way: Way) -> str:
    return reverse(way.name)


def _nearest(request: Request, ways: Iterable[Way]) -> Way | None:
    """Give the way within which a page lies: the nearest, where one way lies below another."""
    path = f"{request.path}/"
    within = (way for way in ways if path.startswith(f"{_address(way)}/"))
    return max(within, key=lambda way: len(_address(way)), default=None)


def _items(request: Request, ways: Iterable[Way], nearest: Way | None) -> list[dict[str, object]]:
    return [
        {
            "text": way.text,
            "href": _address(way),
            "current": request.path == _address(way),
            "active": way == nearest and request.path != _address(way),
        }
        for way in ways
    ]
