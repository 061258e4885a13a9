"""Addresses of this area."""

from django.urls import URLPattern, path

from oversight.jobs import views

urlpatterns: list[URLPattern] = [
    path("work", views.jobs, name="jobs"),
    path("work/<int:job_id>", views.job, name="job"),
]
