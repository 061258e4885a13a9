"""Recommendations from being made to being verified, with what is owed because of them (E1, E2, E6)."""

from __future__ import annotations

from datetime import date

import pytest

from oversight.access.rules import access_table
from oversight.arrangements.models import Duty, Event
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.queries import party, remembering
from oversight.recommendations.actions import receive
from oversight.recommendations.actions import recommendations as acts
from oversight.recommendations.models import Answer, Recommendation
from oversight.recommendations.queries.recommendations import (
    RecommendationFilter,
    every_line,
    recommendation,
    register,
)
from oversight.recommendations.queries.sight import in_parts_to, viewer_of, visible
from oversight.recommendations.rules.visibility import Concerned, sees
from tests.factories.arrangements import acting_for
from tests.factories.recommendations import (
    AT,
    TEXT,
    act,
    agreed,
    colleague,
    in_progress,
    made,
    proposed,
    reported,
)

pytestmark = pytest.mark.usefixtures("memorandum")


def duties(row: Recommendation) -> dict[str, Duty]:
    return {duty.arrangement: duty for duty in Duty.objects.filter(about=row.reference)}


def test_a_recommendation_starts_the_duty_to_answer_it_paragraph_24():
    row = made("N57EKNT", number=3)

    assert row.reference == "2026-PDU-N57EKNT-1-R3"
    owed = duties(row)
    assert set(owed) == {"24-respond"}
    assert owed["24-respond"].bearer_id == "N57EKNT"
    assert owed["24-respond"].met_on is None

    act(acts.answer, row, acting_for("N57EKNT"), response="agreed")
    assert duties(row)["24-respond"].met_on == AT.date()


def test_a_thematic_recommendation_is_also_for_osag_to_coordinate_paragraph_27():
    row = made("hmpps", kind="thematic", unit="", source="2026-THEMATIC-1")
    assert set(duties(row)) == {"24-respond", "27-coordinate-response"}

    act(acts.answer, row, acting_for("hmpps-osag"), response="partly_agreed", agreed_part="A", reason="B")

    assert all(duty.met_on for duty in duties(row).values())


@pytest.mark.parametrize(("kind", "by"), [("history", "hmip"), ("audit", "hmpps-osag")])
def test_what_the_arrangements_do_not_know_starts_no_duty(kind, by):
    row = made("N57EKNT", kind=kind, by=acting_for(by), source="2023-OLD-1")

    assert not Event.objects.exists()
    assert row.maker_id == by
    act(acts.answer, row, acting_for("N57EKNT"), response="agreed")
    assert not Event.objects.exists()


def test_taking_up_the_same_again_writes_nothing():
    row = made(number=4)
    entries = Entry.objects.count()

    again = made(number=4)

    assert again.pk == row.pk
    assert Entry.objects.count() == entries
    assert Recommendation.objects.count() == 1


def test_a_number_is_kept_for_ever_paragraph_23():
    made(number=4)

    with pytest.raises(Refused, match="kept for ever"):
        made(number=4, text="Something else altogether.")
    with pytest.raises(Refused, match="kept for ever"):
        made("N57", number=4)


def test_those_who_make_none_are_refused():
    for code in ("N57EKNT", "hmpps", "moj-sponsorship", "hmpps-contract-management"):
        with pytest.raises(Refused) as told:
            made(by=acting_for(code))
        assert told.value.rule.startswith("permission_"), code


def test_osag_makes_none_in_the_inspectorates_name():
    with pytest.raises(Refused) as told:
        made(by=acting_for("hmpps-osag"))
    assert told.value.rule == "recommendation_maker"


def test_what_is_missing_or_wrong_is_named_and_nothing_is_kept():
    cases = [
        ({"on": date(2026, 3, 3)}, "on"),
        ({"text": "   "}, "text"),
        ({"source_title": ""}, "source_title"),
        ({"source": "no blanks"}, "source"),
        ({"theme": "astrology"}, "theme"),
        ({"addressee": "provider-nacro"}, "addressee"),
        ({"unit": ""}, "unit"),
        ({"kind": "thematic", "unit": "", "commissioned": True, "source": "T-1"}, "unit"),
        ({"kind": "rumour"}, "kind"),
    ]
    for more, field in cases:
        with pytest.raises(Refused) as told:
            made(**more)
        assert told.value.field == field, more
    assert not Recommendation.objects.exists()


def test_answers_stand_beside_each_other_and_the_duty_is_met_once():
    row = agreed()

    act(
        acts.answer,
        row,
        acting_for("N57EKNT"),
        response="partly_agreed",
        agreed_part="New cases.",
        reason="No funds for the rest.",
    )

    assert list(Answer.objects.order_by("round").values_list("response", flat=True)) == [
        "agreed",
        "partly_agreed",
    ]
    assert Event.objects.filter(name="recommendation_answered").count() == 1
    assert row.response == "partly_agreed"


