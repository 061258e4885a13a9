"""Pages of publications, and of those who read under embargo (D8, ¶16, ¶20)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oversight.access.queries import acting_under
from oversight.inspections.actions import publishing
from oversight.inspections.forms.publishing import TimeOfDay
from oversight.inspections.models import EmbargoedCopy, EmbargoedRead
from oversight.parties.queries import membership, memberships_of
from oversight.publication.queries import published as register
from tests.arrangements.pages import faults, page, read, said, stand_on, typed
from tests.factories import publishing as make
from tests.factories.accuracy import write
from tests.factories.inspections import act
from tests.factories.parties import acting_as, sign_in, sign_in_as

pytestmark = pytest.mark.usefixtures("memorandum")
AT = make.AT


@pytest.fixture
def lead(memorandum):
    return acting_as("hmip_lead_inspector")


@pytest.fixture
def final(lead, monkeypatch):
    stand_on(monkeypatch, "2026-06-01")
    return make.final(lead)


def at(found, name="inspection-publication", **more) -> str:
    return reverse(name, kwargs={"reference": found.reference} | more)


def send(client, where, status=302, /, **fields):
    tree = page(client, where)
    answer = client.post(where, {"revision": typed(tree, "revision")} | fields)
    assert answer.status_code == status, said(read(answer, answer.status_code))
    return answer


def primary(tree) -> list[str]:
    buttons = tree.css("main .govuk-button:not(.govuk-button--secondary)")
    return [" ".join(one.text().split()) for one in buttons]


def test_publications_set_change_and_cancel_the_moment_and_publish(client, final):
    sign_in(client, "hmip_publications")
    assert "No moment set" in said(page(client, reverse("publishing")))
    assert primary(page(client, reverse("inspection", args=[final.reference]))) == ["Publish the report"]
    where = at(final, "inspection-publish-moment")
    assert primary(page(client, at(final))) == ["Set the moment of publication"]

    wrong = send(client, where, 422, day="1/6/2026", time="25:00")
    assert "Enter a real time" in faults(read(wrong, 422))[0]
    past = send(client, where, 409, day="1/6/2026", time="9:30am")
    assert "has passed" in faults(read(past, 409))[0]
    skipped = send(client, where, 422, day="28/3/2027", time="1:30am")
    assert "go forward" in faults(read(skipped, 422))[0]
    send(client, where, day="9/6/2026", time="9:30am")
    assert "published by itself on 9 June 2026 at 9:30am" in said(page(client, at(final)))
    assert "9 June 2026" in said(page(client, reverse("publishing")))

    missing = send(client, where, 422, day="10/6/2026", time="12:00")
    assert faults(read(missing, 422)) == ["Enter the reason."]
    send(client, where, day="10/6/2026", time="12:00", reason="A clash")
    assert client.get(at(final, "inspection-publish")).status_code == 409
    send(client, at(final, "inspection-publish-cancel"), reason="Another clash")
    shown = said(page(client, at(final)))
    assert "A clash" in shown
    assert "Another clash" in shown

    send(client, at(final, "inspection-publish"))
    shown = said(page(client, at(final)))
    assert "Everyone can read the report" in shown
    assert "Waiting" in shown
    make.drain(AT)
    assert "PDF of version 1" in said(page(client, at(final)))
    assert page(client, reverse("report", args=[final.reference])).css_first("h1").text() == final.title


def test_someone_named_reads_and_publications_see_it(client, final):
    named, _ = make.reader(name="Robin Reader", email="robin@example.org")
    sign_in(client, "hmip_publications")
    where = at(final, "inspection-publish-copies")
    assert "Nobody of that name" in said(page(client, f"{where}?q=nobody"))
    found = page(client, f"{where}?q=robin")
    assert "Robin Reader, Sponsorship officer" in said(found)
    empty = client.post(f"{where}?q=robin", {"revision": typed(found, "revision")})
    assert faults(read(empty, 422)) == ["Choose at least one person."]
    given = client.post(
        f"{where}?q=robin", {"revision": typed(found, "revision"), "people": [str(named.membership)]}
    )
    assert given.status_code == 302
    assert "Not yet" in said(page(client, at(final)))

    copy = EmbargoedCopy.objects.get()
    sign_in(client, "sponsorship_officer")
    hidden = client.get(reverse("embargoed-copy", args=[copy.pk]))
    missing = client.get(reverse("embargoed-copy", args=[copy.pk + 1]))
    assert said(read(hidden, 404)) == said(read(missing, 404))
    assert "You have been given none." in said(page(client, reverse("embargoed-copies")))
    assert not EmbargoedRead.objects.exists()

    sign_in_as(client, membership(named.membership))
    assert "Until it is published" in said(page(client, reverse("embargoed-copies")))
    told = said(page(client, reverse("embargoed-copy", args=[copy.pk])))
    assert "Embargoed until it is published." in told
    assert "This copy is for Robin Reader" in told
    assert "12 staff" in told
    assert EmbargoedRead.objects.count() == 1

    sign_in(client, "hmip_publications")
    assert "1 time" in said(page(client, at(final)))
    send(client, at(final, "inspection-publish-copy-withdraw", copy_id=copy.pk), reason="Left the post")
    assert "Left the post" in said(page(client, at(final)))
    sign_in_as(client, membership(named.membership))
    page(client, reverse("embargoed-copy", args=[copy.pk]), 404)
    assert "cannot be read any more" in said(page(client, reverse("embargoed-copies")))


def test_a_correction_off_the_web_and_back_in_a_browser(client, final, lead):
    make.published(final)
    sign_in(client, "hmip_publications")
    assert "ask its lead inspector" in said(page(client, at(final)))
    notice = {"wrong": "12 staff", "says": "14 staff", "why": "Miscounted"}
    same = send(client, at(final, "inspection-publish-correct"), 409, **notice)
    assert "says what the published one says" in faults(read(same, 409))[0]
    write(final, lead, "foreword", "The unit has 14 staff.", AT)
    assert primary(page(client, at(final))) == ["Publish the correction"]
    empty = send(client, at(final, "inspection-publish-correct"), 422, wrong="12", says="", why="")
    assert len(faults(read(empty, 422))) == 2
    send(client, at(final, "inspection-publish-correct"), **notice)
    public = said(page(client, reverse("report", args=[final.reference])))
    assert "Corrected on 1 June 2026" in public
    assert "The unit has 14 staff." in public

    send(client, at(final, "inspection-publish-off"), reason="A court asked")
    assert "A court asked" in said(page(client, reverse("report", args=[final.reference])))
    assert primary(page(client, at(final))) == ["Put the report back on the web"]
    send(client, at(final, "inspection-publish-back"), reason="The court agreed")
    assert register.report(final.reference).off is None


def test_what_the_state_does_not_allow_is_refused_with_what_is_possible(client, final):
    sign_in(client, "hmip_publications")
    for name in ("correct", "off", "back"):
        assert client.get(at(final, f"inspection-publish-{name}")).status_code == 409
    make.published(final)
    for name in ("", "-moment", "-cancel", "-copies"):
        assert client.get(at(final, f"inspection-publish{name}")).status_code == 409
    page(client, at(final, "inspection-publish-copy-withdraw", copy_id=1), 404)
    page(client, reverse("inspection-publication", args=["no-such"]), 404)


def test_the_preview_is_what_will_be_published(client, final):
    sign_in(client, "hmip_publications")

    assert "12 staff" in said(page(client, at(final, "inspection-publish-preview")))


@pytest.mark.one_database("the service sends as many statements to either")
def test_pages_ask_the_same_number_of_questions_however_much_there_is(client, final):
    by = sign_in(client, "hmip_publications")

    def questions() -> list[int]:
        counted = []
        for where in (reverse("publishing"), at(final), at(final, "inspection-publish-copies") + "?q=person"):
            with CaptureQueriesContext(connection) as seen:
                client.get(where)
            counted.append(len(seen))
        return counted

    people = [make.reader()[0] for _ in range(4)]
    act(publishing.give_copies, final, by, AT, people=people[:1])
    before = questions()
    act(publishing.give_copies, final, by, AT, people=people[1:])
    for copy in EmbargoedCopy.objects.order_by("pk"):
        publishing.note_reading(by=_acting(copy), at=AT, copy_id=copy.pk)

    assert questions() == before


def _acting(copy):
    (facts,) = memberships_of(int(copy.person.partition(":")[2]), today=AT.date())
    return acting_under(facts)


@pytest.mark.parametrize(
    ("typed_in", "expected"),
    [
        ("9:30am", (9, 30)),
        ("09:30", (9, 30)),
        ("9.30 a.m.", (9, 30)),
        ("2pm", (14, 0)),
        ("12am", (0, 0)),
        ("0001", (0, 1)),
    ],
)
def test_a_time_is_read_as_people_write_it(typed_in, expected):
    found = TimeOfDay().to_python(typed_in)

    assert (found.hour, found.minute) == expected


@pytest.mark.parametrize("typed_in", ["9", "24:00", "13pm", "0am", "half past nine", "9:60", "٩:٣٠"])
def test_what_is_no_time_is_refused(typed_in):
    with pytest.raises(ValidationError):
        TimeOfDay().to_python(typed_in)


def test_the_hour_of_the_moment_is_london_time(client, final):
    sign_in(client, "hmip_publications")
    send(client, at(final, "inspection-publish-moment"), day="9/6/2026", time="00:01")

    assert make.drain(datetime(2026, 6, 8, 23, 0, 59, tzinfo=UTC)) == 0
    final.refresh_from_db()
    assert final.state == "final"
    assert make.drain(datetime(2026, 6, 8, 23, 1, tzinfo=UTC))
    final.refresh_from_db()
    assert final.state == "published"
