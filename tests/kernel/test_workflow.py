from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oversight.kernel.refusals import Refused
from oversight.kernel.workflow import Decision, Move, State, Workflow

STATES = (
    State("raised", "Raised", "The party that owes"),
    State("answered", "Answered", "The party that asked"),
    State("closed", "Closed", "Nobody", ends=True),
)
ANSWER = Move("answer", "Answer the query", "raised", "answered", frozenset({"osag_coordinator"}), "10(iii)")
WITHDRAW = Move("withdraw", "Withdraw the query", "raised", "closed", frozenset({"hmip_planner"}), "10(iii)")
WITHDRAW_LATER = replace(WITHDRAW, source="answered")
ADD = Move("add", "Add to the answer", "answered", "answered", frozenset({"osag_coordinator"}), "")
CLOSE = Move(
    "close",
    "Close the query",
    "answered",
    "closed",
    frozenset({"hmip_planner", "sponsorship_officer"}),
    "10(iii)",
)
MOVES = (ANSWER, WITHDRAW, WITHDRAW_LATER, ADD, CLOSE)
NAMES = {"osag_coordinator": "OSAG coordinator", "hmip_planner": "HMI Probation planner"}
QUERY = Workflow("query", "Query on a missed duty", STATES, MOVES, "raised", NAMES)
ROLES = ("osag_coordinator", "hmip_planner", "sponsorship_officer", "auditor", "")


def built(**changes):
    return Workflow(
        **{"name": "query", "title": "Query", "states": STATES, "moves": MOVES, "starts": "raised"} | changes
    )


def test_the_whole_matrix_of_states_and_roles_is_decided():
    allowed = {
        ("raised", "answered", "osag_coordinator"): ("answer",),
        ("raised", "closed", "hmip_planner"): ("withdraw",),
        ("answered", "answered", "osag_coordinator"): ("add",),
        ("answered", "closed", "hmip_planner"): ("withdraw", "close"),
        ("answered", "closed", "sponsorship_officer"): ("close",),
    }
    names = [state.name for state in STATES]

    matrix = QUERY.matrix(ROLES)

    assert matrix == tuple(
        Decision(source, target, role, allowed.get((source, target, role), ()))
        for source, target, role in product(names, names, ROLES)
    )
    assert [each.allowed for each in matrix].count(True) == len(allowed)


@given(
    st.sampled_from([state.name for state in STATES]),
    st.sampled_from([*(move.name for move in MOVES), "reopen"]),
    st.sampled_from(ROLES),
)
def test_what_is_offered_is_exactly_what_is_not_refused(state, move_name, role):
    offered = {move.name: move for move in QUERY.allowed(state, role)}

    if move_name in offered:
        assert QUERY.check(move_name, state, role) is offered[move_name]
    else:
        with pytest.raises(Refused):
            QUERY.check(move_name, state, role)


def test_a_move_by_another_role_is_refused_naming_who_can_and_what_is_possible():
    with pytest.raises(Refused) as refused:
        QUERY.check("close", "answered", "osag_coordinator")

    who = "the HMI Probation planner or the sponsorship officer"
    assert (refused.value.rule, refused.value.paragraph) == ("workflow_role", "10(iii)")
    assert refused.value.who_can == who
    assert str(refused.value) == (
        f"“Close the query” is for {who}. (paragraph 10(iii)) Ask {who} to do it. "
        "Possible from “Answered”: “Withdraw the query” by the HMI Probation planner; "
        f"“Add to the answer” by the OSAG coordinator; “Close the query” by {who}."
    )


def test_a_move_from_another_state_is_refused_naming_where_it_is_possible():
    with pytest.raises(Refused) as refused:
        QUERY.check("close", "raised", "hmip_planner")

    assert (refused.value.rule, refused.value.paragraph) == ("workflow_state", "10(iii)")
    assert refused.value.why == "“Close the query” is not possible from “Raised”, only from “Answered”."
    assert refused.value.what_next == (
        "Possible from “Raised”: “Answer the query” by the OSAG coordinator; "
        "“Withdraw the query” by the HMI Probation planner."
    )
    assert refused.value.who_can == "the HMI Probation planner or the sponsorship officer"


def test_at_the_end_the_refusal_says_that_nothing_more_is_possible():
    with pytest.raises(Refused) as refused:
        QUERY.check("withdraw", "closed", "hmip_planner")

    assert "only from “Raised” or “Answered”" in refused.value.why
    assert refused.value.what_next == "Nothing more is possible from “Closed”: it ends there."


def test_an_unknown_move_is_refused_without_repeating_it():
    with pytest.raises(Refused) as refused:
        QUERY.check("<script>", "raised", "osag_coordinator")

    assert refused.value.rule == "workflow_move"
    assert "<script>" not in str(refused.value)
    assert "“Answer the query” by the OSAG coordinator" in refused.value.what_next


def test_a_state_that_the_table_does_not_know_is_a_fault_of_the_record():
    for question in (
        lambda: QUERY.state("lost"),
        lambda: QUERY.moves_from("lost"),
        lambda: QUERY.allowed("lost", "auditor"),
        lambda: QUERY.check("answer", "lost", "osag_coordinator"),
    ):
        with pytest.raises(ValueError, match="has no state “lost”"):
            question()


