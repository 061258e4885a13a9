"""Addresses of this area."""

from django.urls import path

from oversight.delivery.views import assessing, contracts, figures

urlpatterns = [
    path("first-line", assessing.index, name="delivery"),
    path("first-line/measures", assessing.list_of_measures, name="delivery-measures"),
    path("first-line/rounds/open", assessing.open_round, name="delivery-round-open"),
    path("first-line/assessments/<slug:reference>", assessing.assessment, name="delivery-assessment"),
    path("first-line/assessments/<slug:reference>/figures", assessing.figures, name="delivery-figures"),
    path("first-line/assessments/<slug:reference>/complete", assessing.complete, name="delivery-complete"),
    path("first-line/assessments/<slug:reference>/input", assessing.give_input, name="delivery-input"),
    path(
        "first-line/assessments/<slug:reference>/in-common/<slug:theme>",
        assessing.share,
        name="delivery-in-common",
    ),
    path("first-line/units/<slug:code>", figures.unit, name="delivery-unit"),
    path("first-line/units/<slug:code>/<slug:measure>", figures.trend, name="delivery-trend"),
    path("first-line/units/<slug:code>/<slug:measure>.csv", figures.trend_csv, name="delivery-trend-csv"),
    path("first-line/files", figures.files, name="delivery-files"),
    path("first-line/files/bring-in", figures.bring_in, name="delivery-bring-in"),
    path("first-line/files/to-fill-in.<slug:kind>", figures.template, name="delivery-file-template"),
    path("first-line/files/<int:file_id>", figures.file, name="delivery-file"),
    path("first-line/files/<int:file_id>/confirm", figures.confirm, name="delivery-file-confirm"),
    path("first-line/files/<int:file_id>/set-aside", figures.set_aside, name="delivery-file-set-aside"),
    path("contracts", contracts.index, name="contracts"),
    path("contracts/<slug:reference>", contracts.contract, name="contract"),
    path("contracts/<slug:reference>/periods/open", contracts.open_period, name="contract-period-open"),
    path("contracts/<slug:reference>/raise/<slug:kind>", contracts.raise_matter, name="contract-raise"),
    path("contract-measures", contracts.list_of_measures, name="contract-measures"),
    path("contract-periods/<int:period_id>", contracts.period, name="contract-period"),
    path("contract-periods/<int:period_id>/levels", contracts.levels, name="contract-levels"),
    path("contract-periods/<int:period_id>/assess", contracts.assess, name="contract-assess"),
    path("contract-periods/<int:period_id>/input", contracts.give_input, name="contract-input"),
    path("contract-matters/<slug:reference>", contracts.matter, name="contract-matter"),
    path("contract-matters/<slug:reference>/<slug:move>", contracts.step, name="contract-matter-step"),
]
