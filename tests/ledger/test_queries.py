"""What each reader learns from the record, and what not (paragraph 10(iii), capability H4)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection

from oversight.access.queries import Acting
from oversight.access.rules import Reach, access_table
from oversight.kernel.refusals import Refused
from oversight.ledger import queries
from oversight.ledger.models import Entry
from oversight.ledger.protection import unprotected
from oversight.ledger.queries import Fact
from tests.factories.parties import acting_as
from tests.ledger.people import AT, Someone, act

pytestmark = pytest.mark.django_db

#: Reader, and of whose acts they may know and read: their own, those below them, and the rest.
READERS = [
    ("hmip_standards_owner", "hmip", {"hmip"}, {"hmip"}),
    ("osag_lead", "hmpps-osag", {"hmpps-osag"}, {"hmpps-osag"}),
    ("hmpps_officer", "hmpps", {"hmpps", "hmpps-osag", "N53", "N57", "N57EKNT"}, {"hmpps"}),
    ("chief_probation_officer", "probation-service", {"N53", "N57", "N57EKNT"}, set()),
    ("regional_probation_director", "N57", {"N57", "N57EKNT"}, {"N57"}),
    (
        "sponsorship_officer",
        "moj-sponsorship",
        {"hmip", "hmpps", "hmpps-osag", "N53", "N57", "N57EKNT", "moj-sponsorship"},
        {"moj-sponsorship"},
    ),
    (
        "service_operator",
        "operator",
        {"hmip", "hmpps", "hmpps-osag", "N53", "N57", "N57EKNT", "moj-sponsorship"},
        set(),
    ),
    (
        "auditor",
        "nao",
        {"hmip", "hmpps", "hmpps-osag", "N53", "N57", "N57EKNT", "moj-sponsorship"},
        {"hmip", "hmpps", "hmpps-osag", "N53", "N57", "N57EKNT", "moj-sponsorship"},
    ),
    ("osag_coordinator", "hmpps-osag", set(), set()),
    ("hmip_lead_inspector", "hmip", set(), set()),
    ("head_of_pdu", "N57EKNT", set(), set()),
]
PARTIES = ["hmip", "hmpps", "hmpps-osag", "N53", "N57", "N57EKNT", "moj-sponsorship"]


def reading_as(role, party="nao"):
    """Give an actor of a role; the register is loaded only for one whose reach depends on it."""
    if access_table().roles[role].grants.get("ledger.see_record") is Reach.OWN_AND_BELOW:
        return acting_as(role, party)
    return Acting("person:1", "Ann Example", party, role)


@pytest.fixture
def acts():
    """One act of each party, about something of its own; gives the number of each entry by party."""

    def make():
        for code in PARTIES:
            act(by=Someone(party=code), at=AT, what=f"thing:{code}", payload={"secret": f"of {code}"})
        rows = Entry.objects.filter(verb="test.act").order_by("sequence")
        return dict(rows.values_list("party", "sequence"))

    return make


@pytest.mark.parametrize(("role", "party", "known", "read"), READERS)
def test_a_reader_knows_of_acts_and_reads_them_as_far_as_the_table_says(acts, role, party, known, read):
    reader = reading_as(role, party)
    numbers = acts()

    listed = {one.party: one for one in queries.entries(by=reader, verb="test.act").entries}

    assert set(listed) == known
    assert {code for code, one in listed.items() if one.subject is not None} == read
    for code, number in numbers.items():
        if code not in known:
            with pytest.raises(Refused):
                queries.entry(number, by=reader)
            continue
        found = queries.entry(number, by=reader)
        closed = found.facts is None
        assert closed == (code not in read)
        assert (found.listed.subject is None, found.listed.actor_name is None) == (closed, closed)
        assert closed or found.facts == (Fact("Secret", f"of {code}"),)


@pytest.mark.parametrize(("role", "party", "known", "read"), READERS)
def test_a_filter_by_subject_answers_nothing_that_the_page_withholds(acts, role, party, known, read):
    reader = reading_as(role, party)
    acts()

    found = {code for code in PARTIES if queries.entries(by=reader, subject=f"thing:{code}").entries}

    assert found == read


def test_an_entry_that_one_may_not_know_of_is_answered_as_if_there_were_none(acts):
    reader = reading_as("hmip_standards_owner", "hmip")
    numbers = acts()

    def told(number):
        with pytest.raises(Refused) as refused:
            queries.entry(number, by=reader)
        return refused.value.rule, str(refused.value).replace(f"entry {number}", "entry N")

    assert told(numbers["hmpps-osag"]) == told(999_999) == told(2**70) == told(0)
    assert told(999_999)[0].startswith("not_found")


def test_filters_narrow_together(acts):
    reader = reading_as("auditor")
    acts()
    act(by=Someone(party="hmip"), at=AT, what="thing:other")

    def found(**wanted):
        return [(one.party, one.subject) for one in queries.entries(by=reader, **wanted).entries]

    assert found(party="hmip", subject="thing:hmip") == [("hmip", "thing:hmip")]
    assert found(party="hmip", verb="test.act") == [("hmip", "thing:other"), ("hmip", "thing:hmip")]
    assert found(party="hmip", subject="thing:N57") == []
    assert found(verb="checkpoint.taken") == []


def test_pages_follow_each_other_without_gap_or_repetition():
    reader = reading_as("auditor")
    for number in range(2 * queries.PAGE + 5):
        act(by=Someone(), at=AT, what=f"thing:{number}")
    wanted = [*Entry.objects.filter(verb="test.act").order_by("-sequence").values_list("sequence", flat=True)]

    first = queries.entries(by=reader, verb="test.act")
    second = queries.entries(by=reader, verb="test.act", before=first.older)
    third = queries.entries(by=reader, verb="test.act", before=second.older)
    back = queries.entries(by=reader, verb="test.act", after=third.newer)

    seen = [one.sequence for page in (first, second, third) for one in page.entries]
    assert seen == wanted
    assert first.newer is None
    assert third.older is None
    assert back.entries == second.entries
    assert queries.entries(by=reader, verb="test.act", after=back.newer).entries == first.entries


@pytest.mark.parametrize(
    ("role", "count"), [("auditor", 1), ("hmip_standards_owner", 1), ("hmpps_officer", 2)]
)
def test_the_list_takes_as_many_queries_however_long_the_record(role, count, django_assert_num_queries):
    """A reader who reaches the parties below theirs needs the register of parties besides, once a request."""
    reader = reading_as(role, "hmpps" if role == "hmpps_officer" else "hmip")
    for _ in range(2):
        for number in range(30):
            act(by=Someone(party=reader.party), at=AT, what=f"thing:{number}")
        with django_assert_num_queries(count):
            assert len(queries.entries(by=reader).entries) == queries.PAGE


def test_recorded_values_are_put_in_words():
    reader = reading_as("auditor")
    act(
        by=Someone(),
        at=AT,
        payload={
            "on": date(2026, 3, 16),
            "sent_at": datetime(2026, 7, 1, 8, 30, tzinfo=UTC),
            "share": Decimal("0.20"),
            "final": True,
            "note": "",
            "key": b"\x01",
            "units": ["N57", "N53"],
            "nothing": [],
            "inside": {"count": 3},
            "many": list(range(250)),
        },
    )

    found = queries.entry(Entry.objects.latest("sequence").sequence, by=reader)

    facts = {fact.label: fact for fact in found.facts}
    words = {label: fact.words for label, fact in facts.items() if not fact.parts}
    assert words == {
        "On": "16 March 2026",
        "Sent at": "1 July 2026 at 9:30am",
        "Share": "0.20",
        "Final": "Yes",
        "Note": "None",
        "Key": "01",
        "Nothing": "None",
    }
    assert facts["Units"].parts == (Fact("", "N57"), Fact("", "N53"))
    assert facts["Inside"].parts == (Fact("Count", "3"),)
    assert len(facts["Many"].parts) == 201
    assert facts["Many"].parts[-1].words == "And 50 more"


@pytest.mark.writes_directly("tampers with the record")
@pytest.mark.parametrize(
    ("field", "value"),
    [("verb", "test.forged"), ("payload", "{"), ("payload", "é"), ("at", "x" * 27), ("previous", "f" * 64)],
)
def test_a_changed_entry_is_shown_as_changed(field, value):
    reader = reading_as("auditor")
    act(by=Someone(), at=AT)
    last = Entry.objects.latest("sequence").sequence
    assert queries.entry(last, by=reader).is_sound
    with unprotected(connection):
        Entry.objects.filter(sequence=last).update(**{field: value})

    assert not queries.entry(last, by=reader).is_sound
    assert queries.entries(by=reader).entries[0].sequence == last


def test_there_is_no_checkpoint_of_an_unknown_number():
    for number in (0, 7, 2**70):
        with pytest.raises(Refused, match="There is no checkpoint"):
            queries.checkpoint(number)
