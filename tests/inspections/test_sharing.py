"""Case data of a joint inspection: shared with whom, what, until when, who read it (D9, ¶33)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.exchange.rules.lasting import Standing
from oversight.inspections.actions import case as case_acts
from oversight.inspections.actions.case_steps import withdraw
from oversight.inspections.actions.information import supply_information
from oversight.inspections.actions.notes import note_evidence
from oversight.inspections.actions.sharing import end_share, give_share, record_reading
from oversight.inspections.models import CaseShare, InspectionPartner, ShareReading, StoredFile
from oversight.inspections.queries.fieldwork import own_samples
from oversight.inspections.queries.programmes import programme_for
from oversight.inspections.rules.sharing import Share, live_parts, standing
from oversight.inspections.rules.visibility import SHAREABLE, Part
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from tests.access.routes import routes
from tests.arrangements.pages import faults, page, read, said, stand_on, typed
from tests.factories.fieldwork import draw, judge_whole
from tests.factories.files import PDF
from tests.factories.inspections import act, announced, ask, in_fieldwork, planner, scheduled
from tests.factories.parties import acting_as, example_party, sign_in

AT = datetime(2026, 4, 14, 9, 0, tzinfo=UTC)
UNTIL = date(2026, 4, 30)
JOINT = {"programme": "thematic-2023", "kind": "joint", "units": ("N57",), "title": "A subject"}
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
PARTS = st.frozensets(st.sampled_from(sorted(SHAREABLE)), min_size=1)
SHARES = st.builds(
    lambda party, parts, since, days, ended: Share(party, parts, since, since + timedelta(days), ended),
    st.sampled_from(["hmicfrs", "cqc"]),
    PARTS,
    DAYS,
    st.integers(0, 100),
    st.booleans(),
)


# The rules


@given(SHARES, DAYS)
def test_a_share_gives_from_its_first_day_to_its_last_and_no_day_more(share, today):
    gives = live_parts([share], share.party, today)

    assert gives == (share.parts if not share.ended and share.since <= today <= share.until else set())
    assert (standing(share, today) is Standing.LIVE) == bool(gives)


@given(st.lists(SHARES, max_size=5), DAYS)
def test_shares_give_what_any_of_them_gives_and_never_to_another_party(shares, today):
    for party in ("hmicfrs", "cqc", "ofsted"):
        alone = [live_parts([one], party, today) for one in shares]
        assert live_parts(shares, party, today) == frozenset().union(*alone)
        assert all(not given for one, given in zip(shares, alone, strict=True) if one.party != party)


@given(SHARES)
def test_no_share_is_live_when_no_day_is_known(share):
    assert not live_parts([share], share.party, None)


@given(SHARES, DAYS, DAYS)
def test_what_has_ended_stays_ended(share, one, other):
    earlier, later = sorted((one, other))
    if standing(share, earlier) is not Standing.LIVE and earlier > share.until:
        assert standing(share, later) is not Standing.LIVE


# Giving and ending


@pytest.fixture
def lead(memorandum, client, monkeypatch):
    stand_on(monkeypatch, "2026-04-14")
    return sign_in(client, "hmip_lead_inspector")


@pytest.fixture
def joint(lead):
    return in_fieldwork(lead, partners=("hmicfrs",), **JOINT)


def give(row, by, *, at=AT, **changed) -> int:
    facts = {
        "party": "hmicfrs",
        "parts": ["cases"],
        "purpose": "Joint analysis of case supervision",
        "agreement": "DSA 2026/4",
        "until": UNTIL,
    } | changed
    return give_share(by=by, at=at, reference=row.reference, **facts)


def refused(row, by, act_=give, **changed) -> str:
    with pytest.raises(Refused) as caught:
        act_(row, by, **changed)
    return caught.value.rule


def end(row, by, share, *, at=AT, reason="No longer needed"):
    end_share(by=by, at=at, reference=row.reference, share_id=share, reason=reason)


def at(row, part="sharing") -> str:
    return f"/inspections/{row.reference}/{part}"


def test_a_share_is_given_in_a_browser_and_read_with_every_reading_recorded(client, joint, monkeypatch):
    form = {
        "party": "hmicfrs",
        "parts": ["cases", "notes"],
        "purpose": "Joint analysis",
        "agreement": "DSA 2026/4",
        "until": "30/4/2026",
    }
    assert len(faults(read(client.post(at(joint, "sharing/give"), {}), 422))) == 5
    late = read(client.post(at(joint, "sharing/give"), form | {"until": "13/4/2026"}), 409)
    assert "has passed" in faults(late)[0]
    assert typed(late, "purpose") == "Joint analysis"
    assert client.post(at(joint, "sharing/give"), form).status_code == 302
    assert "Live" in said(page(client, at(joint)))
    assert Entry.objects.order_by("-sequence").first().verb == "inspection.case-data-shared"

    reader = sign_in(client, "partner_inspector", "hmicfrs")
    mine = said(page(client, at(joint)))
    assert "Joint analysis" in mine
    assert "30 April 2026" in mine
    assert "Nothing yet" in mine
    page(client, at(joint, "cases"))
    page(client, at(joint, "evidence"))
    told = Entry.objects.filter(verb="inspection.share-read")
    assert [one.actor for one in told.order_by("sequence")] == [reader.reference] * 2
    share = CaseShare.objects.get()
    assert "2 pages" in said(page(client, at(joint)))
    shown = said(page(client, at(joint, f"sharing/{share.pk}/readings")))
    assert at(joint, "cases") in shown

    stand_on(monkeypatch, "2026-04-30")
    page(client, at(joint, "cases"))
    stand_on(monkeypatch, "2026-05-01")
    ended = said(page(client, at(joint, "cases"), 403))
    assert "not shared with your organisation today" in ended
    assert "paragraph 33" in ended
    assert "It ended by itself" in said(page(client, at(joint)))
    assert ShareReading.objects.count() == 3


def test_ending_early_needs_a_reason_and_ends_at_once(client, joint, lead):
    share = give(joint, lead)
    where = at(joint, f"sharing/{share}/end")

    assert faults(read(client.post(where, {}), 422))
    assert client.post(where, {"reason": "The work is done"}).status_code == 302
    assert "The work is done" in said(page(client, at(joint)))
    assert "has ended" in faults(read(client.post(where, {"reason": "Again"}), 409))[0]
    assert "There is nothing to do" in said(page(client, where))
    assert Entry.objects.order_by("-sequence").first().verb == "inspection.share-ended"
    sign_in(client, "partner_inspector", "hmicfrs")
    page(client, at(joint, "cases"), 403)
    assert "The work is done" in said(page(client, at(joint)))


def test_a_renewal_is_a_new_share_beside_the_old_one(client, joint, lead):
    first = give(joint, lead)
    form = page(client, at(joint, f"sharing/give?renews={first}"))
    assert typed(form, "agreement") == "DSA 2026/4"

    second = give(joint, lead, renews=first, until=date(2026, 6, 30))

    assert CaseShare.objects.get(pk=first).until == UNTIL
    assert CaseShare.objects.get(pk=second).renews_id == first
    assert "to follow an earlier share" in said(page(client, at(joint)))


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"party": "cqc"}, "share_party"),
        ({"party": "hmip"}, "share_party"),
        ({"parts": []}, "share_parts"),
        ({"parts": ["draft"]}, "share_parts"),
        ({"parts": ["everything"]}, "share_parts"),
        ({"purpose": " "}, "share_purpose"),
        ({"agreement": ""}, "share_agreement"),
        ({"until": date(2026, 4, 13)}, "share_until"),
        ({"renews": 10**6}, "not_found_share"),
    ],
)
def test_a_share_has_a_partner_a_purpose_an_agreement_parts_and_an_end(joint, lead, changed, rule):
    assert refused(joint, lead, **changed) == rule
    assert not CaseShare.objects.exists()


def test_a_share_can_end_today(joint, lead):
    assert give(joint, lead, until=date(2026, 4, 14))


@pytest.mark.parametrize("role", sorted(access_table().roles))
def test_only_the_lead_inspector_of_this_inspection_shares_and_ends(client, joint, lead, role):
    share = give(joint, lead)
    other = sign_in(client, role, example_party(role))

    for attempt in (give, lambda row, by: end(row, by, share)):
        assert refused(joint, other, attempt) in {"permission_inspections.share", "share_lead"}
    for address in ("sharing/give", f"sharing/{share}/end"):
        answer = client.post(at(joint, address), {"reason": "Because"})
        assert answer.status_code in {403, 409}
    assert CaseShare.objects.get().ended_at is None


def test_a_colleague_on_the_team_does_not_share_for_the_lead(joint, lead):
    colleague = acting_as("hmip_lead_inspector")
    act(case_acts.set_team, joint, lead, AT, lead=lead.reference, members=[colleague.reference])

    assert refused(joint, colleague) == "share_lead"


def test_nothing_is_shared_before_the_announcement_or_of_an_inspection_that_is_not_joint(lead):
    assert refused(scheduled(lead, partners=("hmicfrs",), **JOINT), lead) == "not_found_inspection"
    assert refused(announced(lead), lead) == "not_found_shares"


def test_nothing_more_is_shared_of_an_inspection_that_was_withdrawn(joint, lead):
    act(withdraw, joint, planner(), AT, reason="Not made")

    assert refused(joint, lead) == "share_state"


# Who sees what


def answers_of(row, client) -> dict[str, int]:
    """Visit every page of an inspection as whoever is signed in, and give each answer."""
    found = {}
    for route in routes():
        if not route.name.startswith("inspection") or "reference" not in route.arguments:
            continue
        where = route.address.replace("no-such-inspection", row.reference)
        found[route.name] = client.get(where).status_code
    return found


@pytest.fixture
def judged(joint, lead):
    """A joint inspection with a case drawn and judged, and a note."""
    sample = joint_sample(joint)
    if sample:
        draw(joint, lead, wanted=2, sample=sample, at=AT)
        judge_whole(joint, lead, 1, sample=sample)
    note_evidence(
        by=lead, at=AT, reference=joint.reference, standard=first_theme(joint), source="Visit", text="Seen"
    )
    return joint


def joint_sample(row) -> str:
    samples = own_samples(programme_for(row))
    return samples[0].id if samples else ""


def first_theme(row) -> str:
    return programme_for(row).standards[0].id


#: Pages of an inspection that show case data, with the part that a partner needs a share of.
CASE_DATA = {
    "inspection-cases": Part.CASES,
    "inspection-case": Part.CASES,
    "inspection-totals": Part.CASES,
    "inspection-notes": Part.NOTES,
    "inspection-report-data": Part.DATA,
}
#: Pages that a partner sees without a share.
ALWAYS = {"inspection", "inspection-information", "inspection-shares"}


@pytest.mark.parametrize("parts", [(), ("cases",), ("notes",), ("data", "files")])
def test_a_partner_sees_of_the_case_what_is_shared_on_every_page(client, judged, lead, parts):
    if parts:
        give(judged, lead, parts=list(parts))
    sign_in(client, "partner_inspector", "hmicfrs")

    answers = answers_of(judged, client)

    for name in ALWAYS:
        assert answers[name] == 200, name
    for name, part in CASE_DATA.items():
        wanted = {200} if part in parts else {403}
        if name == "inspection-case" and not joint_sample(judged):
            wanted = {404} if part in parts else {403}
        assert answers[name] in wanted, name


def test_every_page_that_a_share_opens_records_who_read_it(client, judged, lead):
    sign_in(client, "partner_inspector", "hmicfrs")
    closed = answers_of(judged, client)
    assert not ShareReading.objects.exists()
    give(judged, lead, parts=sorted(SHAREABLE))

    for route in routes():
        if closed.get(route.name) != 403:
            continue
        before = ShareReading.objects.count()
        answer = client.get(route.address.replace("no-such-inspection", judged.reference))
        if answer.status_code == 200:
            assert ShareReading.objects.count() == before + 1, route.name


def test_a_partner_of_another_joint_case_sees_neither_case_nor_shares(client, judged, lead):
    other = in_fieldwork(lead, partners=("cqc",), **JOINT)
    give(other, lead, party="cqc", parts=sorted(SHAREABLE))
    share = give(judged, lead, parts=sorted(SHAREABLE))
    sign_in(client, "partner_inspector", "cqc")

    answers = answers_of(judged, client)
    page(client, at(judged, f"sharing/{share}/readings"), 404)

    assert set(answers.values()) <= {403, 404}
    assert not ShareReading.objects.exists()
    page(client, at(other))


def test_a_partner_sees_nothing_of_a_core_inspection(client, judged, lead):
    core = in_fieldwork(lead)
    give(judged, lead, parts=sorted(SHAREABLE))
    sign_in(client, "partner_inspector", "hmicfrs")

    assert set(answers_of(core, client).values()) <= {403, 404}


def test_one_partner_does_not_see_what_another_is_given(client, lead):
    row = in_fieldwork(lead, partners=("hmicfrs", "cqc"), **JOINT)
    share = give(row, lead)
    sign_in(client, "partner_inspector", "cqc")

    assert "No case data of this inspection is shared with you" in said(page(client, at(row)))
    page(client, at(row, f"sharing/{share}/readings"), 404)
    page(client, at(row, "cases"), 403)


def test_a_file_supplied_for_the_joint_inspection_is_read_under_a_share_of_files_and_recorded(client, lead):
    row = announced(lead, partners=("hmicfrs",), **JOINT)
    ask(row, lead)
    request = row.requests.order_by("id").first()
    supply_information(
        by=acting_as("chief_probation_officer"),
        at=AT,
        reference=row.reference,
        request_id=request.pk,
        revision=request.revision,
        describes=date(2026, 3, 1),
        where="Shared drive",
        note="",
        file_name="Strategy.pdf",
        file=PDF,
    )
    file = StoredFile.objects.get()
    where = f"/inspections/{row.reference}/files/{file.pk}"
    sign_in(client, "partner_inspector", "hmicfrs")
    page(client, where, 404)
    assert file.name not in said(page(client, at(row, "information")))

    give(row, lead, parts=["files"])

    shown = said(page(client, at(row, "information")))
    assert file.name in shown
    assert "Shared drive" not in shown
    assert client.get(where).content == PDF
    read_ = ShareReading.objects.get()
    assert (read_.part, read_.address) == ("files", where)


@pytest.mark.parametrize(("role", "party"), [("osag_lead", ""), ("regional_probation_director", "N57")])
def test_the_inspected_and_osag_see_no_shares_and_no_link_to_them(client, judged, lead, role, party):
    give(judged, lead)
    sign_in(client, role, party)

    assert "between HM Inspectorate of Probation and its partners" in said(page(client, at(judged), 403))
    assert not page(client, f"/inspections/{judged.reference}").css_first(f'a[href="{at(judged)}"]')
    page(client, at(judged, "cases"), 403)


def test_the_inspectorate_reads_its_own_case_data_without_a_share_and_unrecorded(client, judged):
    page(client, at(judged, "evidence"))

    assert not ShareReading.objects.exists()


def test_a_reading_is_recorded_under_a_live_share_alone(joint, lead):
    with pytest.raises(Refused) as caught:
        record_reading(by=lead, at=AT, reference=joint.reference, part=Part.CASES, address="/x")
    assert caught.value.paragraph == "33"


def test_the_register_asks_as_often_for_many_shares_as_for_one(
    client, joint, lead, django_assert_max_num_queries
):
    give(joint, lead)
    with django_assert_max_num_queries(100) as few:
        page(client, at(joint))
    for _ in range(30):
        give(joint, lead)
    with django_assert_max_num_queries(100) as many:
        assert len(page(client, at(joint)).css("main section")) == 25
    assert len(many) <= len(few)


# The tables


@pytest.mark.writes_directly("to see what the database refuses")
@pytest.mark.parametrize(
    "changed",
    [
        {"purpose": ""},
        {"agreement": ""},
        {"until": date(2026, 4, 13)},
        {"ended_at": AT},
        {"ended_by": "person:1", "ended_name": "A", "ended_reason": "B"},
        {"ended_at": AT - timedelta(1), "ended_by": "person:1", "ended_name": "A", "ended_reason": "B"},
    ],
)
def test_the_database_refuses_a_share_that_makes_no_sense(joint, changed):
    facts = {
        "partner": InspectionPartner.objects.get(inspection=joint),
        "purpose": "Analysis",
        "agreement": "DSA 1",
        "since": date(2026, 4, 14),
        "until": UNTIL,
        "given_at": AT,
        "given_by": "person:1",
        "given_name": "A",
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseShare.objects.create(**(facts | changed))
    assert CaseShare.objects.create(**facts).pk
