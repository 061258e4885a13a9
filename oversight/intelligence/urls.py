"""Addresses of this area."""

from django.urls import path

from oversight.intelligence.views import assurance, issues, items, pictures, risk

urlpatterns = [
    path("intelligence", items.index, name="intelligence"),
    path("intelligence.csv", items.index_csv, name="intelligence-csv"),
    path("intelligence/share", items.share, name="intelligence-share"),
    path("intelligence/note", items.note, name="intelligence-note"),
    path("intelligence/other-bodies", items.work, name="intelligence-work"),
    path("intelligence/told", items.told, name="intelligence-told"),
    path("intelligence/items/<int:item_id>", items.one, name="intelligence-item"),
    path("intelligence/items/<int:item_id>/correct", items.correct, name="intelligence-correct"),
    path("intelligence/items/<int:item_id>/withdraw", items.withdraw, name="intelligence-withdraw"),
    path("intelligence/items/<int:item_id>/release", items.release, name="intelligence-release"),
    path("intelligence/items/<int:item_id>/readers", items.readers, name="intelligence-readers"),
    path("intelligence/units", pictures.units, name="intelligence-units"),
    path("intelligence/units/<str:code>", pictures.unit, name="intelligence-unit"),
    path("intelligence/themes", pictures.themes, name="intelligence-themes"),
    path("intelligence/themes/<slug:theme>", pictures.theme, name="intelligence-theme"),
    path("intelligence/issues", issues.index, name="intelligence-issues"),
    path("intelligence/issues/look", issues.look, name="intelligence-issues-look"),
    path("intelligence/issues/<int:issue_id>", issues.one, name="intelligence-issue"),
    path("intelligence/issues/<int:issue_id>/<slug:act>", issues.step, name="intelligence-issue-step"),
    path("intelligence/assurance", assurance.index, name="intelligence-assurance"),
    path("intelligence/assurance.csv", assurance.index_csv, name="intelligence-assurance-csv"),
    path("intelligence/risk", risk.index, name="intelligence-risk"),
    path("intelligence/risk/<str:code>", risk.one, name="intelligence-risk-unit"),
    path("risk-weights", risk.weights, name="risk-weights"),
    path("risk-weights/<str:version>/test", risk.test, name="risk-test"),
    path("risk-weights/<str:version>/test.csv", risk.test_csv, name="risk-test-csv"),
]
