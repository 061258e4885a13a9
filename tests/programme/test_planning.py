"""What the worker makes of a plan that was asked for, and its pages (C4, ¶10(v), ¶28)."""

from __future__ import annotations

import json
from datetime import date

import pytest

from oversight.jobs.models import Job
from oversight.parties.queries import party
from oversight.programme.models import Proposal
from oversight.programme.planner.checking import faults
from oversight.programme.planner.problem import read
from oversight.programme.queries import proposals as queries
from oversight.programme.queries.planning import Wish
from oversight.programme.rules.figures import figures
from oversight.programme.rules.kinds import visit_data
from oversight.programme.rules.visits import Span
from oversight.programme.working import make_plan
from tests.arrangements.pages import page, said, stand_on
from tests.factories.parties import sign_in
from tests.factories.programme import AT, KSS, SURREY, WALES, announced, cycle, planned, planner
from tests.programme.test_proposals import asked, decide, given

pytestmark = pytest.mark.usefixtures("memorandum")
YEARS = Span(date(2026, 3, 2), date(2028, 3, 3))


def worked_out(row: Proposal) -> tuple[Proposal, list]:
    """Let the worker plan."""
    told: list = []
    make_plan(row.reference, AT, told.append)
    row.refresh_from_db()
    return row, told


def test_what_finds_no_place_is_named_with_the_rules_the_proof_and_what_would_help():
    planned(first="2026-09-07")
    row, told = worked_out(asked(seconds=1, wish=Wish(closed=(party(KSS), YEARS))))

    (line,) = row.lines.all()
    assert (row.state, line.state) == ("nothing", "left_out")
    assert line.why == "No week is left: those in which it may be made are closed, or too late."
    detail = queries.proposal(actor=planner(), reference=row.reference)
    assert any("East Kent" in one for one in detail.proofs)
    assert [one.rule for one in detail.easings] == [one.rule for one in figures().easings]
    assert not any(one.helps for one in detail.easings)
    assert any("keeps visits out" in one.words for one in told)


def test_the_fewest_announced_visits_move_when_a_region_is_closed_and_that_is_proved():
    struck, spared = announced(first="2026-09-07"), announced(place=WALES + "SW1", first="2026-09-07")
    soon = planned(place=SURREY, first="2026-03-16")
    shut = Span(date(2026, 8, 31), date(2026, 10, 2))
    wish = Wish(closed=(party(KSS), shut))

    row, _ = worked_out(asked(seconds=1, moves_announced=True, wish=wish))

    lines = {one.visit_id: one for one in row.lines.all()}
    assert (lines[struck.pk].state, lines[spared.pk].state) == ("open", "same")
    assert lines[soon.pk].state == "same"
    assert "within 12 weeks, 1 moves. That is proved" in row.told
    planned_problem = read(
        json.loads(
            queries.problem_text(actor=planner(), reference=row.reference, today=AT.date(), as_planned=True)
        )
    )
    assert faults(planned_problem, json.loads(row.outcome)["visits"]) == ()
    assert decide(row, [lines[struck.pk].number]) == (1, 0)
    struck.refresh_from_db()
    assert not Span(struck.first_day, struck.last_day).overlaps(shut)


def test_a_programme_supposed_replaced_drops_what_nobody_was_told_of_and_visits_every_place():
    running = cycle()
    told = announced(first="2026-09-07", programme=running.slug)
    untold = planned(place=SURREY, first="2026-10-05", programme=running.slug)

    row = asked(
        programmes=[running.slug], weeks=80, wish=Wish(replaced=(running, visit_data().kinds["dynamic"]))
    )

    names = {one.id for one in read(json.loads(row.problem)).visits}
    assert told.reference in names
    assert untold.reference not in names
    assert sum(one.startswith("new-dynamic-") for one in names) == 12
    assert not any(one.startswith("new-core") for one in names)


def test_a_relaxed_rule_is_relaxed_in_the_problem_alone():
    planned(first="2026-09-07")
    gap = figures().easing("gap")

    usual, eased = asked(), asked(wish=Wish(eased=gap))

    before, after = (read(json.loads(one.problem)).rules for one in (usual, eased))
    assert before.gap_same_unit - after.gap_same_unit == gap.step
    assert gap.words in eased.changes


def test_others_of_the_body_learn_from_the_list_of_work_nothing_of_a_plan():
    planned(first="2026-09-07")
    row = asked(title="All of Kent in May")

    assert "Kent" not in Job.objects.get(subject=row.reference).title


def test_the_pages_of_a_plan_show_it_to_its_planners_alone_and_ask_as_much_for_more(
    client, monkeypatch, django_assert_max_num_queries
):
    stand_on(monkeypatch, "2026-03-02", hour=10)
    first = planned(first="2026-09-07")
    row = given(asked(), {first.reference: 39})
    at = f"/timetable/plans/{row.reference}"
    sign_in(client, "hmip_planner")

    words = said(page(client, at))
    for each in ("1 visit moves", "Kent, Surrey and Sussex", "East Kent", "12 weeks later"):
        assert each in words
    assert row.reference in said(page(client, "/timetable/plans"))
    again = said(page(client, f"/timetable/plans/ask?again={row.reference}&relax=gap"))
    assert row.title in again
    with django_assert_max_num_queries(40) as few:
        client.get(at)
    others = [planned(place=one, first="2026-10-05") for one in (SURREY, "N57WSUS", "N57SUS", "N57KECL")]
    many = given(asked(), {one.reference: 40 + 2 * number for number, one in enumerate([first, *others])})
    with django_assert_max_num_queries(len(few)):
        client.get(f"/timetable/plans/{many.reference}")

    sign_in(client, "osag_coordinator")
    for name in ("", "/stop", "/set-aside", "/problem.json", "/plan.json"):
        assert client.get(f"{at}{name}").status_code == 404
    assert client.get(f"/timetable/plans/ask?again={row.reference}").status_code == 404
    assert row.reference not in said(page(client, "/timetable/plans"))
