"""Shares, supplies and disposal as pure rules, and the workflow of disposal whole (G2, G3, G5)."""

from __future__ import annotations

import io
from datetime import date, timedelta
from itertools import pairwise

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oversight.access.rules import access_table
from oversight.exchange.rules.disposal import (
    DISPOSERS,
    MOST_LINES,
    RUN_WORKFLOW,
    Kept,
    check_proposal,
    check_second,
    due_to_go,
)
from oversight.exchange.rules.items import Marking
from oversight.exchange.rules.lasting import Standing, standing_on
from oversight.exchange.rules.sharing import (
    PDF,
    Shared,
    ShareTerms,
    check_report,
    check_share,
    marking_lines,
    stamped,
)
from oversight.exchange.rules.supplying import Every, check_supply, periods, token_digest
from oversight.kernel.refusals import Refused
from tests.factories.exchange import report_pdf, written
from tests.factories.files import CSV

TODAY = date(2026, 4, 14)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
ROLES = sorted(access_table().roles)


def refusal(call, *args, **options) -> tuple[str, str]:
    with pytest.raises(Refused) as told:
        call(*args, **options)
    assert told.value.what_next
    return told.value.rule, told.value.field


@given(DAYS, DAYS, st.integers(0, 400), st.booleans())
def test_a_share_is_live_from_its_first_day_to_its_last_and_no_day_more(today, since, days, ended):
    until = since + timedelta(days)
    stands = standing_on(today, since=since, until=until, ended=ended)
    assert (stands is Standing.LIVE) == (not ended and since <= today <= until)
    assert (stands is Standing.ENDED_EARLY) == ended


TERMS = {
    "what": Shared.DATA,
    "owner": "hmpps-osag",
    "parties": frozenset({"hmip"}),
    "purpose": "To plan",
    "agreement": "DSA 1",
    "until": TODAY,
}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"parties": frozenset()}, ("share_parties", "parties")),
        ({"parties": frozenset({"nobody"})}, ("share_parties", "parties")),
        ({"parties": frozenset({"hmip", "hmpps-osag"})}, ("share_parties", "parties")),
        ({"purpose": ""}, ("share_purpose", "purpose")),
        ({"agreement": ""}, ("share_agreement", "agreement")),
        ({"until": TODAY - timedelta(1)}, ("share_until", "until")),
    ],
)
def test_a_share_is_refused_beside_its_field_paragraph_33(change, rule):
    known = {"hmip", "hmpps-osag"}
    check_share(ShareTerms(**TERMS), known=known, today=TODAY)
    assert refusal(check_share, ShareTerms(**(TERMS | change)), known=known, today=TODAY) == rule


def test_a_report_needs_no_agreement():
    check_share(ShareTerms(**(TERMS | {"what": Shared.REPORT, "agreement": ""})), known={"hmip"}, today=TODAY)


def test_a_report_is_a_pdf_that_opens():
    check_report("a.pdf", PDF, report_pdf())
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(report_pdf())) as file:
        file.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    for media_type, content in ((PDF, b"%PDF-1.7\n%%EOF"), ("text/csv", CSV), (PDF, locked.getvalue())):
        assert refusal(check_report, "a.pdf", media_type, content) == ("share_report", "file")


@settings(max_examples=15)
@given(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=60), st.integers(1, 4))
def test_every_page_says_to_whom_it_was_handed_whatever_their_name_is(name, pages):
    across, along = marking_lines(
        Marking.SENSITIVE, owner="OSAG", party="HMIP", reader=name, moment="14 April 2026 at 10am"
    )

    made = stamped(report_pdf(pages), across=across, along=along)

    read = written(made)
    assert len(read) == pages
    shown = name.encode("cp1252", "replace").decode("cp1252")
    for large, *small in read:
        assert large == "OFFICIAL-SENSITIVE · HMIP"
        assert (
            small
            == [
                (
                    f"OFFICIAL-SENSITIVE. Shared by OSAG with HMIP. Handed to {shown}, "
                    "14 April 2026 at 10am. Do not pass on."
                )
            ]
            * 2
        )


