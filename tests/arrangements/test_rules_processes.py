"""Processes are put together from the arrangements in force and lose none of them (A3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import yaml

from oversight.arrangements.rules.processes import (
    OTHER,
    processes_under,
    read_catalogue,
    shipped_catalogue,
)
from oversight.arrangements.rules.telling import tell
from oversight.kernel.refusals import Refused
from tests.arrangements.stories import another, mou

STEPS = [(process, step) for process in shipped_catalogue().processes for step in process.steps]


def test_every_arrangement_that_an_event_starts_is_in_a_process():
    placed = {
        one.arrangement.id
        for process in processes_under(mou(), shipped_catalogue())
        for one in process.owed
        if process.id != OTHER
    }

    assert {one.id for one in mou().arrangements if not one.standing} == placed


def test_no_process_is_left_over_for_the_shipped_text():
    assert OTHER not in {process.id for process in processes_under(mou(), shipped_catalogue())}


@pytest.mark.parametrize(
    ("process", "step"), STEPS, ids=[f"{process.id}: {step.event}" for process, step in STEPS]
)
def test_every_step_names_an_event_and_what_that_event_starts(process, step):
    event = mou().events[step.event]
    shown = next(one for one in processes_under(mou(), shipped_catalogue()) if one.id == process.id)
    owed = next(one for one in shown.steps if one.event.name == step.event).owed

    assert tuple(one.arrangement.id for one in owed) == step.owed
    assert set(event.kinds) & set(process.kinds) or not (event.kinds and process.kinds)


def test_every_standing_arrangement_named_is_one():
    named = {key for process in shipped_catalogue().processes for key in process.standing}

    assert named <= {one.id for one in mou().arrangements if one.standing}


def test_the_five_principles_are_those_of_the_text():
    serving = {principle for one in mou().arrangements for principle in one.principles}

    assert list(shipped_catalogue().principles) == [
        "transparency",
        "consistency",
        "accountability",
        "proportionality",
        "targeted",
    ]
    assert serving == set(shipped_catalogue().principles)


def test_what_a_later_text_adds_is_shown_although_no_process_names_it():
    added = replace(mou().arrangement("27-submit-plan"), id="27-hold-meeting", title="Hold a meeting")
    version = replace(mou(), arrangements=(*mou().arrangements, added))

    *_, last = processes_under(version, shipped_catalogue())

    assert last.id == OTHER
    assert [one.arrangement.id for one in last.owed] == ["27-hold-meeting"]
    assert [step.event.name for step in last.steps] == ["draft_received_for_checking"]


def test_what_a_later_text_drops_or_moves_is_no_longer_shown_where_it_was():
    moved = {"27-submit-plan": {"starts": [{"event": "final_report_issued", "kinds": ["thematic"]}]}}
    version = another("mou-2026", date(2026, 3, 1), moved)
    kept = tuple(one for one in version.arrangements if one.id != "33-share-joint-data")

    found = processes_under(replace(version, arrangements=kept), shipped_catalogue())

    thematic = next(one for one in found if one.id == "thematic-action-plan")
    assert "27-submit-plan" not in {one.arrangement.id for one in thematic.owed}
    assert "33-share-joint-data" not in {one.arrangement.id for process in found for one in process.owed}
    assert [one.arrangement.id for one in found[-1].owed] == ["27-submit-plan"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw["processes"].append(raw["processes"][0]), "line"),
        (lambda raw: raw["processes"][0].update(id="other"), "“other” is taken"),
        (lambda raw: raw["processes"][0].update(steps=[]), "line"),
        (lambda raw: raw["processes"][0].update(colour="red"), "colour"),
        (lambda raw: raw["processes"][0]["steps"][0].update(sometimes=False), "line"),
        (lambda raw: raw.pop("principles"), "principles"),
    ],
)
def test_a_fault_in_the_list_is_named(change, said):
    from oversight.arrangements.rules.processes import _FOLDER, FILE

    raw = yaml.safe_load(_FOLDER.joinpath(FILE).read_text())
    change(raw)

    with pytest.raises(Refused, match=said):
        read_catalogue(yaml.safe_dump(raw), FILE)


def test_who_can_be_meant_is_told_when_it_depends_on_what_happens():
    answer = tell(mou().arrangement("24-respond"), mou())
    share = tell(mou().arrangement("28-share-timetable"), mou())

    assert answer.who == "the body addressed"
    assert "Ministers, MoJ policy, HM Prison and Probation Service" in answer.who_possible
    assert answer.who_possible.endswith("or another public body")
    assert "a region, a probation delivery unit" in answer.who_possible
    assert (share.who, share.who_possible) == (
        "HM Inspectorate of Probation or Operational and System Assurance Group, whichever records it",
        "",
    )


@pytest.mark.parametrize(
    ("identifier", "when", "target"),
    [
        ("27-submit-plan", "Within 10 weeks", ""),
        (
            "22-return-check",
            "No number in the MoU, but before this: a final report was issued",
            "10 working days",
        ),
        ("34-review-yearly", "Within 12 months, then again each time", ""),
        ("29-supply-routinely", "By the date agreed when it began", ""),
        ("19-assure-review", "No number in the MoU", ""),
        ("9-standards-independent", "Always", ""),
    ],
)
def test_by_when_is_told_with_the_local_target_apart(identifier, when, target):
    told = tell(mou().arrangement(identifier), mou())

    assert (told.when, told.target) == (when, target)
