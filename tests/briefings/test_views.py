"""Pages of alerts, briefings, copies and policy changes as each of their people meets them (D10, D11)."""

from __future__ import annotations

import io

import docx
import pikepdf
import pytest
from django.urls import reverse

from oversight.access.queries import acting_under
from oversight.access.rules import access_table
from oversight.briefings.actions import alerts, changes
from oversight.briefings.actions import briefings as acts
from oversight.briefings.models import Alert, Briefing, BriefingCopy, CopyReading, PolicyChange
from oversight.publication.models import PublishedChange
from tests.arrangements.pages import faults, page, read, rows, said, stand_on, typed
from tests.factories.briefings import (
    AT,
    REPORT,
    TEXT,
    act,
    alerted,
    change_act,
    changed,
    cleared,
    decided,
    officer,
    published,
    recommended,
    sent,
    started,
    written,
)
from tests.factories.parties import acting_as, make_member, sign_in, sign_in_as

pytestmark = pytest.mark.usefixtures("memorandum")


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-06-02", hour=10)


def send(client, at: str, status=302, /, **fields):
    held = {"revision": typed(page(client, at), "revision")}
    answer = client.post(at, held | fields)
    assert answer.status_code == status, said(read(answer, answer.status_code))
    return answer


def offered(tree) -> list[str]:
    return [" ".join(one.text().split()) for one in tree.css("main .govuk-button")]


def test_empty_pages_say_what_will_come(client):
    sign_in(client, "sponsorship_officer")
    told = said(page(client, reverse("briefing-alerts")))
    assert "No alert waits for the team." in told
    assert "Not verified:" in told
    assert "There are no briefings yet." in said(page(client, reverse("briefings")))
    assert "No briefing fits these filters." in said(page(client, f"{reverse('briefings')}?state=sent"))
    assert faults(page(client, f"{reverse('briefings')}?state=unknown", 422))
    assert faults(page(client, f"{reverse('briefing-alerts')}?state=unknown", 422))
    assert "No alert is in this state." in said(page(client, f"{reverse('briefing-alerts')}?state=briefed"))
    assert "No policy change is recorded yet." in said(page(client, reverse("policy-changes")))
    assert faults(page(client, f"{reverse('policy-changes')}?state=unknown", 422))
    sign_in(client, "ministers_office")
    assert "None was sent to you yet." in said(page(client, reverse("briefing-copies")))
    assert "No change has been published yet." in said(page(client, reverse("what-changed")))


def test_from_the_alert_to_a_briefing_that_a_second_person_cleared(client):
    """Paragraph 20: alert, briefing from the record, a second person."""
    row = alerted()
    recommended(on=row.happened_on)
    sign_in(client, "sponsorship_officer", name="One Officer")
    assert "East Kent rated Inadequate" in said(page(client, reverse("home")))
    at = reverse("briefing-alert", args=[row.pk])
    send(client, at)
    assert offered(page(client, at)) == ["Start a briefing"]
    send(client, reverse("briefing-alert-brief", args=[row.pk]), 422, title="")
    send(client, reverse("briefing-alert-brief", args=[row.pk]), title="East Kent")
    briefing = Briefing.objects.get()
    here = [briefing.reference]
    assert offered(page(client, reverse("briefing", args=here))) == ["Write the text"]
    early = send(client, reverse("briefing-ask-clearance", args=here), 409)
    assert "What ministers need to know" in faults(read(early, 409))[0]
    write = reverse("briefing-write", args=here)
    tree = page(client, write)
    assert "Fill vacancies & train managers." in said(tree)
    send(client, write, title="East Kent", **TEXT)
    stale = client.post(write, {"revision": 1, "title": "Mine", "issue": "What I typed"})
    assert "Someone else changed this briefing" in faults(read(stale, 409))[0]
    assert typed(read(stale, 409), "issue").strip() == "What I typed"
    assert offered(page(client, reverse("briefing", args=here))) == ["Send for clearance"]
    send(client, reverse("briefing-ask-clearance", args=here))
    waiting = page(client, reverse("briefing", args=here))
    assert offered(waiting) == []
    assert "a second person of the Sponsorship team" in said(waiting)
    clear = reverse("briefing-clear", args=here)
    assert "You cannot do this" in said(page(client, clear))
    briefing.refresh_from_db()
    own = client.post(clear, {"revision": briefing.revision})
    assert own.status_code == 409
    assert "someone else clears it" in faults(read(own, 409))[0]

    sign_in(client, "sponsorship_officer", name="Second Officer")
    assert "Clear the briefing “East Kent”" in said(page(client, reverse("home")))
    send(client, reverse("briefing-clear", args=here))
    assert offered(page(client, reverse("briefing", args=here))) == ["Send it"]


