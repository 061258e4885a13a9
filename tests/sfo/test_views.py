"""Pages of reviews and their sample, as HMPPS, the Inspectorate, a region and others meet them (F1, F2)."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oversight.parties.queries import remembering
from oversight.sfo.actions import marking, sample
from oversight.sfo.models import Reading, Review
from tests.arrangements.pages import faults, page, read, rows, said, stand_on, typed
from tests.factories.parties import sign_in
from tests.factories.sfo import (
    AT,
    YEAR,
    act,
    commissioned,
    drawn,
    many_submitted,
    of,
    officer,
    planner,
    reader,
    registered,
    sealed,
)

pytestmark = pytest.mark.usefixtures("memorandum")


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-05-04")


def address(review, name="sfo-review", **more) -> str:
    return reverse(name, kwargs={"reference": review.reference} | more)


def name(review, person) -> None:
    """Put someone who is signed in on the readers of a review."""
    from oversight.sfo.actions import reviews

    by = planner() if person.party == "hmip" else officer()
    reviews.name_reader(by=by, at=AT, reference=review.reference, person=person.reference)


def send(client, at: str, status=302, /, **fields):
    tree = page(client, at)
    held = {"revision": typed(tree, "revision")} if tree.css_first('[name="revision"]') else {}
    answer = client.post(at, held | fields)
    assert answer.status_code == status, said(read(answer, answer.status_code))
    return answer


def primary(tree) -> list[str]:
    buttons = tree.css("main .govuk-button:not(.govuk-button--secondary)")
    return [" ".join(one.text().split()) for one in buttons]


def test_headquarters_registers_commissions_and_gives_more_time_in_a_browser(client):
    sign_in(client, "hmpps_officer", "hmpps")
    assert "There are no reviews that you can see." in said(page(client, reverse("sfo")))
    where = reverse("sfo-register")
    form = {"case_reference": "X123456", "region": "N57", "offence_group": "rape", "notified_on": "7/4/2026"}

    wrong = read(client.post(where, form | {"case_reference": "Jane Doe"}), 409)
    assert "never a name" in faults(wrong)[0]
    assert typed(wrong, "notified_on") == "7/4/2026"
    assert client.post(where, form).status_code == 302
    made = Review.objects.get()
    assert primary(page(client, address(made))) == ["Commission the review"]
    step = address(made, "sfo-step", act="commission")
    assert faults(read(send(client, step, 409, on="8/4/2026", due_on="6/4/2026"), 409))
    send(client, step, on="8/4/2026", due_on="7/8/2026")
    extend = address(made, "sfo-step", act="extend")
    assert faults(read(send(client, extend, 422, due_on="1/9/2026", account=""), 422)) == [
        "Enter why there is more time."
    ]
    send(client, extend, due_on="1/9/2026", account="The court has the file.")
    told = said(page(client, address(made)))
    assert "7 August 2026" in told
    assert "1 September 2026: The court has the file." in told
    assert "OFFICIAL-SENSITIVE" in told


def test_a_reading_is_recorded_and_shown_and_who_is_not_named_is_told_so(client):
    made = registered()
    sign_in(client, "hmpps_officer", "hmpps")

    refused = client.get(address(made))
    assert refused.status_code == 403
    assert "Only named readers" in refused.content.decode()
    assert "X000001" not in refused.content.decode()
    assert not Reading.objects.exists()

    person = sign_in(client, "regional_probation_director", "N57")
    name(made, person)
    assert "Nobody opened it before you." in said(page(client, address(made)))
    assert person.name in said(page(client, address(made)))
    assert Reading.objects.count() == 2
    sign_in(client, "regional_probation_director", "N07")
    page(client, address(made), 404)
    page(client, address(made, "sfo-readers"), 404)


def test_a_step_that_is_not_possible_says_what_is(client):
    made = commissioned()
    person = sign_in(client, "regional_probation_director", "N57")
    name(made, person)

    assert "only from" in said(page(client, address(made, "sfo-step", act="learn"), 409))
    assert "HMPPS headquarters" in said(page(client, address(made, "sfo-step", act="extend"), 409))
    page(client, address(made, "sfo-step", act="nonsense"), 404)
    page(client, address(made, "sfo-step", act="list"), 404)


def test_readers_are_named_and_taken_off_without_opening_the_review(client):
    made = registered()
    sign_in(client, "hmpps_officer", "hmpps")
    person = reader(made, "regional_probation_director", "N57")
    where = address(made, "sfo-readers")

    tree = page(client, where)
    assert person.name in said(tree)
    assert "X000001" not in said(tree)
    assert client.post(where, {"person": "person:999999"}).status_code == 422
    entry = made.readers.get(person=person.reference)
    assert client.post(where, {"end": entry.pk}).status_code == 302
    assert client.post(where, {"end": entry.pk}).status_code == 409
    assert client.post(where, {"person": person.reference}).status_code == 302
    assert made.readers.filter(person=person.reference, ended_at=None).exists()


def test_the_year_goes_from_seal_to_record_in_a_browser(client, monkeypatch):
    stand_on(monkeypatch, "2026-03-02")
    sign_in(client, "hmip_planner")
    assert "No year has a seed yet" in said(page(client, reverse("sfo-sample")))
    assert client.post(reverse("sfo-commit-seed"), {"starts": "2026"}).status_code == 302
    assert client.post(reverse("sfo-commit-seed"), {"starts": "2026"}).status_code == 409
    many_submitted(10)

    stand_on(monkeypatch, "2026-05-04")
    sign_in(client, "hmpps_officer", "hmpps")
    assert primary(page(client, reverse("sfo-sample"))) == ["Freeze the list"]
    assert "All 10 submitted reviews" in said(page(client, reverse("sfo-freeze")))
    assert client.post(reverse("sfo-freeze")).status_code == 302
    assert client.post(reverse("sfo-freeze")).status_code == 409
    at = {"year": YEAR, "number": 1}
    assert "waits for its draw" in said(page(client, reverse("sfo-batch", kwargs=at)))
    page(client, reverse("sfo-record", kwargs=at), 404)

    sign_in(client, "osag_coordinator")
    assert primary(page(client, reverse("sfo-sample"))) == ["Make the draw from list 1"]
    assert client.post(reverse("sfo-draw", kwargs=at)).status_code == 302
    assert client.post(reverse("sfo-draw", kwargs=at)).status_code == 409
    shown = page(client, reverse("sfo-batch", kwargs=at))
    assert "2 of 10 reviews drawn" in said(shown)
    within = [
        one.text(strip=True)
        for one in shown.css(".govuk-service-navigation__item--active, .app-section__link[aria-current]")
    ]
    assert within == ["Offence reviews", "Sample of reviews"], (
        "and not the register, below whose address it lies"
    )
    record = json.loads(client.get(reverse("sfo-record", kwargs=at)).content)
    assert record["seed"] is None
    assert len(record["drawn"]) == 2
    told = page(client, reverse("sfo-sample"))
    assert "2 of 10 reviews" in said(told)
    assert "X000001" not in said(shown)
    assert client.get(reverse("sfo-reveal", kwargs={"year": YEAR})).status_code == 403

    stand_on(monkeypatch, "2027-04-06")
    sign_in(client, "hmip_planner")
    assert "Reveal the seed" in said(page(client, reverse("sfo-sample")))
    assert client.post(reverse("sfo-reveal", kwargs={"year": YEAR})).status_code == 302
    assert json.loads(client.get(reverse("sfo-record", kwargs=at)).content)["seed"]


def test_a_review_is_marked_settled_and_told_in_a_browser(client):
    review = of(drawn(), "hmip")
    person = sign_in(client, "hmip_lead_inspector")
    name(review, person)

    send(client, address(review, "sfo-step", act="start_marking"))
    assert primary(page(client, address(review))) == ["Mark the review"]
    where = address(review, "sfo-mark")
    marks = {
        key: value
        for one in ("analysis", "judgements", "learning", "victims", "overall")
        for key, value in ((one, "good"), (f"{one}_reason", "Clear and fair."))
    }
    left_out = send(client, where, 422, **(marks | {"learning_reason": ""}))
    assert faults(read(left_out, 422)) == ["Enter the reason for “Learning”."]
    send(client, where, **marks)
    assert primary(page(client, address(review))) == ["Settle the ratings"]
    page(client, where, 409)
    send(client, address(review, "sfo-step", act="settle"))
    send(client, address(review, "sfo-step", act="send_feedback"), account="Well done.")
    assert primary(page(client, address(review))) == ["Accept as final"]
    figures = said(page(client, reverse("sfo-figures", kwargs={"year": YEAR})))
    assert "1 of 1" in figures
    assert "100%" not in figures
    table = client.get(reverse("sfo-figures-file", kwargs={"year": YEAR, "kind": "csv"})).content.decode()
    assert "Overall,reviews rated,HM Inspectorate of Probation,Good,hidden,hidden" in table
    assert client.get(reverse("sfo-figures-file", kwargs={"year": YEAR, "kind": "pdf"})).status_code == 404

    region = sign_in(client, "regional_probation_director", review.region_id)
    figures = said(page(client, reverse("sfo-figures", kwargs={"year": YEAR})))
    assert "1 of 1" not in figures, "a region is no named reader of every review that this counts"
    assert "Hidden" in figures
    assert "no figure: fewer than 10 reviews" in figures
    name(review, region)
    assert "Clear and fair." in said(page(client, address(review)))


def test_a_year_is_declared_assured_or_said_why_not(client, monkeypatch):
    found = drawn()
    for one in (one for one in found if one.assurer == "hmip"):
        inspector = reader(one)
        act(marking.start_marking, one, inspector)
    stand_on(monkeypatch, "2027-04-06")
    sign_in(client, "hmip_lead_inspector")
    where = reverse("sfo-declare", kwargs={"year": YEAR})

    assert "2 of its reviews are not rated yet" in said(page(client, where))
    assert client.post(where).status_code == 409


def test_the_register_filters_and_its_queries_do_not_grow(client):
    sealed()
    by = officer()
    many_submitted(3, by)
    sign_in(client, "hmpps_officer", "hmpps")

    def asked(query="") -> int:
        with remembering(), CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("sfo") + query).status_code == 200
        return len(caught)

    asked()
    few = asked()
    for number in range(40, 46):
        registered(by, number=number, region="N59")
    assert asked() == few
    assert len(rows(page(client, reverse("sfo") + "?region=N59"))) == 6
    assert len(rows(page(client, reverse("sfo") + "?state=submitted"))) == 3
    assert "No review fits" in said(page(client, reverse("sfo") + "?state=late"))
    assert client.get(reverse("sfo") + "?state=nonsense").status_code == 422


def test_the_page_of_the_sample_does_not_grow_with_its_lists(client):
    drawn(10)
    sign_in(client, "sponsorship_officer", "moj-sponsorship")

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("sfo-sample")).status_code == 200
        return len(caught)

    asked()
    few = asked()
    from tests.factories.sfo import submitted

    for number in range(60, 70):
        submitted(officer(), number=number, region="N59")
    year, number = sample.freeze(by=officer(), at=AT)
    sample.make_draw(by=officer(), at=AT, year=year, number=number)
    assert asked() == few
