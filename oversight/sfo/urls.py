"""Addresses of this area."""

from django.urls import URLPattern, path

from oversight.sfo.views import reviews, sample

SAMPLE: list[URLPattern] = [
    path("sfo/sample", sample.sample, name="sfo-sample"),
    path("sfo/sample/commit", sample.commit_seed, name="sfo-commit-seed"),
    path("sfo/sample/freeze", sample.freeze, name="sfo-freeze"),
    path("sfo/sample/<slug:year>", sample.sample_year, name="sfo-sample-year"),
    path("sfo/sample/<slug:year>/reveal", sample.reveal, name="sfo-reveal"),
    path("sfo/sample/<slug:year>/assured", sample.declare, name="sfo-declare"),
    path("sfo/sample/<slug:year>/figures", sample.figures, name="sfo-figures"),
    path("sfo/sample/<slug:year>/<int:number>", sample.batch, name="sfo-batch"),
    path("sfo/sample/<slug:year>/<int:number>/draw", sample.draw, name="sfo-draw"),
    path("sfo/sample/<slug:year>/<int:number>.json", sample.record, name="sfo-record"),
]

REVIEWS: list[URLPattern] = [
    path("sfo", reviews.reviews, name="sfo"),
    path("sfo/register", reviews.register_review, name="sfo-register"),
    path("sfo/reviews/<slug:reference>", reviews.review, name="sfo-review"),
    path("sfo/reviews/<slug:reference>/readers", reviews.readers, name="sfo-readers"),
    path("sfo/reviews/<slug:reference>/mark", reviews.mark, name="sfo-mark"),
    path("sfo/reviews/<slug:reference>/steps/<str:act>", reviews.step, name="sfo-step"),
]

urlpatterns: list[URLPattern] = [*SAMPLE, *REVIEWS]