def test_nobody_else_answers_a_local_recommendation():
    row = made("N57EKNT")
    for code in ("N57SUR", "N57", "hmpps", "hmpps-osag", "hmip", "N50"):
        with pytest.raises(Refused) as told:
            act(acts.answer, row, acting_for(code), response="agreed")
        assert told.value.rule.startswith(("permission_", "not_found")), code
    assert not Answer.objects.exists()


def test_the_owner_reports_with_evidence_and_two_inspectors_verify_paragraph_26():
    row = in_progress()
    owner, first = acting_for("N57EKNT"), acting_for("hmip")
    act(acts.add_progress, row, owner, text="Half of the cases were reviewed.")
    with pytest.raises(Refused) as told:
        act(acts.report_complete, row, owner, text="All done.", evidence=" ")
    assert told.value.field == "evidence"
    act(acts.report_complete, row, owner, text="All done.", evidence="Review, page 4")

    act(acts.propose, row, first, text="The sample shows it.")
    with pytest.raises(Refused, match="second person"):
        act(acts.confirm, row, first)
    act(acts.confirm, row, colleague(first))

    assert row.delivery == "closed_verified"
    assert row.closed_by == "person:second"
    moves = [one.move for one in row.steps.order_by("id")]
    assert moves == [
        "receive",
        "answer",
        "start",
        "add_progress",
        "report_complete",
        "propose",
        "confirm",
    ]


def test_nobody_outside_the_inspectorate_verifies_what_it_recommended():
    row = reported()
    for step in ("propose", "send_back", "supersede", "close_not_agreed"):
        more = {"text": "Done."} | ({"replacement": "X-R1"} if step == "supersede" else {})
        for code in ("N57EKNT", "hmpps-osag", "N57", "hmpps"):
            with pytest.raises(Refused) as told:
                act(getattr(acts, step), row, acting_for(code), **more)
            assert told.value.rule.startswith("permission_"), (step, code)


def test_osag_verifies_its_audits_and_the_inspectorate_does_not():
    row = reported(kind="audit", by=acting_for("hmpps-osag"), source="AUDIT-7")
    with pytest.raises(Refused):
        act(acts.propose, row, acting_for("hmip"), text="Seen.")

    act(acts.propose, row, acting_for("hmpps-osag"), text="Seen.")
    act(acts.confirm, row, colleague(acting_for("hmpps-osag")))

    assert row.delivery == "closed_verified"


def test_sending_back_lets_the_owner_go_on_and_report_again():
    row = proposed()

    act(acts.send_back, row, colleague(acting_for("hmip")), text="Page 4 is of another unit.")

    assert (row.delivery, row.proposed_by) == ("in_progress", "")
    act(acts.report_complete, row, acting_for("N57EKNT"), text="Now.", evidence="Page 5")
    assert row.delivery == "reported_complete"


def test_a_region_reports_for_its_unit_and_another_region_does_not():
    row = agreed()
    with pytest.raises(Refused, match="no such recommendation"):
        act(acts.start, row, acting_for("N50"))

    act(acts.start, row, acting_for("N57"), text="The region helps.")

    assert row.delivery == "in_progress"


def test_one_that_was_not_agreed_is_closed_by_who_made_it():
    row = made()
    act(acts.answer, row, acting_for("N57EKNT"), response="not_agreed", reason="It is done already.")
    with pytest.raises(Refused, match="paragraph 24"):
        act(acts.start, row, acting_for("N57EKNT"))

    act(acts.close_not_agreed, row, acting_for("hmip"), text="Noted.")

    assert row.delivery == "closed_not_agreed"


def test_superseding_names_another_that_holds():
    row, other, gone = proposed(), made(), made()
    inspector = acting_for("hmip")
    act(acts.supersede, gone, inspector, replacement=other.reference, text="Merged.")
    for wrong in (row.reference, "no-such-R1", gone.reference, "\x00"):
        with pytest.raises(Refused) as told:
            act(acts.supersede, row, inspector, replacement=wrong, text="Merged.")
        assert told.value.field == "replacement"

    act(acts.supersede, row, inspector, replacement=other.reference, text="Merged.")

    assert (row.delivery, row.superseded_by) == ("closed_superseded", other)
    assert recommendation(actor=inspector, reference=row.reference).superseded_by == other.reference


def test_the_region_addresses_its_commissioned_services_paragraph_25():
    row = made(commissioned=True)
    assert duties(row)["25-address-crs-working"].met_on is None
    with pytest.raises(Refused, match="paragraph 25"):
        act(acts.services_assessed, row, acting_for("N57EKNT"), text="Assessed.")

    act(acts.services_assessed, row, acting_for("N57"), text="The contract was changed.")

    assert duties(row)["25-address-crs-working"].met_on == AT.date()
    with pytest.raises(Refused, match="does not reach"):
        act(acts.services_assessed, made(), acting_for("N57"), text="Assessed.")


