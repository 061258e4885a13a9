"""Judgements question by question, second reading and totals as they stand (D1, ¶16)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.template import engines
from django.test.utils import CaptureQueriesContext
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from oversight.inspections.actions import case, case_steps, judging
from oversight.inspections.forms.fieldwork import JUDGEMENTS, Judging
from oversight.inspections.models import CaseJudgement, SecondReading
from oversight.inspections.queries.judging import case_to_judge, totals
from oversight.inspections.rules.judgements import Judgement
from oversight.inspections.rules.judging import Said, total_in_words
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.queries import remembering
from tests.arrangements.pages import faults, page, read, said, stand_on
from tests.factories import fieldwork as made
from tests.factories.arrangements import acting_for
from tests.factories.fieldwork import AT, draw, judge, judge_whole, upload
from tests.factories.inspections import act, finished, in_fieldwork
from tests.factories.parties import acting_as, sign_in

pytestmark = pytest.mark.usefixtures("memorandum")
QUESTION = "planning-safety"


@pytest.fixture
def lead(memorandum, client, monkeypatch):
    stand_on(monkeypatch, "2026-04-14")
    return sign_in(client, "hmip_lead_inspector", name="Lee Lead")


@pytest.fixture
def inspection(lead):
    found = in_fieldwork(lead)
    draw(found, lead, wanted=4)
    return found


@pytest.fixture
def colleague(inspection, lead):
    other = acting_as("hmip_lead_inspector", name="Cara Colleague")
    act(case.set_team, inspection, lead, lead=lead.reference, members=[other.reference])
    return other


def refusal(call, *arguments, **more) -> Refused:
    with pytest.raises(Refused) as refused:
        call(*arguments, **more)
    return refused.value


def read_again(inspection, by, number=1, *, agrees=True, note=""):
    judging.read_again(by=by, at=AT, reference=inspection.reference, number=number, agrees=agrees, note=note)


def held(inspection, by, number=1, question=QUESTION):
    found = case_to_judge(actor=by, reference=inspection.reference, number=number)
    return next(one for one in found.asked if one.question.id == question)


def test_a_judgement_is_kept_with_its_author_and_recorded(inspection, lead):
    assert judge(inspection, lead, 1, QUESTION, "insufficient", note="No plan") == 1

    found = held(inspection, lead)
    assert (found.said.judgement, found.said.note, found.said.name) == ("insufficient", "No plan", "Lee Lead")
    assert Entry.objects.order_by("-sequence").first().verb == "inspection.case-judged"


def test_a_later_judgement_stands_beside_the_earlier_one(inspection, lead):
    judge(inspection, lead, 1, QUESTION)

    assert judge(inspection, lead, 1, QUESTION, "insufficient", revision=1) == 2

    found = held(inspection, lead)
    assert (found.said.judgement, [one.judgement for one in found.before]) == ("insufficient", ["sufficient"])


def test_a_judgement_on_an_older_sight_is_refused_and_names_both(inspection, lead, colleague):
    judge(inspection, colleague, 1, QUESTION, "insufficient", note="Theirs")

    refused = refusal(judge, inspection, lead, 1, QUESTION, "sufficient")

    assert refused.rule == "judgement_stale"
    assert "Cara Colleague saved “insufficient”" in refused.why
    assert "Your “sufficient” is not saved" in refused.why
    assert CaseJudgement.objects.count() == 1


def test_two_who_say_the_same_are_merged(inspection, lead, colleague):
    judge(inspection, colleague, 1, QUESTION)

    assert judge(inspection, lead, 1, QUESTION) == 1
    assert CaseJudgement.objects.count() == 1


def test_another_question_of_the_same_case_does_not_get_in_the_way(inspection, lead, colleague):
    judge(inspection, colleague, 1, QUESTION)

    assert judge(inspection, lead, 1, "planning-engagement") == 1


@pytest.mark.parametrize(
    ("what", "rule"),
    [
        ((99, QUESTION, "sufficient"), "not_found_case"),
        ((5, QUESTION, "sufficient"), "case_standing"),
        ((1, "leadership", "sufficient"), "judgement_question"),
        ((1, QUESTION, "good"), "judgement"),
    ],
)
def test_only_what_is_asked_of_a_case_of_the_sample_is_judged(inspection, lead, what, rule):
    assert refusal(judge, inspection, lead, *what).rule == rule


def test_only_the_team_judges_and_nobody_outside_the_inspectorate(inspection):
    other = acting_as("hmip_lead_inspector")

    assert refusal(judge, inspection, other, 1, QUESTION).rule == "inspection_team"
    for actor in (acting_for("N57EKNT"), acting_for("hmpps-osag"), acting_for("hmip", "hmip_planner")):
        assert refusal(judge, inspection, actor, 1, QUESTION).rule.startswith("permission")


def test_a_judged_case_cannot_be_left_out_nor_its_list_replaced(inspection, lead):
    judge(inspection, lead, 1, QUESTION)

    left = refusal(
        made.fieldwork.leave_out,
        by=lead,
        at=AT,
        reference=inspection.reference,
        number=1,
        reason="unavailable",
    )
    assert left.rule == "case_judged"
    assert refusal(upload, inspection, lead, reason="Wrong").rule == "case_list_judged"


def test_a_second_reader_is_another_person_and_reads_a_case_judged_whole(inspection, lead, colleague):
    judge(inspection, lead, 1, QUESTION)
    assert refusal(read_again, inspection, colleague).rule == "second_reading"
    for one in case_to_judge(actor=lead, reference=inspection.reference, number=1).asked:
        if one.question.id != QUESTION:
            judge(inspection, lead, 1, one.question.id)

    assert "You judged this case" in refusal(read_again, inspection, lead).why
    assert refusal(read_again, inspection, colleague, agrees=False).field == "note"
    read_again(inspection, colleague, agrees=False, note="Safety was not planned for")

    (reading,) = case_to_judge(actor=lead, reference=inspection.reference, number=1).readings
    assert (reading.name, reading.agrees, reading.outdated) == ("Cara Colleague", False, False)


def test_a_judgement_changed_after_the_second_reading_outdates_it(inspection, lead, colleague):
    judge_whole(inspection, lead, 1)
    read_again(inspection, colleague)

    judge(inspection, lead, 1, QUESTION, "insufficient", revision=1, at=AT + timedelta(hours=1))

    (reading,) = case_to_judge(actor=lead, reference=inspection.reference, number=1).readings
    assert reading.outdated


def test_who_once_judged_a_case_never_reads_it_second(inspection, lead, colleague):
    judge_whole(inspection, lead, 1)
    judge(inspection, colleague, 1, QUESTION, "insufficient", revision=1)
    judge(inspection, lead, 1, QUESTION, "sufficient", revision=2)

    assert refusal(read_again, inspection, colleague).rule == "second_reading"


def tally(inspection, by, question=QUESTION):
    found = [
        one for total in totals(actor=by, reference=inspection.reference).standards for one in total.tallies
    ]
    return next(one for one in found if one.question.id == question)


def test_totals_stand_as_the_judgements_do_now(inspection, lead):
    judge(inspection, lead, 1, QUESTION)
    judge(inspection, lead, 2, QUESTION, "insufficient")
    judge(inspection, lead, 3, QUESTION, "not applicable")

    found = tally(inspection, lead)
    assert (found.sufficient, found.insufficient, found.not_applicable, found.missing) == (1, 1, 1, 1)

    judge(inspection, lead, 2, QUESTION, "sufficient", revision=1)
    assert tally(inspection, lead).sufficient == 2


def test_a_region_adds_up_the_latest_finished_inspection_of_each_of_its_units(lead):
    later = AT + timedelta(days=10)
    for unit, judgement in (("N57EKNT", "sufficient"), ("N57SUR", "insufficient"), ("N56NOSU", "sufficient")):
        one = in_fieldwork(lead, units=(unit,))
        draw(one, lead, wanted=2)
        judge(one, lead, 1, "planning-safety", judgement)
        act(
            case_steps.finish_fieldwork,
            one,
            lead,
            later,
            on=later.date(),
        )
    region = in_fieldwork(lead, programme="region-2023-25", kind="region", units=("N57",))

    found = [
        one for total in totals(actor=lead, reference=region.reference).standards for one in total.tallies
    ]

    counted = {
        (unit.unit, unit.sufficient, unit.judged)
        for one in found
        if one.question.id == "planning-safety"
        for unit in one.by_unit
    }
    assert counted == {("N57EKNT", 1, 1), ("N57SUR", 0, 1)}


@pytest.mark.parametrize(
    ("sufficient", "judged", "words"), [(3, 9, "3 of 9"), (3, 10, "3 of 10 (30%)"), (0, 0, "0 of 0")]
)
def test_no_percentage_of_fewer_than_ten(sufficient, judged, words):
    assert total_in_words(sufficient, judged) == words


def at(inspection, rest="/1") -> str:
    return f"/inspections/{inspection.reference}/cases{rest}"


def send(client, inspection, judgement="sufficient", revision=0, note=""):
    data = {"question": QUESTION, "judgement": judgement, "note": note, "revision": str(revision)}
    return client.post(at(inspection), data)


def test_a_case_is_judged_in_the_browser_and_leads_on_to_the_next_question(client, inspection):
    assert "0 of 12 questions judged" in said(page(client, at(inspection)))

    answer = send(client, inspection)

    assert answer["Location"] == f"{at(inspection)}#question-implementation-engagement"
    assert "1 of 12 questions judged" in said(page(client, at(inspection)))
    assert "1 of 12 judged" in said(page(client, at(inspection, "")))


def test_a_colleagues_newer_judgement_is_shown_beside_mine_and_mine_can_be_saved(
    client, inspection, colleague
):
    judge(inspection, colleague, 1, QUESTION, "insufficient", note="Theirs")

    tree = read(send(client, inspection, note="Mine"), 409)

    assert "Cara Colleague saved “insufficient”" in faults(tree)[0]
    form = next(one for one in tree.css("main form") if "Save mine in its place" in one.text())
    assert form.css_first("textarea").text().strip() == "Mine"
    assert form.css_first('[name="revision"]').attributes["value"] == "1"
    assert "Theirs" in said(tree)

    assert send(client, inspection, note="Mine", revision=1).status_code == 302
    assert held(inspection, colleague).said.note == "Mine"


def test_no_judgement_chosen_is_told_beside_the_question(client, inspection):
    tree = read(send(client, inspection, judgement=""), 422)

    assert faults(tree) == ["Choose a judgement."]
    target = tree.css_first(".govuk-error-summary__list a").attributes["href"]
    assert tree.css_first(target)


def test_a_second_reading_is_given_in_the_browser(client, inspection, lead, colleague):
    judge_whole(inspection, colleague, 1)

    wrong = read(client.post(at(inspection), {"step": "read_again", "agrees": "no", "note": ""}), 409)
    assert "A second reader who does not agree says with what" in faults(wrong)[0]
    answer = client.post(at(inspection), {"step": "read_again", "agrees": "yes", "note": ""})

    assert answer.status_code == 302
    assert SecondReading.objects.get().read_by == lead.reference
    assert "every judgement holds" in said(page(client, at(inspection)))


def test_the_totals_page_tells_figures_with_what_they_are_out_of(client, inspection, lead):
    judge(inspection, lead, 1, QUESTION)

    text = said(page(client, at(inspection, "/totals")))

    assert "1 of 1, a small number" in text
    assert "3 of 4" in text
    assert "not confirmed by a published source" in text


@pytest.mark.parametrize("rest", ["/1", "/totals"])
@pytest.mark.parametrize(("role", "party"), [("osag_lead", ""), ("head_of_pdu", "N57EKNT")])
def test_the_inspected_and_osag_see_no_judgement(client, inspection, role, party, rest):
    sign_in(client, role, party)

    assert "until the draft is sent for checking" in said(page(client, at(inspection, rest), 403))


def test_a_planner_reads_but_cannot_judge(client, inspection):
    sign_in(client, "hmip_planner")

    assert not page(client, at(inspection)).css_first("main form")
    assert send(client, inspection).status_code == 403


def test_a_case_that_was_not_drawn_cannot_be_judged(lead):
    found = finished(lead)

    assert refusal(judge, found, lead, 1, QUESTION).rule == "not_found_case"


def test_a_case_asks_as_much_with_one_judgement_as_with_all(client, inspection, lead):
    counts = []
    for number in (1, 2):
        judge(inspection, lead, number, QUESTION)
        if number == 2:
            for one in case_to_judge(actor=lead, reference=inspection.reference, number=2).asked:
                judge(inspection, lead, 2, one.question.id)
        with CaptureQueriesContext(connection) as asked, remembering():
            page(client, at(inspection, f"/{number}"))
        counts.append(len(asked))

    assert counts[0] == counts[1]


@pytest.mark.writes_directly("the database refuses the impossible")
@pytest.mark.parametrize("change", [{"judgement": "good"}, {"judged_by": ""}, {"revision": 0}])
def test_the_database_holds_a_judgement_to_its_facts(inspection, lead, change):
    judge(inspection, lead, 1, QUESTION)

    with pytest.raises(IntegrityError), transaction.atomic():
        CaseJudgement.objects.update(**change)


@pytest.mark.writes_directly("the database refuses the impossible")
def test_the_database_lets_one_judgement_hold(inspection, lead):
    judge(inspection, lead, 1, QUESTION)
    judge(inspection, lead, 1, QUESTION, "insufficient", revision=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        CaseJudgement.objects.update(superseded=False)


def test_the_plain_form_of_a_question_is_that_of_the_components():
    known = {"question": QUESTION, "revision": 2, "judgement": "insufficient", "note": "No <plan>"}
    form = Judging(initial=known, auto_id=f"{QUESTION}-%s")
    held = Said(Judgement.INSUFFICIENT, "No <plan>", 2, "person:1", "Example", AT)
    parts = engines["jinja2"].env.get_template("inspections/fieldwork_parts.html").module

    plain = HTMLParser(parts.judging(QUESTION, held, JUDGEMENTS))
    components = HTMLParser(parts.judging_again(form))

    assert shape(plain) == shape(components)


def shape(tree):
    """Every element with its attributes and own words, in order; how they are laid out does not matter."""
    found = []
    for node in tree.body.traverse():
        words = " ".join(node.text(deep=False).split())
        found.append((node.tag, sorted((node.attributes or {}).items()), words))
    return found
