"""Visits planned, shared, announced, changed, put on hold and cancelled by the real acts (C2, C5, ¶28)."""

from __future__ import annotations

from datetime import date

import pytest

from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.queries import party
from oversight.programme.actions import batches, holding, visits
from oversight.programme.models import Visit, VisitRound
from oversight.programme.queries.sight import visible
from oversight.programme.rules.visits import Span
from tests.factories.arrangements import acting_for
from tests.factories.programme import (
    AT,
    EAST_KENT,
    KSS,
    SURREY,
    act,
    announced,
    held,
    planned,
    planner,
    shared,
    span,
)

pytestmark = pytest.mark.usefixtures("memorandum")


def refused(rule, act_, *args, **more) -> Refused:
    with pytest.raises(Refused) as caught:
        act_(*args, **more)
    assert caught.value.rule == rule, str(caught.value)
    return caught.value


def knows(row: Visit, actor) -> bool:
    return visible(actor).filter(pk=row.pk).exists()


def test_a_planned_visit_is_known_to_its_owners_planners_alone():
    row = planned()

    assert knows(row, planner())
    others = [
        planner("hmpps-osag"),
        acting_for("hmpps-osag", "osag_lead"),
        acting_for("hmip", "hmip_lead_inspector"),
        acting_for("hmip", "hmip_publications"),
        acting_for(EAST_KENT),
        acting_for(KSS),
        acting_for("moj-sponsorship"),
        acting_for("nao", "auditor"),
        acting_for("hmicfrs"),
        planner("hmpps-contract-management"),
    ]
    assert [one.role for one in others if knows(row, one)] == []


def test_sharing_tells_the_other_planners_and_announcing_tells_those_visited():
    row = shared()
    assert knows(row, planner("hmpps-osag"))
    assert not knows(row, acting_for("hmicfrs"))
    assert not knows(row, acting_for(EAST_KENT))

    act(visits.announce_visit, row, planner())

    for actor in (acting_for(EAST_KENT), acting_for(KSS), acting_for("moj-sponsorship")):
        assert knows(row, actor)
    # The right role of the wrong place, and the wrong body.
    assert not knows(row, acting_for(SURREY))
    assert not knows(row, acting_for("N03"))
    assert not knows(row, planner("hmpps-contract-management"))


def test_a_unit_knows_of_an_announced_visit_to_its_region_and_not_of_one_to_another():
    of_region, of_other = announced(KSS), announced("N03")

    assert knows(of_region, acting_for(EAST_KENT))
    assert not knows(of_other, acting_for(EAST_KENT))


def test_another_bodys_planner_can_move_nothing_even_when_it_is_shared():
    row = shared()

    refused(
        "permission_programme.plan",
        act,
        visits.change_visit,
        row,
        planner("hmpps-osag"),
        span=span("2026-10-05"),
        visit_days=10,
        reason="It suits us.",
    )
    refused("permission_programme.plan", act, visits.announce_visit, row, planner("hmpps-osag"))


def test_one_that_is_hidden_is_not_found_by_who_guesses_its_reference():
    row = planned()

    refused("permission_programme.plan", act, visits.share_visit, row, planner("hmpps-osag"))
    refused("permission_programme.plan", act, visits.share_visit, row, acting_for("hmip"))


def test_days_change_with_a_reason_and_the_first_ones_stay():
    row = planned()
    refused(
        "visit_reason",
        act,
        visits.change_visit,
        row,
        planner(),
        span=span("2026-10-05"),
        visit_days=10,
        reason=" ",
    )

    act(visits.change_visit, row, planner(), span=span("2026-10-05"), visit_days=8, reason="A team is away.")

    rounds = VisitRound.objects.filter(visit=row).order_by("number")
    assert [(one.first_day, one.visit_days, one.reason) for one in rounds] == [
        (date(2026, 9, 7), 10, ""),
        (date(2026, 10, 5), 8, "A team is away."),
    ]
    assert [one.known for one in rounds] == [False, False]
    act(visits.announce_visit, row, planner())
    assert [one.known for one in VisitRound.objects.filter(visit=row).order_by("number")] == [False, True]


@pytest.mark.parametrize(
    ("facts", "rule", "field"),
    [
        ({"first": "2026-03-01"}, "visit_dates", "first"),
        ({"days": 0}, "visit_dates", "last"),
        ({"days": 400}, "visit_dates", "last"),
        ({"kind": "audit"}, "visit_kind", "kind"),
        ({"place": KSS, "kind": "core_unit"}, "visit_place", "place"),
        ({"visit_days": 2000}, "visit_days", "visit_days"),
        ({"teams": ["osag-audit"]}, "visit_teams", "teams"),
        ({"programme": "no-such"}, "visit_programme", "programme"),
        ({"title": "a\x00b"}, "plain_text", "title"),
    ],
)
def test_what_does_not_fit_is_refused_beside_its_field(facts, rule, field):
    assert refused(rule, planned, **facts).field == field
    assert not Visit.objects.exists()


