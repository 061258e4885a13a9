"""Private calendars: what their reader may see, nothing more, and nothing once revoked (C6, ¶28)."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest
from django.urls import reverse

from oversight.ledger.models import Entry
from oversight.parties.actions import end_membership
from oversight.programme.actions import holding, visits
from oversight.programme.models import CalendarFeed
from tests.arrangements.pages import faults, page, read, said, stand_on
from tests.factories.arrangements import acting_for
from tests.factories.parties import sign_in
from tests.factories.programme import (
    AT,
    EAST_KENT,
    KSS,
    SURREY,
    act,
    announced,
    planned,
    planner,
    shared,
    span,
)

pytestmark = pytest.mark.usefixtures("memorandum")


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-03-02", hour=10)


def subscribe(client, role, body="", kind="person", about=""):
    """Make a calendar address as someone of a role, and give the path that a program reads."""
    actor = sign_in(client, role, body)
    answer = client.post(reverse("calendars"), {"kind": kind, "about": about})
    tree = read(answer)
    address = tree.css_first("code").text()
    client.logout()
    return address.removeprefix("http://testserver"), actor


def events(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    assert answer["Content-Type"].startswith("text/calendar")
    found = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(one["uid"]).split("@")[0]: one for one in found}


@pytest.mark.parametrize(
    ("role", "body", "kind", "about"),
    [
        ("hmip_lead_inspector", "hmip", "body", "hmip"),
        ("osag_coordinator", "hmpps-osag", "body", "hmip"),
        ("head_of_pdu", EAST_KENT, "person", ""),
        ("regional_probation_director", KSS, "unit", KSS),
        ("sponsorship_officer", "moj-sponsorship", "unit", EAST_KENT),
    ],
)
def test_a_calendar_never_holds_a_visit_that_is_not_announced(client, role, body, kind, about):
    hidden, known = planned(first="2026-09-07"), announced(KSS, "2026-11-02")
    cancelled = planned(SURREY, "2027-02-01")
    act(holding.cancel_visit, cancelled, planner(), reason="Not needed.")
    path, _ = subscribe(client, role, body, kind, about)

    assert set(events(client, path)) <= {known.reference}
    assert hidden.reference.encode() not in client.get(path).content


def test_a_planner_reads_their_own_and_changes_arrive_with_a_higher_sequence(client):
    row = planned(first="2026-09-07")
    path, _ = subscribe(client, "hmip_planner", kind="body", about="hmip")
    first = events(client, path)[row.reference]
    assert (str(first["status"]), first["sequence"]) == ("TENTATIVE", 0)

    later = {"at": AT + timedelta(hours=1)}
    moved = {"span": span("2026-10-05"), "visit_days": 9, "reason": "A team is away."}
    act(visits.change_visit, row, planner(), **moved, **later)
    second = events(client, path)[row.reference]
    assert str(second["uid"]) == str(first["uid"])
    assert second["sequence"] > first["sequence"]
    assert second["dtstamp"].dt > first["dtstamp"].dt
    act(visits.announce_visit, row, planner(), **later)
    act(holding.cancel_visit, row, planner(), reason="Not needed.", **later)
    last = events(client, path)[row.reference]
    assert str(last["status"]) == "CANCELLED"
    assert last["sequence"] > second["sequence"]


def test_the_sequence_that_others_read_tells_nothing_of_earlier_moves(client):
    row = planned(first="2026-09-07")
    for first in ("2026-09-14", "2026-09-21", "2026-09-28"):
        moved = {"span": span(first), "visit_days": 9, "reason": "Again."}
        act(visits.change_visit, row, planner(), **moved)
    act(visits.announce_visit, row, planner())
    path, _ = subscribe(client, "head_of_pdu", EAST_KENT)

    assert events(client, path)[row.reference]["sequence"] == 0


def test_a_shared_visit_is_in_the_calendars_of_the_other_planners_alone(client):
    row = shared(first="2026-09-07")
    path, _ = subscribe(client, "osag_coordinator", kind="unit", about=EAST_KENT)
    other, _ = subscribe(client, "head_of_pdu", EAST_KENT)

    assert str(events(client, path)[row.reference]["class"]) == "CONFIDENTIAL"
    assert events(client, other) == {}


def test_who_goes_finds_the_visit_in_their_own_calendar(client):
    row = announced(first="2026-09-07")
    path, inspector = subscribe(client, "hmip_lead_inspector")
    assert events(client, path) == {}
    act(holding.set_teams, row, planner(), teams=[], people=[inspector.reference])
    assert set(events(client, path)) == {row.reference}
    act(holding.set_teams, row, planner(), teams=[], people=[])
    assert events(client, path) == {}


def test_the_address_is_kept_as_a_digest_and_an_unchanged_calendar_is_not_sent_again(client):
    announced(first="2026-09-07")
    path, _ = subscribe(client, "head_of_pdu", EAST_KENT)
    secret = path.split("/")[-1].removesuffix(".ics")
    assert secret not in CalendarFeed.objects.get().digest
    assert not any(secret in entry.payload for entry in Entry.objects.all())

    answer = client.get(path)
    assert "private" in answer["Cache-Control"]
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    planned(SURREY, "2026-09-07")
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    announced(KSS, "2026-12-07")
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_revoked_made_anew_or_left_a_calendar_reads_nothing(client):
    path, actor = subscribe(client, "head_of_pdu", EAST_KENT)
    again = sign_in_again(client, actor)
    assert client.get(path).status_code == 404
    assert client.get(again).status_code == 200
    feed = CalendarFeed.objects.get(revoked_at=None)
    answer = client.post(reverse("calendar-revoke", args=[feed.pk]))
    assert answer.status_code == 302
    assert client.get(again).status_code == 404
    assert client.post(reverse("calendar-revoke", args=[feed.pk])).status_code == 404
    last = sign_in_again(client, actor)
    ended = {"until_day": AT.date() - timedelta(days=1), "seen_until": None}
    end_membership(by=acting_for("hmpps"), at=AT, membership_id=actor.membership, **ended)
    assert client.get(last).status_code == 404
    assert client.get("/calendar/no-such.ics").status_code == 404


def sign_in_again(client, actor):
    from oversight.parties.queries import membership
    from tests.factories.parties import sign_in_as

    sign_in_as(client, membership(actor.membership))
    tree = read(client.post(reverse("calendars"), {"kind": "person"}))
    return tree.css_first("code").text().removeprefix("http://testserver")


def test_somebody_elses_calendar_cannot_be_revoked_and_faults_are_named(client):
    subscribe(client, "head_of_pdu", EAST_KENT)
    feed = CalendarFeed.objects.get()
    sign_in(client, "head_of_pdu", EAST_KENT)

    assert client.post(reverse("calendar-revoke", args=[feed.pk])).status_code == 404
    at = reverse("calendars")
    assert "You have none." in said(page(client, at))
    assert faults(read(client.post(at, {"kind": "unit"}), 200)) == ["Enter the region, unit or body."]
    assert faults(read(client.post(at, {"kind": "unit", "about": SURREY}), 409))
    assert faults(read(client.post(at, {"kind": "body", "about": EAST_KENT}), 409))
    assert CalendarFeed.objects.count() == 1