def test_an_older_sight_is_refused():
    row = made()
    act(acts.answer, row, acting_for("N57EKNT"), response="agreed")

    with pytest.raises(Refused) as told:
        acts.start(by=acting_for("N57EKNT"), at=AT, reference=row.reference, revision=1)

    assert told.value.rule == "stale_recommendation"


def test_sight_of_the_tables_is_sight_of_the_rules():
    rows = [
        made("N57EKNT"),
        made("N57", unit="N57", source="2026-REGION-N57-1"),
        made("hmpps", kind="thematic", unit="", source="T-1"),
        made("home-office", kind="joint", unit="", source="J-1"),
        made("N57SUR", unit="N57SUR", kind="audit", by=acting_for("hmpps-osag"), source="A-1"),
    ]
    for role in access_table().roles:
        for code in ("N57EKNT", "N57", "N50", "hmpps", "home-office", "hmip", "hmpps-osag", "dwp"):
            actor = acting_for(code, role)
            seen = set(visible(actor).values_list("reference", flat=True))
            parts = [one.reference for part in in_parts_to(viewer_of(actor)) for one in part.order_by("id")]
            assert sorted(parts) == sorted(seen), (code, role)
            for asked in (["N57EKNT"], ["N57", "N57EKNT", "N57SUR"], ["N50"]):
                parts = [
                    one.reference
                    for part in in_parts_to(viewer_of(actor), units=asked)
                    for one in part.filter(unit__in=asked).order_by("id")
                ]
                wanted = {row.reference for row in rows if row.unit_id in asked} & seen
                assert sorted(parts) == sorted(wanted), (code, role, asked)
            wanted = {
                row.reference
                for row in rows
                if sees(viewer_of(actor), Concerned(row.maker_id, row.addressee_id, row.unit_id or ""))
            }
            assert seen == wanted, (code, role)


def test_the_register_is_narrowed_and_says_so():
    mine = made("N57EKNT", theme="staffing", text="Fill the vacancies of probation officers.")
    other = agreed("N57SUR", unit="N57SUR", source="2026-PDU-N57SUR-1")
    actor = acting_for("hmip")

    def found(**chosen) -> set[str]:
        lines = tuple(every_line(actor=actor, chosen=RecommendationFilter(**chosen)))
        assert register(actor=actor, chosen=RecommendationFilter(**chosen)).lines == lines
        return {line.reference for line in lines}

    both = {mine.reference, other.reference}
    assert found() == found(delivery="open") == found(unit="N57") == found(kind="core") == both
    for chosen in ({"theme": "staffing"}, {"text": "VACANCIES"}, {"response": "awaiting"}):
        assert found(**chosen) == {mine.reference}
    assert found(text=other.reference[:14]) == found(authority="N57SUR") == {other.reference}
    assert found(delivery="closed_verified") == found(text="nowhere") == set()


def test_the_register_counts_pages(django_assert_num_queries):
    for number in range(1, 27):
        made(number=number)
    actor = acting_for("hmip")

    with remembering(), django_assert_num_queries(3):  # the parties, the count, the page
        second = register(actor=actor, chosen=RecommendationFilter(), page=9)

    assert (second.page, len(second.lines), second.count.in_words) == (2, 1, "26")


def test_what_may_be_done_is_what_the_actions_allow():
    row = reported()
    first = acting_for("hmip")
    assert recommendation(actor=first, reference=row.reference).acts == ("propose", "send_back", "supersede")
    assert recommendation(actor=acting_for("N57EKNT"), reference=row.reference).acts == ()
    act(acts.propose, row, first, text="Seen.")
    assert "confirm" not in recommendation(actor=first, reference=row.reference).acts
    assert "confirm" in recommendation(actor=colleague(first), reference=row.reference).acts


def test_every_act_is_in_the_record():
    row = proposed(theme="staffing")

    verbs = list(
        Entry.objects.filter(subject=f"recommendation:{row.reference}")
        .order_by("sequence")
        .values_list("verb", flat=True)
    )

    assert verbs == [
        "recommendation.received",
        "recommendation.answered",
        "recommendation.started",
        "recommendation.reported-complete",
        "recommendation.verification-proposed",
    ]


def test_receiving_asks_for_permission_even_when_nothing_is_written():
    row = made(number=5)

    with pytest.raises(Refused):
        receive(
            by=acting_for("N57EKNT"),
            at=AT,
            kind="core",
            source=row.source,
            source_title=row.source_title,
            number=5,
            text=TEXT,
            addressee=party("N57EKNT"),
            on=AT.date(),
            unit=party("N57EKNT"),
        )