def test_a_cleared_briefing_is_sent_read_decided_on_and_closed(client):
    row = cleared()
    here = [row.reference]
    alert = reverse("briefing-alert", args=[Alert.objects.get().pk])
    sign_in(client, "sponsorship_officer", name="Second Officer")
    membership = make_member("ministers_office", "ministers", name="Private Secretary")
    reader = acting_under(membership)
    nobody = read(send(client, reverse("briefing-send", args=here), 422), 422)
    assert faults(nobody) == ["Choose at least one person."]
    send(client, reverse("briefing-send", args=here), people=[reader.reference])
    assert rows(page(client, reverse("briefing", args=here)))[0][2] == "Not yet"

    sign_in_as(client, membership)
    copy = BriefingCopy.objects.get()
    assert "Read the briefing “East Kent”" in said(page(client, reverse("home")))
    mine = reverse("briefing-copy", args=[copy.pk])
    answer = client.get(mine)
    shown = said(read(answer))
    # Nobody else who uses the same machine later finds it by going back.
    assert "no-store" in answer["Cache-Control"]
    assert "OFFICIAL-SENSITIVE" in shown
    assert "This copy is for Private Secretary" in shown
    assert TEXT["asked"] in shown
    assert CopyReading.objects.count() == 1
    decide = reverse("briefing-copy-decide", args=[copy.pk])
    facts = {"text": "Noted.", "decided_by": "Minister of State", "on": "3/6/2026"}
    assert "still to come" in faults(read(send(client, decide, 409, **facts), 409))[0]
    send(client, decide, **(facts | {"on": "2/6/2026"}))
    assert "Minister of State, 2 June 2026" in said(page(client, mine))

    sign_in(client, "sponsorship_officer", name="Third Officer")
    assert offered(page(client, reverse("briefing", args=here))) == ["Close it"]
    send(client, reverse("briefing-close", args=here))
    told = said(page(client, reverse("briefing", args=here)))
    assert "Closed" in told
    assert "2 times, last" in told
    assert "It was briefed on" in said(page(client, alert))
    assert "Round 2" in said(page(client, reverse("briefing-rounds", args=here)))


def test_files_are_marked_with_whose_they_are_and_each_is_noted(client):
    membership = make_member("ministers_office", "ministers", name="Private Secretary")
    reader = acting_under(membership)
    row = sent(reader)
    copy = BriefingCopy.objects.get()
    sign_in_as(client, membership)
    word = client.get(reverse("briefing-copy-file", args=[copy.pk, "docx"]))
    held = docx.Document(io.BytesIO(word.content))
    assert held.sections[0].header.paragraphs[0].text == "OFFICIAL-SENSITIVE"
    assert "Private Secretary" in held.sections[0].footer.paragraphs[0].text
    assert held.core_properties.language == "en-GB"
    assert TEXT["issue"] in [one.text for one in held.paragraphs]
    assert "Fill vacancies & train managers." in [
        cell.text for table in held.tables for line in table.rows for cell in line.cells
    ]
    pdf = client.get(reverse("briefing-copy-file", args=[copy.pk, "pdf"]))
    assert "no-store" in pdf["Cache-Control"]
    with pikepdf.open(io.BytesIO(pdf.content)) as file:
        assert str(file.docinfo["/Title"]) == "East Kent"
    forms = CopyReading.objects.order_by("pk").values_list("form", flat=True)
    assert list(forms) == ["docx", "pdf"]
    page(client, reverse("briefing-copy-file", args=[copy.pk, "odt"]), 404)
    other = sign_in(client, "ministers_office", name="Another Secretary")
    assert other.reference != reader.reference
    for name, more in (("briefing-copy", []), ("briefing-copy-file", ["pdf"]), ("briefing-copy-decide", [])):
        page(client, reverse(name, args=[copy.pk, *more]), 404)
    assert CopyReading.objects.count() == 2
    sign_in(client, "sponsorship_officer")
    draft = client.get(reverse("briefing-file", args=[row.reference, "docx"]))
    assert (
        "Cleared. Taken by" in docx.Document(io.BytesIO(draft.content)).sections[0].footer.paragraphs[0].text
    )


STEPS = ("write", "take-facts", "clear", "send", "decide", "close", "withdraw", "supersede", "rounds", "file")


