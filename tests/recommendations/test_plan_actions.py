"""Actions of plans: progress, dates and who is told when one is overdue (E6, ¶26)."""

from __future__ import annotations

from datetime import date

import pytest

from oversight.kernel.refusals import Refused
from oversight.parties.queries import party
from oversight.recommendations.actions import plan_actions
from oversight.recommendations.queries.plan_actions import action, action_register, my_notices
from oversight.recommendations.queries.plan_facts import ActionFilter
from tests.factories.arrangements import acting_for
from tests.factories.plans import (
    AT,
    DUE,
    coordinated,
    on,
    opened,
    submitted,
    with_action,
)
from tests.factories.recommendations import colleague

pytestmark = pytest.mark.usefixtures("memorandum")
TODAY = AT.date()


def test_progress_is_added_and_never_overwritten():
    row = submitted()
    one = row.actions.get()
    owner = acting_for("N57EKNT")
    on(plan_actions.report_action, one, owner, progress="under_way", text="Half.")
    with pytest.raises(Refused) as told:
        on(plan_actions.report_action, one, owner, progress="done", text="All.")
    assert told.value.field == "evidence"
    on(plan_actions.report_action, one, acting_for("N57"), progress="done", text="All.", evidence="Page 4")
    with pytest.raises(Refused, match="reported done"):
        on(plan_actions.report_action, one, owner, progress="under_way", text="Not yet.")

    told = action(actor=owner, reference=row.reference, number=1, today=TODAY)
    assert [entry.text for entry in told.entries] == ["All.", "Half."]
    assert told.line.timing == "done"


def test_nobody_else_reports_on_an_action():
    one = submitted().actions.get()
    for code in ("N57SUR", "N50", "hmip", "hmpps-osag", "moj-policy"):
        with pytest.raises(Refused) as told:
            on(plan_actions.report_action, one, acting_for(code), progress="under_way", text="Half.")
        assert told.value.rule.startswith(("permission_", "not_found")), code


def test_nothing_is_reported_on_a_draft():
    one = with_action(opened())
    with pytest.raises(Refused, match="still being drafted"):
        on(plan_actions.report_action, one, acting_for("N57EKNT"), progress="under_way", text="Half.")


def test_a_new_date_needs_a_reason_and_another_person_and_the_first_date_stays():
    row = submitted()
    one = row.actions.get()
    director = acting_for("N57")
    later = date(2026, 12, 1)
    with pytest.raises(Refused) as told:
        on(plan_actions.ask_date, one, director, due=later, reason=" ")
    assert told.value.field == "reason"
    on(plan_actions.ask_date, one, director, due=later, reason="No staff.")
    assert one.due == DUE
    with pytest.raises(Refused, match="waiting"):
        on(plan_actions.ask_date, one, acting_for("N57EKNT"), due=later, reason="Again.")
    with pytest.raises(Refused, match="someone else decides"):
        on(plan_actions.decide_date, one, director, approved=True)
    with pytest.raises(Refused):
        on(plan_actions.decide_date, one, acting_for("N57EKNT"), approved=True)
    with pytest.raises(Refused) as told:
        on(plan_actions.decide_date, one, colleague(director), approved=False)
    assert told.value.field == "decision"

    on(plan_actions.decide_date, one, colleague(director), approved=True)

    assert (one.first_due, one.due) == (DUE, later)
    on(plan_actions.ask_date, one, director, due=date(2027, 1, 1), reason="Still none.")
    on(plan_actions.decide_date, one, colleague(director), approved=False, decision="No.")
    assert one.due == later
    rounds = action(actor=director, reference=row.reference, number=1, today=TODAY).changes
    assert [(each.approved, each.reason) for each in rounds] == [(False, "Still none."), (True, "No staff.")]
    with pytest.raises(Refused, match="No date is waiting"):
        on(plan_actions.decide_date, one, colleague(director), approved=True)


def test_overdue_and_due_soon_are_told_to_their_owner():
    row = opened()
    for due in (date(2026, 3, 9), date(2026, 4, 20), date(2026, 12, 1)):
        with_action(row, due=due)
    submitted(row)
    owner, today = acting_for("N57EKNT"), date(2026, 4, 1)

    assert my_notices(actor=owner, today=today) == {"overdue": 1, "due_soon": 1}
    assert my_notices(actor=acting_for("N57SUR"), today=today) == {"overdue": 0, "due_soon": 0}
    for timing, number in (("overdue", 1), ("due_soon", 2), ("ahead", 3)):
        found = action_register(actor=owner, chosen=ActionFilter(timing=timing), today=today)
        assert [line.number for line in found.lines] == [number]
        assert all(line.timing == timing for line in found.lines)
    detail = action(actor=owner, reference=row.reference, number=1, today=today)
    assert detail.line.rung is not None
    assert detail.rung_to == party("N57EKNT").name


def test_an_owner_sees_its_action_of_another_plan_once_submitted():
    row = coordinated()
    with_action(row, owner="home-office")
    with_action(row, owner="hmpps")
    officer = acting_for("home-office")
    assert action_register(actor=officer, chosen=ActionFilter(), today=TODAY).lines == ()

    submitted(row)

    found = action_register(actor=officer, chosen=ActionFilter(), today=TODAY)
    assert [line.owner.code for line in found.lines] == ["home-office"]
    assert not action(actor=officer, reference=row.reference, number=1, today=TODAY).sees_plan
    with pytest.raises(Refused):
        action(actor=officer, reference=row.reference, number=2, today=TODAY)
