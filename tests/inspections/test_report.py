"""A report written by its team, section by section, and kept in versions (D1, ¶16, ¶22)."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from oversight.inspections.actions import report
from oversight.inspections.actions.report import _make_version_within
from oversight.inspections.models import Inspection, InspectionMove, ReportSection, ReportVersion
from oversight.inspections.queries.report import version, versions
from oversight.inspections.rules.data_items import Level, Placement
from oversight.inspections.rules.reporting import Purpose
from oversight.kernel.digests import digest, parse
from oversight.kernel.refusals import Refused
from oversight.ledger.acting import Recorded, action
from oversight.ledger.models import Entry
from tests.factories.fieldwork import draw, judge_whole
from tests.factories.inspections import announced, in_fieldwork
from tests.factories.parties import acting_as
from tests.factories.reports import (
    AT,
    check,
    enter,
    figures,
    now_of,
    rated,
    recommend,
    unrated,
    whole,
    write,
)

pytestmark = pytest.mark.usefixtures("memorandum")


@pytest.fixture
def lead(memorandum):
    return acting_as("hmip_lead_inspector", name="Lee Lead")


@pytest.fixture
def inspection(lead):
    return in_fieldwork(lead)


def refused(call, *arguments, **more) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*arguments, **more)
    return caught.value


def rule(call, *arguments, **more) -> str:
    return refused(call, *arguments, **more).rule


def keep(inspection, by, note="As read by the panel") -> int:
    return report.make_version(by=by, at=AT, reference=inspection.reference, note=note)


@action(verb="test.version-sent", permission="inspections.see")
def send(*, by, at, row: Inspection, purpose: Purpose) -> Recorded[ReportVersion]:
    """Make a version as the actions that send one do."""
    made = _make_version_within(row, purpose=purpose, note="", by=by, at=at)
    return Recorded(f"inspection:{row.reference}", {}, made)


def test_a_text_is_kept_with_its_digest_in_the_record_and_its_words_beside_it(inspection, lead):
    text = "Långt " * 30_000

    assert write(inspection, lead, text=text) == 1

    entry = Entry.objects.order_by("-sequence").first()
    payload = parse(entry.payload) if isinstance(entry.payload, str) else entry.payload
    assert entry.verb == "report.section-saved"
    assert payload["characters"] == len(text.strip())
    assert payload["digest"] == digest(text.strip())
    assert "Långt" not in str(payload)
    assert now_of(inspection).texts["foreword"].text == text.strip()


def test_a_later_text_is_kept_beside_the_earlier_one(inspection, lead):
    write(inspection, lead, text="First")
    write(inspection, lead, text="Second", revision=1)

    rows = ReportSection.objects.order_by("revision").values_list("text", "superseded")
    assert list(rows) == [("First", True), ("Second", False)]


def test_a_colleagues_text_is_not_lost_to_an_older_sight(inspection, lead):
    write(inspection, lead, text="Theirs")

    told = refused(write, inspection, lead, text="Mine")

    assert told.rule == "report_section_stale"
    assert "Lee Lead saved" in told.why
    assert now_of(inspection).texts["foreword"].text == "Theirs"


def test_saving_the_same_again_changes_nothing(inspection, lead):
    write(inspection, lead)

    assert write(inspection, lead, revision=0) == 1
    assert ReportSection.objects.count() == 1


def test_what_cannot_be_written_is_refused(inspection, lead):
    for changed, expected in (
        ({"key": "ratings"}, "not_found_section"),
        ({"key": "nothing"}, "not_found_section"),
        ({"text": "x" * 200_001}, "plain_text"),
        ({"text": "hidden \u202e order"}, "plain_text"),
    ):
        assert rule(write, inspection, lead, **changed) == expected


def test_only_the_team_writes_and_only_while_the_report_is_open(inspection, lead):
    assert rule(write, inspection, acting_as("hmip_lead_inspector")) == "inspection_team"
    for role, party in (("head_of_pdu", "N57EKNT"), ("osag_lead", ""), ("hmip_planner", "")):
        assert rule(write, inspection, acting_as(role, party)).startswith("permission")
    assert rule(write, announced(lead), lead) == "fieldwork_state"


def test_sections_follow_the_programme_and_the_ratings(lead):
    found = rated(lead)

    keys = [one.key for one in now_of(found).sections]

    assert keys[:4] == ["foreword", "context", "ratings", "standard-leadership"]
    assert [key for key in keys if key.startswith("improve-")] == [
        "improve-leadership",
        "improve-staffing",
        "improve-services",
    ]
    assert keys[-3:] == ["practice", "recommendations", "annexes"]


def test_an_unrated_report_goes_by_question_and_has_no_ratings(lead):
    keys = [one.key for one in now_of(unrated(lead)).sections]

    assert "question-assessment-safety" in keys
    assert not [key for key in keys if key.startswith(("ratings", "improve", "standard"))]


def test_ratings_write_themselves_with_their_explanation(lead):
    found = rated(lead)
    keep(found, lead)

    shown = version(actor=lead, reference=found.reference, number=1)

    section = next(one for one in shown.sections if one.key == "ratings")
    words = "\n".join(one.text for one in section.passages)
    assert shown.overall is not None
    assert shown.overall.rating_name in words
    assert "of the cases that count were sufficient" in words
    assert [one.rating_name for one in shown.ratings][:1] == ["Requires improvement"]


def test_a_version_keeps_its_number_its_digest_and_its_words(inspection, lead):
    write(inspection, lead, text="First")
    assert keep(inspection, lead) == 1
    write(inspection, lead, text="Second", revision=1)
    assert keep(inspection, lead, "Again") == 2

    kept = ReportVersion.objects.get(number=1)
    assert kept.digest == digest(parse(kept.content))
    foreword = version(actor=lead, reference=inspection.reference, number=1).sections[0]
    assert [one.text for one in foreword.passages] == ["First"]
    assert [one.number for one in versions(actor=lead, reference=inspection.reference)] == [2, 1]


def test_a_version_says_what_it_is_kept_for(inspection, lead):
    assert rule(keep, inspection, lead, " ") == "version_note"


@pytest.mark.writes_directly("the database refuses to change a version")
def test_nobody_changes_a_version_not_even_past_the_actions(inspection, lead):
    keep(inspection, lead)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ReportVersion.objects.update(note="Another")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        ReportVersion.objects.all()._raw_delete(using="default")


def test_no_action_changes_or_removes_a_version():
    """The one place that writes versions makes new ones."""
    from importlib.resources import files

    sources = [path for path in files("oversight.inspections.actions").iterdir() if path.name.endswith(".py")]
    using = [one.read_text(encoding="utf-8") for one in sources if "ReportVersion.objects" in one.read_text()]

    assert sum(text.count("ReportVersion.objects.create(") for text in using) == 1
    assert not any(
        f"ReportVersion.objects.{verb}" in text for text in using for verb in ("update", "filter().update")
    )


def test_a_draft_that_is_not_whole_is_not_sent(lead):
    found = unrated(lead)
    missing = [one.what for one in now_of(found).missing]

    assert "Text of “Foreword”" in missing
    assert "At least one recommendation" in missing
    assert rule(send, by=lead, at=AT, row=found, purpose=Purpose.CHECK) == "report_not_ready"
    assert keep(found, lead) == 1


def test_each_standard_below_good_needs_its_text_before_a_draft_is_sent(lead):
    found = rated(lead)
    whole(found, lead)
    assert now_of(found).missing == ()
    write(found, lead, "improve-staffing", "", revision=1)

    (missing,) = now_of(found).missing

    assert missing.section == "improve-staffing"
    assert rule(send, by=lead, at=AT, row=found, purpose=Purpose.FINAL) == "report_not_ready"


def test_ratings_not_settled_are_missing(lead):
    found = in_fieldwork(lead)
    draw(found, lead, wanted=6)
    judge_whole(found, lead, 1)

    assert now_of(found).missing[0].page == "ratings"


def test_what_is_sent_is_told_to_the_arrangements_once(lead):
    found = rated(lead)
    whole(found, lead)
    # Notes are taken until the ratings are settled, so it is told in words here.
    write(found, lead, "practice", "What works")
    enter(found, lead, figures(published=False, placement=Placement.ANNEX, reason="Context"))

    send(by=lead, at=AT, row=found, purpose=Purpose.CHECK)
    send(by=lead, at=AT, row=found, purpose=Purpose.FINAL)

    told = list(InspectionMove.objects.filter(inspection=found).order_by("id").values_list("move", flat=True))
    assert told[-6:] == [
        "rating_below_good_decided",
        "unpublished_data_used",
        "recommendations_settled",
        "areas_to_improve_stated",
        "effective_practice_highlighted",
        "data_annex_prepared",
    ]


def test_a_national_comparison_is_sent_only_checked_and_as_it_was_checked(lead):
    found = unrated(lead)
    whole(found, lead)
    write(found, lead, "context", "[data item 1]")
    number = enter(found, lead, figures(level=Level.NATIONAL))
    told = refused(send, by=lead, at=AT, row=found, purpose=Purpose.CHECK)
    assert (told.rule, told.paragraph) == ("national_comparison", "32")

    (item,) = now_of(found).data_items
    check(found, acting_as("data_assurance_officer"), number, item.facts.digest)

    assert send(by=lead, at=AT, row=found, purpose=Purpose.CHECK).purpose == Purpose.CHECK


def test_figures_the_inspectorate_keeps_stay_with_the_inspectorate(lead):
    found = unrated(lead)
    enter(found, lead, figures(published=False, placement=Placement.KEPT, reason="For the team"))
    keep(found, lead)

    (item,) = version(actor=lead, reference=found.reference, number=1).data_items

    assert not item.public


def test_others_see_sent_versions_alone_and_only_once_they_were_sent(lead):
    found = unrated(lead)
    whole(found, lead)
    enter(found, lead, figures(published=False, placement=Placement.KEPT, reason="For the team"))
    keep(found, lead)
    osag = acting_as("osag_coordinator")
    assert rule(versions, actor=osag, reference=found.reference).startswith("permission")
    sent = send(by=lead, at=AT, row=found, purpose=Purpose.CHECK)
    _in_check(found, lead)

    assert [one.number for one in versions(actor=osag, reference=found.reference)] == [sent.number]
    assert version(actor=osag, reference=found.reference, number=sent.number).data_items == ()
    assert rule(version, actor=osag, reference=found.reference, number=1) == "not_found_version"


@action(verb="test.in-check", permission="inspections.see")
def _in_check_now(*, by, at, row: Inspection) -> Recorded[None]:
    Inspection.objects.filter(pk=row.pk).update(state="check")
    return Recorded(f"inspection:{row.reference}", {}, None)


def _in_check(found, lead) -> None:
    _in_check_now(by=lead, at=AT, row=found)


def test_another_region_or_unit_sees_no_version(lead):
    found = unrated(lead)
    _in_check(found, lead)

    for role, party in (("head_of_pdu", "N03CTM"), ("regional_probation_director", "N03")):
        other = acting_as(role, party)
        assert rule(versions, actor=other, reference=found.reference).startswith("not_found")


@pytest.mark.writes_directly("the database refuses the impossible")
def test_the_database_holds_a_section_to_its_facts(inspection, lead):
    write(inspection, lead)

    for change in ({"key": ""}, {"digest": ""}, {"saved_by": ""}, {"revision": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReportSection.objects.update(**change)


def test_reading_a_report_takes_the_same_queries_however_long_it_is(lead, django_assert_num_queries):
    found = unrated(lead)
    whole(found, lead)
    enter(found, lead)
    now_of(found)
    with CaptureQueriesContext(connection) as few:
        now_of(found)
    for _ in range(4):
        recommend(found, lead, standards=["assessment"])
        enter(found, lead)
    with django_assert_num_queries(len(few)):
        now_of(found)
