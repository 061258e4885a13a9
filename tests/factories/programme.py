"""Visits in the timetable brought to a state by the real steps, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from oversight.access.queries import Acting
from oversight.parties.queries import party
from oversight.programme.actions import clashes, holding, programmes, visits
from oversight.programme.models import Clash, Programme, Visit
from oversight.programme.rules.visits import Span
from tests.factories.arrangements import acting_for

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EAST_KENT, SURREY, KSS, WALES = "N57EKNT", "N57SUR", "N57", "N03"


def span(first: str, days: int = 12) -> Span:
    """Give so many days from a first one."""
    day = date.fromisoformat(first)
    return Span(day, day + timedelta(days=days - 1))


def planner(body="hmip") -> Acting:
    """Give someone who plans visits for a body."""
    roles = {"hmip": "hmip_planner", "hmpps-contract-management": "contract_manager"}
    return acting_for(body, roles.get(body, ""))


def planned(
    place=EAST_KENT, first="2026-09-07", *, body="hmip", kind="", days=12, at=AT, owner="", **more
) -> Visit:
    """Plan a visit of a body."""
    kinds = {
        "hmip": "core_region" if len(place) == 3 else "core_unit",
        "hmpps-osag": "audit",
        "hmicfrs": "other_inspection",
        "hmpps-contract-management": "contract_visit",
    }
    reference, _ = visits.plan_visit(
        by=planner(body),
        at=at,
        owner=party(owner or body),
        kind=kind or kinds[owner or body],
        place=party(place),
        span=span(first, days),
        **more,
    )
    return Visit.objects.get(reference=reference)


def act(step, row, by: Acting, at=AT, **more):
    """Take a step on a visit, clash or programme as it stands now, and give what it gives."""
    row.refresh_from_db()
    name = {"slug": row.slug} if isinstance(row, Programme) else {"reference": row.reference}
    done = step(by=by, at=at, revision=row.revision, **name, **more)
    row.refresh_from_db()
    return done


def shared(*args, body="hmip", **more) -> Visit:
    """Bring a visit to where it is shared with the other body's planners."""
    row = planned(*args, body=body, **more)
    act(visits.share_visit, row, planner(body))
    return row


def announced(*args, body="hmip", **more) -> Visit:
    """Bring a visit to where it is announced."""
    row = planned(*args, body=body, **more)
    act(visits.announce_visit, row, planner(body))
    return row


def held(*args, body="hmip", **more) -> Visit:
    """Bring a visit to where it is on hold."""
    row = planned(*args, body=body, **more)
    act(holding.hold_visit, row, planner(body), reason="The team is needed elsewhere.")
    return row


def clashing(first="2026-09-07", second="2026-10-05") -> Clash:
    """Announce an audit and an inspection of one unit within eight weeks of each other."""
    announced(first=first, days=5, body="hmpps-osag")
    announced(first=second)
    return Clash.objects.get(rule="unit-gap")


def cycle(title="Core inspections 2023 to 2027", *, kinds=("core_unit", "core_region"), **more) -> Programme:
    """Start a programme of the Inspectorate."""
    facts = {
        "starts_on": date(2023, 10, 1),
        "earliest_months": 36,
        "latest_months": 48,
        "rated": True,
        "published": (),
    }
    slug = programmes.start_programme(by=planner(), at=AT, title=title, kinds=kinds, **(facts | more))
    return Programme.objects.get(slug=slug)


__all__ = [
    "AT",
    "act",
    "announced",
    "clashes",
    "clashing",
    "cycle",
    "held",
    "planned",
    "planner",
    "shared",
    "span",
]
