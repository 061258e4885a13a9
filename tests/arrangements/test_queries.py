"""What pages are given: the right duties, to those who may see them, at a constant cost (A2, A3, A4, H2)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from oversight.access.queries import NOBODY
from oversight.arrangements import queries
from oversight.arrangements.models import Duty
from oversight.arrangements.queries import DutyFilter
from oversight.arrangements.rules.facts import Status
from oversight.kernel.refusals import Refused
from tests.arrangements.pages import page, rows, stand_on
from tests.factories.arrangements import acting_for, record, withdraw
from tests.factories.parties import sign_in

TODAY = date(2026, 1, 12)
AT = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


def told(found):
    return [(line.arrangement, line.about, line.bearer.code) for line in found.lines]


def seen_by(code, role="", **chosen):
    return queries.duty_list(actor=acting_for(code, role), today=TODAY, chosen=DutyFilter(**chosen), page=1)


def test_what_i_owe_comes_overdue_first_and_undated_last(cases):
    found = queries.what_i_owe(actor=acting_for("hmpps-osag"), today=TODAY)

    assert told(found) == [
        ("22-commission-check", "norfolk", "hmpps-osag"),
        ("22-commission-check", "theme", "hmpps-osag"),
        ("22-return-check", "norfolk", "hmpps-osag"),
        ("22-return-check", "kent", "hmpps-osag"),
        ("22-return-check", "theme", "hmpps-osag"),
        ("27-submit-plan", "theme", "hmpps-osag"),
        ("27-coordinate-response", "theme/1", "hmpps-osag"),
    ]
    assert found.count.number == 7
    assert [line.status for line in found.lines[:3]] == [Status.MISSED, Status.MISSED, Status.RUNNING]
    assert found.lines[5].due_words == "in 9 weeks, Monday 16 March 2026"
    assert found.lines[6].due_words == "No date"


def test_what_is_owed_to_us(cases):
    found = queries.what_is_owed_to_us(actor=acting_for("N57SUR"), today=TODAY)
    assert told(found) == []

    found = queries.what_is_owed_to_us(actor=acting_for("N56"), today=TODAY)
    assert told(found) == [("22-commission-check", "norfolk", "hmpps-osag")]


def test_a_full_list_still_counts_them_all(cases):
    found = queries.what_i_owe(actor=acting_for("hmpps-osag"), today=TODAY, limit=2)

    assert (len(found.lines), found.count.number, found.count.in_words) == (2, 7, "7")


def test_home_gathers_the_three_lists(cases):
    home = queries.home(actor=acting_for("N57"), today=TODAY)

    assert told(home.owe) == [("24-prepare-plan", "surrey", "N57")]
    assert told(home.owed) == []
    assert [(one.first.about, one.number) for one in home.coming] == [("kent", 1)]

    far = queries.home(actor=acting_for("N57"), today=TODAY, weeks=12)
    assert [(one.first.arrangement, one.first.bearer.code) for one in far.coming] == [
        ("22-return-check", "hmpps-osag"),
        ("24-prepare-plan", "N57SUR"),
    ]
    assert far.coming == queries.coming_up(actor=acting_for("N57"), today=TODAY, weeks=12)


def test_what_many_owe_others_on_one_day_is_one_line_that_leads_to_all_of_it(cases, client, monkeypatch):
    for unit in ("N57EKNT", "N57SUR", "N57SUS"):
        record("draft_received_for_checking", "2026-01-05", kind="core", unit=unit, about=f"kent-{unit}")
    director = acting_for("N57")
    first = queries.coming_up(actor=director, today=TODAY)[0]
    assert (first.first.title, first.number, first.bearers) == ("Return the factual accuracy check", 4, 1)
    stand_on(monkeypatch, "2026-01-12")
    sign_in(client, "regional_probation_director", "N57")

    link = page(client, "/home").css_first('section[aria-labelledby="coming"] a')

    assert link.text(strip=True) == "Return the factual accuracy check: see all 4"
    assert len(rows(page(client, link.attributes["href"]))) == 4
    owed_between_others = seen_by("N57", party="N57", side="others", state="open").lines
    assert {line.bearer.code for line in owed_between_others} == {"hmip", "hmpps-osag", "N57SUR"}


@pytest.mark.parametrize(
    ("code", "role", "abouts"),
    [
        ("hmip", "", {"kent", "norfolk", "theme", "theme/1", "surrey"}),
        ("hmpps-osag", "", {"kent", "norfolk", "theme", "theme/1", "surrey"}),
        ("moj-sponsorship", "", {"kent", "norfolk", "theme", "theme/1", "surrey"}),
        ("N57", "", {"kent", "surrey"}),
        ("N56", "", {"norfolk"}),
        ("N57EKNT", "", {"kent"}),
        ("N57SUR", "", {"surrey"}),
        ("N57SUS", "", set()),
        ("home-office", "", {"theme/1"}),
        ("dwp", "department_officer", set()),
        ("moj-policy", "", set()),
        ("hmip", "hmip_publications", {"kent", "norfolk", "theme", "theme/1", "surrey"}),
        ("provider-nacro", "", set()),
    ],
)
def test_each_sees_what_lies_in_reach_and_no_more(cases, code, role, abouts):
    found = seen_by(code, role)
    assert {line.about for line in found.lines} == abouts

    for duty in Duty.objects.order_by("id"):
        if duty.about in abouts:
            continue
        with pytest.raises(Refused) as refused:
            queries.duty(actor=acting_for(code, role), today=TODAY, duty_id=duty.pk)
        assert refused.value.rule == "not_found_duty"


def test_a_unit_sees_its_own_duty_and_not_its_neighbours_or_its_regions(cases):
    """Near miss: the same region, the same event, another bearer."""
    mine = Duty.objects.get(arrangement="24-prepare-plan", bearer="N57SUR")
    regions = Duty.objects.get(arrangement="24-prepare-plan", bearer="N57")
    actor = acting_for("N57SUR")

    assert queries.duty(actor=actor, today=TODAY, duty_id=mine.pk).line.bearer.code == "N57SUR"
    # The region's duty concerns this unit too, so it is in view; another unit of the region sees neither.
    assert queries.duty(actor=actor, today=TODAY, duty_id=regions.pk).line.bearer.code == "N57"
    for duty in (mine, regions):
        with pytest.raises(Refused):
            queries.duty(actor=acting_for("N57EKNT"), today=TODAY, duty_id=duty.pk)


@pytest.mark.parametrize("actor", [NOBODY, acting_for], ids=["signed out", "operator"])
def test_without_the_permission_nothing_is_shown(cases, actor):
    someone = actor if actor is NOBODY else actor("operator")
    for ask in (queries.home, queries.what_i_owe, queries.what_is_owed_to_us, queries.latest_events):
        with pytest.raises(Refused):
            ask(actor=someone, today=TODAY)
    with pytest.raises(Refused):
        queries.duty_list(actor=someone, today=TODAY, chosen=DutyFilter())


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"party": "N57"}, 5),
        ({"party": "N57", "side": "owes"}, 1),
        ({"party": "N57", "side": "owed"}, 1),
        ({"party": "N57EKNT", "state": "open"}, 1),
        ({"paragraph": "22"}, 6),
        ({"paragraph": "22", "state": "met"}, 1),
        ({"paragraph": "10(iv)"}, 0),
        ({"paragraph": "10"}, 0),
        ({"state": "missed"}, 2),
        ({"state": "overdue"}, 2),
        ({"state": "late"}, 0),
        ({"state": "running"}, 9),
        ({"state": "open"}, 11),
        ({"state": "met_late"}, 0),
        ({"state": "withdrawn"}, 0),
        ({"force": "usually"}, 0),
        ({"basis": "text"}, 1),
        ({"basis": "none"}, 2),
        ({"arrangement": "27-submit-plan"}, 1),
        ({"about": "theme"}, 3),
        ({"text": "theme"}, 5),
        ({"text": "action plan"}, 3),
        ({"text": "East Kent"}, 2),
        ({"text": "nothing like it"}, 0),
        ({"text": "%"}, 0),
        ({"since": date(2026, 3, 1)}, 3),
        ({"until": date(2026, 1, 7)}, 5),
        ({"since": date(2026, 1, 19), "until": date(2026, 1, 19)}, 2),
    ],
    ids=str,
)
def test_every_filter_of_the_register(cases, chosen, expected):
    found = seen_by("hmip", **chosen)

    assert found.count.number == len(found.lines)
    assert found.count.number == expected


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"party": "atlantis"}, "party"),
        ({"state": "done"}, "state"),
        ({"sort": "name"}, "sort"),
        ({"side": "left"}, "side"),
        ({"force": "shall"}, "force"),
        ({"basis": "guess"}, "basis"),
        ({"paragraph": "35"}, "paragraph"),
        ({"paragraph": "x"}, "paragraph"),
        ({"arrangement": "27-publish"}, "arrangement"),
    ],
    ids=str,
)
def test_a_filter_that_cannot_be_meant_is_refused_by_its_field(cases, chosen, field):
    with pytest.raises(Refused) as refused:
        seen_by("hmip", **chosen)

    assert refused.value.field == field


@pytest.mark.parametrize("code", ["hmip", "N57"])
def test_every_order_is_an_order(cases, code):
    def shown(sort):
        return [(line.due or date.max, line.opened_on, line.id) for line in seen_by(code, sort=sort).lines]

    assert [one[0] for one in shown("due")] == sorted(one[0] for one in shown("due"))
    assert shown("-due") == shown("due")[::-1]
    assert [one[1] for one in shown("opened")] == sorted(one[1] for one in shown("opened"))
    assert shown("-opened") == shown("opened")[::-1]


def test_pages_hold_25_and_the_last_is_found_from_beyond(cases):
    for number in range(30):
        record("change_notified", "2026-01-05", about=f"change-{number:02}")

    def page(number):
        return queries.duty_list(
            actor=acting_for("hmip"), today=TODAY, chosen=DutyFilter(paragraph="29"), page=number
        )

    assert (len(page(1).lines), page(1).pages, page(1).count.number) == (25, 3, 60)
    assert (len(page(3).lines), page(99).page, page(-1).page) == (10, 3, 1)
    everything = [line.id for number in (1, 2, 3) for line in page(number).lines]
    assert len(set(everything)) == 60
    exported = queries.every_line(actor=acting_for("hmip"), today=TODAY, chosen=DutyFilter(paragraph="29"))
    assert [line.id for line in exported] == everything


def test_one_duty_explains_itself(cases):
    duty = Duty.objects.get(arrangement="27-submit-plan")

    detail = queries.duty(actor=acting_for("hmpps-osag"), today=TODAY, duty_id=duty.pk)

    assert detail.steps[1] == "10 weeks after that day is Monday 16 March 2026."
    assert detail.opening.title == "A draft report was received for its factual accuracy check"
    assert detail.met_by_words == ("An action plan was submitted",)
    assert [event.name for event in detail.recordable] == ["action_plan_submitted"]
    assert detail.version.id == "mou-2023"
    assert detail.rule.ambiguity
    inspector = queries.duty(actor=acting_for("hmip"), today=TODAY, duty_id=duty.pk)
    assert inspector.recordable == ()


def test_one_event_tells_what_it_did(cases):
    done = record("accuracy_check_returned", "2026-01-05", by="hmpps-osag", about="kent", unit="N57EKNT")

    detail = queries.event(actor=acting_for("hmpps-osag"), today=TODAY, event_id=done.id)

    assert [line.arrangement for line in detail.met] == ["22-return-check"]
    assert detail.opened == ()
    assert detail.may_withdraw
    assert not queries.event(actor=acting_for("hmip"), today=TODAY, event_id=done.id).may_withdraw


@pytest.mark.parametrize(
    ("code", "sees"),
    [("hmip", True), ("N57", True), ("N57EKNT", True), ("N56", False), ("N57SUR", False), ("dwp", False)],
)
def test_an_event_is_seen_by_those_it_concerns(cases, code, sees):
    done = record("accuracy_check_returned", "2026-01-05", by="hmpps-osag", about="kent", unit="N57EKNT")
    actor = acting_for(code, "department_officer" if code == "dwp" else "")

    if sees:
        assert queries.event(actor=actor, today=TODAY, event_id=done.id).line.about == "kent"
    else:
        with pytest.raises(Refused) as refused:
            queries.event(actor=actor, today=TODAY, event_id=done.id)
        assert refused.value.rule == "not_found_event"


def test_the_party_addressed_sees_the_event(cases):
    made = record("recommendation_made", "2026-01-05", kind="core", addressee="dwp", about="rec/2")

    detail = queries.event(actor=acting_for("dwp", "department_officer"), today=TODAY, event_id=made.id)

    assert [line.title for line in detail.opened] == ["Consider and answer the recommendation"]


def test_a_withdrawn_event_keeps_its_page(cases):
    done = record("accuracy_check_returned", "2026-01-05", by="hmpps-osag", about="kent", unit="N57EKNT")
    withdraw(done.id, by="hmpps-osag")

    detail = queries.event(actor=acting_for("hmpps-osag"), today=TODAY, event_id=done.id)

    assert detail.line.withdrawn
    assert detail.line.withdrawn_reason == "Recorded in error."
    assert not detail.may_withdraw


def test_latest_events_are_ones_own_for_those_who_do_not_see_all(cases):
    record("timetable_clash_found", "2026-01-05", by="N57", about="clash", unit="N57")

    mine = queries.latest_events(actor=acting_for("N57"), today=TODAY)
    all_of_them = queries.latest_events(actor=acting_for("hmip"), today=TODAY)

    assert [line.name for line in mine.lines] == ["timetable_clash_found"]
    assert len(all_of_them.lines) == 7
    assert all_of_them.lines[0].name == "timetable_clash_found"
    assert not all_of_them.more
