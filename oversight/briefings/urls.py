"""Addresses of this area."""

from django.urls import URLPattern, path

from oversight.briefings.views import alerts, briefings, changes, copies

ALERTS: list[URLPattern] = [
    path("sponsorship-alerts", alerts.alerts, name="briefing-alerts"),
    path("sponsorship-alerts/<int:alert_id>", alerts.alert, name="briefing-alert"),
    path("sponsorship-alerts/<int:alert_id>/set-aside", alerts.set_aside, name="briefing-alert-set-aside"),
    path("sponsorship-alerts/<int:alert_id>/brief", alerts.brief, name="briefing-alert-brief"),
]

COPIES: list[URLPattern] = [
    path("briefings/sent-to-me", copies.copies, name="briefing-copies"),
    path("briefings/sent-to-me/<int:copy_id>", copies.copy, name="briefing-copy"),
    path("briefings/sent-to-me/<int:copy_id>/file.<slug:kind>", copies.copy_file, name="briefing-copy-file"),
    path("briefings/sent-to-me/<int:copy_id>/decide", briefings.decide_on_copy, name="briefing-copy-decide"),
]

BRIEFINGS: list[URLPattern] = [
    path("briefings", briefings.briefings, name="briefings"),
    path("briefings/start", briefings.start, name="briefing-start"),
    path("briefings/<slug:reference>", briefings.briefing, name="briefing"),
    path("briefings/<slug:reference>/file.<slug:kind>", copies.draft_file, name="briefing-file"),
    path("briefings/<slug:reference>/rounds", briefings.rounds, name="briefing-rounds"),
    path("briefings/<slug:reference>/write", briefings.write, name="briefing-write"),
    path("briefings/<slug:reference>/facts", briefings.take_facts, name="briefing-take-facts"),
    path("briefings/<slug:reference>/ask-clearance", briefings.ask_clearance, name="briefing-ask-clearance"),
    path("briefings/<slug:reference>/clear", briefings.clear, name="briefing-clear"),
    path("briefings/<slug:reference>/send-back", briefings.send_back, name="briefing-send-back"),
    path("briefings/<slug:reference>/revise", briefings.revise, name="briefing-revise"),
    path("briefings/<slug:reference>/send", briefings.send, name="briefing-send"),
    path("briefings/<slug:reference>/decide", briefings.decide, name="briefing-decide"),
    path("briefings/<slug:reference>/close", briefings.close, name="briefing-close"),
    path("briefings/<slug:reference>/withdraw", briefings.withdraw, name="briefing-withdraw"),
    path("briefings/<slug:reference>/supersede", briefings.supersede, name="briefing-supersede"),
    path(
        "briefings/<slug:reference>/copies/<int:copy_id>/take-back",
        briefings.take_copy_back,
        name="briefing-take-copy-back",
    ),
]

CHANGES: list[URLPattern] = [
    path("policy-changes", changes.changes, name="policy-changes"),
    path("policy-changes/record", changes.record, name="policy-change-record"),
    path("policy-changes/trace", changes.trace, name="policy-change-trace"),
    path("policy-changes/<slug:reference>", changes.change, name="policy-change"),
    path("policy-changes/<slug:reference>/change", changes.say_anew, name="policy-change-say-anew"),
    path("policy-changes/<slug:reference>/link", changes.add_link, name="policy-change-link"),
    path(
        "policy-changes/<slug:reference>/links/<int:link_id>/take-away",
        changes.remove_link,
        name="policy-change-unlink",
    ),
    path("policy-changes/<slug:reference>/publish", changes.make_public, name="policy-change-publish"),
    path("policy-changes/<slug:reference>/take-back", changes.take_back, name="policy-change-take-back"),
]

# Pages with fixed addresses come before the page of one thing, so that no reference can hide them.
urlpatterns: list[URLPattern] = [*ALERTS, *COPIES, *BRIEFINGS, *CHANGES]
