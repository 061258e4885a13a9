"""Addresses of this area."""

from django.urls import path

from oversight.exchange.views import asking, disposal, library, sharing, supplying

urlpatterns = [
    path("exchange", library.index, name="exchange"),
    path("exchange.csv", library.index_csv, name="exchange-csv"),
    path("exchange/keep", library.keep, name="exchange-keep"),
    path("exchange/items/<int:holding_id>", library.item, name="exchange-item"),
    path("exchange/items/<int:holding_id>/copies/<int:number>", library.copy, name="exchange-copy"),
    path("exchange/items/<int:holding_id>/terms", library.terms, name="exchange-terms"),
    path("exchange/items/<int:holding_id>/hold", library.hold, {"move": "place"}, name="exchange-hold-place"),
    path("exchange/items/<int:holding_id>/lift", library.hold, {"move": "lift"}, name="exchange-hold-lift"),
    path("exchange/items/<int:holding_id>/reuse", asking.reuse, name="exchange-reuse"),
    path("exchange/reuse/<int:use_id>/give", asking.decide_use, {"move": "give"}, name="exchange-use-give"),
    path(
        "exchange/reuse/<int:use_id>/refuse",
        asking.decide_use,
        {"move": "refuse"},
        name="exchange-use-refuse",
    ),
    path("exchange/reuse/<int:use_id>/end", asking.decide_use, {"move": "end"}, name="exchange-use-end"),
    path("exchange/ask", asking.ask, name="exchange-ask"),
    path("exchange/requests/in", asking.boxes, {"box": "in"}, name="exchange-inbox"),
    path("exchange/requests/out", asking.boxes, {"box": "out"}, name="exchange-outbox"),
    path("exchange/requests/<int:ask_id>", asking.one, name="exchange-request"),
    path("exchange/requests/<int:ask_id>/decline", asking.decline, name="exchange-request-decline"),
    path("exchange/requests/<int:ask_id>/withdraw", asking.withdraw, name="exchange-request-withdraw"),
    path("exchange/supplies", supplying.supplies, name="exchange-supplies"),
    path("exchange/supplies/agree", supplying.agree, name="exchange-supply-agree"),
    path("exchange/supplies/<int:supply_id>", supplying.supply, name="exchange-supply"),
    path("exchange/supplies/<int:supply_id>/send", supplying.send, name="exchange-supply-send"),
    path("exchange/supplies/<int:supply_id>/stop", supplying.stop, name="exchange-supply-stop"),
    path("exchange/supplies/<int:supply_id>/address", supplying.address, name="exchange-supply-address"),
    path("exchange/supplies/<int:supply_id>/revoke", supplying.revoke, name="exchange-supply-revoke"),
    path("exchange/upload/<int:supply_id>", supplying.upload, name="exchange-upload"),
    path("exchange/shares", sharing.shares, name="exchange-shares"),
    path("exchange/shares/give", sharing.give, name="exchange-share-give"),
    path("exchange/shares/<int:share_id>", sharing.share, name="exchange-share"),
    path("exchange/shares/<int:share_id>/end", sharing.end, name="exchange-share-end"),
    path("exchange/disposal", disposal.runs, name="exchange-disposals"),
    path("exchange/disposal/propose/<slug:owner>", disposal.propose, name="exchange-disposal-propose"),
    path("exchange/disposal/<int:run_id>", disposal.run, name="exchange-disposal"),
    path("exchange/disposal/<int:run_id>/approve", disposal.approve, name="exchange-disposal-approve"),
    path("exchange/disposal/<int:run_id>/withdraw", disposal.withdraw, name="exchange-disposal-withdraw"),
]
