"""Properties of the replay that hold for every record (paragraphs 10(ii) and 34)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from oversight.arrangements.rules.facts import Basis, Force, Status, status, status_of
from oversight.arrangements.rules.parties import entitled, is_one_of
from oversight.arrangements.rules.replay import duties, open_on, unmet_notes, version_for
from oversight.kernel.calendars import england_and_wales
from oversight.kernel.refusals import Refused
from tests.arrangements.stories import PARTIES, another, event, mou, resolve

CALENDAR = england_and_wales()
SECOND = another("mou-2026", date(2026, 3, 1), {"27-submit-plan": {"limit": {"length": 12}}})
VERSIONS = (mou(), SECOND)
FIRST_DAY = date(2025, 11, 3)


#: Events that open, move, end and meet one another's duties, so that records drawn from them entangle.
FAMILIES = [
    [
        "draft_received_for_checking",
        "accuracy_check_extension_asked",
        "accuracy_check_extension_agreed",
        "accuracy_check_returned",
        "final_report_issued",
        "action_plan_submitted",
        "action_plan_published",
        "action_plan_updated",
    ],
    ["frequency_review_started", "frequency_review_completed", "mou_took_effect", "annual_review_completed"],
    ["change_decided", "change_notified", "change_acknowledged", "change_took_effect"],
    ["recommendation_made", "recommendation_answered"],
]


@st.composite
def events(draw, abouts=("case-1", "case-2"), most=12):
    """Draw a record that could have been recorded: each event complete and said by someone entitled."""
    version = mou()
    drawn = []
    names = draw(st.sampled_from([*FAMILIES, sorted(version.events)]))
    for number in range(1, draw(st.integers(1, most)) + 1):
        declared = version.events[draw(st.sampled_from(names))]
        kind = draw(st.sampled_from(declared.kinds or ("",)))
        unit = ""
        if declared.needs_unit(kind) or (declared.unit_possible and draw(st.booleans())):
            unit = draw(st.sampled_from(["N57", "N57EKNT", "N56NOSU"]))
        addressee = ""
        if declared.addressees:
            possible = [
                code for code in sorted(PARTIES) if is_one_of(PARTIES[code], declared.addressees, version)
            ]
            addressee = draw(st.sampled_from(possible))
        on = FIRST_DAY + timedelta(days=draw(st.integers(0, 240)))
        one = event(
            number,
            declared.name,
            on,
            kind=kind,
            about=declared.fixed_about or draw(st.sampled_from(abouts)),
            unit=unit,
            addressee=addressee,
            until=on + timedelta(days=draw(st.integers(0, 60))) if declared.until else None,
            withdrawn=draw(st.integers(0, 4)) == 0,
        )
        sayers = [
            code
            for code in sorted(PARTIES)
            if entitled(declared.said_by, replace(one, recorder=PARTIES[code]), version, resolve)
        ]
        assert sayers, declared.name
        drawn.append(replace(one, recorder=PARTIES[draw(st.sampled_from(sayers))]))
    return drawn


def replay(record, versions=VERSIONS):
    return duties(record, versions, CALENDAR, resolve)


@given(events(), st.randoms())
def test_the_order_in_which_facts_are_given_never_matters(record, random):
    shuffled = record[:]
    random.shuffle(shuffled)

    assert replay(shuffled, VERSIONS[::-1]) == replay(record)


@given(events(abouts=("case-1",)), events(abouts=("elsewhere",)))
def test_events_about_something_else_change_no_duty(record, more):
    mine = [one for one in record if one.about == "case-1"]
    others = [replace(one, id=one.id + 1000, about="elsewhere") for one in more]

    found = [duty for duty in replay(mine + others) if duty.about == "case-1"]

    assert tuple(found) == replay(mine)


@given(events(), events())
def test_recording_more_never_makes_a_duty_vanish_or_changes_its_rule(record, more):
    later = [replace(one, id=one.id + 1000) for one in more]

    after = {duty.key: duty for duty in replay(record + later)}

    for duty in replay(record):
        kept = after[duty.key]
        assert (kept.first_due, kept.version, kept.paragraph, kept.force, kept.counterparts) == (
            duty.first_due,
            duty.version,
            duty.paragraph,
            duty.force,
            duty.counterparts,
        )


@given(events(), st.data())
def test_withdrawing_keeps_every_duty_and_counts_as_never_recorded_for_the_others(record, data):
    chosen = data.draw(st.sampled_from(record))
    withdrawn = [replace(one, withdrawn=True) if one is chosen else one for one in record]
    without = [one for one in record if one is not chosen]

    found = replay(withdrawn)

    assert {duty.key for duty in found} == {duty.key for duty in replay(record)}
    assert tuple(duty for duty in found if duty.opened_by != chosen.id) == replay(without)
    assert all(duty.withdrawn for duty in found if duty.opened_by == chosen.id)


@given(events(), st.data())
def test_withdrawing_and_recording_again_equals_never_having_withdrawn(record, data):
    chosen = data.draw(st.sampled_from(record))
    # Within one day the order of recording decides, and recording again changes that order.
    assume(all(one is chosen or one.on != chosen.on for one in record))
    again = replace(chosen, id=5000, withdrawn=False)
    told = [replace(one, withdrawn=True) if one is chosen else one for one in record]

    once = {
        replace(duty, opened_by=0, met_by=None)
        for duty in replay([replace(one, withdrawn=False) if one is chosen else one for one in record])
    }
    twice = {
        replace(duty, opened_by=0, met_by=None)
        for duty in replay([*told, again])
        if duty.opened_by != chosen.id
    }

    assert twice == once


@given(events())
def test_every_duty_cites_its_paragraph_and_explains_its_date(record):
    texts = {version.id: version for version in VERSIONS}
    for duty in replay(record):
        arrangement = texts[duty.version].arrangement(duty.arrangement)
        assert arrangement is not None
        assert duty.paragraph == arrangement.paragraph
        assert duty.steps
        assert (duty.due is None) == (duty.basis is Basis.NONE)
        assert duty.bearer not in duty.counterparts


@given(events())
def test_what_met_a_duty_happened_on_or_after_its_beginning(record):
    by_id = {one.id: one for one in record}
    for duty in replay(record):
        assert (duty.met_on is None) == (duty.met_by is None)
        if duty.met_by is not None:
            opening, meeting = by_id[duty.opened_by], by_id[duty.met_by]
            assert not meeting.withdrawn
            assert not duty.withdrawn
            assert (meeting.on, meeting.id) > (opening.on, opening.id)
            assert duty.met_on == meeting.on


@given(events())
def test_an_event_meets_at_most_one_duty_of_an_arrangement_and_bearer_unless_it_recurs(record):
    texts = {version.id: version for version in VERSIONS}
    seen = set()
    for duty in replay(record):
        arrangement = texts[duty.version].arrangement(duty.arrangement)
        if duty.met_by is None or arrangement.recurs:
            continue
        group = (duty.met_by, duty.arrangement, duty.bearer)
        assert group not in seen
        seen.add(group)


def test_a_text_adopted_after_an_event_was_recorded_never_governs_it():
    early = event(1, "draft_received_for_checking", "2026-03-02", kind="thematic")
    late_text = another(
        "mou-2026",
        date(2026, 3, 1),
        {"27-submit-plan": {"limit": {"length": 12}}},
        adopted_at=early.recorded_at + timedelta(microseconds=1),
    )

    assert version_for(early, (mou(), late_text)).id == "mou-2023"
    assert version_for(replace(early, recorded_at=late_text.adopted_at), (mou(), late_text)).id == "mou-2026"


def test_an_event_before_the_first_text_opens_nothing():
    assert replay([event(1, "draft_received_for_checking", "2023-08-17", kind="thematic")]) == ()


def test_a_date_beyond_the_bank_holidays_held_is_refused_and_not_guessed():
    beyond = CALENDAR.last - timedelta(days=3)
    with pytest.raises(Refused) as refused:
        replay([event(1, "draft_received_for_checking", beyond, kind="core", unit="N57EKNT")])

    assert refused.value.rule == "calendar_coverage"


@pytest.mark.parametrize(
    ("force", "due", "met_on", "withdrawn", "stands"),
    [
        (Force.MUST, date(2026, 3, 16), None, False, Status.RUNNING),
        (Force.MUST, date(2026, 3, 15), None, False, Status.MISSED),
        (Force.USUALLY, date(2026, 3, 15), None, False, Status.LATE),
        (Force.AIM, date(2026, 3, 15), None, False, Status.LATE),
        (Force.MUST, None, None, False, Status.RUNNING),
        (Force.MUST, date(2026, 3, 15), date(2026, 3, 15), False, Status.MET),
        (Force.MUST, date(2026, 3, 15), date(2026, 3, 16), False, Status.MET_LATE),
        (Force.MUST, None, date(2026, 3, 16), False, Status.MET),
        (Force.MUST, date(2026, 3, 15), None, True, Status.WITHDRAWN),
    ],
)
def test_how_a_duty_stands_on_16_march(force, due, met_on, withdrawn, stands):
    found = status_of(today=date(2026, 3, 16), due=due, met_on=met_on, withdrawn=withdrawn, force=force)

    assert found is stands


def test_an_event_too_early_to_meet_a_duty_is_told_why():
    draft = event(1, "draft_received_for_checking", "2026-01-05", kind="sfo_independent")
    plan = event(2, "action_plan_submitted", "2026-01-04", kind="sfo_independent", by="hmpps-osag")
    found = replay([draft, plan])

    (note,) = unmet_notes(plan, found, VERSIONS)

    assert "Submit the action plan" in note
    assert "paragraph 27" in note
    assert unmet_notes(replace(plan, on=date(2026, 1, 6)), replay([draft]), VERSIONS) == ()


def test_a_duty_is_open_from_its_day_until_the_day_it_was_met():
    draft = event(1, "draft_received_for_checking", "2026-01-05", kind="core", unit="N57EKNT")
    back = event(2, "accuracy_check_returned", "2026-01-12", by="hmpps-osag")
    found = replay([draft, back])

    def is_open(on):
        return open_on(found, "22-return-check", "case-1", date.fromisoformat(on))

    assert [is_open(on) for on in ("2026-01-04", "2026-01-05", "2026-01-12", "2026-01-13")] == [
        False,
        True,
        True,
        False,
    ]
    assert not open_on(found, "22-return-check", "case-2", date(2026, 1, 6))


def test_a_second_agreement_needs_both_parties_again():
    """Paragraph 32: one party cannot bring back an earlier agreed date on its own."""
    record = [
        event(1, "draft_received_for_checking", "2026-01-05", kind="core", unit="N57EKNT"),
        event(2, "accuracy_check_extension_agreed", "2026-01-08", by="hmip", until=date(2026, 1, 30)),
        event(3, "accuracy_check_extension_agreed", "2026-01-08", by="hmpps-osag", until=date(2026, 1, 30)),
        event(4, "accuracy_check_extension_agreed", "2026-01-09", by="hmip", until=date(2026, 1, 26)),
        event(5, "accuracy_check_extension_agreed", "2026-01-09", by="hmpps-osag", until=date(2026, 1, 26)),
        event(6, "accuracy_check_extension_agreed", "2026-01-10", by="hmpps-osag", until=date(2026, 1, 30)),
    ]

    found = next(duty for duty in replay(record) if duty.arrangement == "22-return-check")

    assert (found.first_due, found.due, found.basis) == (date(2026, 1, 19), date(2026, 1, 26), Basis.AGREED)
    both = "Operational and System Assurance Group and HM Inspectorate of Probation (paragraph 32)."
    assert [step.removesuffix(f", agreed by {both}") for step in found.steps if both in step] == [
        "On 8 January 2026 the date was moved from 19 January 2026 to 30 January 2026",
        "On 9 January 2026 the date was moved from 30 January 2026 to 26 January 2026",
    ]


def test_after_the_final_report_no_agreement_can_mend_a_missed_check():
    """Paragraph 22: the check has to come before the final report."""
    record = [
        event(1, "draft_received_for_checking", "2026-01-05", kind="core", unit="N57EKNT"),
        event(2, "final_report_issued", "2026-01-12", kind="core", unit="N57EKNT"),
        event(3, "accuracy_check_extension_agreed", "2026-01-13", by="hmip", until=date(2026, 1, 30)),
        event(4, "accuracy_check_extension_agreed", "2026-01-13", by="hmpps-osag", until=date(2026, 1, 30)),
    ]

    found = next(duty for duty in replay(record) if duty.arrangement == "22-return-check")

    assert (found.due, found.basis) == (date(2026, 1, 12), Basis.EVENT)
    assert status(found, date(2026, 1, 13)) is Status.MISSED


def test_a_final_report_about_another_kind_ends_nothing():
    record = [
        event(1, "draft_received_for_checking", "2026-01-05", kind="core", unit="N57EKNT"),
        event(2, "final_report_issued", "2026-01-12", kind="thematic"),
    ]

    found = next(duty for duty in replay(record) if duty.arrangement == "22-return-check")

    assert found.due == date(2026, 1, 19)


@pytest.mark.parametrize(
    ("name", "by", "unit", "may"),
    [
        ("draft_received_for_checking", "hmip", "N57EKNT", True),
        ("draft_received_for_checking", "hmpps-osag", "N57EKNT", True),
        ("draft_received_for_checking", "hmpps", "N57EKNT", False),
        ("draft_received_for_checking", "N57EKNT", "N57EKNT", False),
        ("action_plan_submitted", "N57EKNT", "N57EKNT", True),
        ("action_plan_submitted", "N57", "N57EKNT", True),
        ("action_plan_submitted", "N57SUR", "N57EKNT", False),
        ("action_plan_submitted", "N56", "N57EKNT", False),
        ("complaint_received", "N56", "", True),
        ("complaint_received", "N57EKNT", "", False),
    ],
)
def test_only_those_entitled_may_say_that_it_happened(name, by, unit, may):
    version = mou()
    one = event(1, name, "2026-01-05", by=by, unit=unit, kind="core")

    assert entitled(version.events[name].said_by, one, version, resolve) is may


def test_events_recorded_by_a_body_below_the_bearer_meet_its_duty():
    record = [
        event(1, "change_notified", "2026-01-05", by="hmip"),
        event(2, "change_acknowledged", "2026-01-06", by="hmpps-osag"),
    ]

    found = {duty.bearer: duty for duty in replay(record)}

    assert found["hmpps"].met_on == date(2026, 1, 6)
    assert found["moj-sponsorship"].met_on is None
