"""Addresses of this area."""

from django.urls import URLPattern, path

from oversight.inspections.views import case, information

CASE: list[URLPattern] = [
    path("inspections", case.inspections, name="inspections"),
    path("inspections.csv", case.inspections_csv, name="inspection-register-csv"),
    path("inspections/schedule", case.schedule, name="inspection-schedule"),
    path("inspections/<slug:reference>", case.inspection, name="inspection"),
    path("inspections/<slug:reference>/announce", case.announce, name="inspection-announce"),
    path("inspections/<slug:reference>/dates", case.change_dates, name="inspection-dates"),
    path("inspections/<slug:reference>/team", case.team, name="inspection-team"),
    path(
        "inspections/<slug:reference>/start-fieldwork",
        case.start_fieldwork,
        name="inspection-start-fieldwork",
    ),
    path(
        "inspections/<slug:reference>/finish-fieldwork",
        case.finish_fieldwork,
        name="inspection-finish-fieldwork",
    ),
    path("inspections/<slug:reference>/pause", case.pause, name="inspection-pause"),
    path("inspections/<slug:reference>/resume", case.resume, name="inspection-resume"),
    path("inspections/<slug:reference>/withdraw", case.withdraw, name="inspection-withdraw"),
    path("inspections/<slug:reference>/replace", case.replace, name="inspection-replace"),
]

INFORMATION: list[URLPattern] = [
    path("inspections/<slug:reference>/information", information.information, name="inspection-information"),
    path("inspections/<slug:reference>/information/ask", information.ask, name="inspection-information-ask"),
    path(
        "inspections/<slug:reference>/information/confirm",
        information.confirm,
        name="inspection-information-confirm",
    ),
    path(
        "inspections/<slug:reference>/information/<int:request_id>",
        information.supply,
        name="inspection-information-supply",
    ),
]

urlpatterns: list[URLPattern] = [*CASE, *INFORMATION]
