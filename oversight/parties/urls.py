"""Addresses of the register of units. A unit's own page is in ``web``, which sees every area."""

from django.urls import URLPattern, path

from oversight.parties import views

urlpatterns: list[URLPattern] = [
    path("units", views.units, name="units"),
    path("units.csv", views.units_csv, name="units-csv"),
]