def test_an_act_on_an_older_sight_is_refused():
    row = planned()
    stale = {"reference": row.reference, "revision": row.revision}
    act(visits.share_visit, row, planner())

    refused("stale_visit", visits.announce_visit, by=planner(), at=AT, **stale)


def test_a_visit_on_hold_keeps_its_days_and_is_taken_up_again():
    row = held()
    assert (row.state, row.held_from, row.first_day) == ("held", "planned", date(2026, 9, 7))

    act(holding.resume_visit, row, planner(), span=span("2026-11-02"), reason="The team is back.")

    assert (row.state, row.held_from, row.first_day) == ("planned", "", date(2026, 11, 2))
    assert VisitRound.objects.filter(visit=row).count() == 2


def test_a_cancelled_visit_moves_no_more():
    row = announced()
    act(holding.cancel_visit, row, planner(), reason="The theme was dropped.")

    with pytest.raises(Refused):
        act(visits.change_visit, row, planner(), span=span("2026-10-05"), visit_days=1, reason="Why not")
    assert row.state == "cancelled"


def test_a_visit_of_a_body_that_does_not_plan_here_is_entered_as_told():
    row = planned(body="hmpps-osag", owner="hmicfrs")
    assert (row.owner_id, row.keeper_id, row.state) == ("hmicfrs", "hmpps-osag", "announced")

    refused("permission_visit_owner", planned, body="hmpps-osag", owner="hmip", kind="core_unit")
    refused("permission_visit_owner", planned, body="hmicfrs", owner="hmpps-osag", kind="audit")


def test_the_record_says_nothing_of_a_visit_that_is_not_announced():
    row = planned()
    entry = Entry.objects.order_by("-sequence").first()
    assert entry.subject == f"visit:{row.reference}"
    assert EAST_KENT not in entry.payload
    assert "2026-09" not in entry.payload
    assert EAST_KENT not in row.reference

    act(visits.announce_visit, row, planner())
    assert EAST_KENT in Entry.objects.order_by("-sequence").first().payload


def test_many_are_moved_in_one_act_or_none_is():
    one, two = planned(first="2026-09-07"), planned(SURREY, "2026-09-07")
    other = announced(KSS, "2027-03-01", body="hmpps-osag")
    new = span("2026-10-12")
    moves = [(one.reference, one.revision, new), (two.reference, two.revision, new)]

    wrong = refused(
        "permission_programme.plan",
        batches.move_visits,
        by=planner(),
        at=AT,
        moves=[*moves, (other.reference, other.revision, new)],
        reason="The plan of March.",
    )
    assert wrong.field == other.reference
    one.refresh_from_db()
    assert one.first_day == date(2026, 9, 7)

    before = Entry.objects.count()
    batches.move_visits(by=planner(), at=AT, moves=moves, reason="The plan of March.")
    for row in (one, two):
        row.refresh_from_db()
        assert row.first_day == date(2026, 10, 12)
        assert VisitRound.objects.filter(visit=row).count() == 2
    assert Entry.objects.count() == before + 1


def test_visits_that_change_places_do_not_hold_one_another_back():
    one, two = planned(first="2026-09-07", days=5), planned(first="2026-12-07", days=5)
    moves = [
        (one.reference, one.revision, Span(two.first_day, two.last_day)),
        (two.reference, two.revision, Span(one.first_day, one.last_day)),
    ]

    batches.move_visits(by=planner(), at=AT, moves=moves, reason="They change places.")

    assert Visit.objects.get(pk=one.pk).first_day == date(2026, 12, 7)


def test_a_past_visit_is_recorded_as_done_only_when_it_is_over():
    facts = {"by": planner("hmpps-osag"), "at": AT, "kind": "audit", "place": party(EAST_KENT)}
    visits.record_visit(**facts, span=span("2026-01-12", 5))
    assert Visit.objects.get().state == "done"

    refused("visit_dates", visits.record_visit, **facts, span=span("2026-02-27", 12))


def test_a_visit_is_done_once_its_first_day_has_come():
    row = announced(first="2026-03-09")
    refused("visit_not_yet", act, holding.finish_visit, row, planner())

    act(holding.finish_visit, row, planner(), at=AT.replace(day=20))
    assert row.state == "done"
