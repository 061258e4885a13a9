"""A core inspection and a joint thematic, from scheduling to the public page, as people live them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from oversight.access.queries import acting_under, demonstration_people
from oversight.inspections.models import Inspection
from oversight.inspections.queries.report_facts import report_of
from oversight.inspections.rules.programmes import Programme
from oversight.inspections.rules.reading import programme_of, shipped_programmes
from tests.factories.accuracy import write
from tests.factories.fieldwork import judge, rows_of
from tests.harness.browser import check_accessible, screenshot

PLANNER, LEAD = "hmip_planner", "hmip_lead_inspector"
OSAG, HEAD, REGION = "osag_coordinator", "head_of_pdu", "regional_probation_director"
ASSURANCE, PUBLICATIONS, SPONSOR = "data_assurance_officer", "hmip_publications", "sponsorship_officer"


class Story:
    """One inspection lived in one browser, by one person after another."""

    def __init__(self, page: Page, site: str, sign_in_as, faults) -> None:
        self.page, self.site, self.sign_in_as, self.faults = page, site, sign_in_as, faults
        self.reference = ""
        self.people = {
            (person.role, person.second): acting_under(held)
            for person, held in demonstration_people(today=timezone.localdate())
            if held
        }

    @property
    def row(self) -> Inspection:
        return Inspection.objects.get(reference=self.reference)

    @property
    def programme(self) -> Programme:
        return programme_of(shipped_programmes(), self.row.programme, self.row.programme_version)

    def becomes(self, role: str, *, second: bool = False) -> None:
        self.sign_in_as(self.page, role, second=second)

    def at(self, part: str = "") -> None:
        """Open a part of the inspection."""
        self.page.goto(f"{self.site}/inspections/{self.reference}{part}")

    def refused(self, part: str, status: int) -> None:
        """Meet a refusal, which is a page with a heading and what to do next."""
        self.faults.expected.add(status)
        answer = self.page.goto(f"{self.site}/inspections/{self.reference}{part}")
        assert answer is not None
        assert answer.status == status, f"{part} answered {answer.status}"
        check_accessible(self.page)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).first.click()

    def says(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def day(self, label: str, on: date) -> None:
        self.fill(label, on.strftime("%d/%m/%Y"))

    def choose(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def schedules(
        self, kind: str, units: str, *, partners: tuple[str, ...] = (), title: str = "", seen: bool = True
    ) -> None:
        """Have the planner schedule and then announce it, unseen by the inspected until then."""
        today = timezone.localdate()
        self.becomes(PLANNER)
        self.page.goto(f"{self.site}/inspections/schedule")
        self.page.get_by_label("Type of inspection").select_option(kind)
        self.fill("What is inspected", units)
        if title:
            self.fill("Title", title)
        for name in partners:
            self.choose(name)
        self.day("Announce on", today)
        self.day("First day of fieldwork", today + timedelta(days=7))
        self.day("Last day of fieldwork", today + timedelta(days=10))
        self.page.get_by_label("Lead inspector").select_option(label="Iris Example")
        self.press("Schedule the inspection")
        expect(self.page.get_by_text("Scheduled as")).to_be_visible()
        self.reference = self.page.url.rpartition("/")[2]

        if seen:
            # Those inspected know nothing of it yet.
            self.becomes(HEAD)
            self.refused("", 404)
            self.becomes(PLANNER)
        self.at()
        self.press("Announce the inspection")
        self.says("From today")
        self.press("Announce it today")
        self.says("Fieldwork starts")

    def does_fieldwork(self) -> None:
        """Have the lead start fieldwork today."""
        today = timezone.localdate()
        self.becomes(LEAD)
        self.at("/start-fieldwork")
        self.page.locator("main input[name=on]").fill(today.strftime("%d/%m/%Y"))
        self.press("Fieldwork has started")
        self.says("Fieldwork")

    def ends_fieldwork(self) -> None:
        self.becomes(LEAD)
        self.at("/finish-fieldwork")
        self.page.locator("main input[name=on]").fill(timezone.localdate().strftime("%d/%m/%Y"))
        self.press("Fieldwork has finished")
        self.says("Fieldwork finished")

    def rates(self, standard: str, rating: str) -> None:
        """Have the lead propose a rating and both of the panel confirm it."""
        self.becomes(LEAD)
        self.at(f"/ratings/{standard}/propose")
        self.choose(rating)
        self.fill("Reason", "Staff, records and partners said the same.")
        self.choose("Iris Example")
        self.choose("Ivan Example")
        self.press("Propose it")
        self.says("is proposed. The panel confirms it.")
        for second in (False, True):
            self.becomes(LEAD, second=second)
            self.at("/ratings")
            self.page.get_by_role("link", name=f"Open the proposal for {standard.capitalize()}").click()
            self.press("Confirm it")
            expect(self.page.get_by_role("button", name="Confirm it")).to_have_count(0)

    def writes_the_rest(self) -> None:
        """Write what every other section says, by the real act."""
        lead, now = self.people[LEAD, False], timezone.now()
        held = report_of(self.row, timezone.localdate())
        for section in held.sections:
            if section.written and section.key not in held.texts:
                write(self.row, lead, section.key, f"What was found on {section.title}.", now)

    def asks(self, *names: str) -> None:
        """Have OSAG ask contributors, each with the date that is offered."""
        self.becomes(OSAG)
        self.at("/accuracy")
        self.page.get_by_role("button", name="Commission the check").click()
        for name in names:
            self.choose(f"Ask {name}")
        self.press("Ask them")
        self.says("Contributors")
        for name in names:
            self.says(name)

    def comments(
        self, passage: str, kind: str, *, proposed: str = "", why: str = "", rating: str = ""
    ) -> None:
        """Have whoever is signed in comment on a passage of the draft."""
        self.at("/accuracy/draft")
        self.page.get_by_role("link", name="Comment on this passage").and_(
            self.page.get_by_role("link", name=passage)
        ).first.click()
        self.choose(kind)
        if proposed:
            self.fill("What the draft should say", proposed)
        if why:
            self.fill("Why, and what shows it", why)
        self.choose("Yes")
        if rating:
            self.page.get_by_label("Rating that this affects").select_option(label=rating)
        self.press("Save the point")
        self.says("Point")

    def hands_in(self, words: str) -> None:
        """Have a contributor hand in what was written."""
        self.at("/accuracy")
        self.press(words)
        self.says("After that only OSAG can send")
        self.press(words)
        self.says("has answered")

    def gives_copy(self, name: str) -> None:
        """Have publications give a copy under embargo."""
        self.becomes(PUBLICATIONS)
        self.at("/publication/copies")
        self.fill("Name or email address", name)
        self.press("Find people")
        self.page.locator("main label", has_text=name).click()
        self.press("Give copies")
        self.says("1 person has a copy under embargo")

    def publishes(self) -> None:
        """Have publications publish now."""
        self.becomes(PUBLICATIONS)
        self.at("/publication/now")
        self.press("Publish now")
        self.says("The report is published")

    def decides(self, number: int, decision: str, reason: str) -> None:
        self.at(f"/accuracy/points/{number}/decide")
        self.choose(decision)
        self.fill("Reason", reason)
        self.press("Save the decision")
        self.says("is decided")


@pytest.fixture
def story(page, site, sign_in_as, faults) -> Story:
    return Story(page, site, sign_in_as, faults)


def test_a_core_inspection_from_scheduling_to_correction(story, faults, tmp_path):  # noqa: PLR0915 - one story
    """D1 to D8: paragraphs 16, 20, 22, 23, 31 and 32."""
    page, today = story.page, timezone.localdate()
    story.schedules("pdu-2023-25.pdu", "East Kent")
    core = story.reference

    # Information in advance (paragraph 31): what is missing is asked of its one owner, in time.
    story.becomes(LEAD)
    story.at("/information/ask")
    faults.expected.add(409)
    needed = page.locator("main input[name=needed_by]")
    needed.fill((today + timedelta(days=8)).strftime("%d/%m/%Y"))
    story.press("Ask for it")
    story.says("Information in advance has to come before fieldwork starts")
    needed.fill((today + timedelta(days=3)).strftime("%d/%m/%Y"))
    story.press("Ask for it")
    story.says("Information in advance")

    # Fieldwork: a list is uploaded, a sample drawn, a case judged question by question, the rest likewise.
    story.does_fieldwork()
    listed = tmp_path / "cases.csv"
    listed.write_text(rows_of(24))
    story.at("/cases/upload")
    page.locator("input[type=file]").set_input_files(listed)
    story.press("Upload the list")
    page.get_by_role("button", name="Draw the sample").click()
    story.fill("How many cases are to be assessed?", "3")
    story.press("Draw the sample")
    story.says("Repeat it now")
    story.at("/cases/1")
    form = page.locator("main form").filter(has=page.locator("input[type=radio]")).first
    form.get_by_label("Sufficient", exact=True).check()
    form.locator("button[type=submit]").click()
    story.says("1 of 12 questions judged")
    lead = story.people[LEAD, False]
    questions = story.programme.questions_of("cases")
    for number in (1, 2, 3):
        for question in questions[1:] if number == 1 else questions:
            judge(story.row, lead, number, question.id)

    story.at("/team")
    story.choose("Ivan Example")
    story.press("Set the team")
    story.says("Ivan Example")
    story.ends_fieldwork()

    # Ratings: three judged on evidence by a panel of two, then settled; the inspected see none of it.
    for standard in ("leadership", "staffing", "services"):
        story.rates(standard, "Requires improvement")
    story.becomes(HEAD)
    story.refused("/ratings", 403)
    story.becomes(LEAD)
    story.at("/ratings")
    screenshot(page, "whole-ratings")
    check_accessible(page)
    story.press("Settle the ratings")
    story.says("settled")

    # The report, with figures that their owner has not published.
    story.at("/report/sections/foreword")
    story.fill("Text", "The unit has 12 staff.\n\nLeaders **know** their community.\n\n[data item 1]")
    story.press("Preview")
    expect(page.locator("main strong", has_text="know")).to_be_visible()
    story.press("Save")
    story.says("The section is saved")
    story.writes_the_rest()
    story.at("/report/recommendations/add")
    page.get_by_label("Who is it for?").select_option(label="Probation Service")
    story.fill("What should they do?", "See that every case has a plan.")
    page.locator("main input[name=standards]").first.check()
    story.press("Save the recommendation")
    story.says("See that every case has a plan.")

    # A national comparison is refused until data assurance has checked it (paragraph 32).
    story.at("/report/figures/add")
    story.fill("Title", "Staff in post against the country")
    for name, value in (
        ("level", "national"),
        ("measure", "counts"),
        ("published", "yes"),
        ("placement", "text"),
    ):
        page.locator(f"main input[name={name}][value={value}]").check()
    story.fill("Whose figures are they?", "moj-data-assurance")
    story.fill("Where do they come from?", "Workforce return")
    story.fill("Up to which day do they describe things?", "31/03/2026")
    story.fill("The table", "Team,Men,Women,Total\nA,30,3,33\nB,12,9,21\nTotal,42,12,54")
    story.press("Save the figures")
    story.says("Data item 1 is saved")
    story.at("/accuracy/send")
    story.says("A check by data assurance of data item 1")
    story.becomes(ASSURANCE)
    story.at("/report/figures/1/check")
    story.choose("Yes, it can be published")
    story.press("Record the check")
    story.says("The check is recorded")

    # The draft is seen by the inspected from the moment it is sent for checking (paragraph 22).
    story.becomes(HEAD)
    story.refused("/accuracy/draft", 409)
    story.becomes(LEAD)
    story.at()
    story.press("Send the draft for checking")
    story.says("From now on OSAG")
    story.press("Send it to OSAG")
    story.says("The draft is with OSAG")

    # OSAG asks three contributors; the date moves because both sides agree (paragraph 32).
    story.asks("East Kent", "Kent, Surrey and Sussex", "Ministry of Justice data assurance team")
    story.at("/accuracy/date")
    story.day("New last day of the check", today + timedelta(days=28))
    story.fill("Why?", "Two contributors are at an inquest.")
    story.press("Propose this date")
    story.says("is proposed")
    story.becomes(LEAD)
    story.at("/accuracy/date")
    story.press("Agree")
    story.says("It first stood at")

    # The unit disputes a fact and a rating, data assurance objects to figures, the region has nothing.
    story.becomes(HEAD)
    story.comments(
        "The unit has 12 staff",
        "Fact that is wrong",
        proposed="The unit has 14 staff.",
        why="See the rota.",
        rating="Staffing",
    )
    story.hands_in("Hand in 1 point")
    story.becomes(ASSURANCE)
    story.refused("/accuracy/points/1", 404)
    story.comments("Data item 1", "Objection to publishing data", why="The return is not published yet.")
    story.hands_in("Hand in 1 point")
    story.becomes(REGION)
    story.at("/accuracy")
    story.follow("confirm that nothing is inaccurate")
    story.press("Confirm that nothing is inaccurate")
    story.says("has answered: nothing is inaccurate")

    story.becomes(LEAD)
    story.at("/accuracy/final")
    story.says("OSAG has not returned the accuracy check")
    story.becomes(OSAG)
    story.at("/accuracy/points/clear")
    check_accessible(page)
    story.press("Clear all 2")
    story.at("/accuracy/return")
    story.press("Return the response")
    story.says("2 points returned")

    # Someone other than the lead inspector decides; OSAG's disagreement is kept.
    story.becomes(LEAD)
    story.at("/accuracy/points/1/decide")
    story.says("another inspector decides")
    story.at("/accuracy/final")
    story.says("2 points are not decided")
    story.becomes(LEAD, second=True)
    story.decides(1, "Partly accepted", "The rota shows 13.")
    story.decides(2, "Not accepted", "Its owner had agreed.")
    story.becomes(OSAG)
    story.at("/accuracy/points/2")
    story.follow("Record that OSAG disagrees")
    story.fill("Where does OSAG stand, and why?", "The owner agreed to an earlier table.")
    story.press("Record the disagreement")
    story.says("OSAG does not agree")
    story.at("/accuracy/points")
    check_accessible(page)
    screenshot(page, "whole-accuracy-log")

    story.becomes(LEAD)
    story.at("/accuracy/points/1")
    story.follow("change “Foreword” in the report")
    story.fill("Text", "The unit has 13 staff.\n\nLeaders **know** their community.\n\n[data item 1]")
    story.press("Save")
    story.says("The section is saved")
    story.at("/accuracy/final")
    story.press("Issue the final report")
    story.says("The final report is issued")

    # A copy under embargo, each reading of it recorded; then everyone reads the report (paragraphs 16, 20).
    story.gives_copy("Sybil Example")
    story.becomes(SPONSOR)
    page.goto(f"{story.site}/embargoed")
    page.locator("main a", has_text="East Kent").first.click()
    story.says("The unit has 13 staff")
    copy = page.url
    check_accessible(page)
    story.becomes(HEAD)
    answer = page.goto(copy)
    assert answer is not None
    assert answer.status == 404
    answer = page.goto(f"{story.site}/reports/{core}")
    assert answer is not None
    assert answer.status == 404
    story.publishes()
    story.says("1 time")
    page.goto(f"{story.site}/reports/{core}")
    story.says("HM Inspectorate of Probation rated it")
    story.says("See that every case has a plan.")

    # A correction stands beside what it corrects.
    story.becomes(LEAD)
    story.at("/report/sections/foreword")
    story.fill("Text", "The unit has 14 staff.\n\nLeaders **know** their community.\n\n[data item 1]")
    story.press("Save")
    story.says("The section is saved")
    story.becomes(PUBLICATIONS)
    story.at("/publication/correct")
    story.fill("What was wrong?", "The foreword said 13 staff.")
    story.fill("What does it say now?", "It says 14 staff.")
    story.fill("Why is it corrected?", "The rota had been misread.")
    story.press("Publish the correction")
    story.says("Version 2 of the public report")
    page.goto(f"{story.site}/reports/{core}")
    # The page of a moment ago may be shown for a while: public pages can be kept.
    page.reload()
    story.says("The foreword said 13 staff.")
    story.says("The unit has 14 staff.")
    check_accessible(page)
    screenshot(page, "whole-public-report")
    page.goto(f"{story.site}/reports/{core}/versions/1")
    story.says("The unit has 13 staff.")


def test_a_joint_thematic_from_scheduling_to_publication(story, faults):
    """D1, D6, D8, D9: paragraphs 18, 22 and 27; a nil return, and no ratings."""
    page = story.page
    partner = "HM Inspectorate of Constabulary and Fire & Rescue Services"
    story.schedules("thematic-2023.joint", "", partners=(partner,), title="Resettlement together", seen=False)
    story.does_fieldwork()
    story.ends_fieldwork()

    # The partner sees the joint case, and what is judged only while it is shared.
    story.becomes("partner_inspector")
    story.at()
    story.says("Resettlement together")
    story.refused("/cases", 403)

    story.becomes(LEAD)
    story.writes_the_rest()
    story.at("/report/recommendations/add")
    page.get_by_label("Who is it for?").select_option(label="Probation Service")
    story.fill("What should they do?", "See that every plan is shared.")
    page.locator("main input[name=standards]").first.check()
    story.press("Save the recommendation")
    story.says("See that every plan is shared.")
    story.at()
    story.press("Send the draft for checking")
    story.press("Send it to OSAG")
    story.says("The draft is with OSAG")

    # The ten weeks for the action plan start (paragraph 27).
    story.becomes(OSAG)
    page.goto(f"{story.site}/duties?text={story.reference}&state=any")
    story.says("10 weeks")

    story.asks("Ministry of Justice policy teams")
    story.becomes("moj_policy_officer")
    story.at("/accuracy")
    story.follow("confirm that nothing is inaccurate")
    story.press("Confirm that nothing is inaccurate")
    story.says("has answered: nothing is inaccurate")
    story.becomes(OSAG)
    story.at("/accuracy/return")
    story.press("Return the response")
    story.says("OSAG returned that nothing is inaccurate")
    story.becomes(LEAD)
    story.at("/accuracy/final")
    story.press("Issue the final report")
    story.says("The final report is issued")
    story.publishes()
    page.goto(f"{story.site}/reports/{story.reference}")
    story.says("See that every plan is shared.")
    check_accessible(page)
