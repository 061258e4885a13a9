"""Root addresses: each area brings its own."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("oversight.web.urls")),
    path("", include("oversight.access.urls")),
    path("", include("oversight.ledger.urls")),
    path("", include("oversight.jobs.urls")),
    path("", include("oversight.parties.urls")),
    path("", include("oversight.publication.urls")),
    path("", include("oversight.arrangements.urls")),
    path("", include("oversight.programme.urls")),
    path("", include("oversight.exchange.urls")),
    path("", include("oversight.intelligence.urls")),
    path("", include("oversight.recommendations.urls")),
    path("", include("oversight.inspections.urls")),
    path("", include("oversight.sfo.urls")),
    path("", include("oversight.briefings.urls")),
    path("", include("oversight.delivery.urls")),
    path("", include("oversight.audits.urls")),
]

handler400 = "oversight.web.views.bad_request"
handler403 = "oversight.web.views.forbidden"
handler404 = "oversight.web.views.not_found"
handler500 = "oversight.web.views.server_error"