def test_the_words_over_a_report_are_no_part_of_what_it_says():
    made = stamped(report_pdf(1), across="A", along="B")
    with pikepdf.open(io.BytesIO(made)) as file:
        content = b"".join(one.read_bytes() for one in file.pages[0].Contents)
    assert content.count(b"/Artifact BMC") == content.count(b"EMC") == 1
    assert content.split().count(b"q") == content.split().count(b"Q")


@given(st.sampled_from(Every), st.integers(0, 131), st.integers(1, 12), st.integers(0, 180))
def test_periods_follow_each_other_without_gap_or_overlap(every, month, count, days_after):
    first = date(2020 + month // 12, month % 12 + 1, 1)
    found = periods(every, first=first, count=count, days_after=days_after)

    assert len(found) == count
    assert found[0].span.first == first
    for one, after in pairwise(found):
        assert after.span.first == one.span.last + timedelta(1)
    for one in found:
        assert one.on == one.span.last + timedelta(days_after)
        assert one.span.first.day == 1
        next_day = one.span.last + timedelta(1)
        months = (next_day.year - one.span.first.year) * 12 + next_day.month - one.span.first.month
        assert (next_day.day, months) == (1, every.months)


SUPPLY = {
    "first": date(2026, 4, 1),
    "count": 4,
    "days_after": 30,
    "supplier": "hmpps",
    "receiver": "hmip",
    "today": TODAY,
}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"receiver": "hmpps"}, ("supply_self", "receiver")),
        ({"first": date(2026, 4, 2)}, ("supply_first", "first")),
        ({"days_after": 181}, ("supply_days", "days_after")),
        ({"days_after": -1}, ("supply_days", "days_after")),
        ({"count": 0}, ("supply_count", "count")),
        ({"count": 5}, ("supply_count", "count")),
        ({"first": date(2025, 10, 1)}, ("supply_past", "first")),
    ],
)
def test_a_supply_is_refused_beside_its_field_paragraph_29(change, rule):
    check_supply(Every.QUARTER, **SUPPLY)
    assert refusal(check_supply, Every.QUARTER, **(SUPPLY | change)) == rule


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_token_is_kept_as_a_digest_that_tells_it_from_any_other(one, other):
    assert (token_digest(one) == token_digest(other)) == (one == other)
    assert one not in token_digest(one) or len(one) < 3


@pytest.mark.parametrize("role", ROLES)
def test_every_state_of_a_run_to_every_state_for_every_role(role):
    for cell in RUN_WORKFLOW.matrix([role]):
        wanted = role in DISPOSERS and cell.source == "proposed" and cell.target in {"done", "withdrawn"}
        assert cell.allowed == wanted, cell


def test_the_run_and_the_access_table_name_the_same_roles():
    assert {role.id for role in access_table().holders("exchange.dispose")} == DISPOSERS


COPIES = st.lists(
    st.builds(lambda until, gone, held: (until, gone, held), DAYS, st.booleans(), st.booleans()), max_size=40
)


@given(COPIES, DAYS)
def test_what_is_due_has_passed_its_day_is_there_and_is_not_held(given_, today):
    copies = [Kept(number, *one) for number, one in enumerate(given_)]
    due = due_to_go(copies, today)

    assert set(due) == {
        one.id for one in copies if one.retain_until < today and not one.gone and not one.on_hold
    }
    days = [copies[number].retain_until for number in due]
    assert days == sorted(days)


def test_a_list_has_an_end():
    many = [Kept(number, date(2020, 1, 1), False, False) for number in range(MOST_LINES + 5)]
    assert len(due_to_go(many, TODAY)) == MOST_LINES


def test_a_list_is_proposed_once_and_approved_by_another():
    check_proposal((1,), waiting=False)
    assert refusal(check_proposal, (1,), waiting=True)[0] == "disposal_waiting"
    assert refusal(check_proposal, (), waiting=False)[0] == "disposal_nothing"
    check_second(proposed_by="person:1", by="person:2")
    assert refusal(check_second, proposed_by="person:1", by="person:1")[0] == "permission_disposal_second"
