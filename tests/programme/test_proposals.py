"""Plans asked of the planner, handed in, and taken whole, in part or not at all (C4, ¶10(v), ¶28)."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from oversight.access.queries import acting_by_command
from oversight.jobs.models import Job
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.queries import party
from oversight.programme.actions import deciding, proposing, visits
from oversight.programme.actions.closures import close_weeks
from oversight.programme.models import Proposal, ProposedVisit, Visit
from oversight.programme.planner.problem import read
from oversight.programme.queries import proposals as queries
from oversight.programme.queries.planning import Wish
from oversight.programme.rules.deciding import LineState
from oversight.programme.rules.proposing import Frame
from tests.factories.arrangements import acting_for
from tests.factories.programme import (
    AT,
    EAST_KENT,
    KSS,
    SURREY,
    act,
    announced,
    cycle,
    planned,
    planner,
    span,
)

pytestmark = pytest.mark.usefixtures("memorandum")
MONDAY = date(2026, 3, 2)
FRAME = Frame(MONDAY, 60, 12)


def asked(by=None, **more) -> Proposal:
    """Ask for a plan of sixty weeks."""
    facts = {
        "title": "",
        "first": MONDAY,
        "weeks": 60,
        "seconds": 5,
        "seed": 1,
        "programmes": (),
        "moves_announced": False,
        "wish": Wish(),
    }
    reference = proposing.ask_plan(by=by or planner(), at=AT, **(facts | more))
    return Proposal.objects.get(reference=reference)


def given(row: Proposal, plan, left_out=(), cost=100, bound=90) -> Proposal:
    """Hand in a plan as the worker does."""
    deciding.hand_in(
        by=acting_by_command("work"),
        at=AT,
        reference=row.reference,
        plan=plan,
        left_out=dict(left_out),
        cost=cost,
        bound=bound,
        told=["Searched for 5 seconds."],
        advice={},
        outcome=json.dumps({"visits": plan}),
    )
    row.refresh_from_db()
    return row


def decide(row: Proposal, numbers, by=None, *, accepts=True, reason="Risk first.", revision=None):
    done = deciding.decide_plan(
        by=by or planner(),
        at=AT,
        reference=row.reference,
        revision=revision or row.revision,
        numbers=numbers,
        accepts=accepts,
        reason=reason,
    )
    row.refresh_from_db()
    return done


def refused(rule, call, *args, **more) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **more)
    assert caught.value.rule == rule, str(caught.value)
    return caught.value


def test_the_planner_is_told_what_its_body_knows_and_the_record_only_a_digest_paragraph_28():
    movable, fixed = planned(first="2026-09-07"), announced(place=SURREY, first="2026-10-05")
    hidden = planned(place=SURREY, first="2027-01-11", days=5, body="hmpps-osag")

    row = asked(title="Autumn")

    problem = read(json.loads(row.problem))
    by_id = {one.id: one for one in problem.visits}
    assert by_id[movable.reference].fixed is None
    assert by_id[fixed.reference].fixed == FRAME.week_of(fixed.first_day)
    assert hidden.reference not in row.problem
    (unknown,) = [one for one in problem.visits if one.id.startswith("hidden-")]
    assert (unknown.site, unknown.fieldwork_weeks, unknown.uses) == (SURREY, 4, ())
    entry = Entry.objects.filter(verb="plan.asked").latest("sequence")
    assert row.digest in entry.payload
    assert movable.reference not in entry.payload
    assert Job.objects.get(kind="programme.plan").subject == row.reference


def test_places_of_a_running_programme_that_are_not_booked_are_planned_by_their_last_rating():
    running = cycle()
    booked = planned(first="2026-09-07", programme=running.slug)

    row = asked(programmes=[running.slug], weeks=80)

    problem = read(json.loads(row.problem))
    wanted = {one.site: one for one in problem.visits if one.id.startswith("new-")}
    assert booked.place_id not in wanted
    assert {"N03", SURREY} <= set(wanted)
    assert all(one.latest <= FRAME.week_of(date(2027, 10, 1)) for one in wanted.values())
    assert len({one.weight for one in wanted.values()}) >= 1
    refused("plan_programme", asked, programmes=["no-such"])


def test_nothing_to_plan_and_entries_that_do_not_fit_are_refused_beside_the_entry():
    assert refused("plan_nothing", asked).field == "programmes"
    planned(first="2026-09-07")
    assert refused("plan_frame", asked, weeks=9).field == "weeks"
    assert refused("plan_frame", asked, first=date(2025, 1, 6)).field == "first"
    assert refused("plan_search", asked, seconds=100_000).field == "seconds"
    assert refused("plan_search", asked, seed=0).field == "seed"
    urgent = Wish(urgent=(party(KSS), queries.visit_data().kinds["core_unit"], date(2026, 12, 1)))
    assert refused("visit_place", asked, wish=urgent).field == "place"
    for actor in (
        acting_for("hmip", "hmip_lead_inspector"),
        acting_for(EAST_KENT),
        acting_for("nao", "auditor"),
    ):
        refused("permission_programme.plan", asked, actor)


def test_a_plan_is_seen_by_the_planners_of_its_body_alone_paragraph_28():
    planned(first="2026-09-07")
    row = asked()

    assert queries.proposal(actor=planner(), reference=row.reference).line.reference == row.reference
    others = [planner("hmpps-osag"), acting_for("hmip", "hmip_lead_inspector"), acting_for(KSS)]
    for actor in others:
        refused("not_found_plan", queries.proposal, actor=actor, reference=row.reference)
        assert not queries.proposals(actor=actor, number=None).paginator.count
        refused("not_found_plan", queries.problem_text, actor=actor, reference=row.reference, today=AT.date())
    refused("not_found_plan", proposing.stop_plan, by=planner("hmpps-osag"), at=AT, reference=row.reference)


def test_accepting_moves_what_is_there_and_enters_what_is_new_all_or_nothing():
    first, second = planned(first="2026-09-07"), planned(place=SURREY, first="2026-10-05")
    running = cycle(kinds=("core_region",))
    row = asked(programmes=[running.slug])
    plan = {first.reference: 30, second.reference: FRAME.week_of(second.first_day), "new-core_region-N03": 20}

    given(row, plan, {"new-core_region-N57": "Its region is closed."})

    lines = {one.place_id: one for one in row.lines.order_by("number")}
    assert lines[SURREY].state == LineState.SAME
    assert (lines["N57"].state, lines["N57"].why) == (LineState.LEFT_OUT, "Its region is closed.")
    chosen = [lines[EAST_KENT].number, lines["N03"].number]

    assert decide(row, chosen) == (2, 0)

    first.refresh_from_db()
    assert (first.first_day, first.last_day) == (FRAME.days(30, 2).first, FRAME.days(30, 2).last)
    assert f"(plan {row.reference})" in first.rounds.get(number=2).reason
    entered = Visit.objects.get(place="N03")
    assert (entered.programme, entered.state, entered.kind) == (running, "planned", "core_region")
    assert row.state == "decided"


def test_a_visit_that_changed_since_is_not_moved_and_neither_is_any_other():
    first, second = planned(first="2026-09-07"), planned(place=SURREY, first="2026-10-05")
    row = given(asked(), {first.reference: 30, second.reference: 35})
    act(
        visits.change_visit,
        second,
        planner(),
        span=span("2026-11-02"),
        visit_days=10,
        reason="A team is ill.",
    )

    told = refused("plan_stale_visit", decide, row, [1, 2])

    assert second.reference in told.why
    first.refresh_from_db()
    assert first.first_day == date(2026, 9, 7)
    assert set(row.lines.values_list("state", flat=True)) == {"open"}
    assert decide(row, [row.lines.get(visit=first).number]) == (1, 0)


def test_days_that_a_must_rule_holds_back_refuse_the_whole_decision():
    first = planned(first="2026-09-07")
    row = given(asked(), {first.reference: 30})
    close_weeks(by=planner(), at=AT, of=party("hmip"), span=FRAME.days(30, 2), reason="Nobody is there.")

    told = refused("visit_clash", decide, row, [1])

    assert told.field in {first.reference, "numbers"}
    first.refresh_from_db()
    assert first.first_day == date(2026, 9, 7)


def test_declined_visits_stay_and_a_plan_may_be_set_aside_with_the_reason():
    first = planned(first="2026-09-07")
    row = given(asked(), {first.reference: 30})

    refused("plan_lines", decide, row, [7])
    refused("visit_reason", decide, row, [1], reason=" ")
    refused("stale_plan", decide, row, [1], revision=row.revision + 1)
    assert decide(row, [1], accepts=False, reason="The unit asked for September.") == (1, 0)
    assert row.state == "decided"
    first.refresh_from_db()
    assert first.first_day == date(2026, 9, 7)

    other = given(asked(), {first.reference: 30})
    proposing.set_plan_aside(
        by=planner(), at=AT, reference=other.reference, revision=other.revision, reason="Other figures."
    )
    other.refresh_from_db()
    assert (other.state, other.reason) == ("aside", "Other figures.")


def test_a_search_is_stopped_and_the_best_so_far_handed_in_once():
    first = planned(first="2026-09-07")
    row = asked()
    assert not queries.is_stopped(row.reference)

    proposing.stop_plan(by=planner(), at=AT, reference=row.reference)

    assert queries.is_stopped(row.reference)
    given(row, {first.reference: 30})
    with pytest.raises(Refused):
        given(row, {first.reference: 31})


def test_nothing_that_keeps_the_rules_is_said_so():
    first = planned(first="2026-09-07")
    row = given(asked(), {}, {first.reference: "Its team is not there."}, cost=None, bound=None)

    assert row.state == "nothing"
    (line,) = row.lines.all()
    assert (line.state, line.why, line.new_first) == ("left_out", "Its team is not there.", None)


@pytest.mark.writes_directly("the database refuses the impossible")
@pytest.mark.parametrize(
    "change",
    [
        {"state": "ready"},
        {"cost": 4},
        {"stopped_at": AT},
        {"ended_at": AT, "ended_by": "person:1"},
        {"reason": "x"},
        {"state": "aside", "reason": "x"},
        {"digest": ""},
    ],
)
def test_the_database_holds_a_plan_to_its_facts(change):
    planned(first="2026-09-07")
    row = asked()

    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=row.pk).update(**change)


@pytest.mark.writes_directly("the database refuses the impossible")
@pytest.mark.parametrize(
    "change",
    [
        {"new_first": None},
        {"state": "accepted"},
        {"decided_at": AT},
        {"state": "left_out"},
        {"old_last": date(2026, 1, 1)},
        {"why": "No week fits."},
        {"decided_at": AT, "decided_by": "person:1"},
    ],
)
def test_the_database_holds_a_proposed_visit_to_its_facts(change):
    first = planned(first="2026-09-07")
    row = given(asked(), {first.reference: 30})

    with pytest.raises(IntegrityError), transaction.atomic():
        ProposedVisit.objects.filter(proposal=row).update(**change)
