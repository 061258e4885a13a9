"""A unit's page as of any day: what is coming up, its ratings over time, its reports (A1, H1)."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render

from oversight.arrangements.queries.facts import DutyFilter
from oversight.arrangements.queries.pages import duty_list_on
from oversight.kernel.declaring import reads
from oversight.kernel.requests import Request
from oversight.parties.forms import OnADayForm
from oversight.parties.queries.units import UNITS, services_in, units_of
from oversight.parties.queries.units import unit as unit_facts
from oversight.publication.queries.reports import Inspection, reports_about
from oversight.publication.views.timeline import timelines

SHOWN: Final = 10
DRAWN: Final = 60


@reads("parties.see_units")
def unit(request: Request, code: str) -> HttpResponse:
    """Gather what I may see of a unit as of a day: coming up, ratings over time by owner, reports, facts."""
    actor = request.actor
    form = OnADayForm(request.GET)
    on = (form.cleaned_data["on"] if form.is_valid() else None) or request.today
    facts = unit_facts(code, on=on)
    inspected = facts.party.kind in UNITS
    reports: tuple[Inspection, ...] = ()
    earlier: tuple[Inspection, ...] = ()
    if inspected:
        known = reports_about([code], limit=DRAWN)
        # What was published by that day, as far as its date is known.
        reports = tuple(one for one in known if not one.published or one.published.first_day <= on)
        before = [link.party.code for link in facts.predecessors]
        earlier = reports_about(before, limit=DRAWN) if before else ()
    sees_duties = actor.may("arrangements.see_duties")
    found = None
    if sees_duties:
        chosen = DutyFilter(party=code, state="open")
        found = duty_list_on(actor=actor, today=request.today, on=on, chosen=chosen)
    is_region = facts.party.kind == "region"
    return render(
        request,
        "arrangements/unit.html",
        {
            "form": form,
            "on": on,
            "unit": facts,
            "inspected": inspected,
            "found": found,
            "shown": SHOWN,
            "timelines": timelines(reports, today=on),
            "reports": reports,
            "earlier": earlier,
            "services": services_in(code) if is_region else (),
            "units": units_of(code, on=on) if is_region else (),
        },
        status=200 if form.is_valid() else 422,
    )
