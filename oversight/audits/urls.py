"""Addresses of audits."""

from __future__ import annotations

from django.urls import path

from oversight.audits.views import audits, correcting, following, report, work

urlpatterns = [
    path("audits", audits.index, name="audits"),
    path("audits.csv", audits.index_csv, name="audits-csv"),
    path("audits/plan", audits.plan, name="audit-plan"),
    path("audits/<str:reference>", audits.audit, name="audit"),
    path("audits/<str:reference>/team", audits.team, name="audit-team"),
    path("audits/<str:reference>/days", audits.days, name="audit-days"),
    path("audits/<str:reference>/steps/<slug:move>", audits.step, name="audit-step"),
    path("audits/<str:reference>/sources", audits.source_list, name="audit-sources"),
    path("audits/<str:reference>/sources/<int:number>/drop", audits.drop_source, name="audit-source-drop"),
    path("audits/<str:reference>/sources/<slug:kind>/<str:cited>/cite", audits.cite, name="audit-cite"),
    path("audits/<str:reference>/work", work.work, name="audit-work"),
    path("audits/<str:reference>/tests/add", work.add_test, name="audit-test-add"),
    path("audits/<str:reference>/tests/<int:number>/conclude", work.conclude, name="audit-test-conclude"),
    path("audits/<str:reference>/tests/<int:number>/paper", work.add_paper, name="audit-paper-add"),
    path("audits/<str:reference>/papers/<int:paper_id>/review", work.review, name="audit-paper-review"),
    path("audits/<str:reference>/papers/<int:paper_id>/file", work.paper_file, name="audit-paper-file"),
    path("audits/<str:reference>/report", report.report, name="audit-report"),
    path("audits/<str:reference>/report/<int:number>", report.report, name="audit-version"),
    path("audits/<str:reference>/correct", correcting.begin, name="audit-correct"),
    path("audits/<str:reference>/corrections/<int:number>", correcting.correction, name="audit-correction"),
    path("audits/<str:reference>/correction/words", correcting.words, name="audit-correction-words"),
    path("audits/<str:reference>/correction/summary", correcting.summary, name="audit-correction-summary"),
    path(
        "audits/<str:reference>/correction/findings/<int:number>",
        correcting.finding,
        name="audit-correction-finding",
    ),
    path(
        "audits/<str:reference>/correction/findings/<int:number>/withdraw",
        correcting.withdraw,
        name="audit-correction-withdraw",
    ),
    path(
        "audits/<str:reference>/correction/steps/<slug:move>", correcting.step, name="audit-correction-step"
    ),
    path("audits/<str:reference>/summary", report.summary, name="audit-summary"),
    path("audits/<str:reference>/findings/add", report.add_finding, name="audit-finding-add"),
    path("audits/<str:reference>/findings/<int:number>", report.finding, name="audit-finding"),
    path("audits/<str:reference>/findings/<int:number>/drop", report.drop_finding, name="audit-finding-drop"),
    path("audits/<str:reference>/findings/<int:number>/act", report.add_action, name="audit-action-add"),
    path("audits/<str:reference>/actions/<int:number>/drop", report.drop_action, name="audit-action-drop"),
    path("audits/<str:reference>/accuracy", following.accuracy, name="audit-accuracy"),
    path("audits/<str:reference>/points/add", following.raise_point, name="audit-point-raise"),
    path("audits/<str:reference>/points/<int:number>/back", following.take_back, name="audit-point-back"),
    path("audits/<str:reference>/points/<int:number>/answer", following.answer, name="audit-point-answer"),
    path("audits/<str:reference>/following", following.following, name="audit-following"),
    path("audits/<str:reference>/follow-up/plan", following.plan_follow_up, name="audit-follow-up-plan"),
    path(
        "audits/<str:reference>/follow-up/record", following.record_follow_up, name="audit-follow-up-record"
    ),
    path("audits/<str:reference>/files/<slug:act>", following.files, name="audit-files"),
]
