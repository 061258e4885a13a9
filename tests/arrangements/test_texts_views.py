"""The texts for those who work under them: register, one arrangement, two texts compared (A2, A3)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from oversight.access.queries import acting_by_command
from oversight.arrangements import actions
from oversight.arrangements.rules.telling import tell
from tests.arrangements.stories import mou, text_with
from tests.factories.arrangements import load_mou
from tests.factories.parties import sign_in

pytestmark = pytest.mark.django_db

TWELVE_WEEKS = {"27-submit-plan": {"limit": {"length": 12}}}
ALL = len(mou().arrangements)
PER_PAGE = 25


@pytest.fixture
def reader(client):
    load_mou()
    sign_in(client, "osag_coordinator")
    return client


def take_up(identifier: str, effective_from: date, changes: dict, title: str) -> None:
    raw = yaml.safe_load(text_with(identifier=identifier, effective_from=effective_from, changes=changes))
    actions.load_version(
        by=acting_by_command("test"),
        at=datetime(2026, 1, 1, tzinfo=UTC),
        text=yaml.safe_dump(raw | {"title": title}, sort_keys=False),
        name=f"{identifier}.yaml",
    )


def words(node) -> str:
    return " ".join(node.text(separator=" ").split())


def page(client, name: str, query: str = "", **named) -> HTMLParser:
    response = client.get(f"{reverse(name, kwargs=named or None)}{query}")
    assert response.status_code == 200
    return HTMLParser(response.content)


def listed(tree: HTMLParser) -> list[str]:
    """Identifiers of the arrangements on a page of the register."""
    links = tree.css(".app-duties__what a")
    return [link.attributes["href"].partition("?")[0].rpartition("/")[2] for link in links]


def test_the_register_lists_every_arrangement_in_force_in_the_order_of_the_text(reader):
    found = []
    for number in range(1, ALL // PER_PAGE + 2):
        tree = page(reader, "arrangements", f"?page={number}")
        assert f"{ALL} arrangements" in words(tree.css_first("h2"))
        assert len(listed(tree)) <= PER_PAGE
        found += listed(tree)

    assert found == [one.id for one in mou().arrangements]


def test_each_row_tells_who_owes_it_to_whom_by_when_and_how_firmly(reader):
    rows = page(reader, "arrangements").css(".app-duties__item")

    for one, row in zip(mou().arrangements, rows, strict=False):
        told = tell(one, mou())
        shown = words(row)
        assert one.title in shown
        assert f"Paragraph {one.paragraph} ·" in shown
        assert told.who[1:] in shown
        assert told.when in shown
        assert told.force[1:] in shown


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("?force=aim", lambda one: one.force == "aim"),
        ("?standing=always", lambda one: one.standing),
        ("?standing=started&force=usually", lambda one: not one.standing and one.force == "usually"),
        ("?paragraph=27", lambda one: one.paragraph_number == 27),
        ("?paragraph=10", lambda one: one.paragraph_number == 10),
        ("?principle=targeted", lambda one: "targeted" in one.principles),
        ("?bearer=hmpps-osag", lambda one: "hmpps-osag" in one.bearers),
        ("?bearer=addressee", lambda one: "addressee" in one.bearers),
        ("?limit=text", lambda one: one.limit),
        ("?limit=local", lambda one: one.local_target),
        ("?words=ten+weeks", lambda one: "ten weeks" in one.summary),
    ],
)
def test_the_register_is_narrowed_by_what_was_asked(reader, query, fits):
    wanted = [one.id for one in mou().arrangements if fits(one)]

    tree = page(reader, "arrangements", query)

    assert wanted
    assert listed(tree) == wanted[:PER_PAGE]
    assert f"{len(wanted)} of {ALL} arrangements" in words(tree.css_first("h2"))


def test_filters_survive_in_the_links_to_further_pages(reader):
    tree = page(reader, "arrangements", "?force=must")
    links = [link.attributes["href"] for link in tree.css(".govuk-pagination a")]

    assert links
    assert all("force=must" in link and "page=" in link for link in links)


def test_nothing_that_fits_is_a_sentence(reader):
    shown = words(page(reader, "arrangements", "?words=zebra").css_first("main"))

    assert "No arrangement fits these filters." in shown


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?force=perhaps", "perhaps"),
        ("?paragraph=99", "99"),
        ("?words=a%E2%80%AEb", "Correct the filters"),
        (f"?words={'x' * 200}", "Correct the filters"),
    ],
)
def test_a_filter_that_makes_no_sense_is_told_and_hides_nothing_silently(reader, query, said):
    tree = page(reader, "arrangements", query)

    assert said in words(tree.css_first("main"))
    assert tree.css_first(".govuk-error-message") is not None
    assert listed(tree) == []


@pytest.mark.parametrize("number", ["0", "999", "x"])
def test_a_page_that_is_not_there_gives_the_nearest(reader, number):
    assert listed(page(reader, "arrangements", f"?page={number}"))


def test_a_text_to_come_can_be_read_before_it_takes_effect(reader):
    take_up("mou-2090", date(2090, 3, 1), TWELVE_WEEKS, "The text of 2090")

    register = page(reader, "arrangements", "?version=mou-2090&paragraph=27")
    shown = words(register.css_first("main"))
    one = words(
        page(reader, "arrangement", "?version=mou-2090", identifier="27-submit-plan").css_first("main")
    )

    assert "Not in force yet. This text takes effect on 1 March 2090: The text of 2090." in shown
    assert "Within 12 weeks" in shown
    assert "?version=mou-2090" in register.css_first(".app-duties__what a").attributes["href"]
    assert "12 weeks, counting the day of the event as day 0." in one
    assert reader.get(f"{reverse('arrangements')}?version=nothing").status_code == 404


def test_every_arrangement_is_reachable_and_tells_everything_about_itself(reader):
    for one in mou().arrangements:
        tree = page(reader, "arrangement", identifier=one.id)
        told = tell(one, mou())
        facts = words(tree.css_first("dl.govuk-summary-list"))
        assert words(tree.css_first("h1")) == one.title
        assert one.summary in words(tree.css_first("main"))
        assert told.who[1:] in facts
        assert told.force[1:] in facts
        assert f"Paragraph {one.paragraph}" in facts
        assert (one.ambiguity or "Who owes it") in facts
        for name, number in one.figures.items():
            assert f"{name.replace('_', ' ').capitalize()}: {number}" in facts
        for occasion in (*told.starts, *told.met_by):
            assert occasion.title in facts
        if one.standing:
            assert "What upholds it" in facts
            assert tree.css_first("#try-it") is None
        else:
            assert (one.limit.in_words() if one.limit else "No number in the MoU") in facts
            assert (one.local_target.in_words() if one.local_target else "What meets it") in facts
            assert tree.css_first("#try-it") is not None


@pytest.mark.parametrize(
    ("identifier", "said"),
    [
        (
            "9-standards-independent",
            "HM Inspectorate of Probation sets its inspection standards independently",
        ),
        ("32-object-during-check", "only as the text says, from Operational and System Assurance Group"),
        ("34-monitor", "The adherence page counts"),
        ("29-reduce-burden", "No rule of the service upholds this yet."),
    ],
)
def test_what_upholds_a_standing_arrangement_is_told_in_plain_words(reader, identifier, said):
    facts = words(page(reader, "arrangement", identifier=identifier).css_first("dl.govuk-summary-list"))

    assert said in facts


def try_it(client, identifier: str, **asked: str) -> HTMLParser:
    response = client.get(reverse("arrangement", kwargs={"identifier": identifier}), asked)
    assert response.status_code == 200
    return HTMLParser(response.content)


def test_trying_a_thematic_draft_gives_ten_weeks_with_every_step(reader):
    tree = try_it(reader, "27-submit-plan", occasion="draft_received_for_checking thematic", on="5/1/2026")
    answer = words(tree.css_first("#answer"))

    assert "Due Monday 16 March 2026 (date set by the text of the arrangement)." in answer
    assert "10 weeks after that day is Monday 16 March 2026." in answer
    assert mou().title in answer


def test_trying_uses_the_text_that_governs_the_day(reader):
    take_up("mou-2026", date(2026, 3, 1), TWELVE_WEEKS, "The text of 2026")
    asked = {"occasion": "draft_received_for_checking thematic"}

    before = words(try_it(reader, "27-submit-plan", on="28/2/2026", **asked).css_first("#answer"))
    after = words(try_it(reader, "27-submit-plan", on="2/3/2026", **asked).css_first("#answer"))

    assert "Due Saturday 9 May 2026" in before
    assert mou().title in before
    assert "Due Monday 25 May 2026" in after
    assert "The text of 2026" in after


def test_trying_a_local_target_calls_it_one_and_no_number_gives_no_date(reader):
    target = words(
        try_it(reader, "24-respond", occasion="recommendation_made core", on="5/1/2026").css_first("#answer")
    )
    none = words(
        try_it(reader, "16-publish-report", occasion="final_report_issued core", on="5/1/2026").css_first(
            "#answer"
        )
    )

    assert "Due Monday 2 February 2026 (local target, not a number in the MoU)." in target
    assert "No date. It is owed until it is met." in none


def test_trying_takes_the_agreed_date_where_the_event_carries_one(reader):
    asked = {"occasion": "routine_supply_agreed", "on": "5/1/2026"}

    given = try_it(reader, "29-supply-routinely", until="2/2/2026", **asked)
    missing = try_it(reader, "29-supply-routinely", **asked)
    early = try_it(reader, "29-supply-routinely", until="1/1/2026", **asked)

    assert "Due Monday 2 February 2026 (date agreed when the duty began)." in words(
        given.css_first("#answer")
    )
    assert "Enter the date." in words(missing.css_first(".govuk-error-summary"))
    assert "This is before the day on which it happens." in words(early.css_first(".govuk-error-summary"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"occasion": "draft_received_for_checking thematic", "on": "nope"}, "Enter a real date"),
        ({"occasion": "draft_received_for_checking thematic", "on": ""}, "Enter the date."),
        (
            {"occasion": "draft_received_for_checking core", "on": "5/1/2026"},
            "not one of the available choices",
        ),
        ({"occasion": "<script>", "on": "5/1/2026"}, "not one of the available choices"),
        (
            {"occasion": "draft_received_for_checking thematic", "on": "5/1/2020"},
            "No arrangements were in force",
        ),
    ],
)
def test_what_cannot_be_tried_is_told_beside_its_field(reader, asked, said):
    tree = try_it(reader, "27-submit-plan", **asked)

    assert said in words(tree.css_first(".govuk-error-summary"))
    assert said in words(tree.css_first("form .govuk-error-message"))
    assert tree.css_first("#answer") is None


def test_a_day_beyond_the_bank_holidays_is_refused_beside_its_field(reader):
    tree = try_it(reader, "24-respond", occasion="recommendation_made core", on="20/12/2028")

    assert "cannot be counted in working days" in words(tree.css_first(".govuk-error-summary"))


def test_how_each_text_puts_an_arrangement(reader):
    take_up("mou-2026", date(2026, 3, 1), TWELVE_WEEKS, "The text of 2026")

    changed = words(page(reader, "arrangement", identifier="27-submit-plan").css_first("main"))
    same = words(page(reader, "arrangement", identifier="27-update-plan").css_first("main"))

    assert "Time limit: was “10 weeks" in changed
    assert "becomes “12 weeks" in changed
    assert "the same as the text before it" in same
    old = page(reader, "arrangement", "?version=mou-2023", identifier="27-submit-plan")
    assert "No longer in force." in words(old.css_first("main"))


def test_an_arrangement_that_is_in_no_text_says_so(reader):
    response = reader.get(reverse("arrangement", kwargs={"identifier": "99-nothing"}))

    assert response.status_code == 404
    assert "There is no such arrangement in any text that the service knows." in response.content.decode()


def test_texts_known_are_listed_and_compared_arrangement_by_arrangement(reader):
    take_up("mou-2026", date(2026, 3, 1), TWELVE_WEEKS, "The text of 2026")
    take_up("mou-2090", date(2090, 3, 1), {}, "The text of 2090")

    tree = page(reader, "arrangement-versions", "?before=mou-2023&after=mou-2026")
    rows = [words(row) for row in tree.css("table")[0].css("tbody tr")]
    compared = words(tree.css("table")[1])

    assert ["coming" in rows[0], "in force" in rows[1], "past" in rows[2]] == [True, True, True]
    assert "Submit the action plan (paragraph 27)" in compared
    assert "Time limit 10 weeks" in compared
    assert "12 weeks" in compared
    assert len(tree.css("table")) == 2
    assert f"{ALL - 1} arrangements are the same in both" in words(tree.css_first("main"))


def test_two_texts_that_ask_the_same_differ_in_nothing(reader):
    take_up("mou-2090", date(2090, 3, 1), {}, "The text of 2090")

    tree = page(reader, "arrangement-versions", "?before=mou-2023&after=mou-2090")

    assert "Nothing differs: both ask the same of everyone." in words(tree.css_first("main"))


@pytest.mark.parametrize("query", ["?before=mou-2023&after=nothing", "?before=mou-2023"])
def test_texts_that_are_not_there_cannot_be_compared(reader, query):
    take_up("mou-2090", date(2090, 3, 1), {}, "The text of 2090")

    tree = page(reader, "arrangement-versions", query)

    assert tree.css_first(".govuk-error-summary") is not None
    assert len(tree.css("table")) == 1


def test_with_one_text_there_is_nothing_to_compare(reader):
    tree = page(reader, "arrangement-versions")

    assert "There is one text" in words(tree.css_first("main"))
    assert tree.css_first("main form") is None


def test_without_a_text_the_register_is_a_sentence(client):
    sign_in(client, "osag_coordinator")

    assert "No text of the arrangements has been taken up yet" in words(
        page(client, "arrangements").css_first("main")
    )
    assert "No text has been taken up yet." in words(page(client, "arrangement-versions").css_first("main"))


@pytest.mark.parametrize(
    ("name", "query", "named"),
    [
        ("arrangements", "", {}),
        (
            "arrangement",
            "?occasion=draft_received_for_checking+joint&on=5/1/2026",
            {"identifier": "27-submit-plan"},
        ),
        ("arrangement-versions", "?before=mou-2023&after=mou-2080", {}),
    ],
)
@pytest.mark.one_database("the service sends as many statements to either")
def test_the_number_of_queries_does_not_grow_with_the_texts(reader, name, query, named):
    def queries() -> int:
        reader.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(address).status_code == 200
        return len(captured)

    take_up("mou-2080", date(2080, 1, 1), TWELVE_WEEKS, "The text of 2080")
    address = f"{reverse(name, kwargs=named or None)}{query}"
    first = queries()
    for year in (2081, 2082):
        take_up(f"mou-{year}", date(year, 1, 1), {}, f"The text of {year}")

    assert queries() == first < 10
