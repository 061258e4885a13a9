"""What is put in common goes to its readers alone, and they are told when it changes (B1, B8, H4, ¶30)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from oversight.access.rules import access_table
from oversight.exchange.rules.items import Marking
from oversight.intelligence.actions import items as acts
from oversight.intelligence.models import Item, Notice, Reader, Reading, Round
from oversight.intelligence.queries.items import (
    ItemFilter,
    every_item,
    item,
    item_of_origin,
    items,
    notices,
)
from oversight.intelligence.rules.words import Result
from oversight.jobs.models import Mail
from oversight.kernel.refusals import Refused
from oversight.ledger.models import Entry
from oversight.parties.queries import party
from tests.factories.arrangements import acting_for
from tests.factories.intelligence import AT, NEXT, TEXT, TODAY, UNIT, content, finding, note
from tests.factories.parties import acting_as, example_party

pytestmark = pytest.mark.usefixtures("parties")

LATER = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)


def refused(call, *args, **kwargs) -> str:
    with pytest.raises(Refused) as found:
        call(*args, **kwargs)
    return found.value.rule


def listed(actor, **chosen) -> list[int]:
    return [one.id for one in items(actor=actor, chosen=ItemFilter(**chosen), today=TODAY).lines]


def everyone() -> dict[str, object]:
    """Somebody of every role, a region that does not answer for the unit, and the unit next to it."""
    people = {role: acting_for(example_party(role), role) for role in access_table().roles}
    people["another region"] = acting_for("N56")
    people["the next unit"] = acting_for(NEXT)
    return people


def test_a_finding_is_known_to_its_owner_and_the_readers_named_and_to_nobody_else():
    osag = acting_as("osag_coordinator")
    row = finding(osag, readers=["hmip", UNIT])
    for role, by in everyone().items():
        sees = by.may("intelligence.see") and by.party in {"hmpps-osag", "hmip", UNIT, "N57"}
        assert listed(by) == ([row] if sees else []), role
        assert listed(by, text="plans are late") == ([row] if sees else []), role
        assert len(list(every_item(actor=by, chosen=ItemFilter(), today=TODAY))) == int(sees), role
        assert items(actor=by, chosen=ItemFilter(), today=TODAY).count.number == int(sees), role
        assert item_of_origin(actor=by, owner="hmpps-osag", origin="") is None, role
        if sees:
            shown = item(actor=by, item_id=row, today=TODAY)
            assert shown.line.own == (by.party == "hmpps-osag"), role
            assert bool(shown.rounds) == shown.line.own, "its words are read one by one"
            assert (shown.readers == ()) != shown.line.own
        else:
            assert refused(item, actor=by, item_id=row, today=TODAY) == "not_found_item", role
            assert refused(acts.read_item, by=by, at=AT, item_id=row).startswith(("not_found", "permission"))
    assert not Reading.objects.exists()


def test_a_note_is_its_owners_alone_until_it_is_released():
    hmip = acting_as("hmip_lead_inspector")
    row = note(hmip)
    for role, by in everyone().items():
        assert listed(by) == ([row] if by.party == "hmip" and by.may("intelligence.see") else []), role
    osag = acting_as("osag_lead")
    assert refused(acts.read_item, by=osag, at=AT, item_id=row) == "not_found_item"
    assert refused(acts.release_note, by=osag, at=AT, item_id=row) == "not_found_item"
    assert refused(acts.release_note, by=acting_as("hmip_publications"), at=AT, item_id=row) == (
        "permission_intelligence.note"
    )
    acts.release_note(by=hmip, at=AT, item_id=row)
    assert refused(acts.release_note, by=hmip, at=AT, item_id=row) == "workflow_state"
    (line,) = items(actor=osag, chosen=ItemFilter(kind="note"), today=TODAY).lines
    assert not line.corroborated
    finding(osag, result=Result.SERIOUS)
    (line,) = items(actor=osag, chosen=ItemFilter(kind="note"), today=TODAY).lines
    assert line.corroborated, "another line says alike"
    assert refused(finding, acting_as("hmip_publications")) == "permission_intelligence.share"


def test_corroboration_never_tells_of_what_one_may_not_read():
    hmip = acting_as("hmip_lead_inspector")
    mine = finding(hmip, readers=["hmpps-osag"])
    finding(acting_as("osag_lead"), readers=["moj-sponsorship"], result=Result.SERIOUS)
    assert not item(actor=hmip, item_id=mine, today=TODAY).line.corroborated
    assert item(actor=acting_as("osag_lead"), item_id=mine, today=TODAY).line.corroborated


def test_each_reading_is_noted_and_a_correction_tells_who_read():
    osag, hmip, other = acting_as("osag_coordinator"), acting_as("hmip_planner"), acting_as("hmip_planner")
    row = finding(osag)
    for _ in range(2):
        read = acts.read_item(by=hmip, at=AT, item_id=row)
    assert [one.text for one in read.rounds] == [TEXT]
    acts.read_item(by=osag, at=AT, item_id=row)
    shown = item(actor=osag, item_id=row, today=TODAY)
    assert [(one.name, one.number) for one in shown.readings] == [(hmip.name, 1)] * 2
    assert shown.read_count == 2, "its owner's own reading is no reading"
    assert item(actor=hmip, item_id=row, today=TODAY).readings == ()
    assert Entry.objects.filter(verb="intelligence.read").count() == 3

    new = content(text="Plans are late in a third of them.", result=Result.GOOD)
    given = {"at": LATER, "item_id": row, "content": new, "reason": "We counted twice."}
    assert refused(acts.correct_item, by=hmip, number=1, **given) == "not_found_item"
    assert refused(acts.correct_item, by=osag, number=2, **given) == "stale_item"
    assert refused(acts.correct_item, by=osag, number=1, **(given | {"reason": " "})) == "text_missing"
    ahead = content(found_on=LATER.date() + timedelta(days=1))
    assert refused(acts.correct_item, by=osag, number=1, **(given | {"content": ahead})) == "item_day"
    assert Round.objects.count() == 1
    assert acts.correct_item(by=osag, number=1, **given) == 2

    assert [one.reason for one in notices(actor=hmip)] == ["We counted twice."]
    assert notices(actor=other) == notices(actor=osag) == ()
    mail = Mail.objects.get()
    assert "corrected" in mail.subject
    for secret in ("third", "East Kent", "counted"):
        assert secret not in mail.text + mail.subject
    before = item(actor=osag, item_id=row, today=TODAY).rounds
    assert [(one.number, one.text, one.current) for one in before] == [
        (2, "Plans are late in a third of them.", True),
        (1, TEXT, False),
    ]
    assert [one.number for one in acts.read_item(by=hmip, at=LATER, item_id=row).rounds] == [2]
    assert notices(actor=hmip) == ()


def test_what_is_withdrawn_is_gone_for_all_but_its_owner_and_who_read_it_knows_why():
    osag, hmip = acting_as("osag_coordinator"), acting_as("hmip_planner")
    row = finding(osag)
    acts.read_item(by=hmip, at=AT, item_id=row)
    assert refused(acts.withdraw_item, by=hmip, at=AT, item_id=row, reason="x") == "not_found_item"
    acts.withdraw_item(by=osag, at=LATER, item_id=row, reason="It was another unit.")
    assert listed(hmip) == []
    assert refused(acts.read_item, by=hmip, at=LATER, item_id=row) == "not_found_item"
    (told,) = notices(actor=hmip)
    assert (told.withdrawn, told.reason, told.opens) == (True, "It was another unit.", False)
    assert acts.see_notices(by=hmip, at=LATER) == 1
    assert notices(actor=hmip) == ()
    assert item(actor=osag, item_id=row, today=TODAY).steps == frozenset()
    for act, more in (
        (acts.correct_item, {"number": 1, "content": content(), "reason": "x"}),
        (acts.withdraw_item, {"reason": "x"}),
        (acts.name_readers, {"readers": ["hmip"]}),
    ):
        assert refused(act, by=osag, at=LATER, item_id=row, **more) == "workflow_state"


def test_a_reader_named_no_longer_reads_no_longer_and_both_are_kept():
    osag, hmip, sponsor = acting_as("osag_lead"), acting_as("hmip_planner"), acting_as("sponsorship_officer")
    row = finding(osag)
    assert refused(acts.name_readers, by=osag, at=AT, item_id=row, readers=["hmpps-osag"]) == "item_readers"
    assert refused(acts.name_readers, by=osag, at=AT, item_id=row, readers=["operator"]) == "item_readers"
    acts.name_readers(by=osag, at=LATER, item_id=row, readers=["moj-sponsorship"])
    assert (listed(hmip), listed(sponsor)) == ([], [row])
    acts.read_item(by=sponsor, at=LATER, item_id=row)
    acts.name_readers(by=osag, at=LATER, item_id=row, readers=["hmip"])
    given = {"item_id": row, "number": 1, "content": content(), "reason": "Secret reason"}
    acts.correct_item(by=osag, at=LATER, **given)
    (told,) = notices(actor=sponsor)
    assert (told.opens, told.reason) == (False, ""), "told that it changed, and no longer what or why"
    ended = dict(Reader.objects.order_by("pk").values_list("party", "ended_at"))
    assert ended == {"hmip": None, "moj-sponsorship": LATER}
    assert Reader.objects.count() == 3


def test_a_region_shares_for_its_units_and_for_no_other():
    director = acting_as("regional_probation_director", "N57")
    row = finding(director, owner=UNIT, about=UNIT, readers=["hmpps-osag"])
    assert listed(acting_as("head_of_pdu", UNIT)) == [row]
    assert listed(acting_as("head_of_pdu", NEXT)) == []
    for by, owner in (
        (director, "N56NOSU"),
        (acting_as("head_of_pdu", UNIT), NEXT),
        (acting_as("osag_lead"), UNIT),
        (acting_as("hmpps_officer"), UNIT),
    ):
        assert refused(finding, by, owner=owner) == "permission_intelligence.share"


def test_what_an_area_above_hands_over_is_shared_once_and_with_the_other_lines_unless_it_says_whom():
    head = acting_as("head_of_pdu", UNIT)
    row = finding(head, owner=UNIT, readers=(), origin="assessment:7")
    assert {one.party_id for one in Reader.objects.all()} == {"hmpps-osag", "hmip"}
    assert item_of_origin(actor=head, owner=UNIT, origin="assessment:7") == row
    assert item_of_origin(actor=acting_as("head_of_pdu", NEXT), owner=UNIT, origin="assessment:7") is None
    assert refused(finding, head, owner=UNIT, origin="assessment:7") == "item_shared"
    assert Item.objects.get().source == "line_management"


def test_work_of_another_body_has_its_link_and_stands_under_that_body():
    hmip, nao = acting_as("hmip_planner"), party("nao")
    given = {"by": hmip, "at": AT, "owner": party("hmip"), "about": party("probation-service")}
    given |= {"theme": "staffing", "readers": ["hmpps-osag"]}
    link = "https://www.nao.org.uk/reports/building-an-effective-and-resilient-probation-service/"
    assert refused(acts.record_work, body=nao, content=content(), **given) == "work_link"
    assert refused(acts.record_work, body=party("hmip"), content=content(link=link), **given) == "work_body"
    row = acts.record_work(body=nao, content=content(link=link), **given)
    assert (Item.objects.get().source, Item.objects.get().body_id) == ("other_body", "nao")
    read = acts.read_item(by=acting_as("osag_lead"), at=AT, item_id=row)
    assert read.rounds[0].link == link
    assert listed(acting_as("auditor")) == [], "its own work, but nobody shared this record with it"


def test_what_cannot_be_is_refused_before_anything_is_written():
    for changed in (
        {"theme": "weather"},
        {"text": " "},
        {"found_on": date(2027, 1, 1)},
        {"readers": ["hmpps-osag"]},
        {"readers": ["operator"]},
        {"link": "https://example.org"},
    ):
        with pytest.raises(Refused) as found:
            finding(**changed)
        assert found.value.field or found.value.rule == "text_missing"
    assert not Item.objects.exists()


@pytest.mark.writes_directly
def test_the_tables_refuse_what_no_act_makes():
    row = Item.objects.get(pk=finding())
    one = row.rounds.get()
    rows = (
        lambda: Item.objects.filter(pk=row.pk).update(released_at=None, released_by=""),
        lambda: Item.objects.filter(pk=row.pk).update(withdrawn_at=AT, withdrawn_by="person:1"),
        lambda: Item.objects.filter(pk=row.pk).update(body="nao"),
        lambda: Round.objects.filter(pk=one.pk).update(number=2),
        lambda: Round.objects.filter(pk=one.pk).update(result="bad"),
        lambda: Round.objects.filter(pk=one.pk).update(marking="SECRET"),
        lambda: Round.objects.filter(pk=one.pk).update(replaced_at=AT),
        lambda: Reader.objects.create(item=row, party_id="hmip", named_at=AT, named_by="person:1"),
        lambda: Notice.objects.create(
            item=row, number=1, withdrawn=False, person="", party_id="hmip", told_at=AT
        ),
    )
    for change in rows:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert one.marking == Marking.SENSITIVE
