"""Addresses of this area."""

from django.urls import URLPattern, path

from oversight.recommendations.views import (
    bringing_in,
    evidence,
    follow_up,
    notices,
    plan_actions,
    plan_files,
    plan_merging,
    plan_web,
    plans,
    recommendations,
    repeats,
    steps,
)

RECOMMENDATIONS: list[URLPattern] = [
    path("recommendations", recommendations.recommendations, name="recommendations"),
    path("recommendations.csv", recommendations.recommendations_csv, name="recommendation-register-csv"),
    path("recommendations/add", recommendations.add, name="recommendation-add"),
    path("recommendations/<slug:reference>", recommendations.recommendation, name="recommendation"),
    path("recommendations/<slug:reference>/answer", steps.answer, name="recommendation-answer"),
    path("recommendations/<slug:reference>/start", steps.start, name="recommendation-start"),
    path("recommendations/<slug:reference>/progress", steps.add_progress, name="recommendation-progress"),
    path("recommendations/<slug:reference>/complete", steps.report_complete, name="recommendation-complete"),
    path("recommendations/<slug:reference>/propose", steps.propose, name="recommendation-propose"),
    path("recommendations/<slug:reference>/confirm", steps.confirm, name="recommendation-confirm"),
    path("recommendations/<slug:reference>/send-back", steps.send_back, name="recommendation-send-back"),
    path("recommendations/<slug:reference>/supersede", steps.supersede, name="recommendation-supersede"),
    path("recommendations/<slug:reference>/close", steps.close_not_agreed, name="recommendation-not-agreed"),
    path("recommendations/<slug:reference>/services", steps.services, name="recommendation-services"),
]

REPEATS: list[URLPattern] = [
    path("recommendations/repeats", repeats.recommendation_repeats, name="recommendation-repeats"),
    path(
        "recommendations/repeats/<int:repeat_id>",
        repeats.recommendation_repeat,
        name="recommendation-repeat",
    ),
    path(
        "recommendations/repeats/<int:repeat_id>/decide",
        repeats.decide,
        name="recommendation-repeat-decide",
    ),
    path("recommendations/<slug:reference>/repeat", repeats.link, name="recommendation-repeat-link"),
    path("recommendations/trends", repeats.trends, name="recommendation-trends"),
    path("recommendations-by-year", repeats.public_trends, name="public-trends"),
    path("data/recommendations-by-year.csv", repeats.public_trends_csv, name="public-trends-csv"),
]

PLANS: list[URLPattern] = [
    path("plans", plans.plans, name="plans"),
    path("plans/open", plans.open_plan, name="plan-open"),
    path("plans/parts/<int:part_id>", plans.part, name="plan-part"),
    path("plans/<slug:reference>", plans.plan, name="plan"),
    path("plans/<slug:reference>/ask", plans.ask_input, name="plan-ask-input"),
    path("plans/<slug:reference>/report", plans.add_report, name="plan-add-report"),
    path("plans/<slug:reference>/check", plans.ask_check, name="plan-ask-check"),
    path("plans/<slug:reference>/finish-check", plans.finish_check, name="plan-finish-check"),
    path("plans/<slug:reference>/take-back", plans.take_back, name="plan-take-back"),
    path("plans/<slug:reference>/submit", plans.submit, name="plan-submit"),
    path("plans/<slug:reference>/receive", plans.receive, name="plan-receive"),
    path("plans/<slug:reference>/publish", plans.publish, name="plan-publish"),
    path("plans/<slug:reference>/update", plans.publish_update, name="plan-publish-update"),
    path("plans/<slug:reference>/publish-progress", plans.publish_progress, name="plan-publish-progress"),
    path("plans/<slug:reference>/merge", plan_merging.merge, name="plan-merge"),
    path("plans/<slug:reference>/web", plan_web.on_the_web, name="plan-web"),
    path("plans/<slug:reference>/public", plans.public_sight, name="plan-public-sight"),
    path("plans/<slug:reference>/return", plans.return_progress, name="plan-return-progress"),
]

BRINGING_IN: list[URLPattern] = [
    path("recommendations/bring-in", bringing_in.recommendations, name="recommendations-bring-in"),
    path(
        "recommendations/bring-in/<slug:kind>",
        bringing_in.recommendations_template,
        name="recommendations-bring-in-template",
    ),
    path("plans/bring-in", bringing_in.actions, name="plan-actions-bring-in"),
    path("plans/bring-in/<slug:kind>", bringing_in.actions_template, name="plan-actions-bring-in-template"),
]

FILES: list[URLPattern] = [
    path("recommendations.xlsx", plan_files.recommendations_xlsx, name="recommendation-register-xlsx"),
    path("plans.csv", plan_files.plans_csv, name="plan-register-csv"),
    path("plans.xlsx", plan_files.plans_xlsx, name="plan-register-xlsx"),
    path("plans/actions.xlsx", plan_files.actions_xlsx, name="plan-actions-xlsx"),
    path("plans/<slug:reference>/plan.<slug:kind>", plan_files.plan_file, name="plan-file"),
    path(
        "recommendations/<slug:reference>/evidence/<int:file_id>",
        evidence.of_recommendation,
        name="recommendation-evidence",
    ),
    path(
        "plans/<slug:reference>/actions/<int:number>/evidence/<int:file_id>",
        evidence.of_action,
        name="plan-action-evidence",
    ),
]

FOLLOW_UP: list[URLPattern] = [
    path("recommendations/follow-up", follow_up.sheet, name="recommendation-follow-up-sheet"),
    path(
        "recommendations/follow-up/<slug:unit>/<slug:inspection>",
        follow_up.complete,
        name="recommendation-follow-up-complete",
    ),
    path("recommendations/<slug:reference>/follow-up", follow_up.follow_up, name="recommendation-follow-up"),
]

ACTIONS: list[URLPattern] = [
    path("plans/notices", notices.plan_notices, name="plan-notices"),
    path("plans/actions", plan_actions.actions, name="plan-actions"),
    path("plans/actions.csv", plan_actions.actions_csv, name="plan-actions-csv"),
    path("plans/<slug:reference>/progress.csv", plan_files.progress_csv, name="plan-progress-csv"),
    path("plans/<slug:reference>/progress.xlsx", plan_files.progress_xlsx, name="plan-progress-xlsx"),
    path("plans/<slug:reference>/actions/add", plan_actions.add_action, name="plan-action-add"),
    path("plans/<slug:reference>/actions/<int:number>", plan_actions.action, name="plan-action"),
    path(
        "plans/<slug:reference>/actions/<int:number>/change",
        plan_actions.change_action,
        name="plan-action-change",
    ),
    path(
        "plans/<slug:reference>/actions/<int:number>/withdraw",
        plan_actions.withdraw_action,
        name="plan-action-withdraw",
    ),
    path(
        "plans/<slug:reference>/actions/<int:number>/report",
        plan_actions.report_action,
        name="plan-action-report",
    ),
    path("plans/<slug:reference>/actions/<int:number>/date", plan_actions.ask_date, name="plan-action-date"),
    path(
        "plans/<slug:reference>/actions/<int:number>/decide",
        plan_actions.decide_date,
        name="plan-action-decide",
    ),
]

# Pages with fixed addresses come before the page of one thing, so that no reference can hide them.
urlpatterns: list[URLPattern] = [
    *BRINGING_IN,
    *FILES,
    *FOLLOW_UP,
    *REPEATS,
    *RECOMMENDATIONS,
    *ACTIONS,
    *PLANS,
]
