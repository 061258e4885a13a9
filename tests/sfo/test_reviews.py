"""Reviews from notification to closing, their readers, and the sample in the database (F1, F2, ¶19)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner

from oversight.arrangements.actions import happened
from oversight.arrangements.models import Duty, Event
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.sfo.actions import marking, reviews, sample
from oversight.sfo.models import Batch, Reading, Review, SampleYear
from oversight.sfo.queries import marking as figures
from oversight.sfo.queries import sample as queries
from oversight.sfo.queries.reviews import ReviewFilter, register
from oversight.sfo.queries.reviews import review as detail
from oversight.sfo.rules.records import written
from oversight.web.command_line.sampling import sample as command
from tests.factories.arrangements import acting_for
from tests.factories.sfo import (
    AT,
    BEFORE,
    YEAR,
    act,
    commissioned,
    drawn,
    many_submitted,
    of,
    officer,
    planner,
    rated,
    rating,
    reader,
    registered,
    sealed,
    submitted,
)

pytestmark = pytest.mark.usefixtures("memorandum")
LATER = datetime(2027, 4, 6, 9, 0, tzinfo=UTC)
TODAY = AT.date()


def refusal(call, *arguments, **more) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*arguments, **more)
    return refused.value


def events(about: str) -> list[str]:
    return list(Event.objects.filter(about=about).order_by("id").values_list("name", flat=True))


def open_duties(about: str) -> list[tuple[str, str]]:
    held = Duty.objects.filter(about=about, met_on=None).order_by("id")
    return [(one.arrangement, one.bearer_id) for one in held]


def test_the_seed_is_sealed_before_the_year_and_only_its_digest_is_in_the_record():
    name = sealed()
    row = SampleYear.objects.get()
    told = Entry.objects.order_by("-sequence").first()

    assert name == YEAR
    assert row.seed_digest in told.payload
    assert row.seed not in "".join(Entry.objects.order_by("sequence").values_list("payload", flat=True))
    assert queries.year_detail(YEAR).seed == ""
    assert refusal(sealed).rule == "sfo_year"
    assert refusal(sample.commit_seed, by=planner(), at=AT, starts=2026).rule == "sfo_year"


def test_no_seed_is_sealed_on_the_day_on_which_the_year_opens_or_by_hmpps():
    first_day = datetime(2026, 4, 1, 6, 0, tzinfo=UTC)

    assert "began on 1 April 2026" in refusal(sealed, first_day).why
    assert refusal(sample.commit_seed, by=officer(), at=BEFORE, starts=2026).rule.startswith("permission")


def test_a_list_takes_all_that_wait_and_its_digest_is_in_the_record_before_the_draw():
    sealed()
    found = many_submitted(11)
    waits = commissioned(number=50)
    year, number = sample.freeze(by=officer(), at=AT)
    batch = Batch.objects.get()

    assert (year, number) == (YEAR, 1)
    assert {one.reference for one in found} == {
        one.reference for one in Review.objects.filter(batch=batch).order_by("id")
    }
    assert batch.list_digest in "".join(Entry.objects.order_by("sequence").values_list("payload", flat=True))
    waits.refresh_from_db()
    assert waits.batch is None
    assert events(YEAR) == ["sfo_year_started"]
    assert open_duties(YEAR) == [("19-assure-sample", "hmip"), ("19-assure-the-rest", "hmpps")]
    assert refusal(sample.freeze, by=officer(), at=AT).rule == "sfo_batch_waits"


def test_a_year_that_somebody_recorded_by_hand_stops_no_list():
    sealed()
    many_submitted(10)
    happened(
        by=officer(),
        at=AT,
        event="sfo_year_started",
        kind="",
        about=YEAR,
        on=date(2026, 4, 1),
        unit=None,
        addressee=None,
        note="",
    )
    sample.freeze(by=officer(), at=AT)

    assert events(YEAR) == ["sfo_year_started"]


def test_nine_reviews_wait_and_an_empty_month_freezes_nothing():
    sealed()
    assert refusal(sample.freeze, by=officer(), at=AT).rule == "sfo_batch_small"
    many_submitted(9)
    assert refusal(sample.freeze, by=officer(), at=AT).rule == "sfo_batch_small"
    assert not Batch.objects.exists()


def test_without_a_seed_nothing_is_frozen_and_the_inspectorate_makes_no_list():
    many_submitted(10)

    assert refusal(sample.freeze, by=officer(), at=AT).rule == "sfo_year"
    assert refusal(sample.freeze, by=planner(), at=AT).rule == "permission_sfo.freeze"


def test_whoever_makes_the_draw_gets_the_same_result_and_each_body_owes_its_own():
    found = drawn(12)
    batch = Batch.objects.get()
    record = queries.batch_detail(YEAR, 1).record
    sampled = [one for one in found if one.assurer == "hmip"]

    assert record["drawn"] == sorted(one.reference for one in sampled)
    assert len(sampled) in {2, 3}
    for one in found:
        assert events(one.reference) == ["sfo_review_allocated"]
        assert open_duties(one.reference) == [("19-assure-review", one.assurer)]
    assert refusal(sample.make_draw, by=officer(), at=AT, year=YEAR, number=1).rule == "sfo_drawn"
    assert batch.drawn_at is not None


@pytest.mark.parametrize(
    ("party", "role"), [("N57", "regional_probation_director"), ("moj-sponsorship", "sponsorship_officer")]
)
def test_anyone_who_sees_the_sample_may_make_the_draw(party, role):
    sealed()
    many_submitted(10)
    sample.freeze(by=officer(), at=AT)

    assert sample.make_draw(by=acting_for(party, role), at=AT, year=YEAR, number=1) == 2


def test_an_auditor_sees_the_sample_and_changes_nothing():
    sealed()
    many_submitted(10)
    sample.freeze(by=officer(), at=AT)

    assert refusal(
        sample.make_draw, by=acting_for("nao", "auditor"), at=AT, year=YEAR, number=1
    ).rule.startswith("permission")


def test_a_published_record_is_repeated_by_the_command_and_after_the_year_with_its_seed(tmp_path):
    drawn(12)
    file = tmp_path / "record.json"
    file.write_text(written(queries.batch_detail(YEAR, 1).record))
    hidden = CliRunner().invoke(command, ["check", str(file)])

    assert refusal(sample.reveal_seed, by=planner(), at=AT, year=YEAR).rule == "sfo_year"
    last_day = datetime(2027, 3, 31, 22, 0, tzinfo=UTC)
    assert refusal(sample.reveal_seed, by=planner(), at=last_day, year=YEAR).rule == "sfo_year"
    seed = sample.reveal_seed(by=planner(), at=LATER, year=YEAR)
    file.write_text(written(queries.batch_detail(YEAR, 1).record))
    told = CliRunner().invoke(command, ["check", str(file)])

    assert hidden.exit_code == 0
    assert "not shown yet" in hidden.stdout
    assert told.exit_code == 0
    assert "not shown yet" not in told.stdout
    assert json.loads(file.read_text())["seed"] == seed == queries.year_detail(YEAR).seed
    assert refusal(sample.reveal_seed, by=planner(), at=LATER, year=YEAR).rule == "sfo_revealed"


def test_a_review_withdrawn_after_its_list_was_frozen_is_drawn_for_and_counts_no_more():
    sealed()
    found = many_submitted(10)
    sample.freeze(by=officer(), at=AT)
    digest = Batch.objects.get().list_digest
    act(reviews.end, found[0], officer(), act="withdraw", on=TODAY, account="Registered in error.")
    sample.make_draw(by=officer(), at=AT, year=YEAR, number=1)
    year = queries.year_detail(YEAR)

    assert queries.batch_detail(YEAR, 1).record["list_digest"] == digest
    found[0].refresh_from_db()
    assert found[0].state == "withdrawn"
    assert found[0].assurer in {"hmip", "hmpps"}
    assert events(found[0].reference) == []
    assert (year.national.count.reviews, year.withdrawn) == (9, 1)


def test_the_next_list_starts_from_what_stands_and_never_holds_a_review_twice():
    drawn(10)
    for number in range(20, 31):
        submitted(number=number, region="N59")
    sample.freeze(by=officer(), at=AT)
    sample.make_draw(by=planner(), at=AT, year=YEAR, number=2)
    first, second = (queries.batch_detail(YEAR, number).record for number in (1, 2))

    assert second["so_far"] == first["totals"]
    assert not {one["reference"] for one in first["reviews"]} & {
        one["reference"] for one in second["reviews"]
    }
    assert abs(queries.year_detail(YEAR).national.ahead) <= 100
    assert events(YEAR) == ["sfo_year_started"]


def test_more_time_keeps_the_first_date_and_needs_a_reason_and_a_later_day():
    found = commissioned()
    extend = {"due_on": date(2026, 9, 1), "account": "The case file was with the court."}

    assert refusal(act, reviews.extend, found, officer(), **(extend | {"account": " "})).field == "account"
    assert (
        refusal(act, reviews.extend, found, officer(), **(extend | {"due_on": found.due_on})).rule
        == "sfo_days"
    )
    act(reviews.extend, found, officer(), **extend)
    act(reviews.extend, found, officer(), due_on=date(2026, 10, 1), account="Staff sickness.")

    assert (found.first_due_on, found.due_on) == (date(2026, 8, 7), date(2026, 10, 1))
    assert [one.reason for one in found.dues.order_by("number")] == ["", extend["account"], "Staff sickness."]


def test_a_case_is_registered_once_by_a_reference_that_is_no_name():
    found = registered()

    assert found.reference == "SFO-2026-0001"
    assert refusal(registered).field == "case_reference"
    assert registered(number=2).reference == "SFO-2026-0002"
    for given in ("Smith", "John Smith 2", "", "X", "2"):
        told = refusal(
            reviews.register,
            by=officer(),
            at=AT,
            case_reference=given,
            region=_party("N57"),
            offence_group="murder",
            notified_on=TODAY,
        )
        assert told.rule == "sfo_case_reference"


def _party(code):
    from oversight.parties.queries import party

    return party(code)


def test_only_named_readers_open_a_review_and_each_reading_is_recorded():
    found = registered()
    director = acting_for("N57", "regional_probation_director")
    other_region = acting_for("N07", "regional_probation_director")
    chief = acting_for("probation-service", "chief_probation_officer")

    assert (
        refusal(detail, actor=director, reference=found.reference, today=TODAY).rule
        == "permission_sfo_reader"
    )
    assert (
        refusal(detail, actor=chief, reference=found.reference, today=TODAY).rule == "permission_sfo_reader"
    )
    assert (
        refusal(detail, actor=other_region, reference=found.reference, today=TODAY).rule == "not_found_review"
    )
    named = reader(found, "regional_probation_director", "N57")
    assert detail(actor=named, reference=found.reference, today=TODAY).case_reference == "X000001"
    reviews.record_reading(by=named, at=AT, reference=found.reference)
    assert Reading.objects.get().person == named.reference
    assert (
        refusal(reviews.record_reading, by=chief, at=AT, reference=found.reference).rule
        == "permission_sfo_reader"
    )


def test_the_register_shows_a_region_its_own_and_headquarters_all():
    registered(number=1, region="N57")
    registered(number=2, region="N07")

    def shown(party, role):
        actor = acting_for(party, role)
        return [one.region.code for one in register(actor=actor, today=TODAY, chosen=ReviewFilter()).lines]

    assert shown("N57", "regional_probation_director") == ["N57"]
    assert shown("N03", "regional_probation_director") == []
    assert shown("hmpps", "hmpps_officer") == ["N07", "N57"]
    assert shown("probation-service", "chief_probation_officer") == ["N07", "N57"]
    assert shown("N57EKNT", "head_of_pdu") == []
    assert shown("hmpps-osag", "osag_lead") == []


def test_each_body_names_its_own_people_and_the_inspectorate_only_after_the_draw():
    found = registered()
    person = _acting("hmip_lead_inspector")
    director = _acting("regional_probation_director", "N07")

    assert refusal(_name, found, planner(), person).rule == "sfo_reader"
    assert refusal(_name, found, officer(), person).field == "person"
    assert refusal(_name, found, officer(), director).field == "person"
    own = reader(found, "regional_probation_director", "N57")
    assert refusal(_name, found, officer(), own).rule == "sfo_reader"
    entry = found.readers.get(person=own.reference)
    assert refusal(reviews.end_reader, by=planner(), at=AT, reference=found.reference, reader=entry.pk)
    reviews.end_reader(by=officer(), at=AT, reference=found.reference, reader=entry.pk)
    assert refusal(detail, actor=own, reference=found.reference, today=TODAY).rule == "permission_sfo_reader"
    _name(found, officer(), own)


def _acting(role, party=""):
    from tests.factories.parties import acting_as

    return acting_as(role, party)


def _name(found, by, person):
    reviews.name_reader(by=by, at=AT, reference=found.reference, person=person.reference)


def test_quality_assurance_is_for_the_body_that_the_draw_named():
    found = drawn()
    theirs, ours = of(found, "hmip"), of(found, "hmpps")
    inspector = reader(theirs)
    reader_of_ours = reader(ours)

    assert refusal(act, marking.start_marking, theirs, officer()).rule == "sfo_assurer"
    assert refusal(act, marking.start_marking, ours, reader_of_ours).rule == "sfo_assurer"
    act(marking.start_marking, theirs, inspector)
    act(marking.start_marking, ours, officer())
    assert refusal(act, marking.mark, ours, reader_of_ours, **rating()).rule == "sfo_marker"
    assert refusal(act, marking.settle, theirs, inspector).rule == "sfo_unsettled"


def test_two_markers_mark_apart_and_a_third_moderates_where_they_differ():
    review = of(drawn(), "hmip")
    first, second, third = (reader(review) for _ in range(3))
    act(marking.start_marking, review, first)
    act(marking.mark, review, first, **rating())

    assert detail(actor=second, reference=review.reference, today=TODAY).hidden
    assert detail(actor=second, reference=review.reference, today=TODAY).markings == ()
    assert refusal(act, marking.mark, review, first, **rating()).rule == "sfo_marker"
    act(marking.mark, review, second, **rating("requires_improvement"))
    assert len(detail(actor=second, reference=review.reference, today=TODAY).markings) == 2
    assert refusal(act, marking.settle, review, first).rule == "sfo_unsettled"
    assert refusal(act, marking.mark, review, second, **rating()).rule == "sfo_marker"
    act(marking.mark, review, third, **rating("good", learning="inadequate"))
    act(marking.settle, review, first)

    assert [one.counts for one in detail(actor=third, reference=review.reference, today=TODAY).markings] == [
        False,
        False,
        True,
    ]
    assert events(review.reference) == ["sfo_review_allocated", "sfo_review_assured"]
    assert open_duties(review.reference) == []


@pytest.mark.parametrize("missing", ["overall", "victims", "victims_reason"])
def test_a_marking_leaves_nothing_out(missing):
    review = of(drawn(), "hmpps")
    act(marking.start_marking, review, officer())
    given = rating()
    (given["reasons"] if missing.endswith("_reason") else given["ratings"])[
        missing.removesuffix("_reason")
    ] = ""

    assert refusal(act, marking.mark, review, officer(), **given).field == missing


def test_a_returned_review_keeps_its_body_its_first_date_and_its_first_ratings():
    review = of(drawn(), "hmpps")
    region = reader(review, "regional_probation_director", review.region_id)
    rated(review, officer())
    assert detail(actor=region, reference=review.reference, today=TODAY).markings == ()
    act(marking.send_feedback, review, officer(), account="Learning is thin.")
    assert len(detail(actor=region, reference=review.reference, today=TODAY).markings) == 1
    act(marking.return_for_work, review, officer(), due_on=date(2026, 9, 7), account="Say what was learned.")
    act(reviews.submit, review, region, on=TODAY)

    assert (review.state, review.assurer, review.round) == ("allocated", "hmpps", 2)
    told = [one.title for one in detail(actor=region, reference=review.reference, today=TODAY).steps]
    assert "Marked" in told, "the first round was told to the region"
    assert review.first_due_on == date(2026, 8, 7)
    rated(review, officer())
    assert review.settlements.count() == 2
    assert figures.year_figures(YEAR).extended.part == 0
    act(marking.send_feedback, review, officer(), account="Good now.")
    act(marking.accept, review, officer())
    act(reviews.follow_up, review, region, act="disclose", on=TODAY, account="Told in a meeting.")
    act(reviews.follow_up, review, region, act="learn", on=TODAY, account="Training for the team.")
    act(reviews.end, review, officer(), act="close", on=TODAY)
    assert review.state == "closed"
    told = "".join(Entry.objects.order_by("sequence").values_list("payload", flat=True))
    for words in (
        "Learning is thin.",
        "Say what was learned.",
        "Told in a meeting.",
        "Seen in the file",
        "X00000",
    ):
        assert words not in told, "the record has more readers than the review"


def test_a_body_declares_its_year_assured_once_it_is_over_and_everything_is_rated():
    found = drawn()
    ours = [one for one in found if one.assurer == "hmpps"]

    assert refusal(sample.declare_assured, by=officer(), at=AT, year=YEAR).rule == "sfo_year"
    assert refusal(sample.declare_assured, by=officer(), at=LATER, year=YEAR).rule == "sfo_open"
    for one in ours:
        rated(one, officer())
    sample.declare_assured(by=officer(), at=LATER, year=YEAR)

    assert events(YEAR) == ["sfo_year_started", "sfo_remainder_assured"]
    assert open_duties(YEAR) == [("19-assure-sample", "hmip")]
    assert refusal(sample.declare_assured, by=officer(), at=LATER, year=YEAR).rule == "sfo_assured"
    assert figures.year_figures(YEAR).settled == {"hmip": 0, "hmpps": len(ours)}


def test_an_act_on_an_older_sight_of_a_review_is_refused():
    found = commissioned()

    told = refusal(
        reviews.submit, by=officer(), at=AT, reference=found.reference, revision=1, on=date(2026, 5, 1)
    )

    assert told.rule == "stale_review"


def test_a_further_round_of_quality_assurance_is_owed_until_it_is_settled_or_the_review_is_withdrawn():
    found = drawn()
    review, other = (one for one in found if one.assurer == "hmip")
    again = date(2026, 12, 1)
    for one in (review, other):
        lead = reader(one)
        rated(one, lead)
        act(marking.send_feedback, one, lead, account="Say more of the learning.")
        act(marking.return_for_work, one, lead, due_on=again, account="The learning.")
        act(reviews.submit, one, officer(), on=TODAY)
        if one is review:
            marker = lead
    about = f"{review.reference}-round-2"
    assert open_duties(about) == [("19-assure-review", "hmip")]
    rated(review, marker)
    assert open_duties(about) == []

    act(reviews.end, other, officer(), act="withdraw", on=TODAY, account="The charge was dropped.")
    withdrawn = Event.objects.get(about=f"{other.reference}-round-2")
    assert "was withdrawn" in withdrawn.withdrawn_reason
    assert Event.objects.get(about=other.reference, name="sfo_review_allocated").withdrawn_at is None


def test_an_overdue_list_is_asked_for_of_those_who_freeze_it_alone():
    sealed()
    many_submitted(10)
    late = date(2026, 5, 12)

    assert queries.list_notice(actor=officer(), today=date(2026, 5, 1)) is None
    assert queries.list_notice(actor=officer(), today=late).waiting == 10
    assert queries.list_notice(actor=planner(), today=late) is None
    sample.freeze(by=officer(), at=AT)
    assert queries.list_asked_for(late) is None
