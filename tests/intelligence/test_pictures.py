"""Combined pictures and the assurance map: side by side, each with its owner, as of any day (B1, B5, H4)."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oversight.access.queries import COMMAND
from oversight.intelligence.actions import items as acts
from oversight.intelligence.models import Item, Reader, Round
from oversight.intelligence.queries.assurance import assurance
from oversight.intelligence.queries.looks import LOOKS, end_of, latest_looks, rounds_standing
from oversight.intelligence.queries.pictures import theme_picture, unit_picture
from oversight.intelligence.rules.assurance import Standing
from oversight.intelligence.rules.words import Result
from oversight.parties.queries import party, remembering
from oversight.publication.actions import load_shipped_history
from tests.factories.arrangements import acting_for
from tests.factories.intelligence import AT, NEXT, OTHER, TODAY, UNIT, content, finding, note

pytestmark = pytest.mark.usefixtures("parties")

AUDIT, INSPECTION, LINE = 2, 3, 0


def cells(actor, theme, code=UNIT):
    rows = {row.theme.id: row for row in unit_picture(actor=actor, code=code, today=TODAY).rows}
    return rows[theme].cells if theme in rows else None


def area(actor, theme, **asked):
    found = assurance(actor=actor, **({"on": TODAY, "today": TODAY} | asked))
    return next(row for row in found.rows if row.theme.id == theme)


def test_sources_stand_side_by_side_and_nobody_is_averaged():
    osag, hmip = acting_for("hmpps-osag"), acting_for("hmip")
    finding(osag, readers=["hmip"], found_on=date(2023, 3, 1))
    latest = finding(osag, readers=["hmip"], result=Result.SERIOUS)
    finding(acting_for(UNIT), readers=["hmip"], result=Result.GOOD)
    found = cells(hmip, "risk_of_harm")
    assert [bool(one.look) for one in found] == [True, False, True, False, False]
    assert (found[AUDIT].look.item, found[AUDIT].look.earlier, found[AUDIT].by.code) == (
        latest,
        1,
        "hmpps-osag",
    )
    assert (found[LINE].by.code, found[LINE].single, found[AUDIT].single) == (UNIT, True, True)
    finding(acting_for(UNIT), readers=["hmip"], result=Result.SOME)
    found = cells(hmip, "risk_of_harm")
    assert (found[LINE].single, found[AUDIT].single) == (False, False)


def test_what_is_withheld_is_in_no_picture_and_no_map():
    finding(acting_for("hmpps-osag"), readers=["moj-sponsorship"])
    hmip, sponsor = acting_for("hmip"), acting_for("moj-sponsorship")
    assert cells(hmip, "risk_of_harm") is None
    assert cells(sponsor, "risk_of_harm")[AUDIT].look
    for by, count in ((hmip, 0), (sponsor, 1)):
        assert theme_picture(actor=by, theme="risk_of_harm", today=TODAY).count == count
        assert area(by, "risk_of_harm").standing is (Standing.SINGLE if count else Standing.GAP)
    secret = note(acting_for("hmip"), readers=["hmpps-osag"])
    picture = unit_picture(actor=acting_for("hmpps-osag"), code=UNIT, today=TODAY)
    assert (picture.notes, picture.note_count) == ((), 0)
    acts.release_note(by=acting_for("hmip"), at=AT, item_id=secret)
    picture = unit_picture(actor=acting_for("hmpps-osag"), code=UNIT, today=TODAY)
    assert ([one.id for one in picture.notes], picture.note_count) == ([secret], 1)
    assert area(acting_for("hmpps-osag"), "risk_of_harm").standing is Standing.SINGLE, "a note fills no gap"


def test_published_ratings_stand_in_their_owners_words():
    load_shipped_history(by=COMMAND, at=AT)
    hmip = acting_for("hmip")
    picture = unit_picture(actor=hmip, code="N53EWL", today=TODAY)
    assert [(one.rating, one.when) for one in picture.overall] == [("Inadequate", "12 June 2025")]
    found = next(row for row in picture.rows if row.theme.id == "leadership").cells[INSPECTION]
    assert (found.look.result, found.when, found.single, found.stale) == (
        "Requires improvement",
        "12 June 2025",
        None,
        False,
    )
    old = unit_picture(actor=hmip, code="N52BNES", today=TODAY)
    assert old.overall[0].stale
    assert all(row.cells[INSPECTION].stale for row in old.rows)
    units = theme_picture(actor=hmip, theme="leadership", today=TODAY)
    names = [row.unit.name for row in units.rows]
    assert len(names) > 3
    assert names == sorted(names)
    assert area(hmip, "leadership").cells[INSPECTION].look.result == "Requires improvement"
    assert area(hmip, "leadership", on=date(2021, 1, 1)).standing is Standing.GAP


def test_the_map_as_of_a_day_shows_what_stood_then_and_only_what_one_may_see_now():
    osag, hmip = acting_for("hmpps-osag"), acting_for("hmip")
    june = datetime(2026, 6, 1, 9, tzinfo=UTC)
    today = date(2026, 7, 1)
    row = finding(osag, readers=["hmip"], theme="victims", result=Result.SERIOUS)
    gone = finding(acting_for(OTHER), readers=["hmip"], theme="victims", about=OTHER)
    acts.correct_item(
        by=osag, at=june, item_id=row, number=1, content=content(result=Result.GOOD), reason="Miscounted"
    )
    acts.withdraw_item(by=acting_for(OTHER), at=june, item_id=gone, reason="Wrong unit")
    then = area(hmip, "victims", on=date(2026, 5, 1), today=today)
    assert [cell.look and cell.look.level for cell in then.cells] == [
        "some_concern",
        None,
        "serious_concern",
        None,
        None,
    ]
    now = area(hmip, "victims", on=today, today=today)
    assert [cell.look and cell.look.level for cell in now.cells] == [None, None, "good", None, None]
    before = area(hmip, "victims", on=date(2026, 4, 13), today=today)
    assert not any(cell.look for cell in before.cells), "nobody had shared anything"
    acts.name_readers(by=osag, at=june, item_id=row, readers=["moj-sponsorship"])
    assert not area(hmip, "victims", on=date(2026, 5, 1), today=today).cells[AUDIT].look


def test_the_map_of_a_region_counts_its_units_and_no_others():
    hmip = acting_for("hmip")
    for unit in (UNIT, NEXT, OTHER):
        finding(acting_for("hmpps-osag"), readers=["hmip"], about=unit)
    for place, earlier in ((None, 2), (party("N57"), 1), (party(UNIT), 0), (party("N56"), 0)):
        assert area(hmip, "risk_of_harm", place=place).cells[AUDIT].look.earlier == earlier
    assert not area(hmip, "risk_of_harm", place=party("N50")).cells[AUDIT].look


@pytest.mark.one_database("the service sends as many statements to either")
def test_pictures_and_map_ask_as_much_of_the_database_however_much_is_held():
    osag, hmip = acting_for("hmpps-osag"), acting_for("hmip")
    asked = {
        "unit": lambda: unit_picture(actor=hmip, code=UNIT, today=TODAY),
        "theme": lambda: theme_picture(actor=hmip, theme="risk_of_harm", today=TODAY),
        "map": lambda: assurance(actor=hmip, on=TODAY, today=TODAY),
        "then": lambda: assurance(actor=hmip, on=date(2026, 4, 1), today=TODAY),
    }
    counts: dict[str, set[int]] = {}
    for unit in (UNIT, NEXT, OTHER):
        for theme in ("risk_of_harm", "victims"):
            finding(osag, readers=["hmip"], about=unit, theme=theme)
        acts.release_note(by=osag, at=AT, item_id=note(osag, readers=["hmip"]))
        for name, ask in asked.items():
            with remembering(), CaptureQueriesContext(connection) as seen:
                ask()
            counts.setdefault(name, set()).add(len(seen))
    assert {name: len(found) for name, found in counts.items()} == dict.fromkeys(asked, 1), counts
    assert max(max(found) for found in counts.values()) <= 8


@pytest.mark.writes_directly("many items with their corrections, which take a second each by their steps")
def test_the_latest_looks_are_those_of_a_plain_reckoning_on_any_day():
    chosen, today = random.Random(6), date(2026, 8, 1)
    moments = [datetime(2026, month, 3, 12, tzinfo=UTC) for month in range(1, 8)]
    for place in range(60):
        owner = chosen.choice(["hmpps-osag", "hmip", UNIT])
        released, corrected, gone = sorted(chosen.sample(moments, 3))
        row = Item.objects.create(
            kind=chosen.choice([*LOOKS, "note"]),
            about_id=chosen.choice([UNIT, NEXT]),
            theme=chosen.choice(["victims", "courts"]),
            source=chosen.choice(["audit", "inspection"]),
            owner_id=owner,
            body_id=owner,
            filed_at=released,
            filed_by="person:1",
            filed_name="Example Person",
            released_at=released,
            released_by="person:1",
            **(
                {"withdrawn_at": gone, "withdrawn_by": "x", "withdrawn_reason": "y"} if place % 4 == 0 else {}
            ),
        )
        Reader.objects.create(
            item=row,
            party_id=chosen.choice(["hmip", "moj-sponsorship"]),
            named_at=released,
            named_by="person:1",
            **({"ended_at": gone, "ended_by": "x"} if place % 5 == 0 else {}),
        )
        for number, said_at in enumerate([released, corrected][: 1 + place % 2], start=1):
            last = number == 1 + place % 2
            Round.objects.create(
                item=row,
                number=number,
                text="Words",
                result=chosen.choice(list(Result)),
                confidence="low",
                found_on=date(2026, chosen.randint(1, 6), chosen.choice([5, 20])),
                marking="official",
                reason="" if number == 1 else "Miscounted",
                said_at=said_at,
                said_by="person:1",
                said_name="Example Person",
                **({} if last else {"replaced_at": corrected, "replaced_by": "x"}),
            )
    hmip = acting_for("hmip")
    for on, by_unit in product([date(2026, month, 15) for month in range(1, 7)] + [today], [False, True]):
        rows = rounds_standing(hmip, on=on, today=today)
        found = {
            (one.theme, one.source, one.unit if by_unit else ""): (one.found_on, one.item, one.earlier)
            for one in latest_looks(rows, by_unit=by_unit)
        }
        assert found == _reckoned("hmip", end_of(on), by_unit=by_unit), (on, by_unit)


def _reckoned(reader: str, moment: datetime, *, by_unit: bool) -> dict:
    held: dict = {}
    for one in Round.objects.select_related("item").order_by("pk"):
        item = one.item
        stood = item.released_at <= moment and not (item.withdrawn_at and item.withdrawn_at <= moment)
        said = one.said_at <= moment and not (one.replaced_at and one.replaced_at <= moment)
        named = item.every_reader.filter(party__code=reader, ended_at=None).exists()
        if item.kind in LOOKS and stood and said and (item.owner_id == reader or named):
            key = (item.theme, item.source, item.about_id if by_unit else "")
            held.setdefault(key, []).append((one.found_on, item.pk))
    return {key: (*max(looks), len(looks) - 1) for key, looks in held.items()}
