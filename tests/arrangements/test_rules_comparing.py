"""Two texts side by side: exactly what differs, in plain words (A6, paragraph 34)."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest

from oversight.arrangements.rules.comparing import compare
from oversight.arrangements.rules.facts import Arrangement, EventType
from tests.arrangements.stories import another, mou

LATER = date(2026, 3, 1)


def test_a_text_differs_from_itself_in_nothing():
    found = compare(mou(), another("mou-2026", LATER, {}))

    assert not found.differs
    assert found.same == len(mou().arrangements)


def test_twelve_weeks_for_ten_is_the_only_difference():
    found = compare(mou(), another("mou-2026", LATER, {"27-submit-plan": {"limit": {"length": 12}}}))

    (changed,) = found.changed
    (difference,) = changed.differences
    assert (changed.id, changed.paragraph, difference.what) == ("27-submit-plan", "27", "Time limit")
    assert difference.before.startswith("10 weeks, ")
    assert difference.after.startswith("12 weeks, ")
    assert found.same == len(mou().arrangements) - 1


def test_what_one_text_alone_has_is_added_or_removed():
    fewer = replace(mou(), arrangements=mou().arrangements[1:])

    assert [one.id for one in compare(mou(), fewer).removed] == ["9-standards-independent"]
    assert [one.id for one in compare(fewer, mou()).added] == ["9-standards-independent"]
    assert compare(fewer, mou()).changed == ()


def test_events_are_compared_too():
    events = dict(mou().events)
    alerted = events["ministers_alerted"]
    before = replace(mou(), events=events | {"weighed": replace(alerted, title="Weighed")})
    after = replace(
        mou(),
        events=events
        | {
            "judged": replace(alerted, title="Judged"),
            "ministers_alerted": replace(alerted, said_by=("moj-sponsorship",)),
        },
    )

    found = compare(before, after)

    assert (found.events_added, found.events_removed) == (("Judged",), ("Weighed",))
    (changed,) = found.events_changed
    assert [(one.what, one.before, one.after) for one in changed.differences] == [
        ("Who records it", "MoJ Sponsorship team or Ministers", "MoJ Sponsorship team")
    ]


def test_an_arrangement_that_takes_effect_later_than_its_text_differs():
    later = [replace(one, effective_from=LATER) for one in mou().arrangements[:1]]

    found = compare(mou(), replace(mou(), arrangements=(*later, *mou().arrangements[1:])))

    assert [one.what for one in found.changed[0].differences] == ["Takes effect later than the text"]


OTHER_VALUES = {
    "paragraph": "10",
    "principles": ("targeted",),
    "title": "Another",
    "summary": "Another",
    "bearers": ("ministers",),
    "counterparts": ("ministers",),
    "effective_from": LATER,
    "starts": (),
    "recurs": True,
    "limit": mou().arrangement("27-update-plan").limit,
    "limit_note": "Another",
    "local_target": mou().arrangement("22-return-check").local_target,
    "local_note": "Another",
    "date_given": True,
    "before": "report_published",
    "varied_by": mou().arrangement("22-return-check").varied_by,
    "met_by": (),
    "force": mou().arrangement("17-complete-cycle").force,
    "standing": True,
    "guard": "parties",
    "guard_note": "Another",
    "ambiguity": "Another",
    "figures": {"number": 3},
}


@pytest.mark.parametrize("name", [one.name for one in fields(Arrangement) if one.name != "id"])
def test_no_part_of_an_arrangement_escapes_the_comparison(name):
    held = mou().arrangement("27-submit-plan")
    changed = tuple(
        replace(one, **{name: OTHER_VALUES[name]}) if one is held else one for one in mou().arrangements
    )

    assert [one.id for one in compare(mou(), replace(mou(), arrangements=changed)).changed] == [held.id]


EVENT_VALUES = {
    "title": "Another",
    "question": "Another?",
    "kinds": ("core", "joint"),
    "about": "Another",
    "fixed_about": "another",
    "unit_needed": True,
    "unit_needed_for": ("joint",),
    "unit_possible": False,
    "addressees": ("hmip",),
    "until": "Another",
    "only_while": "22-return-check",
    "said_by": ("ministers",),
}


@pytest.mark.parametrize("name", [one.name for one in fields(EventType) if one.name != "name"])
def test_no_part_of_an_event_escapes_the_comparison(name):
    key = "final_report_issued"
    held = replace(mou().events[key], about="", unit_needed_for=())
    before = replace(mou(), events=dict(mou().events) | {key: held})
    events = dict(before.events) | {key: replace(held, **{name: EVENT_VALUES[name]})}

    assert [one.id for one in compare(before, replace(before, events=events)).events_changed] == [key]
