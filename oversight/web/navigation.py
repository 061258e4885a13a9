"""The ways through the service: each person sees only what they can use."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from oversight.kernel.requests import Request


@dataclass(frozen=True)
class Way:
    """One place in the navigation; ``permission`` is empty when everybody signed in may go there."""

    text: str
    name: str
    permission: str = ""


STAFF = (
    Way("Home", "home"),
    Way("Inspections", "inspections", "inspections.see"),
    Way("Timetable", "timetable", "programme.see"),
    Way("Accuracy checks", "accuracy-checks", "accuracy.see"),
    Way("Figures to check", "inspection-data-checks", "inspections.check_data"),
    Way("First line", "delivery", "delivery.see"),
    Way("Contracts", "contracts", "delivery.see_contracts"),
    Way("Audits", "audits", "audits.see"),
    Way("Recommendations", "recommendations", "recommendations.see"),
    Way("Effective practice", "effective-practice"),
    Way("Plans", "plans", "recommendations.see"),
    Way("Offence reviews", "sfo", "sfo.see"),
    Way("Sample of reviews", "sfo-sample", "sfo.see_sample"),
    Way("Independent reviews", "sfo-independent-reviews", "sfo.see_independent"),
    Way("Alerts", "briefing-alerts", "briefings.alerts"),
    Way("Briefings", "briefings", "briefings.draft"),
    Way("Briefings", "briefing-copies", "briefings.read"),
    Way("Policy changes", "policy-changes", "briefings.see_changes"),
    Way("Duties", "duties", "arrangements.see_duties"),
    Way("Adherence", "adherence", "arrangements.see_adherence"),
    Way("Exchange", "exchange", "exchange.see"),
    Way("Intelligence", "intelligence", "intelligence.see"),
    Way("Units", "units", "parties.see_units"),
    Way("Standards", "standards"),
    Way("Arrangements", "arrangements", "arrangements.see_duties"),
    Way("Publishing", "publishing", "publication.publish"),
    Way("Embargoed copies", "embargoed-copies", "publication.read_embargoed"),
    Way("History", "import-history", "publication.import_history"),
    Way("People", "people", "parties.manage_memberships"),
    Way("Record", "record", "ledger.see_record"),
)

PUBLIC = (
    Way("Areas", "areas"),
    Way("Reports", "reports"),
    Way("Action plans", "public-plans"),
    Way("What changed", "what-changed"),
    Way("How oversight works", "how-oversight-works"),
    Way("Data", "data"),
)


def items(request: Request) -> list[dict[str, object]]:
    """Return the staff navigation for the one who asks, in the form the navigation macro takes."""
    actor = request.actor
    return _shown(request, tuple(way for way in STAFF if not way.permission or actor.may(way.permission)))


def public_items(request: Request) -> list[dict[str, object]]:
    """Return the navigation of the public site, the same for everyone so that its pages can be cached."""
    return _shown(request, PUBLIC)


def _shown(request: Request, ways: tuple[Way, ...]) -> list[dict[str, object]]:
    addresses = {way: reverse(way.name) for way in ways}
    # A page is within the nearest way alone, where one way lies below another.
    nearest = max(
        (one for one in addresses.values() if f"{request.path}/".startswith(f"{one}/")), key=len, default=""
    )
    return [
        {
            "text": way.text,
            "href": address,
            "current": request.path == address,
            "active": address == nearest != request.path,
        }
        for way, address in addresses.items()
    ]
