"""Addresses of the public register. They are permanent: change one only with a redirect from the old."""

from django.urls import URLPattern, path

from oversight.publication.views import changes as what_changed
from oversight.publication.views import data, importing, plans, public, reports, samples

urlpatterns: list[URLPattern] = [
    path("", public.home, name="public-home"),
    path("areas", public.areas, name="areas"),
    path("areas/<str:code>", public.area, name="area"),
    path("reports", public.reports, name="reports"),
    path("reports.csv", data.reports_csv, name="reports-csv"),
    path("reports/feed.xml", reports.feed, name="report-feed"),
    path("reports/<str:reference>", reports.report, name="report"),
    path("reports/<str:reference>/versions/<int:number>", reports.version, name="report-version"),
    path("reports/<str:reference>/versions/<int:number>/report.pdf", reports.pdf, name="report-pdf"),
    path("reports/<str:reference>/versions/<int:number>/report.json", reports.data, name="report-json"),
    path(
        "reports/<str:reference>/versions/<int:number>/ratings.csv",
        reports.ratings_csv,
        name="report-ratings-csv",
    ),
    path(
        "reports/<str:reference>/versions/<int:number>/recommendations.csv",
        reports.recommendations_csv,
        name="report-recommendations-csv",
    ),
    path("action-plans", plans.plans, name="public-plans"),
    path("action-plans/feed.xml", plans.feed, name="public-plan-feed"),
    path("action-plans/<str:reference>", plans.plan, name="public-plan"),
    path("action-plans/<str:reference>/versions/<int:number>", plans.version, name="public-plan-version"),
    path(
        "action-plans/<str:reference>/versions/<int:number>/plan.<slug:kind>",
        plans.file,
        name="public-plan-file",
    ),
    path("data/action-plans.<slug:kind>", plans.every_file, name="public-plans-file"),
    path("what-changed", what_changed.what_changed, name="what-changed"),
    path("data/what-changed.csv", what_changed.what_changed_csv, name="what-changed-csv"),
    path("serious-further-offences", samples.sample, name="public-sample"),
    path("serious-further-offences/<slug:year>.json", samples.file, name="public-sample-file"),
    path("serious-further-offences/<slug:year>", samples.year, name="public-sample-year"),
    path("search", public.search, name="search"),
    path("data", data.data, name="data"),
    path("data/inspections.csv", data.inspections_csv, name="inspections-csv"),
    path("data/inspections.json", data.inspections_json, name="inspections-json"),
    path("data/areas.csv", data.areas_csv, name="areas-csv"),
    path("data/areas.json", data.areas_json, name="areas-json"),
    path("sitemap.xml", data.sitemap, name="sitemap"),
    path("robots.txt", data.robots, name="robots"),
    path("import/history", importing.choose, name="import-history"),
    path("import/history/check", importing.check, name="import-history-check"),
]
