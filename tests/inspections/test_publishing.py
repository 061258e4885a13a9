"""Publishing from the case: now, at a moment, under embargo, corrected (D8, ¶16, ¶20)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from oversight.arrangements.models import Event
from oversight.inspections.actions import case_steps, correcting, publishing
from oversight.inspections.models import EmbargoedCopy, EmbargoedRead, PublicationMoment, ReportVersion
from oversight.inspections.queries import embargo
from oversight.inspections.queries.publishing import publishing as state_of
from oversight.inspections.queries.snapshots import latest_version, snapshot_of
from oversight.inspections.rules.case import CaseState
from oversight.jobs.models import Job
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.publication.models import PublishedInspection, PublishedReport
from oversight.publication.queries import published as register
from oversight.publication.rules.snapshots import read_snapshot
from oversight.recommendations.models import Recommendation as Received
from tests.factories import publishing as make
from tests.factories.accuracy import write
from tests.factories.inspections import act, planner
from tests.factories.parties import acting_as

pytestmark = pytest.mark.usefixtures("memorandum")

AT = make.AT
MOMENT = datetime(2026, 6, 9, 8, 30, tzinfo=UTC)


def refusal(call, *arguments, **more) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*arguments, **more)
    return refused.value


@pytest.fixture
def lead(memorandum):
    return acting_as("hmip_lead_inspector")


@pytest.fixture
def by(memorandum):
    return make.publisher()


@pytest.fixture
def final(lead):
    return make.final(lead)


def events(about: str) -> set[str]:
    return set(Event.objects.filter(about__startswith=about).values_list("name", flat=True))


def set_moment(found, by, moment=MOMENT, at=AT, **more):
    act(publishing.set_moment, found, by, at, moment=moment, **more)


def give(found, by, *people, at=AT):
    return act(publishing.give_copies, found, by, at, people=people)


def test_a_rated_report_is_published_with_its_entry_events_and_recommendations(lead, by):
    found = make.final_rated(lead)
    make.published(found, by)

    assert found.state == CaseState.PUBLISHED
    entry = PublishedInspection.objects.get(reference=found.reference)
    assert (entry.overall, entry.score, entry.score_max, entry.region_code) == ("Outstanding", 18, 21, "N57")
    assert entry.ratings.count() == 7
    assert events(found.reference) >= {"final_report_issued", "report_published", "recommendation_made"}
    assert "poor_rating_published" not in events(found.reference)
    assert Received.objects.get().source == found.reference
    kept = register.report(found.reference)
    assert [one.key for one in kept.snapshot.sections][:3] == ["foreword", "context", "ratings"]
    assert kept.snapshot.ratings[0].explanation


def test_a_poor_rating_is_told_when_it_is_published_paragraph_20(lead, by):
    found = make.final_rated(lead, sufficient=False)
    make.published(found, by)

    assert PublishedInspection.objects.get().overall == "Inadequate"
    assert "poor_rating_published" in events(found.reference)


@pytest.mark.parametrize(
    "role", ["osag_lead", "sponsorship_officer", "hmip_lead_inspector", "hmip_planner", "service_operator"]
)
def test_nobody_but_publications_publishes_changes_or_delays_paragraph_16(final, lead, role):
    other = lead if role == "hmip_lead_inspector" else acting_as(role)
    someone, _ = make.reader()
    for step, more in (
        (publishing.publish, {}),
        (publishing.set_moment, {"moment": MOMENT}),
        (publishing.cancel_moment, {"reason": "No"}),
        (publishing.give_copies, {"people": [someone]}),
        (correcting.correct, {"wrong": "a", "says": "b", "why": "c"}),
        (correcting.take_off_the_web, {"reason": "a"}),
    ):
        refused = refusal(act, step, final, other, AT, **more)
        assert refused.rule.startswith("permission")
        assert refused.paragraph == "16"
    assert not PublishedReport.objects.exists()


def test_a_report_that_is_not_final_cannot_be_published(lead, by):
    found = make.written(make.rated(lead, acting_as("hmip_lead_inspector")), lead)

    assert "only from" in refusal(act, publishing.publish, found, by, AT).why
    assert refusal(set_moment, found, by).rule
    assert not PublishedReport.objects.exists()


def test_the_worker_publishes_at_the_moment_and_not_before(final, by):
    set_moment(final, by)
    assert make.drain(MOMENT - timedelta(seconds=1)) == 0
    early = refusal(act, publishing.publish, final, by, MOMENT - timedelta(seconds=1))
    assert early.rule == "publication_before_its_moment"

    assert make.drain(MOMENT)

    final.refresh_from_db()
    assert final.state == CaseState.PUBLISHED
    entry = Entry.objects.get(verb="inspection.published")
    assert entry.actor == "command:work"
    kept = register.report(final.reference)
    assert (kept.published_at, kept.pdf is not None) == (MOMENT, True)
    assert make.drain(MOMENT + timedelta(days=1)) == 0
    assert PublicationMoment.objects.get().ended == "published"


def test_the_worker_asked_early_publishes_nothing(final, by):
    set_moment(final, by)
    worker = publishing.publish_due

    assert refusal(worker, by=by, at=MOMENT - timedelta(hours=1), reference=final.reference).rule == (
        "publication_before_its_moment"
    )
    assert not PublishedReport.objects.exists()


def test_a_moment_that_passed_while_no_worker_ran_is_kept_as_soon_as_one_does(final, by):
    set_moment(final, by)

    assert make.drain(MOMENT + timedelta(hours=5))
    assert register.report(final.reference).published_at == MOMENT + timedelta(hours=5)


def test_a_moment_is_changed_and_cancelled_with_a_reason_and_each_stays(final, by):
    set_moment(final, by)
    later = MOMENT + timedelta(days=1)
    assert refusal(set_moment, final, by, later).field == "reason"
    set_moment(final, by, later, reason="The minister is away")
    assert make.drain(MOMENT) == 0
    assert refusal(act, publishing.cancel_moment, final, by, AT, reason=" ").field == "reason"
    act(publishing.cancel_moment, final, by, AT, reason="A figure is questioned")

    assert make.drain(later) == 0
    shown = state_of(actor=by, at=AT, reference=final.reference)
    assert shown.moment is None
    assert [one.ended_reason for one in shown.moments] == ["A figure is questioned", "The minister is away"]
    assert (
        refusal(act, publishing.cancel_moment, final, by, AT, reason="Again").rule == "publication_no_moment"
    )
    assert Job.objects.filter(finished_at=None).count() == 0


def test_a_moment_that_comes_while_the_inspection_is_paused_publishes_nothing(final, by):
    set_moment(final, by)
    act(case_steps.pause, final, planner(), AT, reason="Court order")

    assert make.drain(MOMENT) == 1

    assert not PublishedReport.objects.exists()
    shown = state_of(actor=by, at=MOMENT, reference=final.reference)
    assert (shown.moment, shown.moments[0].ended) == (None, "lapsed")
    assert "paused" in shown.moments[0].ended_reason
    act(case_steps.resume, final, planner(), MOMENT, reason="Lifted")
    make.published(final, by, at=MOMENT)


def test_an_act_on_an_older_sight_is_refused(final, by):
    stale = final.revision
    set_moment(final, by)

    refused = refusal(publishing.publish, by=by, at=AT, reference=final.reference, revision=stale)
    assert refused.rule == "stale_inspection"


def test_the_one_named_reads_and_each_reading_is_kept(final, by):
    someone, actor = make.reader()
    assert give(final, by, someone) == 1
    assert final.state == CaseState.EMBARGOED
    copy = EmbargoedCopy.objects.get()

    for hour in (1, 2):
        publishing.note_reading(by=actor, at=AT + timedelta(hours=hour), copy_id=copy.pk)
    shown = embargo.copy_to_read(actor=actor, today=AT.date(), copy_id=copy.pk)

    assert shown.snapshot.sections[0].title == "Foreword"
    assert (shown.name, shown.party.code) == (someone.name, "moj-sponsorship")
    (line,) = state_of(actor=by, at=AT, reference=final.reference).copies
    assert [one - AT for one in line.reads] == [timedelta(hours=2), timedelta(hours=1)]


def test_a_copy_is_for_the_person_and_the_party_named_alone(final, by):
    someone, _ = make.reader()
    give(final, by, someone)
    copy = EmbargoedCopy.objects.get()
    _, colleague = make.reader()
    _, same_person_elsewhere = make.reader("osag_lead", email="person@example.org")
    missing = refusal(embargo.copy_row, colleague, copy.pk + 1)

    for other in (colleague, same_person_elsewhere):
        refused = refusal(publishing.note_reading, by=other, at=AT, copy_id=copy.pk)
        assert (refused.rule, str(refused)) == (missing.rule, str(missing))
        assert embargo.my_copies(actor=other) == ()
    assert (
        refusal(embargo.my_copies, actor=acting_as("auditor")).rule == "permission_publication.read_embargoed"
    )
    assert not EmbargoedRead.objects.exists()


def test_reading_ends_when_a_copy_is_withdrawn_and_when_the_report_is_published(final, by):
    (first, one), (second, two) = make.reader(), make.reader("ministers_office")
    give(final, by, first, second)
    mine, other = EmbargoedCopy.objects.order_by("pk")
    act(publishing.withdraw_copy, final, by, AT, copy_id=mine.pk, reason="Left the post")
    assert refusal(embargo.copy_row, one, mine.pk).rule == "not_found_embargoed_copy"
    assert embargo.copy_row(two, other.pk).pk == other.pk
    assert refusal(act, publishing.withdraw_copy, final, by, AT, copy_id=mine.pk, reason="x").rule

    make.published(final, by)

    assert refusal(embargo.copy_row, two, other.pk).rule == "not_found_embargoed_copy"
    assert [one.ended for one in embargo.my_copies(actor=two)] == ["published"]
    assert [one.ended for one in embargo.my_copies(actor=one)] == ["withdrawn"]


def test_more_copies_may_follow_and_nobody_gets_two(final, by):
    (first, _), (second, _) = make.reader(), make.reader()
    assert refusal(give, final, by).rule == "embargo_people"
    give(final, by, first)
    give(final, by, second)

    assert refusal(give, final, by, second).rule == "embargo_twice"
    assert EmbargoedCopy.objects.count() == 2
    assert final.moves.filter(move="embargo").count() == 1


def test_only_people_whose_role_is_given_copies_are_found(memorandum):
    named, _ = make.reader(name="Robin Reader")
    make.reader("auditor", name="Robin Auditor")

    assert [one.name for one in embargo.readers(text="robin", today=AT.date())] == ["Robin Reader"]
    assert embargo.readers(text="", today=AT.date()) == ()
    assert named.party.code == "moj-sponsorship"


def test_a_correction_is_written_by_the_team_and_published_with_a_notice(final, lead, by):
    make.published(final, by)
    notice = {"wrong": "It said 12.", "says": "It says 14.", "why": "Miscounted"}
    refused = refusal(act, correcting.correct, final, by, AT, **notice)
    assert refused.rule == "report_unchanged"
    assert ReportVersion.objects.filter(purpose="corrected").count() == 0
    write(final, lead, "foreword", "The unit has 14 staff.", AT)
    assert state_of(actor=by, at=AT, reference=final.reference).changed

    assert act(correcting.correct, final, by, AT + timedelta(days=2), **notice) == 2

    kept, before = register.report(final.reference), register.report(final.reference, 1)
    assert "14 staff" in kept.snapshot.sections[0].html
    assert "12 staff" in before.snapshot.sections[0].html
    assert kept.snapshot.published_on == before.snapshot.published_on == AT.date()
    assert kept.corrections[0].wrong == "It said 12."
    assert not state_of(actor=by, at=AT, reference=final.reference).changed
    assert Received.objects.count() == 1
    assert final.moves.filter(move="correct").exists()


def test_a_report_is_taken_off_the_web_and_put_back_with_reasons(final, by):
    assert refusal(act, correcting.take_off_the_web, final, by, AT, reason="x").rule == "publication_state"
    make.published(final, by)
    assert refusal(act, correcting.take_off_the_web, final, by, AT, reason="").field == "reason"
    act(correcting.take_off_the_web, final, by, AT, reason="A court asked")
    assert register.report(final.reference).off.why == "A court asked"
    act(correcting.put_back_on_the_web, final, by, AT, reason="The court agreed")
    assert register.report(final.reference).off is None


def test_what_is_handed_over_points_nowhere_and_holds_no_more_than_the_version(final, by):
    snapshot = snapshot_of(final, latest_version(final), published_on=AT.date())

    assert read_snapshot(snapshot.text) == snapshot
    assert snapshot.programme.id == final.programme
    for held in (final.lead, final.lead_name, "person:", "hmip_lead_inspector"):
        assert held not in snapshot.text


def test_publishing_again_changes_nothing(final, by):
    make.published(final, by)

    assert refusal(act, publishing.publish, final, by, AT).rule
    assert publishing.publish_due(by=by, at=AT, reference=final.reference).startswith("It was not set")
    assert PublishedReport.objects.count() == 1
