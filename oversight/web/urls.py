"""Addresses of the pages that belong to no area."""

from django.urls import URLPattern, path

from oversight.web import views

urlpatterns: list[URLPattern] = [
    path("accessibility", views.accessibility, name="accessibility"),
    path("cookies", views.cookies, name="cookies"),
]
