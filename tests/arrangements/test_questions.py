"""A party owed a missed duty asks why; the one that owes it answers (paragraph 10(iii))."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product

import pytest

from oversight.arrangements import actions, queries
from oversight.arrangements.models import Duty, DutyQuery
from oversight.arrangements.rules.accountability import (
    ASKED_ABOUT,
    ASKER,
    BEARER,
    WORKFLOW,
    QueryState,
    check_asking,
)
from oversight.arrangements.rules.facts import Status
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.factories.arrangements import acting_for, record

MARCH = datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
TODAY = MARCH.date()

ALLOWED = {
    ("asked", "answered", BEARER),
    ("answered", "returned", ASKER),
    ("answered", "closed", ASKER),
    ("asked", "closed", ASKER),
}


@pytest.mark.parametrize(
    ("source", "target", "role"), [*product(QueryState, QueryState, (ASKER, BEARER))], ids=str
)
def test_every_move_between_states_by_either_party(source, target, role):
    moves = [move for move in WORKFLOW.allowed(source, role) if move.target == target]

    assert bool(moves) == ((source.value, target.value, role) in ALLOWED)


@pytest.mark.parametrize(
    ("standing", "owed", "open_already"), [*product(Status, (True, False), (True, False))], ids=str
)
def test_only_a_party_owed_asks_about_what_was_late_and_one_question_at_a_time(standing, owed, open_already):
    def asking():
        check_asking(standing, asker_is_owed=owed, already_open=open_already)
        return True

    if owed and not open_already and standing in ASKED_ABOUT:
        assert asking()
    else:
        assert refused(asking).paragraph == "10(iii)"


@pytest.fixture
def missed(memorandum):
    """An action plan that OSAG owed HM Inspectorate of Probation by 16 March 2026."""
    record("draft_received_for_checking", "2026-01-05", kind="sfo_independent")
    return Duty.objects.get(arrangement="27-submit-plan")


def ask(duty, *, by="hmip", revision=None, question="Why is the plan not here?", at=MARCH):
    return actions.raise_query(
        by=acting_for(by),
        at=at,
        duty_id=duty.pk,
        revision=duty.revision if revision is None else revision,
        question=question,
    )


def answer(query, *, by="hmpps-osag", revision=1, text="Two contributors were late."):
    actions.answer_query(by=acting_for(by), at=MARCH, query_id=query, revision=revision, answer=text)


def refused(call, *given, **facts):
    with pytest.raises(Refused) as found:
        call(*given, **facts)
    return found.value


def test_asked_answered_closed(missed):
    query = ask(missed)
    answer(query)
    actions.close_query(by=acting_for("hmip"), at=MARCH, query_id=query, revision=2, note="Understood.")

    (one,) = queries.duty(actor=acting_for("hmip"), today=TODAY, duty_id=missed.pk).rounds
    assert (one.state, one.round, one.answer, one.closed_note) == (
        QueryState.CLOSED,
        1,
        "Two contributors were late.",
        "Understood.",
    )
    assert one.moves == ()
    verbs = list(Entry.objects.order_by("-sequence").values_list("verb", flat=True)[:3])
    assert verbs == ["query.closed", "query.answered", "query.asked"]


def test_an_answer_sent_back_is_kept_beside_the_next_round(missed):
    first = ask(missed)
    answer(first)
    second = actions.return_query(
        by=acting_for("hmip"), at=MARCH, query_id=first, revision=2, reason="Which contributors?"
    )

    rounds = queries.duty(actor=acting_for("hmpps-osag"), today=TODAY, duty_id=missed.pk).rounds
    assert [(one.id, one.round, one.state.value, one.question) for one in rounds] == [
        (first, 1, "returned", "Why is the plan not here?"),
        (second, 2, "asked", "Which contributors?"),
    ]
    assert rounds[0].answer == "Two contributors were late."
    assert rounds[1].moves == ("answer",)


@pytest.mark.parametrize(
    ("by", "rule"),
    [
        ("hmpps-osag", "query_by_counterpart"),
        ("N57", "query_by_counterpart"),
        ("moj-policy", "query_by_counterpart"),
        ("ministers", "permission_arrangements.raise_query"),
    ],
)
def test_nobody_to_whom_it_is_not_owed_may_ask(missed, by, rule):
    assert refused(ask, missed, by=by).rule == rule
    assert not DutyQuery.objects.exists()


def test_before_its_last_day_has_passed_nothing_is_asked(missed):
    on_the_day = datetime(2026, 3, 16, 22, 0, tzinfo=UTC)

    assert refused(ask, missed, at=on_the_day).rule == "query_on_missed_duty"
    assert ask(missed, at=datetime(2026, 3, 17, 0, 30, tzinfo=UTC))


def test_a_question_on_an_older_sight_of_the_duty_is_refused(missed):
    assert refused(ask, missed, revision=7).rule == "stale_query"


def test_a_second_question_waits_for_the_first(missed):
    query = ask(missed)
    assert refused(ask, missed).rule == "query_one_at_a_time"

    actions.close_query(by=acting_for("hmip"), at=MARCH, query_id=query, revision=1, note="Told by phone.")
    again = ask(missed)

    assert DutyQuery.objects.get(pk=again).round == 2


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001, "bad \x00 sign"])
def test_an_empty_or_broken_text_is_refused(missed, text):
    assert refused(ask, missed, question=text).field == "question"
    query = ask(missed)
    assert refused(answer, query, text=text).field == "answer"
    assert refused(
        actions.close_query, by=acting_for("hmip"), at=MARCH, query_id=query, revision=1, note=text
    ).field == ("note")


@pytest.mark.parametrize("by", ["hmip", "N57", "moj-sponsorship"])
def test_only_the_party_that_owes_may_answer(missed, by):
    query = ask(missed)

    assert refused(answer, query, by=by).rule == "permission_arrangements.answer_query"


def test_hmpps_may_answer_for_its_own_group(missed):
    """HMPPS answers for what belongs to it; the region above nobody here does not."""
    query = ask(missed)

    answer(query, by="hmpps")

    assert DutyQuery.objects.get(pk=query).answered_by == "person:hmpps"


@pytest.mark.parametrize("by", ["hmpps-osag", "hmpps", "N57"])
def test_only_the_party_that_asked_may_close_or_send_back(missed, by):
    query = ask(missed)
    answer(query)
    facts = {"by": acting_for(by), "at": MARCH, "query_id": query, "revision": 2}

    assert refused(actions.close_query, note="Done.", **facts).rule == "permission_arrangements.raise_query"
    assert (
        refused(actions.return_query, reason="More.", **facts).rule == "permission_arrangements.raise_query"
    )


def test_someone_elses_newer_change_is_not_overwritten(missed):
    query = ask(missed)
    answer(query)

    assert refused(answer, query, revision=1, text="Another answer.").rule == "stale_query"
    assert DutyQuery.objects.get(pk=query).answer == "Two contributors were late."


def test_what_the_state_forbids_is_refused(missed):
    query = ask(missed)

    found = refused(
        actions.return_query, by=acting_for("hmip"), at=MARCH, query_id=query, revision=1, reason="More."
    )

    assert found.paragraph == "10(iii)" or "answered" in str(found).lower()
    assert DutyQuery.objects.get(pk=query).state == "asked"


@pytest.mark.parametrize("query_id", [0, 987654])
def test_an_unknown_question_is_not_found(missed, query_id):
    assert refused(answer, query_id).rule == "not_found_query"


def test_open_questions_wait_for_the_party_whose_turn_it_is(missed):
    query = ask(missed)

    def waiting(code):
        return [one.id for one in queries.open_questions(actor=acting_for(code), today=TODAY)]

    assert (waiting("hmpps-osag"), waiting("hmip")) == ([query], [])
    answer(query)
    assert (waiting("hmpps-osag"), waiting("hmip")) == ([], [query])


def test_a_duty_says_whether_one_may_ask_and_why_not(missed):
    def asking(code, today=TODAY):
        detail = queries.duty(actor=acting_for(code), today=today, duty_id=missed.pk)
        return detail.may_ask, bool(detail.ask_refusal)

    assert asking("hmip") == (True, False)
    assert asking("hmip", date(2026, 3, 16)) == (False, False)
    assert asking("hmpps-osag") == (False, True)
    ask(missed)
    assert asking("hmip") == (False, True)
