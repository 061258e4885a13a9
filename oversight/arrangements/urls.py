"""Addresses of this area."""

from django.urls import URLPattern, path

from oversight.arrangements.views import accountability, duties, events, how_it_works, texts, units

# How oversight works, for anyone, and the texts of the arrangements, for those who work under them.
TEXTS: list[URLPattern] = [
    path("how-oversight-works", how_it_works.how_oversight_works, name="how-oversight-works"),
    path("how-oversight-works/paragraphs", how_it_works.paragraphs, name="paragraphs"),
    path("how-oversight-works/processes/<slug:identifier>", how_it_works.process, name="process"),
    path("data/arrangements.csv", how_it_works.arrangements_csv, name="data-arrangements-csv"),
    path("data/arrangements.json", how_it_works.arrangements_json, name="data-arrangements-json"),
    path("arrangements", texts.arrangements, name="arrangements"),
    path("arrangements/versions", texts.versions, name="arrangement-versions"),
    path("arrangements/<slug:identifier>", texts.arrangement, name="arrangement"),
]

# What is owed, what happened, how far it is kept.
DUTIES: list[URLPattern] = [
    path("home", duties.home, name="home"),
    path("duties", duties.duties, name="duties"),
    path("duties.csv", duties.duties_csv, name="duties-csv"),
    path("duties/timeline", duties.timeline, name="duties-timeline"),
    path("duties/<int:duty_id>", duties.duty, name="duty"),
    path("duties/<int:duty_id>/ask", accountability.ask, name="query-raise"),
    path("events/record", events.record, name="event-record"),
    path("events/<int:event_id>", events.event, name="event"),
    path("events/<int:event_id>/withdraw", events.withdraw, name="event-withdraw"),
    path("adherence", accountability.adherence, name="adherence"),
    path("adherence.csv", accountability.adherence_csv, name="adherence-csv"),
    path("queries", accountability.queries, name="queries"),
    path("queries/<int:query_id>", accountability.query, name="query"),
    path("queries/<int:query_id>/answer", accountability.reply, {"move": "answer"}, name="query-answer"),
    path("queries/<int:query_id>/close", accountability.reply, {"move": "close"}, name="query-close"),
    path(
        "queries/<int:query_id>/send-back",
        accountability.reply,
        {"move": "send_back"},
        name="query-send-back",
    ),
    path("units/<str:code>", units.unit, name="unit"),
]

urlpatterns: list[URLPattern] = [
    *TEXTS,
    *DUTIES,
]
