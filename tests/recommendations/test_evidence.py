"""Files that show what was done: kept with the report and read by those who see it alone (E6, ¶26)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.recommendations.actions import recommendations as steps
from oversight.recommendations.models import ActionProgress, EvidenceFile, RecommendationStep
from oversight.recommendations.rules.evidence import MOST_FILES, GivenFile, check_files, shown_by
from tests.arrangements.pages import faults, page, read, said, stand_on, typed
from tests.factories.arrangements import acting_for
from tests.factories.parties import sign_in
from tests.factories.plans import published
from tests.factories.recommendations import act, in_progress

TABLE = b"case,reviewed\nA1,yes\n"


def test_files_stand_for_words_and_too_many_are_refused():
    files = [GivenFile("review.csv", TABLE)] * MOST_FILES
    check_files(files)
    with pytest.raises(Refused, match="at most 5"):
        check_files([*files, files[0]])
    assert shown_by("", files[:1]) == "Attached: review.csv"
    assert shown_by("Page 4", files) == "Page 4"
    assert shown_by("", ()) == ""


@pytest.fixture
def _today(monkeypatch):
    stand_on(monkeypatch, "2026-03-02", hour=10)


def upload(name="review.csv", content=TABLE):
    return SimpleUploadedFile(name, content)


@pytest.mark.usefixtures("memorandum", "_today")
def test_a_report_of_completion_holds_its_files(client):
    row = in_progress(source="2026-PDU-N57EKNT-1")
    sign_in(client, "head_of_pdu", "N57EKNT")
    at = reverse("recommendation-complete", args=[row.reference])
    tree = page(client, at)
    assert tree.css_first('form[enctype="multipart/form-data"] input[type="file"][multiple]')
    form = {"revision": typed(tree, "revision"), "text": "All cases were reviewed.", "evidence": ""}
    assert "Enter the evidence" in faults(read(client.post(at, form)))[0]
    runs = client.post(at, form | {"files": upload("review.exe")})
    assert "cannot be attached" in faults(read(runs, 409))[0]
    assert not RecommendationStep.objects.filter(move="report_complete").exists()
    many = [upload(f"{number}.csv") for number in range(MOST_FILES + 1)]
    assert "at most 5" in faults(read(client.post(at, form | {"files": many})))[0]

    files = [upload(), upload("second.csv", b"other\n")]
    assert client.post(at, form | {"files": files}).status_code == 302
    told = page(client, reverse("recommendation", args=[row.reference]))
    assert "Evidence: Attached: review.csv and second.csv" in said(told)
    link = next(one.attributes["href"] for one in told.css("a") if one.text() == "review.csv")
    answer = client.get(link)
    assert answer.content == TABLE
    assert answer["Content-Disposition"].startswith("attachment")
    entry = Entry.objects.get(verb="recommendation.reported-complete")
    assert "second.csv" in entry.payload

    sign_in(client, "hmip_lead_inspector")
    assert client.get(link).content == TABLE
    elsewhere = in_progress(source="2026-PDU-N57EKNT-2")
    other = reverse(
        "recommendation-evidence", args=[elsewhere.reference, EvidenceFile.objects.first().file_id]
    )
    assert client.get(other).status_code == 404
    sign_in(client, "head_of_pdu", "N57SUR")
    assert client.get(link).status_code == 404
    client.logout()
    assert client.get(link).status_code in {302, 403}


@pytest.mark.usefixtures("memorandum", "_today")
def test_progress_with_an_action_holds_its_files_and_the_public_sees_none(client):
    row = published()
    sign_in(client, "head_of_pdu", "N57EKNT")
    at = reverse("plan-action-report", args=[row.reference, 1])
    form = {"revision": typed(page(client, at), "revision"), "progress": "done", "text": "Done."}
    assert "evidence" in faults(read(client.post(at, form), 409))[0]
    assert client.post(at, form | {"files": upload()}).status_code == 302
    assert ActionProgress.objects.get().evidence == "Attached: review.csv"

    link = reverse("plan-action-evidence", args=[row.reference, 1, EvidenceFile.objects.get().file_id])
    for role, code, status in (
        ("head_of_pdu", "N57EKNT", 200),
        ("hmip_lead_inspector", "hmip", 200),
        ("osag_coordinator", "hmpps-osag", 200),
        ("regional_probation_director", "N50", 404),
    ):
        sign_in(client, role, code)
        assert client.get(link).status_code == status, role
    sign_in(client, "hmpps_officer")
    form = {"revision": row.revision, "text": ""}
    assert client.post(reverse("plan-publish-progress", args=[row.reference]), form).status_code == 302
    public = page(client, reverse("public-plan", args=[row.reference]))
    assert "Done." in said(public)
    assert "review.csv" not in public.html


@pytest.mark.usefixtures("memorandum")
def test_who_may_not_report_leaves_no_file_behind():
    row = in_progress(source="2026-PDU-N57EKNT-1")
    file = GivenFile("review.csv", TABLE)
    with pytest.raises(Refused):
        act(steps.report_complete, row, acting_for("hmip"), text="Done.", files=[file])
    assert not EvidenceFile.objects.exists()
