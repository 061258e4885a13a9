"""Addresses of this area."""

from django.urls import URLPattern, path

from oversight.sfo.views import independent, independent_writing, reviews, sample

SAMPLE: list[URLPattern] = [
    path("sfo/sample", sample.sample, name="sfo-sample"),
    path("sfo/sample/commit", sample.commit_seed, name="sfo-commit-seed"),
    path("sfo/sample/freeze", sample.freeze, name="sfo-freeze"),
    path("sfo/sample/<slug:year>", sample.sample_year, name="sfo-sample-year"),
    path("sfo/sample/<slug:year>/reveal", sample.reveal, name="sfo-reveal"),
    path("sfo/sample/<slug:year>/assured", sample.declare, name="sfo-declare"),
    path("sfo/sample/<slug:year>/figures", sample.figures, name="sfo-figures"),
    path("sfo/sample/<slug:year>/figures.<slug:kind>", sample.figures_file, name="sfo-figures-file"),
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

_ONE = "sfo/independent/<slug:reference>"
INDEPENDENT: list[URLPattern] = [
    path("sfo/independent", independent.independent_reviews, name="sfo-independent-reviews"),
    path("sfo/independent/ask", independent.ask, name="sfo-independent-ask"),
    path(_ONE, independent.independent, name="sfo-independent"),
    path(f"{_ONE}/readers", independent.independent_readers, name="sfo-independent-readers"),
    path(f"{_ONE}/reviewers", independent.reviewers, name="sfo-independent-reviewers"),
    path(f"{_ONE}/steps/<str:act>", independent.independent_step, name="sfo-independent-step"),
    path(f"{_ONE}/versions/<int:number>", independent.independent_version, name="sfo-independent-version"),
    path(f"{_ONE}/write/<str:section>", independent_writing.section, name="sfo-independent-section"),
    path(
        f"{_ONE}/recommendations/<int:number>",
        independent_writing.recommendation,
        name="sfo-independent-recommendation",
    ),
    path(f"{_ONE}/points/raise", independent_writing.raise_point, name="sfo-independent-raise-point"),
    path(
        f"{_ONE}/points/<int:number>", independent_writing.decide_point, name="sfo-independent-decide-point"
    ),
    path(
        f"{_ONE}/points/<int:number>/take-back",
        independent_writing.take_back_point,
        name="sfo-independent-take-back-point",
    ),
    path(f"{_ONE}/correct", independent_writing.correct, name="sfo-independent-correct"),
]

urlpatterns: list[URLPattern] = [*SAMPLE, *REVIEWS, *INDEPENDENT]