@pytest.mark.one_database("who opens a page is the table's to say, and what they see is claimed elsewhere")
def test_nobody_else_opens_any_page_of_a_briefing_or_alert(client):
    row = decided()
    alert = Alert.objects.get()
    pages = [
        reverse(f"briefing-{one}", args=[row.reference, *(["pdf"] if one == "file" else [])]) for one in STEPS
    ]
    pages += [reverse("briefing", args=[row.reference]), reverse("briefing-alert", args=[alert.pk])]
    pages += [reverse("briefing-alerts"), reverse("briefings")]
    pages += [reverse("briefing-copy", args=[BriefingCopy.objects.get().pk])]
    for role in access_table().roles:
        if role == "sponsorship_officer":
            continue
        sign_in(client, role)
        for address in pages:
            answer = client.get(address)
            assert answer.status_code in {403, 404}, (role, address)
            shown = answer.content.decode()
            assert not [one for one in ("Inadequate", TEXT["asked"]) if one in shown], (role, address)
    assert CopyReading.objects.count() == 0


@pytest.mark.parametrize("state", ["drafting", "sent"])
def test_a_step_that_is_not_possible_now_says_so(client, state):
    row = written() if state == "drafting" else sent()
    sign_in(client, "sponsorship_officer")
    names = ("send", "decide", "close", "supersede") if state == "drafting" else ("write", "clear", "revise")
    for name in names:
        tree = page(client, reverse(f"briefing-{name}", args=[row.reference]))
        assert not tree.css("main form button"), name
        assert "now" in said(tree), name


def test_a_copy_is_taken_back_and_a_briefing_replaced_and_withdrawn(client):
    row = sent(acting_as("ministers_office", "ministers"))
    sign_in(client, "sponsorship_officer")
    here = [row.reference]
    copy = BriefingCopy.objects.get()
    back = reverse("briefing-take-copy-back", args=[*here, copy.pk])
    assert faults(read(send(client, back, 422, copy_id=copy.pk), 422)) == ["Enter the reason."]
    send(client, back, copy_id=copy.pk, reason="Sent by mistake.")
    assert "Taken back" in said(page(client, reverse("briefing", args=here)))
    send(client, reverse("briefing-supersede", args=here), reason="New figures.")
    new = Briefing.objects.get(supersedes=row)
    assert f"It was replaced by {new.reference}" in said(page(client, reverse("briefing", args=here)))
    send(client, reverse("briefing-withdraw", args=[new.reference]), reason="Not needed.")
    assert "Acknowledged" in said(page(client, reverse("briefing-alert", args=[Alert.objects.get().pk])))


def test_an_alert_is_set_aside_with_its_reason(client):
    row = alerted()
    sign_in(client, "sponsorship_officer")
    at = reverse("briefing-alert-set-aside", args=[row.pk])
    assert "You cannot do this as the alert stands now" in said(page(client, at))
    send(client, reverse("briefing-alert", args=[row.pk]))
    assert faults(read(send(client, at, 422), 422)) == ["Enter the reason."]
    send(client, at, reason="Ministers know of it.")
    assert "Ministers know of it." in said(page(client, reverse("briefing-alert", args=[row.pk])))


def test_a_briefing_is_started_on_a_published_report_alone(client):
    sign_in(client, "sponsorship_officer")
    at = reverse("briefing-start")
    wrong = client.post(at, {"title": "East Kent", "report": REPORT})
    assert "No report of this reference is published" in faults(read(wrong, 409))[0]
    published()
    assert client.post(at, {"title": "East Kent", "report": REPORT}).status_code == 302


CHANGE = {
    "title": "Cases are reviewed each quarter",
    "kind": "policy_framework",
    "what": "The framework asks for it.",
    "state": "planned",
    "on": "1/9/2026",
    "link": "",
}


