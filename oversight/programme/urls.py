"""Addresses of this area."""

from django.urls import URLPattern, path

from oversight.programme.views import burden, calendars, clashes, programmes, proposals, timetable, visits

TIMETABLE: list[URLPattern] = [
    path("timetable", timetable.year, name="timetable"),
    path("timetable.xlsx", timetable.workbook, name="timetable-workbook"),
    path("timetable/months", timetable.months, name="timetable-months"),
    path("timetable/map", timetable.coming, name="timetable-map"),
    path("timetable/plan", visits.plan, name="visit-plan"),
    path("timetable/closed", burden.closed, name="closures"),
    path("timetable/closed/add", burden.close, name="close-weeks"),
    path("timetable/closed/<slug:reference>/open", burden.reopen, name="open-weeks"),
    path("visits/<slug:reference>", visits.visit, name="visit"),
    path("visits/<slug:reference>/<slug:act>", visits.step, name="visit-step"),
]

PROGRAMMES: list[URLPattern] = [
    path("programmes", programmes.programmes, name="programmes"),
    path("programmes/start", programmes.start, name="programme-start"),
    path("programmes/<slug:slug>", programmes.programme, name="programme"),
    path("programmes/<slug:slug>/<slug:act>", programmes.step, name="programme-step"),
]

CLASHES: list[URLPattern] = [
    path("clashes", clashes.clashes, name="clashes"),
    path("clashes/<slug:reference>", clashes.clash, name="clash"),
    path("clashes/<slug:reference>/<slug:act>", clashes.step, name="clash-step"),
]

BURDEN: list[URLPattern] = [
    path("burden", burden.burden, name="burden"),
    path("burden/<slug:code>", burden.place, name="burden-place"),
    path("frequency", burden.frequency, name="frequency-reviews"),
    path("frequency/review", burden.review, name="frequency-review"),
    path("frequency/begin", burden.begin, name="frequency-begin"),
]

CALENDARS: list[URLPattern] = [
    path("calendars", calendars.calendars, name="calendars"),
    path("calendars/<int:feed_id>/revoke", calendars.revoke, name="calendar-revoke"),
    # Read by calendar programs, which cannot sign in: whoever holds the secret is its reader.
    path("calendar/<slug:token>.ics", calendars.calendar, name="calendar"),
]

PLANS: list[URLPattern] = [
    path("timetable/plans", proposals.plans, name="timetable-plans"),
    path("timetable/plans/ask", proposals.ask, name="timetable-plan-ask"),
    path("timetable/plans/<slug:reference>", proposals.proposed, name="timetable-plan"),
    path("timetable/plans/<slug:reference>/stop", proposals.stop, name="timetable-plan-stop"),
    path("timetable/plans/<slug:reference>/set-aside", proposals.aside, name="timetable-plan-aside"),
    path("timetable/plans/<slug:reference>/problem.json", proposals.problem, name="timetable-plan-problem"),
    path("timetable/plans/<slug:reference>/plan.json", proposals.outcome, name="timetable-plan-outcome"),
]

urlpatterns: list[URLPattern] = [*TIMETABLE, *PLANS, *PROGRAMMES, *CLASHES, *BURDEN, *CALENDARS]