def test_moves_are_offered_in_the_order_of_the_table():
    assert QUERY.moves_from("answered") == (WITHDRAW_LATER, ADD, CLOSE)
    assert QUERY.allowed("answered", "hmip_planner") == (WITHDRAW_LATER, CLOSE)
    assert QUERY.allowed("answered", "auditor") == ()
    assert QUERY.moves_from("closed") == ()


def test_the_table_cannot_be_changed_after_it_was_checked():
    names = dict(NAMES)
    workflow = built(states=list(STATES), moves=list(MOVES), role_names=names)

    names["auditor"] = "Auditor"

    assert workflow.states == STATES
    assert workflow.moves == MOVES
    assert "auditor" not in workflow.role_names
    assert hash(workflow) == hash(built())


def and_a_move(base, **changes):
    return {"moves": (*MOVES, replace(base, **changes))}


def with_the_end(**changes):
    return {"states": (*STATES[:2], replace(STATES[2], **changes))}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": "Query"}, "the workflow “Query” is not named in snake case"),
        ({"title": ""}, "the title “” is empty"),
        ({"title": "Query\naccDescr: other"}, "signs that cannot be drawn"),
        ({"title": "100%% of it"}, "signs that cannot be drawn"),
        ({"states": ()}, "it starts at “raised”, which is no state"),
        ({"starts": "lost"}, "it starts at “lost”, which is no state"),
        ({"states": (*STATES, STATES[0])}, "the state “raised” is there 2 times"),
        ({"states": (*STATES, State("shut", "Closed", "Nobody", ends=True))}, "“Closed” is there 2 times"),
        ({"states": (*STATES, State("on-hold", "On hold", "Nobody"))}, "the state “on-hold” is not named"),
        (with_the_end(owner=" "), "the owner of a state “ ” is empty"),
        (with_the_end(label="Closed; gone"), "“Closed; gone” is empty or has signs"),
        (with_the_end(label="Closed "), "“Closed ” is empty or has signs"),
        (with_the_end(label="1. Closed"), "“1. Closed” is empty or has signs"),
        (with_the_end(ends=False), "no move leaves the state “closed”"),
        ({"moves": (*MOVES, ANSWER)}, "the move “answer” from “raised” is there 2 times"),
        (and_a_move(ADD, name="reopen", target="open"), "“open”, which is no state"),
        (and_a_move(ADD, name="reopen", source="open"), "“open”, which is no state"),
        (and_a_move(ADD, name="extend", roles=frozenset()), "nobody can make the move “extend”"),
        (and_a_move(ADD, name="extend", roles=frozenset({"Head"})), "the role “Head” is not named"),
        (and_a_move(ADD, name="extend", label="**Extend**"), "signs that cannot be drawn"),
        (and_a_move(ANSWER, source="answered", label="Reply"), "the move “answer” has two labels"),
        (and_a_move(ANSWER, name="reopen", source="closed"), "“closed” ends, yet a move leaves it"),
        ({"role_names": {"auditor": "Auditor"}}, "the role “auditor” has a name but makes no move"),
        ({"moves": (WITHDRAW, ADD, CLOSE)}, "the state “answered” cannot be reached"),
        ({"moves": (ANSWER, WITHDRAW, ADD)}, "no end can be reached from the state “answered”"),
    ],
)
def test_a_table_that_contradicts_itself_cannot_be_built(changes, fault):
    with pytest.raises(ValueError, match="cannot stand") as refused:
        built(**changes)

    assert fault in str(refused.value)


def test_every_fault_is_reported_at_once():
    with pytest.raises(ValueError, match="cannot stand") as refused:
        built(name="Query", starts="lost", title="")

    assert str(refused.value).count(";") == 2


def test_a_workflow_need_not_end():
    states = (State("active", "Active", "HMPPS"), State("paused", "Paused", "HMPPS"))
    moves = (
        Move("pause", "Pause", "active", "paused", frozenset({"auditor"}), ""),
        Move("resume", "Resume", "paused", "active", frozenset({"auditor"}), ""),
    )

    assert (
        Workflow("membership", "Membership", states, moves, "active").allowed("paused", "auditor")
        == moves[1:]
    )


def test_the_diagram_tells_the_table():
    description, *lines = QUERY.mermaid().splitlines()[2:]

    assert QUERY.mermaid().startswith("stateDiagram-v2\naccTitle: Query on a missed duty\n")
    assert description == (
        "accDescr: Starts at Raised. From Raised to Answered, Answer the query. "
        "From Raised to Closed, Withdraw the query. From Answered to Closed, Withdraw the query. "
        "From Answered to Answered, Add to the answer. From Answered to Closed, Close the query."
    )
    assert lines == [
        'state "**Raised**<br/>The party that owes" as s_raised',
        'state "**Answered**<br/>The party that asked<br/>Stays here – Add to the answer" as s_answered',
        'state "**Closed**<br/>Nobody" as s_closed',
        "[*] --> s_raised",
        "s_raised --> s_answered : Answer the query",
        "s_raised --> s_closed : Withdraw the query",
        "s_answered --> s_closed : Withdraw the query",
        "s_answered --> s_closed : Close the query",
        "s_closed --> [*]",
    ]