def test_a_finding_is_traced_to_the_change_it_led_to_and_back_for_the_public(client):
    """Paragraph 21: recorded by policy, linked both ways, public only when said, published reports alone."""
    published()
    hidden = recommended(on=AT.date(), source="2026-PDU-N56NOSU-1", addressee="moj-policy")
    sign_in(client, "moj_policy_officer")
    at = reverse("policy-change-record")
    late = client.post(at, CHANGE | {"state": "in_effect"})
    assert "still to come" in faults(read(late, 409))[0]
    elsewhere = client.post(at, CHANGE | {"link": "https://example.org/"})
    assert "GOV.UK" in faults(read(elsewhere, 409))[0]
    assert client.post(at, CHANGE).status_code == 302
    here = [PolicyChange.objects.get().reference]
    link = reverse("policy-change-link", args=here)
    wrong = send(client, link, 409, target="NOTHING-1", how="So.")
    assert "has this reference" in faults(read(wrong, 409))[0]
    send(client, link, target=hidden, how="It asked for this.")
    refused = send(client, reverse("policy-change-publish", args=here), 409)
    assert "No published report is linked" in faults(read(refused, 409))[0]
    send(client, link, target=f"{REPORT}-R1", how="It showed the gap.")
    again = send(client, link, 409, target=f"{REPORT}-R1", how="It showed the gap.")
    assert "linked to this change already" in faults(read(again, 409))[0]
    assert "No change has been published yet." in said(page(client, reverse("what-changed")))
    assert offered(page(client, reverse("policy-change", args=here)))[0] == "Make it public"
    send(client, reverse("policy-change-publish", args=here))

    public = said(page(client, reverse("what-changed")))
    assert "It showed the gap." in public
    assert "It asked for this." not in public
    assert hidden not in public
    traced = said(page(client, f"{reverse('policy-change-trace')}?target={REPORT}"))
    assert "Cases are reviewed each quarter" in traced
    assert "No change is traced back" in said(page(client, f"{reverse('what-changed')}?report=2020-X"))
    assert "It showed the gap." in said(page(client, f"{reverse('what-changed')}?report={REPORT}"))
    table = client.get(reverse("what-changed-csv")).content.decode("utf-8-sig").splitlines()
    assert len(table) == 2
    assert REPORT in table[1]


def test_what_is_public_follows_what_is_said_and_can_be_taken_back(client):
    published()
    row = changed(state="planned", on=AT.date())
    change_act(changes.add_link, row, target=f"{REPORT}-R1", how="It showed the gap.")
    change_act(changes.make_public, row)
    sign_in(client, "moj_policy_officer")
    here = [row.reference]
    anew = reverse("policy-change-say-anew", args=here)
    facts = CHANGE | {"state": "under_way", "on": "2/6/2026", "why": "Work began."}
    assert faults(read(send(client, anew, 422, **(facts | {"why": ""})), 422)) == ["Enter the reason."]
    send(client, anew, **facts)
    told = said(page(client, reverse("policy-change", args=here)))
    assert "Round 1: Planned, 2 June 2026" in told
    assert "Under way" in said(page(client, reverse("what-changed")))
    assert "Work began." not in said(page(client, reverse("what-changed")))
    listed = said(page(client, f"{reverse('policy-changes')}?text={REPORT}"))
    assert "1 change, latest first." in listed
    last = PolicyChange.objects.get().links.get(target=f"{REPORT}-R1")
    taken = reverse("policy-change-unlink", args=[*here, last.pk])
    kept = send(client, taken, 409, link_id=last.pk, reason="Not so.")
    assert "No published report is linked" in faults(read(kept, 409))[0]
    send(client, reverse("policy-change-take-back", args=here), reason="Too early.")
    assert "No change has been published yet." in said(page(client, reverse("what-changed")))
    send(client, taken, link_id=last.pk, reason="Not so.")
    assert "Not so." in said(page(client, reverse("policy-change", args=here)))
    assert PublishedChange.objects.count() == 2


def test_who_only_sees_changes_changes_none(client):
    row = changed()
    for role in ("sponsorship_officer", "ministers_office"):
        sign_in(client, role)
        tree = page(client, reverse("policy-change", args=[row.reference]))
        assert offered(tree) == []
        assert "Cases" in said(tree) or row.title in said(tree)
        page(client, reverse("policy-change-say-anew", args=[row.reference]), 403)
    for role in ("hmip_lead_inspector", "regional_probation_director", "auditor"):
        sign_in(client, role)
        page(client, reverse("policy-change", args=[row.reference]), 403)


def test_lists_ask_as_often_for_many_as_for_one(client, django_assert_max_num_queries):
    row = started()
    sign_in(client, "sponsorship_officer")
    asked = []
    for _ in range(2):
        for name, args in (
            ("briefing-alerts", []),
            ("briefings", []),
            ("briefing", [row.reference]),
            ("home", []),
        ):
            with django_assert_max_num_queries(60) as found:
                assert client.get(reverse(name, args=args)).status_code == 200
            asked.append(len(found))
        for number in range(3):
            act(acts.write, row, officer(), title="East Kent", parts={"issue": f"Round {number}"})
            alert_more(number)
    half = len(asked) // 2
    assert asked[half:] == asked[:half]


def alert_more(number: int) -> None:
    alerts.tell_of_same_day_alert(by=officer(), at=AT, reference=REPORT, number=number + 1, unit="N57EKNT")
