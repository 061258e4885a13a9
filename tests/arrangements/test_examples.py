"""The worked examples of tests/examples/arrangements hold, word for word."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from oversight.arrangements.rules.facts import status
from oversight.arrangements.rules.replay import duties
from oversight.kernel.calendars import england_and_wales
from tests.arrangements.stories import another, event, mou, resolve

FOLDER = Path(__file__).parent.parent / "examples" / "arrangements"
STORIES = [
    pytest.param(story, id=story["example"])
    for path in sorted(FOLDER.glob("*.yaml"))
    for story in yaml.safe_load(path.read_text())
]


def replayed(story):
    versions = [mou()]
    versions += [
        another(text["id"], text["effective_from"], text["changes"]) for text in story.get("texts", [])
    ]
    events = []
    for number, told in enumerate(story["happened"], start=1):
        facts = dict(told)
        events.append(event(number, facts.pop("event"), facts.pop("day"), **facts))
    return events, duties(events, versions, england_and_wales(), resolve)


def told(duty, wanted, as_of):
    """Say of a duty what the example says of it, so that both can be compared."""
    facts = {
        "arrangement": duty.arrangement,
        "by": duty.bearer,
        "due": duty.due or "none",
        "status": status(duty, as_of).value,
        "about": duty.about,
        "first_due": duty.first_due or "none",
        "met": duty.met_on,
    }
    return {field: facts[field] for field in wanted}


@pytest.mark.parametrize("story", STORIES)
def test_what_was_owed_is_as_the_example_says(story):
    _, found = replayed(story)
    as_of: date = story["as_of"]

    for wanted in story["owed"]:
        assert wanted in [told(duty, wanted, as_of) for duty in found]
    if story.get("nothing_else"):
        wanted = Counter((one["arrangement"], one["by"]) for one in story["owed"])
        assert Counter((duty.arrangement, duty.bearer) for duty in found) == wanted
    assert not {duty.arrangement for duty in found} & set(story.get("not_owed", []))


@pytest.mark.parametrize("story", STORIES)
def test_every_event_of_an_example_is_one_that_its_party_may_record(story):
    from oversight.arrangements.rules.explaining import checked_event
    from oversight.arrangements.rules.parties import entitled, is_one_of

    version = mou()
    events, _ = replayed(story)

    for one in events:
        checked_event(version, one.name, one.kind)
        declared = version.events[one.name]
        assert entitled(declared.said_by, one, version, resolve)
        assert bool(one.until) == bool(declared.until)
        assert one.unit is not None or not declared.needs_unit(one.kind)
        assert one.unit is None or declared.unit_possible
        assert not declared.fixed_about or one.about == declared.fixed_about
        assert (one.addressee is None) == (not declared.addressees)
        assert one.addressee is None or is_one_of(one.addressee, declared.addressees, version)


def test_there_are_examples():
    assert len(STORIES) > 20
