"""An act is permitted, done and recorded in one transaction, or not done at all."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from oversight.kernel.digests import parse
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action, in_action, registered_actions
from oversight.ledger.appending import RecordDamaged
from oversight.ledger.models import Entry, Head
from oversight.ledger.protection import unprotected
from oversight.ledger.rules import BEGINNING, EntryFacts, entry_digest
from tests.ledger.people import ANN, AT, Someone, act


@dataclass(frozen=True)
class Place:
    code: str
    lineage: str = ""


def entries():
    return [EntryFacts(*row) for row in Entry.objects.order_by("sequence").values_list(*EntryFacts._fields)]


def test_an_act_leaves_one_entry_that_says_who_what_when_and_for_whom(db):
    given = {"on": date(2026, 3, 16), "share": Decimal("0.20"), "note": "é\x00'; --"}

    result = act(by=ANN, at=datetime(2026, 7, 1, 9, 30, tzinfo=UTC), what="event:12", payload=given)

    (entry,) = entries()
    assert result == "event:12"
    assert entry.at == "2026-07-01T09:30:00.000000Z"
    assert (entry.actor, entry.actor_name, entry.party, entry.role) == (
        "person:1",
        "Ann Example",
        "hmip",
        "hmip_planner",
    )
    assert (entry.verb, entry.subject) == ("test.act", "event:12")
    assert parse(entry.payload) == given


def test_entries_are_numbered_and_chained_from_the_beginning(db):
    for _ in range(3):
        act(by=ANN, at=AT)

    one, two, three = entries()
    assert [one.sequence, two.sequence, three.sequence] == [1, 2, 3]
    assert [one.previous, two.previous, three.previous] == [BEGINNING, one.digest, two.digest]
    assert all(entry.digest == entry_digest(*entry[:-1]) for entry in (one, two, three))
    assert Head.objects.values_list("sequence", "digest").get() == (3, three.digest)


def test_equal_acts_have_unequal_salts_and_digests(db):
    act(by=ANN, at=AT)
    act(by=ANN, at=AT)

    one, two = entries()
    assert one.salt != two.salt
    assert one.digest != two.digest


def test_a_refused_act_runs_nothing_and_leaves_nothing(db):
    ran = []

    @action(verb="test.refused", permission="test.other")
    def refused(*, by, at):
        ran.append(by)
        return Recorded("thing:1", {}, None)

    with pytest.raises(Refused):
        refused(by=ANN, at=AT)

    assert ran == []
    assert entries() == []


@pytest.mark.parametrize(("unit", "allowed"), [("N57", True), ("N53", False)])
def test_permission_is_asked_over_the_party_acted_on(db, unit, allowed):
    @action(verb="test.on", permission="test.act", on=lambda *, unit, **_: Place(unit))
    def on_unit(*, by, at, unit="N57"):
        return Recorded(f"party:{unit}", {}, unit)

    by = Someone(parties=frozenset({"N57"}))

    if allowed:
        assert on_unit(by=by, at=AT, unit=unit) == unit
        assert on_unit(by=by, at=AT) == "N57"
    else:
        with pytest.raises(Refused):
            on_unit(by=by, at=AT, unit=unit)
        assert entries() == []


def test_a_failing_act_leaves_nothing(db):
    @action(verb="test.fails", permission="test.act")
    def fails(*, by, at):
        act(by=by, at=at)
        raise Refused("test", "No.", "Stop.")

    with pytest.raises(Refused):
        fails(by=ANN, at=AT)

    assert entries() == []
    assert Head.objects.get().sequence == 0


def test_a_failure_inside_an_act_that_carries_on_takes_only_the_inner_entry_away(db):
    @action(verb="test.inner", permission="test.act")
    def inner(*, by, at):
        act(by=by, at=at, what="thing:2")
        raise Refused("test", "No.", "Stop.")

    @action(verb="test.outer", permission="test.act")
    def outer(*, by, at):
        act(by=by, at=at, what="thing:1")
        with pytest.raises(Refused):
            inner(by=by, at=at)
        return Recorded("thing:3", {}, None)

    outer(by=ANN, at=AT)

    assert [entry.subject for entry in entries()] == ["thing:1", "thing:3"]
    assert [entry.sequence for entry in entries()] == [1, 2]


@pytest.mark.parametrize(
    ("returned", "error"),
    [
        (None, TypeError),
        ({"subject": "thing:1"}, TypeError),
        (Recorded("thing:1", {"rate": 0.5}, None), TypeError),
        (Recorded("thing:1", ["not", "a", "mapping"], None), TypeError),
        (Recorded("no reference", {}, None), ValueError),
        (Recorded("thing:", {}, None), ValueError),
        (Recorded("thing:a\nb", {}, None), ValueError),
        (Recorded("thing:" + "x" * 200, {}, None), ValueError),
    ],
)
def test_what_the_record_cannot_hold_undoes_the_act(db, returned, error):
    @action(verb="test.returns", permission="test.act")
    def returns(*, by, at):
        act(by=by, at=at)
        return returned

    with pytest.raises(error):
        returns(by=ANN, at=AT)

    assert entries() == []


def test_an_act_that_forgot_to_say_what_it_did_is_told_so(db):
    @action(verb="test.forgets", permission="test.act")
    def forgets(*, by, at):
        """Return nothing."""

    with pytest.raises(TypeError, match=r"forgets is an action and returned NoneType instead of Recorded"):
        forgets(by=ANN, at=AT)


@pytest.mark.parametrize(
    ("at", "error"),
    [
        (datetime(2026, 3, 16), ValueError),  # noqa: DTZ001 - the mistake meant
        (date(2026, 3, 16), TypeError),
        ("2026-03-16T09:30:00Z", TypeError),
        (None, TypeError),
    ],
)
def test_a_moment_without_time_zone_is_refused(db, at, error):
    with pytest.raises(error):
        act(by=ANN, at=at)

    assert entries() == []


def test_arguments_are_by_name_alone(db):
    with pytest.raises(TypeError):
        act(ANN, AT)
    with pytest.raises(TypeError):
        act(by=ANN, at=AT, unknown=1)


def _positional(by, *, at):
    return None


def _no_moment(*, by):
    return None


def _moment_by_default(*, by, at=AT):
    return None


def _anything(*, by, at, **rest):
    return None


@pytest.mark.parametrize("function", [_positional, _no_moment, _moment_by_default, _anything])
def test_a_function_of_another_shape_is_refused_when_decorated(function):
    with pytest.raises(TypeError, match=f"{function.__name__} is an action"):
        action(verb="test.shape", permission="test.act")(function)


@pytest.mark.parametrize("verb", ["", "Recorded", "was seen", "x" * 81, "1st"])
def test_a_verb_of_another_shape_is_refused(verb):
    with pytest.raises(TypeError, match="no verb"):
        action(verb=verb, permission="test.act")


def test_an_action_needs_a_permission():
    with pytest.raises(TypeError, match="needs a permission"):
        action(verb="test.act", permission="")


def test_an_action_tells_of_itself():
    assert act.action.verb == "test.act"
    assert act.action.permission == "test.act"
    assert act.action in registered_actions()
    assert act.__name__ == "act"
    assert act.__doc__ == "Do nothing but leave an entry."
    assert list(inspect.signature(act).parameters) == ["by", "at", "what", "payload"]


def test_verbs_of_the_service_are_its_own(db):
    ours = [info for info in registered_actions() if info.function.startswith("oversight.")]

    assert len({info.verb for info in ours}) == len(ours)


def test_one_knows_whether_an_action_is_running(db):
    seen = []

    @action(verb="test.looks", permission="test.act")
    def looks(*, by, at):
        seen.append(in_action())
        act(by=by, at=at)
        seen.append(in_action())
        raise Refused("test", "No.", "Stop.")

    with pytest.raises(Refused):
        looks(by=ANN, at=AT)

    assert seen == [True, True]
    assert not in_action()


@pytest.mark.writes_directly("removes the head behind the back of the record")
def test_without_its_head_the_record_takes_nothing(db):
    from django.db import connection

    with unprotected(connection):
        Head.objects.all().delete()

    with pytest.raises(RecordDamaged, match="oversight ledger verify"):
        act(by=ANN, at=AT)


@pytest.mark.django_db(transaction=True)
def test_what_surrounds_an_act_can_still_undo_it():
    def act_and_fail():
        with transaction.atomic():
            act(by=ANN, at=AT)
            raise IntegrityError("later")

    with pytest.raises(IntegrityError):
        act_and_fail()

    assert entries() == []
    act(by=ANN, at=AT)
    assert [entry.sequence for entry in entries()] == [1]
