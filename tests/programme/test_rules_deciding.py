"""What becomes of a proposed plan: every step from every state by every role (C4, ¶10(v))."""

from __future__ import annotations

import pytest

from oversight.access.rules import access_table
from oversight.kernel.refusals import Refused
from oversight.programme.rules.deciding import (
    DECIDERS,
    WORKER,
    WORKFLOW,
    LineState,
    ProposalState,
    after_deciding,
)

STEPS = {
    "stop": ({"working"}, DECIDERS),
    "hand_in": ({"working"}, WORKER),
    "hand_in_nothing": ({"working"}, WORKER),
    "decide": ({"ready"}, DECIDERS),
    "decide_last": ({"ready"}, DECIDERS),
    "set_aside": ({"working", "ready", "nothing"}, DECIDERS),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", [str(state) for state in ProposalState])
def test_each_step_is_taken_from_its_states_by_its_roles_alone(step, state):
    states, roles = STEPS[step]
    for role in access_table().roles:
        if state in states and role in roles:
            assert WORKFLOW.check(step, state, role).paragraph == "10(v)"
        else:
            with pytest.raises(Refused):
                WORKFLOW.check(step, state, role)


def test_a_plan_is_decided_once_nothing_is_open():
    assert after_deciding([LineState.ACCEPTED, LineState.OPEN]) is ProposalState.READY
    assert (
        after_deciding([LineState.ACCEPTED, LineState.DECLINED, LineState.LEFT_OUT]) is ProposalState.DECIDED
    )
    assert after_deciding([LineState.SAME]) is ProposalState.DECIDED
