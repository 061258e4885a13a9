"""Addresses of this area."""

from django.urls import URLPattern, path

from oversight.ledger import views

urlpatterns: list[URLPattern] = [
    path("record", views.record, name="record"),
    path("record/<int:sequence>", views.entry, name="record-entry"),
    path("record/checkpoints", views.checkpoints, name="record-checkpoints"),
    path("record/checkpoints/take", views.take_checkpoint, name="take-checkpoint"),
    path("record/checkpoints/<int:number>.json", views.checkpoint_file, name="checkpoint-file"),
]
