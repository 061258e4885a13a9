"""Who is told of actions, once each, by email as they chose and on their pages (E6, ¶26)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.queries import acting_by_command
from oversight.access.rules import access_table
from oversight.jobs.mailing import send_waiting
from oversight.jobs.models import Job, Mail
from oversight.jobs.rules import MAIL_JOB
from oversight.jobs.working import work
from oversight.kernel.refusals import Refused
from oversight.parties.queries import membership, parties_by_code
from oversight.recommendations.actions import plan_actions
from oversight.recommendations.actions.notices import NOTICES_JOB, choose_notices, start_telling, tell_today
from oversight.recommendations.models import Notice
from oversight.recommendations.rules.actions_due import Progress, ladder
from oversight.recommendations.rules.notices import (
    Holder,
    How,
    Item,
    Told,
    digest_goes,
    hearers,
    letter,
    next_look,
)
from tests.arrangements.pages import page, said, stand_on
from tests.factories.parties import acting_as, sign_in, sign_in_as
from tests.factories.plans import AT, on, opened, submitted, with_action

MONDAY = date(2026, 3, 16)
SECRET = "Review every case."


# What is told, to whom and when: pure.


@given(st.integers(-400, 400), st.sampled_from(Progress))
def test_each_is_told_the_last_rung_reached_for_them(days, progress):
    due = date(2026, 9, 1)
    reached = ladder().reached(due, due + timedelta(days=days), progress)

    assert len({rung.to for rung in reached}) == len(reached)
    assert all(rung.from_day <= days for rung in reached)
    for rung in ladder().rungs:
        first, last = ladder().due_between(rung, due + timedelta(days=days))
        assert (rung in reached) == (progress is not Progress.DONE and first <= due <= last)


HOLDERS = {
    "N57EKNT": (Holder("N57EKNT", "head_of_pdu", 1),),
    "N57": (Holder("N57", "regional_probation_director", 2), Holder("N57", "regional_probation_director", 3)),
    "hmpps": (Holder("hmpps", "hmpps_officer", 4),),
}
LINEAGE = "/hmpps/probation-service/N57/N57EKNT/"


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        (("head_of_pdu", "regional_probation_director"), [1]),
        (("regional_probation_director",), [2, 3]),
        (("hmpps_officer",), [4]),
        (("osag_lead",), []),
    ],
)
def test_where_nobody_has_the_role_the_body_above_is_told(roles, told):
    found = hearers(Told("owner", roles, "Look."), LINEAGE, HOLDERS)

    assert [one.membership for one in found] == told


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(0, 40), st.integers(1, 7))
def test_a_weekly_email_goes_on_its_day_or_on_the_first_day_after_it_was_missed(today, age, weekly_on):
    oldest = today - timedelta(days=age)
    passed = [oldest + timedelta(days=one) for one in range(age + 1)]
    # The day the notice was kept counts only when it is today: the email of that day has gone before it.
    due = any(day.isoweekday() == weekly_on for day in passed[1:]) or today.isoweekday() == weekly_on

    assert digest_goes(How.WEEKLY, oldest=oldest, today=today, weekly_on=weekly_on) is due
    assert digest_goes(How.DAILY, oldest=oldest, today=today, weekly_on=weekly_on)


def test_the_next_look_is_at_the_hour_in_london_through_the_clock_change():
    before = datetime(2026, 3, 28, 7, 0, tzinfo=UTC)

    assert next_look(before, 7).astimezone(UTC) == datetime(2026, 3, 29, 6, 0, tzinfo=UTC)
    assert next_look(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), 7).date() == date(2026, 7, 3)


def test_every_role_and_party_of_the_ladder_is_known():
    told = [*ladder().rungs, *ladder().events.values()]

    assert {role for one in told for role in one.roles} <= set(access_table().roles)


def test_an_email_says_which_action_and_where_and_counts():
    one = Item("PLAN-A", 3, date(2026, 3, 1), "Overdue.", "https://o.example/plans/PLAN-A/actions/3")
    subject, text = letter([one], choose="https://o.example/plans/notices")
    assert subject == "An action of a plan needs your attention"
    assert "Action 3 of PLAN-A, due 1 March 2026.\nOverdue.\nhttps://o.example/plans/PLAN-A/actions/3" in text
    assert letter([one, one], choose="x")[0] == "2 actions of plans need your attention"


# Told in the service.


def look(day, hour=7):
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return tell_today(by=acting_by_command("work"), at=at, tell=lambda _: None)


def deliver(day):
    at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)
    work({MAIL_JOB: send_waiting}, clock=lambda: at)


@pytest.fixture
def people(memorandum):
    return {
        "head": acting_as("head_of_pdu", "N57EKNT", email="head@example.org", name="Hanna Head"),
        "director": acting_as("regional_probation_director", "N57", email="director@example.org"),
        "chief": acting_as("chief_probation_officer", email="chief@example.org"),
        "other": acting_as("head_of_pdu", "N57SUR", email="surrey@example.org"),
    }


@pytest.fixture
def row(people):
    plan = opened()
    with_action(plan, due=date(2026, 3, 30))
    with_action(plan, due=date(2026, 12, 1))
    return submitted(plan)


def test_people_are_told_once_up_the_ladder_and_a_failed_email_is_sent_later(
    row, people, mailoutbox, monkeypatch, client
):
    def away(*_, **__):
        raise ConnectionRefusedError

    assert look(MONDAY) == "1 told, 1 email written"
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        deliver(MONDAY)
    assert not mailoutbox
    assert look(MONDAY, 12) == "0 told, 0 emails written"
    deliver(MONDAY + timedelta(days=1))
    (first,) = mailoutbox
    assert first.to == ["head@example.org"]
    assert f"Action 1 of {row.reference}" in first.body
    assert f"/plans/{row.reference}/actions/1" in first.body
    assert SECRET not in first.body

    assert look(date(2026, 3, 31)) == "1 told, 1 email written"
    assert look(date(2026, 4, 14)) == "1 told, 1 email written"
    assert look(date(2026, 5, 12)) == "1 told, 1 email written"
    deliver(date(2026, 5, 12))
    assert [one.to[0] for one in mailoutbox] == [
        "head@example.org",
        "head@example.org",
        "director@example.org",
        "chief@example.org",
    ]
    assert not Notice.objects.filter(person=people["other"].reference).exists()
    assert Job.objects.filter(kind=NOTICES_JOB, finished_at=None).count() == 4

    stand_on(monkeypatch, "2026-05-12")
    sign_in_as(client, membership(people["head"].membership))
    shown = said(page(client, f"/plans/{row.reference}/actions/1"))
    assert "Hanna Head , Head of Probation Delivery Unit, East Kent" in shown
    assert "Email: sent, 12 May 2026" in shown
    assert "Overdue. Its owner says why" in said(page(client, "/plans/notices"))
    home = said(page(client, "/home"))
    assert "Actions of plans" in home
    assert home.count("Action 1, Action plan") == 1


def test_nothing_more_is_told_of_what_is_done_and_another_date_is_told_of_anew(row, people):
    one = row.actions.get(number=1)
    assert look(date(2026, 3, 31)).startswith("1 told")
    later = date(2026, 4, 20)
    director = people["director"]
    on(plan_actions.ask_date, one, people["head"], due=later, reason="No staff.")
    on(plan_actions.decide_date, one, director, approved=True)
    assert [each.occasion for each in Notice.objects.filter(person=director.reference)] == ["date_asked:1"]
    # Nobody is asked any more to decide on the date: it is decided.
    assert look(date(2026, 4, 1)) == "1 told, 1 email written"
    assert Notice.objects.get(person=director.reference).lapsed_at is not None
    rungs = Notice.objects.filter(from_day__isnull=False).order_by("id")
    assert [(each.due, each.from_day) for each in rungs] == [(date(2026, 3, 30), 1), (later, -28)]
    on(plan_actions.report_action, one, people["head"], progress="done", text="All.", evidence="Page 4")
    assert look(date(2026, 5, 1)) == "0 told, 0 emails written"


def test_each_is_emailed_as_they_chose_and_what_lapsed_meanwhile_is_left_out(row, people):
    head, director = people["head"], people["director"]
    with pytest.raises(Refused) as told:
        choose_notices(by=head, at=AT, how="hourly")
    assert told.value.field == "how"
    choose_notices(by=head, at=AT, how="weekly")
    choose_notices(by=director, at=AT, how="at_once")
    one = row.actions.get(number=1)

    at = datetime(2026, 3, 17, 6, tzinfo=UTC)
    on(plan_actions.ask_date, one, head, at, due=date(2026, 3, 31), reason="No staff.")

    assert [mail.to for mail in Mail.objects.all()] == ["director@example.org"]
    on(plan_actions.decide_date, one, director, at, approved=False, decision="No.")
    assert look(date(2026, 3, 17)) == "1 told, 0 emails written"
    on(plan_actions.report_action, one, head, progress="done", text="All.", evidence="Page 4")
    assert look(date(2026, 3, 24)) == "0 told, 0 emails written"
    lapsed = Notice.objects.filter(person=head.reference)
    assert {each.lapsed_at is not None for each in lapsed} == {True}


def test_the_page_lets_me_choose_and_says_what_is_wrong(client, memorandum):
    sign_in(client, "head_of_pdu", "N57EKNT")
    assert "not told of any action yet" in said(page(client, "/plans/notices"))
    assert client.post("/plans/notices", {}).status_code == 422
    client.post("/plans/notices", {"how": "weekly"})
    shown = page(client, "/plans/notices")
    assert shown.css_first("input[name=how][checked]").attributes["value"] == "weekly"


def test_setting_up_twice_asks_for_one_look(memorandum):
    for _ in range(2):
        start_telling(by=acting_by_command("setup"), at=AT)

    assert Job.objects.filter(kind=NOTICES_JOB).count() == 1
    assert set(parties_by_code()) >= {rung.to for rung in ladder().rungs if rung.to not in {"owner", "plan"}}
