"""Addresses of this area."""

from django.urls import URLPattern, path

from oversight.recommendations.views import recommendations, steps

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

urlpatterns: list[URLPattern] = [*RECOMMENDATIONS]
